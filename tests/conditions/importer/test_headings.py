"""Which section the headings that hospitals and health services write open; None is a heading kept and told."""

import pytest

from conditions.importer.headings import section_without_title
from tests.conditions.importer.documents import parsed, told

pytestmark = pytest.mark.once

HEADINGS = [
    ("Overview", "overview"),
    ("About sciatica", "overview"),
    ("Introduction", "overview"),
    ("What is sciatica?", "overview"),
    ("What is it?", "overview"),
    ("What is a herniated disc?", "overview"),
    ("What are herniated discs?", "overview"),
    ("WHAT IS SCIATICA", "overview"),
    ("What’s sciatica?", "overview"),
    ("What is the sciatic nerve?", "overview"),
    ("Symptoms", "symptoms"),
    ("Signs and symptoms", "symptoms"),
    ("Symptoms of sciatica", "symptoms"),
    ("What are the symptoms of sciatica?", "symptoms"),
    ("Warning signs", "symptoms"),
    ("What does it feel like?", "symptoms"),
    ("How do I know if I have it?", "symptoms"),
    ("Causes", "causes"),
    ("Risk factors", "causes"),
    ("Causes of sciatica", "causes"),
    ("What causes it?", "causes"),
    ("What are the causes of sciatica?", "causes"),
    ("Who gets it?", "causes"),
    ("Who is at risk?", "causes"),
    ("Why does it happen?", "causes"),
    ("Diagnosis", "tests"),
    ("Tests and diagnosis", "tests"),
    ("How it is diagnosed", "tests"),
    ("How we diagnose it", "tests"),
    ("How doctors diagnose sciatica", "tests"),
    ("How is sciatica diagnosed?", "tests"),
    ("How sciatica is diagnosed", "tests"),
    ("How do you test for it?", "tests"),
    ("What tests will I need?", "tests"),
    ("Exams and tests", "tests"),
    ("Further tests", "further_tests"),
    ("Treatment", "treatments"),
    ("Treatments for sciatica", "treatments"),
    ("Treatments from a GP", "treatments"),
    ("How sciatica is treated", "treatments"),
    ("How is it treated?", "treatments"),
    ("How we treat it", "treatments"),
    ("What are the treatment options?", "treatments"),
    ("Outlook", "outlook"),
    ("Prognosis", "outlook"),
    ("What to expect", "outlook"),
    ("What can I expect?", "outlook"),
    ("What is the outlook?", "outlook"),
    ("What is the long-term prognosis for sciatica?", "outlook"),
    ("Outlook and recovery", "outlook"),
    ("Living with sciatica", "living"),
    ("Coping and support", "living"),
    ("Preparing for your appointment", "preparing"),
    ("What to expect from your doctor", "preparing"),
    ("Who treats it?", "preparing"),
    ("Helpful Surgery Overviews", "surgeries"),
    ("Recent News", "news"),
    ("When to see a doctor", None),
    ("Recovery", None),
    ("Complications", None),
    ("Prevention", None),
    ("What are the risks of surgery?", None),
    ("What to expect after surgery", None),
    ("How common is it?", None),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "section"), HEADINGS)
def test_a_common_heading_opens_its_section(heading, section):
    assert section_without_title(heading, "Sciatica") == section


@pytest.mark.parametrize("heading", [heading for heading, section in HEADINGS if not section])
def test_a_heading_that_opens_no_section_is_kept_and_told(heading):
    found = parsed(f"# Sciatica\n\n## Symptoms\n\nIt hurts.\n\n## {heading}\n\nIt may pass.\n", "a.md")

    assert found.texts["symptoms"] == f"<p>It hurts.</p><h3>{heading}</h3><p>It may pass.</p>"
    assert told(found, "heading") == [f"“{heading}” was kept as a heading within “Symptoms”."]


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize(
    ("heading", "section"),
    [("symptoms", "symptoms"), ("tests and diagnosis", "tests"), ("TREATMENT", "treatments"), ("causes:", "causes")],
)
def test_a_line_alone_opens_its_section_whatever_its_case(heading, section, name):
    lines = ["Slip", "It slips.", heading, "The words below it."]
    text = "".join(f"<p>{line}</p>" for line in lines) if name == "a.html" else "\n\n".join(lines)

    found = parsed(text, name)

    assert found.texts == {"overview": "<p>It slips.</p>", section: "<p>The words below it.</p>"}


@pytest.mark.parametrize("lines", ["It eases with\ntreatment\n\nafter a day.", "- rest\n- treatment\n\nIt eases."])
def test_a_word_within_a_text_opens_no_section(lines):
    found = parsed(f"Slip\n\n{lines}\n")

    assert list(found.texts) == ["overview"]


def test_an_unknown_heading_over_a_short_text_is_kept_as_a_heading_and_told():
    found = parsed("Slip\n\nIt slips.\n\nOutlook\n\nGood, mostly.\n\nComplications\n\nIt may come back.\n")

    assert found.texts["outlook"] == "<p>Good, mostly.</p><h3>Complications</h3><p>It may come back.</p>"
    assert [str(remark) for remark in found.remarks] == [
        "line 9: “Complications” was kept as a heading within “Outlook”."
    ]


@pytest.mark.parametrize("line", ["complications", "In the garden", "Call us"])
def test_a_short_line_that_was_taken_as_text_is_told(line):
    found = parsed(f"Slip\n\nIt slips.\n\nOutlook\n\nGood, mostly.\n\n{line}\n")

    assert found.texts["outlook"] == f"<p>Good, mostly.</p><p>{line}</p>"
    assert [str(remark) for remark in found.remarks] == [
        f"line 9: “{line}” stands alone like a heading; it was kept as text."
    ]
