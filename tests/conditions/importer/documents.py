"""A document of the reference page's shape, in our own words, and the same one as Markdown, HTML and Word file."""

import io

import docx

from conditions.importer import readers
from conditions.importer.outline import outline

NBSP = "\u00a0"

# Symptoms and Treatments have lost their headings; a double blank line marks the place.
PLAIN = f"""Slipping Vertebra


Vertebra{NBSP}= one bone of the spine
Slippage{NBSP}= a sliding out of place

A slipping vertebra (VUR-teh-bruh) is a bone that has slid over the one below. It’s common in adults.

Children who dance or tumble can have it too.


The first symptom is often pain low in the back. Some people feel nothing at all.

Numb toes, or a weak foot, are other symptoms.

Causes and Risk Factors

Worn joints are the usual cause. A small crack in the bone is another.

Tests and Diagnosis
  • X-ray (also known as plain films) –picture that shows where each bone stands. It is quick.
  • CT scans (computed tomography scans, or CAT scans) use many pictures to show bone in slices.{NBSP}
  • MR (magnetic resonance) scans use magnets to show the nerves.

Blood tests are rarely needed.


Treatment begins with rest and exercise. Many people need no more.

Surgery can relieve pressure on a nerve.

Preparing for Your Appointment

Drs. Ada B. Plover,{NBSP} Cyrus D.E. Heron{NBSP}(Pediatric), and{NBSP}Edda Wren (Pediatric) {NBSP} are \
experts in treating slipping vertebrae. They can also offer you a second opinion.

Bring your pictures along.

Helpful Surgery Overviews

Dr. Plover will choose the treatment method specific to each patient and situation.

Recent News"""

MARKDOWN = """# Slipping Vertebra

Summary: A bone of the spine that has slid over the one below.
Also called: slipped bone; spondylolisthesis
Lay words: bone out of place; spondilolisthesis
Plural: slipping vertebrae
Regions: lumbar, sacral
Category: degenerative
Patients: both

Vertebra (VUR-teh-bruh) = one bone of the spine
Slippage = a sliding out of place

A slipping vertebra is a bone that has slid **over** the one [below](https://example.org/bones).

## Signs and symptoms:

Pain low in the back comes first.

- Back Pain – worse when you stand
- Numbness: in the toes

## 2. WHAT CAUSES IT?

Worn joints are the usual cause.

### Risk factors

| Age | Risk |
|-----|------|
| 60  | high |

## How is it diagnosed?

First come pictures.

- X-ray (also known as plain films) – a picture of the bones
- **MRI scan** – a picture of the nerves

Blood tests are rarely needed.

## Treatment options

Most people start with exercise.

To relieve pain:

- Physical Therapy – three times a week
- Pain Medicines

## Outlook

Most people do well.

## Living with a slipping vertebra

Walk every day.

## Who treats it

Bring your pictures along.

Drs. Ada B. Plover and Edda Wren (Pediatric) are experts in treating slipping vertebrae. They can also offer
you a second opinion.

## Surgery overviews

Dr. Plover will choose the treatment method that suits you.

- Spinal Fusion – It joins two bones.
"""


def parsed(characters, name="slipping-vertebra.txt", **library):
    """What the importer understands of a document's characters (or bytes)."""
    data = characters if isinstance(characters, bytes) else characters.encode()
    return outline(readers.read(data, name), **library)


def told(parsed, kind):
    """The texts of the remarks of one kind."""
    return [remark.text for remark in parsed.remarks if remark.kind == kind]


def word_file(*paragraphs, header=""):
    """A .docx with (style, text) paragraphs; a text alone is in the normal style."""
    document = docx.Document()
    for paragraph in paragraphs:
        style, text = paragraph if isinstance(paragraph, tuple) else (None, paragraph)
        document.add_paragraph(text, style=style)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
