"""The site refuses to start half configured, with one line that says what to set."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from spineinfo.keys import make_missing

pytestmark = pytest.mark.once

SECRET = "zYx9_wVu8-tSr7qPo6nMl5kJi4hGf3eDc2bA1098"


@pytest.fixture
def data(tmp_path):
    """A data folder in which everything is set by its spineinfo.env."""
    make_missing(tmp_path / "data", {})
    return tmp_path / "data"


@pytest.fixture
def manage(data):
    """A function that runs manage.py with the settings of `data` and those it is given."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ["PATH"], "SPINEINFO_DATA": str(data), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def refusal(result):
    """The one line of a start that was refused."""
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("SpineInfo does not start: ")
    return result.stderr


def test_a_start_with_everything_set_is_not_refused(manage):
    result = manage("check")

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "missing", ["SECRET_KEY", "ALLOWED_HOSTS", "INTAKE_KEYSET", "HASH_KEYSET", "RECORD_KEYSET", "FACTOR_KEYSET"]
)
def test_a_start_without_a_secret_is_refused_by_its_name(manage, data, missing):
    file = data / "spineinfo.env"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith(missing)))

    assert f"set {missing} " in refusal(manage("check"))


@pytest.mark.parametrize(
    "environment",
    [
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "changeme"},
        {"SECRET_KEY": "django-insecure-" + SECRET},
        {"SECRET_KEY": "Change-this-" + SECRET},
        {"SECRET_KEY": SECRET[:39]},
        {"SECRET_KEY": "a" * 60},
        {"ALLOWED_HOSTS": ""},
        {"ALLOWED_HOSTS": " , "},
        {"ALLOWED_HOSTS": "*"},
        {"ALLOWED_HOSTS": "spine.example.org, *"},
        {"INTAKE_KMS_URI": "https://kms.example/key"},
        {"INTAKE_KEYSET": ""},
        {"INTAKE_KEYSET": "nowhere.keyset"},
        {"INTAKE_KEYSET": "/"},
        {"HASH_KEYSET": ""},
        {"HASH_KEYSET": "/nowhere/hash.keyset"},
        {"RECORD_KEYSET": "nowhere.keyset"},
        {"FACTOR_KEYSET": "nowhere.keyset"},
        {"RECORD_DATABASE_URL": "mysql://localhost/record"},
        {"RECORD_DATABASE_URL": "sqlite:////var/site.sqlite3", "DATABASE_URL": "sqlite:////var/site.sqlite3"},
        {"SITE_URL": "http://spine.example.org"},
        {"SITE_URL": "http://10.0.0.7:8000"},
        {"SITE_URL": "spine.example.org"},
        {"SITE_URL": "https://spine.example.org/spine"},
        {"SITE_URL": "https://spine.example.org:many"},
        {"PORT": "0"},
        {"PORT": "http"},
        {"TRUSTED_PROXIES": "the-proxy"},
        {"DATABASE_URL": "mysql://localhost/spineinfo"},
        {"DATABASE_URL": "spineinfo"},
        {"STORAGE_URL": "https://objects.example.org/spine"},
        {"STORAGE_URL": "s3://"},
        {"STORAGE_URL": "s3://spine?endpoint=http://objects.example.org"},  # in clear over the network
        {"STORAGE_URL": "s3://spine?acl=public-read"},
        {"EMAIL_URL": "mail.example.org"},
        {"EMAIL_URL": "consolemail://"},  # links would stand in the log
        {"EMAIL_FROM": "", "EMAIL_URL": "smtp://mail.example.org"},
    ],
    ids=lambda environment: "{}={}".format(*next(iter(environment.items()))),
)
def test_a_start_with_a_wrong_setting_is_refused_by_its_name(manage, environment):
    assert f"set {next(iter(environment))} " in refusal(manage("check", **environment))


def test_a_key_in_the_address_of_the_bucket_is_refused_and_not_repeated(manage):
    refused = refusal(manage("check", STORAGE_URL=f"s3://AKIA:{SECRET}@spine"))

    assert "AWS_SECRET_ACCESS_KEY" in refused
    assert SECRET not in refused


def test_an_empty_keyset_is_refused(manage, data):
    (data / "hash.keyset").write_text("")

    assert "set HASH_KEYSET " in refusal(manage("check"))


@pytest.mark.parametrize("name", ["spineinfo.env", "intake.keyset", "hash.keyset"])
@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_a_secret_that_others_can_open_is_refused(manage, data, name, mode):
    (data / name).chmod(mode)

    line = refusal(manage("check"))

    assert f"set the mode of {data / name} to 600" in line


def test_a_secret_that_a_group_can_read_is_taken(manage, data):
    (data / "intake.keyset").chmod(0o640)

    assert manage("check").returncode == 0


def test_an_unreadable_env_file_is_refused(manage, data):
    (data / "spineinfo.env").write_bytes(b"SECRET_KEY=\xff\xfe\n")

    assert str(data / "spineinfo.env") in refusal(manage("check"))


