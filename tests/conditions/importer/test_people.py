"""The sentences on physicians: who treats what, and who gives second opinions."""

import pytest

from tests.conditions.importer.documents import parsed, told

pytestmark = pytest.mark.once


def read(sentences):
    return parsed(f"Slip\n\nIt slips.\n\nWho treats it\n\n{sentences}\n")


def names(found):
    return [person.full_name for person in found.physicians]


@pytest.mark.parametrize(
    ("sentences", "plural", "left"),
    [
        ("experts in treating pains such as St. Vitus pain.", "pains such as St. Vitus pain", None),
        ("experts in treating slips (e.g. of L4) in adults.", "slips (e.g. of L4) in adults", None),
        (
            "experts in treating a lack of vitamin D. Bring your pictures.",
            "a lack of vitamin D",
            "Bring your pictures.",
        ),
        ("experts in treating slips and cracks.", "slips and cracks", None),
        ("experts in treating slips that are painful", "slips that are painful", None),
        ("experts in treating patients who have slips.", "patients who have slips", None),
    ],
)
def test_the_plural_is_all_that_the_sentence_says_and_no_more(sentences, plural, left):
    found = read(f"Drs. Ada Plover and Edda Wren are {sentences}")

    assert found.headers == {"plural": plural}
    assert names(found) == ["Ada Plover", "Edda Wren"]
    assert found.texts.get("preparing") == (f"<p>{left}</p>" if left else None)
    assert found.remarks == {}


@pytest.mark.parametrize(
    ("sentences", "told_rest"),
    [
        ("slips, and can offer you a second opinion.", "can offer you a second opinion."),
        ("slips, who see children too.", "who see children too."),
        ("slips and Dr. Cy Lark leads the team.", "Dr. Cy Lark leads the team."),
        ("slips; they work here.", "they work here."),
    ],
)
def test_what_a_sentence_says_beyond_its_plural_is_told_and_no_stump_stays(sentences, told_rest):
    found = read(f"Drs. Ada Plover and Edda Wren are experts in treating {sentences}")

    assert found.headers == {"plural": "slips"}
    assert told(found, "not_placed") == [told_rest]
    assert "preparing" not in found.texts
    assert not found.gives_second_opinions


@pytest.mark.parametrize("join", [", and ", " and ", ". ", "; "])
def test_of_several_plurals_the_first_counts_and_the_others_are_told(join):
    found = read(f"Dr. Ada Plover is an expert in treating slips{join}Dr. Cy Lark is an expert in treating tumors.")

    assert found.headers == {"plural": "slips"}
    assert names(found) == ["Ada Plover"]
    assert [str(remark) for remark in found.remarks] == [
        "line 7: Dr. Cy Lark is an expert in treating tumors.",
        "line 7: Not added, as experts in treating “tumors” and not “slips”: Cy Lark.",
    ]
    assert "preparing" not in found.texts


def test_experts_in_the_same_are_added_from_every_statement():
    found = read(
        "Drs. Ada Plover and Edda Wren are experts in treating slips. Dr. Cy Lark (Pediatric) is an expert in treating "
        "slips, and Dr. Max Heron is a specialist in the treatment of Slips."
    )

    assert names(found) == ["Ada Plover", "Edda Wren", "Cy Lark", "Max Heron"]
    assert found.remarks == {}


def test_a_stump_after_the_experts_is_told():
    found = read("Dr. Ada Plover is an expert in treating problems of the lumb. spine. Bring your pictures.")

    assert told(found, "note") == ["“spine.” was kept as text, torn from what stood before."]
    assert found.texts["preparing"] == "<p>spine. Bring your pictures.</p>"


def test_experts_without_a_name_are_told_and_kept():
    found = read("At our place, Ada Plover is an expert in treating slips.")

    assert names(found) == []
    assert told(found, "note") == [
        "“At our place, Ada Plover is an expert in treating slips.” was kept as text; it names no physician as “Dr. …”."
    ]


ONE = "Dr. Ada Plover is an expert in treating slips."
TWO = "Drs. Ada Plover and Edda Wren are experts in treating slips."
OTHER = f"{ONE} Dr. Cy Lark is an expert in treating tumors."


@pytest.mark.parametrize(
    ("experts", "sentence", "kind"),
    [
        (ONE, "She can offer you a second opinion.", "standing"),
        (ONE, "He can also offer you a second opinion.", "standing"),
        (ONE, "They can also offer you a second opinion.", "standing"),
        (TWO, "They can also offer you a second opinion.", "standing"),
        (TWO, "She can also offer you a second opinion.", "not_placed"),
        (OTHER, "He can also offer you a second opinion.", "not_placed"),
        (TWO, "We can also offer you a second opinion.", "note"),
        (TWO, "Dr. Wren can also offer you a second opinion.", "note"),
        ("", "They can also offer you a second opinion.", "note"),
    ],
)
def test_second_opinions_are_noted_only_where_it_is_clear_who_gives_them(experts, sentence, kind):
    found = read(f"{experts} {sentence}".strip())

    assert found.gives_second_opinions == (kind == "standing")
    assert any(sentence in text for text in told(found, kind))
    assert (sentence in found.texts.get("preparing", "")) == (kind == "note")
