"""Which section the headings that hospitals and health services write open; None is a heading kept and told."""

import pytest

from conditions.importer.headings import section_without_title
from tests.conditions.importer.documents import parsed, told

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
