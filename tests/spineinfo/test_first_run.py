import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from tink import aead, json_proto_keyset_format, prf, secret_key_access

from spineinfo.keys import make_missing
from spineinfo.management.commands.first_run import drop_stale_files


def test_the_first_account_is_on_record(made_site):
    result = made_site.manage("shell", "-v0", "-c", """
from record.models import Entry
print(*Entry.objects.filter(kind="user", action="add").values_list("username", "key", "detail"))
""")  # fmt: skip

    assert result.stdout == "('', '1', 'a superuser, by a command')\n", result.stderr


def test_what_it_makes_is_for_its_owner_alone(made_site):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made_site.data.iterdir()}

    assert stat.S_IMODE(made_site.data.stat().st_mode) == 0o700
    assert {name: modes[name] for name in ("spineinfo.env", "intake.keyset", "hash.keyset", "record.keyset")} == {
        "spineinfo.env": 0o600,
        "intake.keyset": 0o600,
        "hash.keyset": 0o600,
        "record.keyset": 0o600,
    }


def test_the_password_it_prints_leads_to_setting_up_a_second_factor(made_site):
    name, password = re.search(r"as (\S+) with the password (\S+)", made_site.output.read_text()).groups()

    result = made_site.manage("shell", "-v0", "-c", f"""
from django.test import Client
answer = Client(SERVER_NAME="localhost").post("/admin/login/", {{"username": {name!r}, "password": {password!r}}})
print(answer.headers["Location"])
""")  # fmt: skip

    assert result.stdout == "/admin/second-factor/?next=%2Fadmin%2F\n", result.stderr


def test_an_empty_site_gets_the_sample_department(made_site):
    result = made_site.manage("shell", "-v0", "-c", """
from django.test import Client
for path in ("/conditions/", "/conditions/metastatic-tumor/"):
    print(Client(SERVER_NAME="localhost").get(path).status_code)
""")  # fmt: skip

    assert result.stdout == "200\n200\n", result.stderr


def test_a_second_run_changes_nothing_and_says_nothing(made_site):
    before = (made_site.data / "spineinfo.env").read_text()

    result = made_site.manage("first_run")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert (made_site.data / "spineinfo.env").read_text() == before


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"SPINEINFO_DATA": "/dev/null/data"}, "SpineInfo does not start: /dev/null/data is to hold all it writes"),
        ({"DATABASE_URL": "postgres://127.0.0.1:1/nowhere"}, "CommandError: The database does not answer: "),
    ],
    ids=["folder", "database"],
)
def test_what_cannot_be_used_is_told_in_one_line(made_site, environment, line):
    result = made_site.manage("first_run", **environment)

    assert result.returncode == 1
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_static_files_of_an_earlier_version_go(tmp_path):
    (tmp_path / "css").mkdir()
    kept = {"css/site.css", "css/site.css.gz", "css/site.2.css", "css/site.2.css.br", "staticfiles.json"}
    for name in (*kept, "css/site.1.css", "css/site.1.css.br", "css/print.css"):
        (tmp_path / name).touch()
    (tmp_path / "staticfiles.json").write_text('{"paths": {"css/site.css": "css/site.2.css"}}')

    drop_stale_files(tmp_path)

    assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.*")} == kept


def test_static_files_that_keep_their_names_are_left_alone(tmp_path):
    (tmp_path / "site.css").touch()

    drop_stale_files(tmp_path)

    assert (tmp_path / "site.css").exists()


def test_only_what_nobody_has_set_is_added(tmp_path):
    (tmp_path / "spineinfo.env").write_text("# ours\nexport ALLOWED_HOSTS=spine.example.org")

    added = make_missing(tmp_path, {"SECRET_KEY": "set by the shell"})

    lines = (tmp_path / "spineinfo.env").read_text().splitlines()
    assert added == ["INTAKE_KEYSET", "HASH_KEYSET", "RECORD_KEYSET", "FACTOR_KEYSET"]
    assert lines == [
        "# ours",
        "export ALLOWED_HOSTS=spine.example.org",
        "INTAKE_KEYSET=intake.keyset",
        "HASH_KEYSET=hash.keyset",
        "RECORD_KEYSET=record.keyset",
        "FACTOR_KEYSET=factor.keyset",
    ]


def test_a_keyset_that_is_there_is_never_made_anew(tmp_path):
    (tmp_path / "intake.keyset").write_text("keys that sealed something")

    make_missing(tmp_path, {})

    assert (tmp_path / "intake.keyset").read_text() == "keys that sealed something"


def test_a_keyset_that_has_gone_is_missed_and_not_made_anew(tmp_path):
    make_missing(tmp_path, {})
    (tmp_path / "hash.keyset").unlink()

    assert make_missing(tmp_path, {}) == []
    assert not (tmp_path / "hash.keyset").exists()


@pytest.mark.parametrize("again", range(3))
def test_starts_at_the_same_moment_make_one_set_of_secrets(tmp_path, again):
    with ThreadPoolExecutor(8) as starts:
        added = list(starts.map(lambda start: make_missing(tmp_path / "data", {}), range(8)))

    assert sum(map(bool, added)) == 1
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "factor.keyset",
        "hash.keyset",
        "intake.keyset",
        "record.keyset",
        "spineinfo.env",
    ]


def test_the_keysets_seal_and_hash(tmp_path):
    make_missing(tmp_path, {})

    def primitive(name, kind):
        text = (tmp_path / name).read_text()
        return json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(kind)

    seal = primitive("intake.keyset", aead.Aead)
    assert seal.decrypt(seal.encrypt(b"words", b"row"), b"row") == b"words"
    assert len(primitive("hash.keyset", prf.PrfSet).primary().compute(b"words", 16)) == 16
