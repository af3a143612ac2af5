from django.urls import path, register_converter

from . import views
from .files import NAME


class FileNameConverter:
    regex = NAME

    def to_python(self, value):
        return value

    to_url = to_python


register_converter(FileNameConverter, "file_name")

app_name = "publishing"
urlpatterns = [
    path("media/<file_name:name>", views.file, name="file"),
    path("preview/<str:token>/", views.preview_by_link, name="preview"),
]
