import pytest
from django.core.exceptions import ValidationError

from glossary.models import Term
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db


def test_a_term_has_a_meaning():
    term = make.term("Tumor", meaning="an abnormal growth")

    with broken("a_term_has_a_meaning"):
        Term.objects.update(meaning="")
    term.meaning = ""
    with pytest.raises(ValidationError) as refused:
        term.full_clean()

    assert refused.value.message_dict["meaning"] == ["This field cannot be blank."]


def test_a_term_is_frozen_with_its_variants_as_a_list():
    term = make.term("Vertebra", respelling="VER-teh-bra", meaning="a bone", variants="vertebrae\r\n vertebral \n")

    assert term.frozen_words() == {
        "respelling": "VER-teh-bra", "meaning": "a bone", "word_parts": "", "variants": ["vertebrae", "vertebral"],
        "recording": "",
    }  # fmt: skip
    assert term.frozen_mentions() == []


def test_a_term_stands_at_its_place_in_the_glossary():
    assert make.term(slug="tumor").get_absolute_url() == "/glossary/#tumor"
