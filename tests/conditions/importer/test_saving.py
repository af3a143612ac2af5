import pytest
from django.utils import timezone

from conditions.importer.blocks import Unreadable
from conditions.importer.saving import import_document, preview
from conditions.models import Condition, DiagnosticTest, Treatment
from glossary.models import Term
from physicians.models import Physician
from publishing import actions
from publishing.models import Edition, Page
from tests import make
from tests.conditions.importer.documents import MARKDOWN, PLAIN, told

pytestmark = pytest.mark.django_db


def imported(characters=PLAIN, name="slipping-vertebra.txt", **options):
    return import_document(characters.encode(), name, **options)


def rows(condition, name):
    return [(row.role, str(getattr(row, row.TARGET)), row.note) for row in getattr(condition, name).all()]


def state():
    """Every saved working row's version, and how many editions there are."""
    return sorted(Page.objects.values_list("kind", "slug", "version")), Edition.objects.count()


def test_a_document_becomes_a_condition_with_its_rows():
    report = imported()

    condition = Condition.objects.get(slug="slipping-vertebra")
    assert (report.outcome, report.page) == ("created", condition.pk)
    assert (condition.title, condition.plural) == ("Slipping Vertebra", "slipping vertebrae")
    assert rows(condition, "term_rows") == [("term", "Vertebra", ""), ("term", "Slippage", "")]
    assert rows(condition, "test_rows") == [
        ("first_test", "X-ray", ""),
        ("first_test", "CT scan", ""),
        ("first_test", "MR scan", ""),
    ]
    assert rows(condition, "physician_rows") == [
        ("lead", "Ada B. Plover", ""),
        ("physician", "Cyrus D.E. Heron", ""),
        ("physician", "Edda Wren", ""),
    ]
    heron = Physician.objects.get(family_name="Heron")
    assert (heron.given_names, heron.patients, heron.gives_second_opinions) == ("Cyrus D.E.", "pediatric", True)
    assert DiagnosticTest.objects.get(title="X-ray").also_called == "plain films"
    assert Term.objects.get(title="Slippage").meaning == "a sliding out of place"


def test_importing_saves_a_working_copy_and_publishes_nothing():
    imported()

    assert not Edition.objects.exists()


def test_publishing_publishes_the_condition_and_all_that_it_shows():
    report = imported(publish=True)

    live = Edition.objects.live(timezone.now())
    assert report.is_published
    assert live.count() == Page.objects.count() == 9
    assert live.get(page__kind="condition").mentions.count() == 8
    assert live.first().change == "Imported from slipping-vertebra.txt."


@pytest.mark.parametrize("publish", [False, True])
def test_importing_again_changes_nothing(publish):
    imported(publish=publish)
    before = state()

    again = imported(publish=publish)
    replaced = imported(publish=publish, replace=True)

    assert (again.outcome, replaced.outcome) == ("unchanged", "unchanged")
    assert again.differences == again.created == again.published == []
    assert state() == before


def test_a_document_saved_earlier_can_be_published_later():
    imported()

    report = imported(publish=True)

    assert (report.outcome, report.is_published) == ("unchanged", True)
    assert Edition.objects.count() == 9


def test_library_entries_are_reused_and_never_overwritten():
    make.diagnostic_test("X Ray", slug="x-ray", description="<p>Our own words.</p>")
    make.term("slippage", meaning="our own meaning")
    make.diagnostic_test("CAT Scan", also_called="CT-scan")
    make.physician("Heron", given_names="Cyrus D. E.", patients="adult", gives_second_opinions=False)
    before = state()[0]

    report = imported()

    condition = Condition.objects.get(slug="slipping-vertebra")
    assert set(before) < set(state()[0])
    assert rows(condition, "test_rows")[:2] == [
        ("first_test", "X Ray", "Picture that shows where each bone stands. It is quick."),
        (
            "first_test",
            "CAT Scan",
            "CT scans (computed tomography scans, or CAT scans) use many pictures to show bone in slices.",
        ),
    ]
    assert rows(condition, "term_rows")[1] == ("term", "slippage", "a sliding out of place")
    assert DiagnosticTest.objects.get(slug="x-ray").description == "<p>Our own words.</p>"
    assert told(report, "library") == [
        "The term “slippage” stays as it is: its text differs, and the document's goes into the note for this page.",
        "The test “X Ray” stays as it is: “plain films” is not among its names.",
        "The test “X Ray” stays as it is: its text differs, and the document's goes into the note for this page.",
        "The test “CAT Scan” stays as it is: “computed tomography scan” is not among its names.",
        "The test “CAT Scan” stays as it is: its text differs, and the document's goes into the note for this page.",
        "The physician “Cyrus D. E. Heron” stays as it is: the document says Children and teens.",
        "The physician “Cyrus D. E. Heron” stays as it is: the document says that a second opinion is offered.",
    ]
    assert told(report, "not_placed") == []
    assert imported().outcome == "unchanged"


