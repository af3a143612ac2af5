"""What the database itself refuses: to change what stands on a request's timeline. Its key may be sealed anew.

On SQLite a migration that alters the table makes it anew and drops the trigger: it must call `install` again.
"""

COLUMNS = "id, words, request_id, kind, by_id, at"
SQLITE = f"""
    CREATE TRIGGER intake_event_stays BEFORE UPDATE OF {COLUMNS} ON intake_event
    BEGIN SELECT RAISE(ABORT, 'what stands on a timeline is never changed'); END
"""
POSTGRESQL = (
    """
    CREATE FUNCTION intake_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what stands on a timeline is never changed'
        USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER intake_event_stays BEFORE UPDATE OF {COLUMNS} ON intake_event
    FOR EACH ROW EXECUTE FUNCTION intake_event_stays()
    """,
)


def install(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else (SQLITE,):
            cursor.execute(statement)


def remove(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION intake_event_stays() CASCADE")
        else:
            cursor.execute("DROP TRIGGER intake_event_stays")
