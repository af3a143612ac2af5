"""What patients write is sealed, and opens in its own place alone."""

import json

import pytest
from django.db import connection, models

from intake import sealing
from intake.models import Request
from intake.models.sealed import SealedRow

COLUMNS = ("key", "words")
ENDS_AND_MIDDLE = (0, 1, 5, 6, 17, -17, -1)  # of version, key id, nonce, text and tag


@pytest.fixture
def two(patient):
    return patient.ask(reason={"problem": "First words."}), patient.ask(reason={"problem": "Second words."})


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("place", ENDS_AND_MIDDLE)
def test_one_changed_bit_anywhere_opens_nothing(two, column, place):
    request = two[0]
    changed = bytearray(getattr(request, column))
    changed[place] ^= 1
    Request.objects.filter(pk=request.pk).update(**{column: bytes(changed)})

    with pytest.raises(sealing.Unreadable):
        Request.objects.get(pk=request.pk).unsealed()


@pytest.mark.parametrize("columns", [("key",), ("words",), COLUMNS])
def test_what_was_sealed_for_another_row_opens_nothing(two, columns):
    first, second = two
    Request.objects.filter(pk=first.pk).update(**{name: bytes(getattr(second, name)) for name in columns})

    with pytest.raises(sealing.Unreadable):
        Request.objects.get(pk=first.pk).unsealed()


def test_another_keyset_opens_nothing(two, settings, tmp_path):
    from spineinfo.keys import make_missing

    make_missing(tmp_path, {})
    settings.INTAKE_KEYSET = tmp_path / "intake.keyset"
    sealing._site_key_of.cache_clear()
    try:
        with pytest.raises(sealing.Unreadable):
            two[0].unsealed()
    finally:
        sealing._site_key_of.cache_clear()


def test_what_goes_wrong_tells_nothing_of_what_is_sealed(two):
    two[0].words = bytes(two[1].words)

    with pytest.raises(sealing.Unreadable) as caught:
        two[0].unsealed()

    assert "words." not in str(caught.value).replace("Sealed words do not open.", "")
    assert str(two[0]) == two[0].reference


def test_two_rows_share_neither_key_nor_bytes(two):
    first, second = two

    assert bytes(first.key) != bytes(second.key)
    assert bytes(first.words)[:20] != bytes(second.words)[:20]


def test_sealing_again_makes_other_bytes_of_the_same_words(two):
    request = two[0]
    before = bytes(request.words)
    request.seal(request.unsealed())

    assert bytes(request.words) != before


def test_a_hash_finds_what_it_was_made_of_and_nothing_for_another_purpose():
    assert sealing.blind_hashes("resume", "A") == sealing.blind_hashes("resume", "A")
    assert not set(sealing.blind_hashes("resume", "A")) & set(sealing.blind_hashes("status", "A"))
    assert not set(sealing.blind_hashes("resume", "A")) & set(sealing.blind_hashes("resume", "B"))


@pytest.mark.parametrize("model", SealedRow.__subclasses__(), ids=lambda model: model.__name__)
def test_every_field_is_classed_as_sealed_or_plain_and_what_is_sealed_is_bytes(model):
    names = {field.name for field in model._meta.get_fields() if field.concrete}

    assert names == {*model.SEALED, *model.PLAIN}
    assert not set(model.SEALED) & set(model.PLAIN)
    for name in model.SEALED:
        assert isinstance(model._meta.get_field(name), models.BinaryField)


def test_the_database_holds_no_answer_in_clear(two):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                whole = json.dumps([str(bytes(v)) if isinstance(v, memoryview | bytes) else str(v) for v in row])
                for words in ("First words", "zed@example.org", "1961-03-27", "Zed"):
                    assert words not in whole, table