def test_an_entry_is_found_by_an_address_it_once_had():
    test = make.published(make.diagnostic_test("Plain picture", slug="x-ray"))
    test.slug = "plain-picture"
    test.save()

    imported()

    assert not DiagnosticTest.objects.filter(title="X-ray").exists()


def test_an_entry_with_unpublished_changes_is_left_and_told():
    test = make.published(make.diagnostic_test("X-ray", slug="x-ray", also_called="plain films"))
    test.description = "<p>Picture that shows where each bone stands. It is quick.</p>"
    test.save()

    report = imported(publish=True)

    assert test.editions.count() == 1
    assert told(report, "library") == [
        "The test “X-ray” has unpublished changes (description); publish them by hand.",
    ]


def test_a_withdrawn_entry_and_a_withdrawn_condition_stay_withdrawn():
    imported(publish=True)
    for page in (Condition.objects.get(), DiagnosticTest.objects.get(title="X-ray")):
        actions.withdraw(page, by=None, change="Out of date.")
    before = state()

    report = imported(publish=True)

    assert state() == before
    assert told(report, "library") == [
        "The test “X-ray” was withdrawn and stays so; publish it by hand.",
        "The condition “Slipping Vertebra” was withdrawn and stays so; publish it by hand.",
    ]


def test_lists_of_known_symptoms_and_treatments_become_rows():
    for title in ("Back Pain", "Numbness"):
        make.symptom(title)
    for title in ("Physical Therapy", "Pain Medicines"):
        make.treatment(title)

    report = imported(MARKDOWN, "slip.md")

    condition = Condition.objects.get()
    assert rows(condition, "symptom_rows") == [
        ("symptom", "Back Pain", "Worse when you stand"),
        ("symptom", "Numbness", "In the toes"),
    ]
    assert rows(condition, "treatment_rows") == [
        ("treatment_relieve", "Physical Therapy", "Three times a week"),
        ("treatment_relieve", "Pain Medicines", ""),
        ("treatment", "Spinal Fusion", ""),
    ]
    assert Treatment.objects.get(title="Spinal Fusion").method == "surgery"
    assert condition.regions == ["lumbar", "sacral"]
    assert (condition.category, condition.patients) == ("degenerative", "both")
    assert condition.also_called == "slipped bone\nspondylolisthesis"
    assert condition.lay_words == "bone out of place\nspondilolisthesis"
    assert told(report, "not_placed") == []
    assert imported(MARKDOWN, "slip.md").outcome == "unchanged"


def test_a_surgery_of_the_document_counts_as_known_in_its_other_lists():
    text = (
        "# Slip\n\n## Treatments\n\n- Fusion – at last\n\n## Surgeries\n\n- Fusion – It joins.\n- Rods – They hold.\n"
    )

    imported(text, "slip.md")

    assert rows(Condition.objects.get(), "treatment_rows") == [
        ("treatment", "Fusion", "At last"),
        ("treatment", "Rods", ""),
    ]
    assert Treatment.objects.get(title="Fusion").description == "<p>It joins.</p>"
    assert imported(text, "slip.md").outcome == "unchanged"


def test_a_condition_that_differs_is_left_alone_and_the_differences_are_shown():
    imported()
    condition = Condition.objects.get()
    condition.causes = "<p>We know more now.</p>"
    condition.outlook = "<p>The document is silent on this.</p>"
    condition.save()
    condition.test_rows.first().delete()
    before = state()

    report = imported(publish=True)

    assert report.outcome == "left_alone"
    assert [(d.label, d.site, d.document) for d in report.differences] == [
        (
            "Causes and risk factors",
            ("We know more now.",),
            ("Worn joints are the usual cause. A small crack in the bone is another.",),
        ),
        ("Tests", (), ("X-ray (first)",)),
    ]
    assert told(report, "not_placed") == []
    assert state() == before


@pytest.mark.parametrize("found_by", ["slug", "title", "address"])
def test_a_condition_is_found_by_address_title_and_old_address(found_by):
    condition = make.published(make.condition("Slipping vertebra", slug="slipping-vertebra"))
    if found_by != "slug":
        condition.slug = "a-new-address"
    if found_by != "title":
        condition.title = "Spondylolisthesis"
    condition.save()

    report = imported()

    assert (report.outcome, report.page) == ("left_alone", condition.pk)
    assert Condition.objects.count() == 1


