from django.urls import path

from . import views

app_name = "news"
urlpatterns = [
    path("news/", views.article_list, name="article_list"),
    path("news/feed/", views.feed, name="feed"),
    path("news/<slug:slug>/", views.article, name="article"),
]
