import pytest
from django import forms
from django.core.exceptions import ValidationError

from conditions.models import Condition
from publishing.fields import PlainTextarea, SafeURLField, SeveralChoicesField, lines
from tests import make

REGIONS = Condition._meta.get_field("regions")
KNOWN = "cervical, thoracic, lumbar, sacral, whole"


class RegionsForm(forms.ModelForm):
    class Meta:
        model = Condition
        fields = ["regions"]


def test_lines_are_trimmed_and_empty_ones_dropped():
    assert lines(" slipped disk \r\n\r\n\tbulging disk\n") == ["slipped disk", "bulging disk"]


def test_a_box_for_lines_keeps_plain_line_ends():
    box = PlainTextarea()

    assert box.value_from_datadict({"note": "Often.\r\nAt night.\r\n"}, {}, "note") == "Often.\nAt night.\n"
    assert box.value_from_datadict({"note": ""}, {}, "note") == ""
    assert box.value_from_datadict({}, {}, "note") is None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.nhs.uk/conditions/sciatica/",
        "https://doi.org/10.1000/182(3);4~x?a=1&b=%20#part",
        "https://münchen.example/rücken",
        "https://a.example/@someone",
    ],
)
def test_an_address_that_shows_where_it_leads_is_taken(address):
    assert SafeURLField().clean(address, None) == address


@pytest.mark.parametrize("address", ["https://user:pw@evil.example/", "https://good.example@evil.example/"])
def test_an_address_with_a_name_in_it_is_refused(address):
    with pytest.raises(ValidationError, match="Leave out the name and password"):
        SafeURLField().clean(address, None)


@pytest.mark.parametrize("sign", [*"<>\"'`\\ \0\x07\x7f", *"\u200b\u200e\u202e\u2066\ufeff\u00a0\u2028\u00ad"])
def test_an_address_with_signs_that_break_out_or_are_not_seen_is_refused(sign):
    with pytest.raises(ValidationError, match="no spaces, quotes, < or >, and no hidden signs"):
        SafeURLField().clean(f"https://a.example/b{sign}c", None)


def test_the_form_offers_a_box_for_every_choice():
    field = REGIONS.formfield()

    assert isinstance(field.widget, forms.CheckboxSelectMultiple)
    assert [code for code, _label in field.choices] == KNOWN.split(", ")
    assert (field.label, field.required) == ("Regions", False)


def test_a_label_keeps_its_capitals():
    assert SeveralChoicesField("kinds of MRI", choices=[("a", "A")]).formfield().label == "Kinds of MRI"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ticked", "kept"),
    [
        ([], []),
        (["lumbar"], ["lumbar"]),
        (["whole", "lumbar", "cervical"], ["cervical", "lumbar", "whole"]),
        (["lumbar", "lumbar"], ["lumbar"]),
    ],
)
def test_ticked_boxes_are_kept_once_and_in_the_order_of_the_choices(ticked, kept):
    condition = make.condition(regions=["sacral"])

    RegionsForm({"regions": ticked}, instance=condition).save()

    condition.refresh_from_db()
    assert condition.regions == kept
    assert RegionsForm(instance=condition)["regions"].value() == kept
    assert not RegionsForm({"regions": kept}, instance=condition).has_changed()


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [["neck"], ["lumbar", ""], ['["lumbar"]'], ["lumbar, sacral"]])
def test_a_form_refuses_what_is_no_choice(sent):
    form = RegionsForm({"regions": sent})

    assert not form.is_valid()
    assert "is not one of the available choices" in form.errors["regions"][0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("junk", "message"),
    [
        (["lumbar", "neck"], f"“neck” is not one of {KNOWN}."),
        (["Lumbar"], f"“Lumbar” is not one of {KNOWN}."),
        ([None], f"“None” is not one of {KNOWN}."),
        ([["lumbar"]], f"“['lumbar']” is not one of {KNOWN}."),
        ("lumbar", f"“lumbar” is not a list. Give a list of any of {KNOWN}."),
        ("the whole spine", f"“the whole spine” is not a list. Give a list of any of {KNOWN}."),
        ({"lumbar": True}, f"“{{'lumbar': True}}” is not a list. Give a list of any of {KNOWN}."),
        (7, f"“7” is not a list. Give a list of any of {KNOWN}."),
    ],
)
def test_junk_is_refused_in_words_when_validated_and_when_saved(junk, message):
    condition = make.condition()
    condition.regions = junk

    with pytest.raises(ValidationError) as validated:
        condition.full_clean()
    with pytest.raises(ValidationError) as saved:
        condition.save()

    assert validated.value.message_dict == {"regions": [message]}
    assert saved.value.messages == [message]
    condition.refresh_from_db()
    assert condition.regions == []


@pytest.mark.django_db
def test_nothing_at_all_is_not_a_list_of_nothing():
    condition = make.condition()
    condition.regions = None

    with pytest.raises(ValidationError, match="is not a list"):
        condition.save()


def test_a_field_that_must_not_be_empty_says_so():
    field = SeveralChoicesField("regions", choices=[("a", "A")])

    with pytest.raises(ValidationError) as refused:
        field.clean([], None)

    assert refused.value.messages == ["This field cannot be blank."]
    assert field.formfield().required