def test_entries_of_a_condition_that_is_left_alone_are_not_made():
    make.condition("Slipping Vertebra", slug="slipping-vertebra", overview="<p>Ours.</p>")

    report = imported()

    assert report.outcome == "left_alone"
    assert report.created == []
    assert not DiagnosticTest.objects.exists()
    assert told(report, "not_placed") == []


def test_replacing_writes_the_working_copy_and_its_rows_only():
    imported(publish=True)
    condition = Condition.objects.get()
    condition.causes = "<p>We know more now.</p>"
    condition.outlook = "<p>The document is silent on this.</p>"
    condition.save()
    condition.test_rows.all().delete()
    version = condition.version
    editions = Edition.objects.count()

    report = imported(replace=True)

    condition.refresh_from_db()
    assert report.outcome == "replaced"
    assert condition.version == version + 1
    assert condition.causes.startswith("<p>Worn joints")
    assert condition.outlook == "<p>The document is silent on this.</p>"
    assert len(rows(condition, "test_rows")) == 3
    assert Edition.objects.count() == editions


def test_what_breaks_a_rule_of_the_forms_is_refused_whole_and_in_one_line():
    text = "Slip\nSummary: " + "x" * 161 + "\n\nBone = a hard part\n\nIt slips.\n"

    with pytest.raises(Unreadable) as refusal:
        imported(text)

    assert str(refusal.value) == (
        "line 2: condition “Slip”: summary: Ensure this value has at most 160 characters (it has 161)."
    )
    assert not Page.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Bone = " + "x" * 301 + "\n", "line 3: term “Bone”: meaning: Ensure this value has at most 300"),
        ("痛 = pain\n", "line 3: term “痛”: address: the name gives no address"),
        ("It slips.\n\nTests\n\n• 検査 – a test\n", "line 7: test “検査”: address: the name gives no address"),
        ("It slips. " * 10_001, "line 3: condition “Slip”: overview: Ensure this value has at most 100000"),
    ],
)
def test_what_breaks_a_rule_is_told_with_its_place(text, message):
    with pytest.raises(Unreadable) as refusal:
        imported(f"Slip\n\n{text}")

    assert str(refusal.value).startswith(message)
    assert not Page.objects.exists()


def test_a_name_without_any_letter_for_an_address_is_refused():
    with pytest.raises(Unreadable) as refusal:
        imported("脊椎腫瘍\n\n痛みます。\n")

    assert "address: the name gives no address" in str(refusal.value)


def test_a_condition_with_plans_is_not_published_over_them():
    imported(publish=True)
    condition = Condition.objects.get()
    actions.publish(condition, by=None, change="Later.", at=timezone.now() + timezone.timedelta(days=1))

    with pytest.raises(Unreadable, match="Changes of this page are planned"):
        imported(PLAIN.replace("Worn joints are", "Age is"), replace=True, publish=True)

    assert Condition.objects.get().causes == condition.causes


def test_a_physician_without_a_first_name_is_found_or_told():
    make.physician("Plover", given_names="Ada")
    text = "Slip\n\nWho treats it\n\nDrs. Plover and Nobody are experts in treating slips.\n"

    report = imported(text)

    assert rows(Condition.objects.get(), "physician_rows") == [("physician", "Ada Plover", "")]
    assert told(report, "not_placed") == ["“Dr. Nobody” has no first name and is not among the physicians."]


def test_two_names_of_one_entry_become_one_row_and_the_other_text_is_told():
    make.diagnostic_test("X-ray", also_called="radiograph")

    report = imported("Slip\n\nTests\n\n• X-ray – a picture\n• Radiograph – another picture\n")

    assert rows(Condition.objects.get(), "test_rows") == [("first_test", "X-ray", "A picture")]
    assert told(report, "not_placed") == ["X-ray – Another picture"]


def test_the_text_of_a_second_row_is_told_even_where_its_words_stand_elsewhere():
    make.treatment("Fusion")
    text = "# Slip\n\nIt joins.\n\n## Surgeries\n\n- Fusion – It holds.\n- Fusion – It joins.\n"

    report = imported(text, "slip.md")

    assert rows(Condition.objects.get(), "treatment_rows") == [("treatment", "Fusion", "It holds.")]
    assert told(report, "not_placed") == ["Fusion – It joins."]


def test_a_preview_tells_the_same_and_saves_nothing():
    report = preview(PLAIN.encode(), "slip.txt")

    assert report.outcome == "created"
    assert "X-ray" in [entry.title for entry in report.created]
    assert not Page.objects.exists()


