from django.urls import path

from . import views

app_name = "pages"
urlpatterns = [
    path("appointments/", views.appointments, name="appointments"),
    path("second-opinion/", views.second_opinion, name="second_opinion"),
]
