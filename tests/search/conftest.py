import pytest

from search import index


@pytest.fixture(autouse=True)
def own_index(tmp_path, monkeypatch):
    """Each test has a folder for the index of its own and a process that has opened none."""
    monkeypatch.setattr(index, "FOLDER", tmp_path / "index")
    fresh(monkeypatch)


def fresh(monkeypatch):
    """Forget what this process has open, as one that has just started."""
    monkeypatch.setattr(index, "index", index.Index())