def test_debugging_starts_with_nothing_set(manage, tmp_path):
    result = manage("check", DEBUG="1", SPINEINFO_DATA=str(tmp_path / "empty"))

    assert result.returncode == 0, result.stderr


def test_the_environment_comes_before_the_env_file(manage):
    result = manage("shell", "-v0", "-c", SHOW, SECRET_KEY=f"${SECRET}", ALLOWED_HOSTS="spine.example.org, localhost")

    assert result.stdout.splitlines()[:2] == [f"${SECRET}", "['spine.example.org', 'localhost']"]


def test_what_the_env_file_holds_is_not_handed_to_other_programs(manage):
    result = manage("shell", "-v0", "-c", "import os; print(sorted(os.environ))")

    assert "DJANGO_SETTINGS_MODULE" in result.stdout
    assert "SECRET_KEY" not in result.stdout


def test_the_address_of_the_site_follows_the_port(manage):
    result = manage("shell", "-v0", "-c", SHOW, PORT="8123")

    assert result.stdout.splitlines()[2:] == ["http://127.0.0.1:8123", "['http://127.0.0.1:8123']"]


def test_a_folder_may_be_named_like_an_address(manage, data):
    odd = data.rename(data.with_name("a+b %23 c#d?e"))

    result = manage("migrate", "-v0", SPINEINFO_DATA=str(odd))

    assert result.returncode == 0, result.stderr
    assert (odd / "spineinfo.sqlite3").exists()


def test_sqlite_keeps_what_it_has_confirmed_and_wipes_what_it_deletes(manage):
    result = manage("shell", "-v0", "-c", """
from django.db import connection
with connection.cursor() as cursor:
    for pragma in ("journal_mode", "synchronous", "secure_delete", "busy_timeout", "foreign_keys"):
        print(cursor.execute(f"PRAGMA {pragma}").fetchone()[0], end=" ")
print(connection.transaction_mode)
""")  # fmt: skip

    assert result.stdout == "wal 2 1 20000 1 IMMEDIATE\n", result.stderr


def test_https_brings_secure_cookies_and_a_clean_deployment_check(manage):
    result = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SITE_URL="https://spine.example.org",
        ALLOWED_HOSTS="spine.example.org",
    )

    assert result.returncode == 0, result.stderr
    assert "1 silenced" in result.stderr + result.stdout


MAIL = """
from django.conf import settings
from django.core.mail import get_connection
connection = get_connection()
print(type(connection).__name__, settings.DEFAULT_FROM_EMAIL, sep="|")
names = ("host", "port", "username", "password", "use_tls", "use_ssl", "timeout")
print(*(getattr(connection, name, "") for name in names))
"""
SEND = "from django.core.mail import send_mail; send_mail('a', 'b', None, ['c@example.org'])"
HTTPS = {"SITE_URL": "https://spine.example.org", "ALLOWED_HOSTS": "spine.example.org"}


def test_files_are_kept_in_the_bucket_that_is_set(manage):
    shown = "from django.core.files.storage import storages as s; print(*[(type(s[n]).__name__, s[n].bucket_name,"
    shown += " s[n].location, s[n].endpoint_url, s[n].region_name) for n in ('default', 'sealed')])"
    url = "s3://spine/site?endpoint=https://objects.example.org&region=eu-1"

    result = manage("shell", "-v0", "-c", shown, STORAGE_URL=url)

    assert [line for line in result.stdout.splitlines() if "ObjectStore" in line] == [
        "('ObjectStore', 'spine', 'site/media', 'https://objects.example.org', 'eu-1')"
        " ('ObjectStore', 'spine', 'site/sealed', 'https://objects.example.org', 'eu-1')"
    ], result.stderr


def test_mail_goes_by_the_server_that_is_set(manage):
    mail = {"EMAIL_URL": "smtp+tls://spine:s%40cret@mail.example.org:587", "EMAIL_FROM": "Spine <spine@example.org>"}

    result = manage("shell", "-v0", "-c", MAIL, **HTTPS, **mail)

    assert result.stdout.splitlines() == [
        "EmailBackend|Spine <spine@example.org>",
        "mail.example.org 587 spine s@cret True False 10",
    ], result.stderr


def test_mail_on_one_s_own_machine_is_written_to_a_folder(manage, data):
    result = manage("shell", "-v0", "-c", SEND)

    assert result.returncode == 0, result.stderr
    (mail,) = (data / "mail").iterdir()
    assert "To: c@example.org" in mail.read_text()


def test_a_public_site_without_a_mail_server_runs_and_says_so(manage):
    result = manage("check", "--deploy", "--fail-level", "WARNING", **HTTPS)
    sent = manage("shell", "-v0", "-c", SEND, **HTTPS)

    assert result.returncode == 0, result.stderr
    assert "accounts.I001" in result.stderr + result.stdout
    assert "Set EMAIL_URL" in sent.stderr


SHOW = """
from django.conf import settings
print(settings.SECRET_KEY, settings.ALLOWED_HOSTS, settings.SITE_URL, settings.CSRF_TRUSTED_ORIGINS, sep="\\n")
"""
