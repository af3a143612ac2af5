from django.urls import path

from . import crawlers, views

app_name = "pages"
urlpatterns = [
    path("appointments/", views.appointments, name="appointments"),
    path("second-opinion/", views.second_opinion, name="second_opinion"),
    path("about/<slug:slug>/", views.information, name="information"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path(".well-known/security.txt", crawlers.security, name="security"),
]
