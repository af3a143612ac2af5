"""What whoever watches the site asks it: does it run, and can it serve."""

from django.conf import settings
from django.db import Error, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from publishing.views import require_safe
from record import noting


@require_safe
@never_cache
def healthz(request):
    """That this process answers; it asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """That the site can do its work: databases answer, every migration has been applied, the record takes a row.

    Else 503 and why not.
    """
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return _not_ready("the database does not answer")
    if waiting or _migrations_of_the_record_wait():
        return _not_ready("migrations wait to be applied")
    if reason := noting.trouble():
        return _not_ready(reason)
    return HttpResponse("ready\n", content_type="text/plain")


def _migrations_of_the_record_wait():
    """Whether they do where it has a database of its own; one that does not answer is `noting.trouble`'s to tell."""
    if settings.RECORD_HOME == "default":
        return False
    try:
        executor = MigrationExecutor(connections["record"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes("record")))
    except Error:
        return False


def _not_ready(reason):
    return HttpResponse(f"{reason}\n", content_type="text/plain", status=503)
