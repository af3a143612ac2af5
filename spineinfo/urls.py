from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import forgotten_password, new_password
from publishing.views import require_safe

from . import views
from .health import healthz, readyz

handler400 = "spineinfo.views.bad_request"
handler500 = "spineinfo.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("conditions.urls")),
    path("", include("physicians.urls")),
    path("", include("glossary.urls")),
    path("", include("news.urls")),
    path("", include("pages.urls")),
    path("", include("search.urls")),
    path("", include("intake.urls")),
    path("", include("publishing.urls")),
    path("admin/forgotten-password/", forgotten_password, name="admin_password_reset"),  # Django's name for it
    path("admin/new-password/", new_password, name="new_password"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    # Browsers ask for it where a page names no icon.
    path("favicon.ico", require_safe(RedirectView.as_view(url="/static/img/favicon.svg"))),
]
