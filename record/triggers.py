"""What the database itself refuses: to change, remove or replace a row of the record.

Whoever owns the tables can drop these. They stop mistakes and borrowed rights; `record.chain` shows the rest. On SQLite
a migration that alters the table makes it anew and drops them: it must call `install` again.
"""

SQLITE = {
    "record_entry_no_update": """
        CREATE TRIGGER record_entry_no_update BEFORE UPDATE ON record_entry
        BEGIN SELECT RAISE(ABORT, 'a row of the record is never changed'); END
    """,
    "record_entry_no_delete": """
        CREATE TRIGGER record_entry_no_delete BEFORE DELETE ON record_entry
        BEGIN SELECT RAISE(ABORT, 'a row of the record is never removed'); END
    """,
    # INSERT OR REPLACE removes the row that is in its way, by key or by rowid, and tells no other trigger.
    "record_entry_no_replace": """
        CREATE TRIGGER record_entry_no_replace BEFORE INSERT ON record_entry
        WHEN EXISTS (SELECT 1 FROM record_entry WHERE number = NEW.number OR rowid = NEW.rowid)
        BEGIN SELECT RAISE(ABORT, 'a row of the record is never replaced'); END
    """,
}
POSTGRESQL_FUNCTION = """
    CREATE FUNCTION record_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a row of the record is never changed or removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""
POSTGRESQL = {
    "record_entry_stays": """
        CREATE TRIGGER record_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON record_entry
        FOR EACH STATEMENT EXECUTE FUNCTION record_entry_stays()
    """,
}


def install(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for statement in _wanted(connection).values():
            cursor.execute(statement)


def remove(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION record_entry_stays() CASCADE")
        else:
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER {name}")


def missing(connection):
    """The names of triggers that should stand on the table and don't, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('record_entry') AND tgenabled IN ('O', 'A')"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'record_entry'")
        found = {name for (name,) in cursor.fetchall()}
    return sorted(_wanted(connection).keys() - found)


def _wanted(connection):
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
