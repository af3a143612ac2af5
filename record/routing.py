from django.conf import settings

RECORD = "record"  # the alias, and the label of the app


class Router:
    """Keeps the record on a connection of its own, and everything else off it.

    A row commits there whatever becomes of the transaction around it. Its tables are made on RECORD_HOME: on the
    record's alias, or on the site's where both lead to one database, whose list of migrations they share.
    """

    def db_for_read(self, model, **hints):
        return RECORD if model._meta.app_label == RECORD else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        if app_label == RECORD:
            return db == settings.RECORD_HOME
        return False if db == RECORD else None
