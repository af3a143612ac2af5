import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_kept():
    """What was kept of the pages of another test, whose rows are gone, says nothing of this one's."""
    cache.delete("publishing.overview")
