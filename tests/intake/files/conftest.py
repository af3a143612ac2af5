import pytest
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def sealed_folder(settings, tmp_path):
    """Each test has a storage of its own for what is sealed; gives its folder."""
    folder = tmp_path / "sealed"
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
    yield folder
    storages._storages.pop("sealed", None)
