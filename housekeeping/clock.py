from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone


def now(using=DEFAULT_DB_ALIAS):
    """The time by the database's clock, which all machines that serve the site share; SQLite's is this machine's."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
