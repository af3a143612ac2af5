"""What holds for the whole repository."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import require

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
PROGRAMS = Path(sys.executable).parent
LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.+!-]+)(?: ; .+?)?((?: --hash=sha256:[0-9a-f]{64})*)$")
# In two parts, so that this file does not find itself.
PLACES_OF_A_MACHINE = re.compile(
    "|".join(
        re.escape("".join(parts))
        for parts in [
            ("/wo", "rk/"),
            ("/ro", "ot/"),
            ("/tm", "p/tmp"),
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("npmjs", ".org"),
            ("debian", ".org"),
            ("--index", "-url http"),
        ]
    )
)


def tracked(*patterns):
    require(shutil.which("git") and (ROOT / ".git").exists(), "a git checkout")
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [file for name in listed.split("\0") if name and (file := ROOT / name).is_file()]


def content(*command):
    """Fail with what a program of the virtual environment prints when it is not content."""
    done = subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"{' '.join(command[:2])}:\n{done.stdout}{done.stderr}", pytrace=False)


def locked(name):
    """The pins of a requirements file by package, each with its version and its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace(" \\\n   ", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pins = {}
    for line in lines:
        match = LOCKED.match(line)
        assert match, f"{name}: not a pin: {line[:80]}"
        assert "--hash" in line, f"{name}: {match['name']} has no hash"
        pins[canonicalize_name(match["name"])] = (match["version"], line)
    return pins


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_imports_run_downhill():
    content("lint-imports", "--no-cache")


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=lambda command: command[0])
def test_ruff_is_content(command):
    content("ruff", *command, "--no-cache", "--force-exclude", *map(str, tracked("*.py")))


def test_djade_is_content():
    content("djade", "--check", "--target-version", "5.2", *map(str, tracked("templates/*.html")))


def test_requirements_are_in_step_with_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, dev = locked("requirements.txt"), locked("requirements-dev.txt")

    def unmet(wanted, pins):
        wanted = [Requirement(line) for line in wanted]
        return [
            str(each)
            for each in wanted
            if canonicalize_name(each.name) not in pins or pins[canonicalize_name(each.name)][0] not in each.specifier
        ]

    assert unmet(project["project"]["dependencies"], run) == []
    assert unmet(project["dependency-groups"]["dev"], dev) == []
    assert {name: pin for name, pin in dev.items() if name in run} == run


def test_no_file_names_a_place_of_one_machine_or_a_registry():
    found = []
    for file in tracked():
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{file.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, 1) if PLACES_OF_A_MACHINE.search(line)
        ]

    assert found == []


def test_the_readme_is_short_and_shows_the_site():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(readme.splitlines()) <= 80
    assert readme.index("docs/screenshot.png") < readme.index("make run") < readme.index("make test")
    assert (ROOT / "docs/screenshot.png").stat().st_size <= 200 * 1024


def test_ci_runs_the_command_of_the_readme():
    assert "REQUIRE_ALL=1 exec make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
