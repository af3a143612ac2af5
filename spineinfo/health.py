"""What whoever watches the site asks it: does it run, and can it serve."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from publishing.views import require_safe


@require_safe
@never_cache
def healthz(request):
    """That this process answers; it asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """That pages can be served: the database answers and every migration has been applied. Else 503 and why not."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return _not_ready("the database does not answer")
    if waiting:
        return _not_ready("migrations wait to be applied")
    return HttpResponse("ready\n", content_type="text/plain")


def _not_ready(reason):
    return HttpResponse(f"{reason}\n", content_type="text/plain", status=503)
