from django.urls import path

from . import views

app_name = "physicians"
urlpatterns = [
    path("physicians/", views.physician_list, name="physician_list"),
    path("physicians/<slug:slug>/", views.physician, name="physician"),
]
