from django.urls import path

from . import crawlers, feedback, views
from .share_image import share_image

app_name = "pages"
urlpatterns = [
    path("conditions/<slug:slug>/image.png", share_image, name="share_image"),
    path("about/<slug:slug>/", views.information, name="information"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/thanks/", feedback.thanks, name="feedback_thanks"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path(".well-known/security.txt", crawlers.security, name="security"),
]
