"""How long marking takes: 80 terms of four names each in 40 KB of text, at most 10 ms.

Every page knows other terms already, as pages that stand for terms or name them under the title do.

`python bench/marking.py`.
"""

import random
import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import django
from django.conf import settings

settings.configure()
django.setup()

from glossary.marking import Glossary  # noqa: E402

MARKED_IN = 0.010  # seconds
SYLLABLES = """ba cor di el fra gu hy in ja ky lo mu ne or pa qui ra sto ta um ve wi xe yo zi spon dyl ar"""

chance = random.Random(7)  # noqa: S311 - nothing is kept secret by it
vocabulary = ["".join(chance.choices(SYLLABLES.split(), k=chance.randint(1, 4))) for _ in range(3_000)]
terms = [
    SimpleNamespace(page_id=n, title=names[0], slug=f"term-{n}", words={"variants": names[1:]})
    for n, names in ((n, chance.sample(vocabulary, 4)) for n in range(80))
]
text = ""
while len(text) < 40_000:
    text += f"<p>{' '.join(chance.choices(vocabulary, k=60))}.</p>\n"

started = time.perf_counter()
Glossary(terms).mark(text)
first = time.perf_counter() - started
times = []
for _ in range(50):
    known = chance.sample(terms, 4)
    started = time.perf_counter()
    Glossary(terms, known).mark(text)
    times.append(time.perf_counter() - started)
median = statistics.median(times)
print(f"{len(text):,} characters, {len(terms)} terms: {median * 1000:.1f} ms, the first time {first * 1000:.0f} ms")
sys.exit(median > MARKED_IN)