def test_markup_that_the_cleaner_drops_is_no_difference():
    page = "<h1>Slip</h1><p>It <b onclick='x()'>slips</b> <a href='https://example.org/'>far</a>.</p>"

    imported(page, "slip.html")

    assert "noopener" in Condition.objects.get().overview
    assert imported(page, "slip.html").outcome == "unchanged"


def test_what_a_document_does_not_say_of_a_physician_is_no_difference():
    make.physician("Plover", given_names="Ada B.", patients="pediatric")
    make.physician("Wren", given_names="Edda", patients="both")

    report = imported(PLAIN.replace("They can also offer you a second opinion.", ""))

    assert told(report, "library") == []


def test_text_alone_leaves_the_lists_of_a_condition_as_they_are():
    imported(MARKDOWN, "slip.md")
    condition = Condition.objects.get()
    condition.treatment_rows.create(treatment=make.treatment("Rest"), position=5)
    condition.symptom_rows.create(symptom=make.symptom("Back Pain"), position=0)
    text = "# Slipping Vertebra\n\n## Symptoms\n\nIt hurts.\n\n## Tests\n\nWe look.\n\n## Treatments\n\nTime heals.\n"

    report = imported(text, "slip.md", replace=True)

    assert report.outcome == "replaced"
    assert [row[1] for row in rows(condition, "treatment_rows")] == ["Spinal Fusion", "Rest"]
    assert [row[1] for row in rows(condition, "symptom_rows")] == ["Back Pain"]
    assert [row[1] for row in rows(condition, "test_rows")] == ["X-ray", "MRI scan"]
    assert told(report, "note") == []
    assert imported(text, "slip.md").outcome == "unchanged"


def test_rows_that_a_documents_list_removes_are_counted():
    imported(MARKDOWN, "slip.md")
    text = "# Slipping Vertebra\n\n## Tests\n\n- X-ray\n\n## Surgery overviews\n\n- Rods\n"

    left = imported(text, "slip.md")
    replaced = imported(text, "slip.md", replace=True)

    assert told(left, "note") == [
        "Replacing would remove from the working copy: 1 test that the document doesn’t list.",
        "Replacing would remove from the working copy: 1 treatment that the document doesn’t list.",
    ]
    assert told(replaced, "note") == [
        "Removed from the working copy: 1 test that the document doesn’t list.",
        "Removed from the working copy: 1 treatment that the document doesn’t list.",
    ]
    assert rows(Condition.objects.get(), "treatment_rows") == [("treatment", "Rods", "")]


# Warning signs

SIGNS = (
    "# Sciatica\n\n"
    "Warning signs: you can’t control your bladder – rare; Numb seat; Unheard of – as a test\n\n"
    "It hurts.\n"
)


@pytest.fixture
def library(db):
    """Two warning signs, of which one was never published."""
    bladder = make.published(make.warning_sign("You can't control your bladder", slug="bladder"))
    return bladder, make.warning_sign("Numb seat", slug="numb-seat")


def test_a_document_names_its_warning_signs_with_notes(library):
    report = imported(SIGNS, "sciatica.md", publish=True)

    condition = Condition.objects.get()
    assert rows(condition, "warning_sign_rows") == [
        ("warning_sign", "You can't control your bladder", "rare"),
        ("warning_sign", "Numb seat", ""),
    ]
    assert [entry.title for entry in report.published] == ["Numb seat"]
    assert "3 warning signs" in report.contents


def test_a_warning_sign_that_the_site_lacks_is_told_and_not_made(library):
    report = imported(SIGNS, "sciatica.md")

    assert told(report, "not_placed") == [
        "“Unheard of” is not among the warning signs; write it there and list it by hand.",
        "as a test",
    ]
    assert report.created == []


def test_the_same_signs_again_are_no_change_and_others_are_a_difference(library):
    imported(SIGNS, "sciatica.md")

    assert imported(SIGNS, "sciatica.md").outcome == "unchanged"
    report = imported(SIGNS.replace("– rare", "– often"), "sciatica.md")
    assert [(part.label, part.site, part.document) for part in report.differences] == [
        (
            "Warning signs",
            ("You can't control your bladder – rare",),
            ("You can't control your bladder – often",),
        )
    ]


def test_a_document_without_warning_signs_leaves_those_listed(library):
    imported(SIGNS, "sciatica.md")

    imported("# Sciatica\n\nIt aches.\n", "sciatica.md", replace=True)

    assert len(rows(Condition.objects.get(), "warning_sign_rows")) == 2
