from django.urls import path

from . import views

app_name = "conditions"
urlpatterns = [
    path("conditions/", views.condition_list, name="condition_list"),
    path("conditions/<slug:slug>/", views.condition, name="condition"),
    path("conditions/kinds/<slug:slug>/", views.hub, name="hub"),
    path("symptoms/", views.symptom_list, name="symptom_list"),
    path("symptoms/<slug:slug>/", views.symptom, name="symptom"),
    path("tests/", views.test_list, name="test_list"),
    path("tests/<slug:slug>/", views.test, name="test"),
    path("treatments/", views.treatment_list, name="treatment_list"),
    path("treatments/<slug:slug>/", views.treatment, name="treatment"),
]
