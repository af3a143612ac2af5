import pytest
from django.core.exceptions import ValidationError

from pages.models import SiteDetails
from tests import make

pytestmark = pytest.mark.django_db


def test_the_site_has_its_details_once():
    make.published(make.site())

    with pytest.raises(ValidationError) as refused:
        SiteDetails(title="Another").clean()

    assert refused.value.messages == ["The site has its details already. Change those."]
    SiteDetails.objects.get().full_clean()


def test_the_sites_details_have_a_fixed_address_and_head_the_home_page():
    details = SiteDetails(title="Spine Center", slug="anything")
    details.clean()
    details.save()

    assert details.slug == "site"
    assert details.get_absolute_url() == "/"


def test_the_sites_details_are_frozen_with_their_address_line_by_line():
    words = make.site(address="710 West 168th Street\r\nNew York").frozen_words()

    assert words.keys() == set(SiteDetails.WORDS)
    assert words["address"] == ["710 West 168th Street", "New York"]
