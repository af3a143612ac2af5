"""Whether what people type asks for a warning sign's card, as the sample department's signs say."""

import tomllib

import pytest
from django.conf import settings

from publishing.composing import Shown
from publishing.fields import lines
from search.warning_signs import Signs

pytestmark = pytest.mark.once

URGENT = """
can't feel legs
cant feel my legs
I can’t feel my left leg anymore
lost bladder control
losing control of my bowels
cannot hold my bladder
bladder not working
trouble peeing since yesterday
can't pee
unable to urinate
bladder leaking
wet myself
peed my pants
new bladder problems
incontinence
cauda equina syndrome
numb between my legs
numbness in the groin
groin is numb
saddle anesthesia
lost feeling in both feet
can't move my arms
my legs wont move
legs suddenly weak
sudden weakness in leg
suddenly numb arm
can't walk
cannot stand up
paralyzed
paralysed from the waist down
face drooping
slurred speech
chest pain
can't breathe
broken neck
worst headache of my life
i want to die
suicidal because of pain
CAN'T FEEL LEGS!!!
can´t feel my legs
can`t move
can′t pee
I can t move
I can‛t walk
back pain after a fall
fell down the stairs neck pain
car accident neck pain
foot drop
my foot drags
knee gives way
my legs gave out
weakness in both legs
legs went numb
dont feel my legs
numb down there
penis numb
numb bottom
vagina numb
my bum is numb
my private area is numb
urinary retention
I haven't peed since yesterday
haven't been able to pee
can't speak
short of breath
shortness of breath
chest tightness
heart attack
i want to kill my self
hurt myself
overdose
suddenly can't walk
frozen shoulder and can't feel my legs
chest pain no fever
husband can't walk
my dad can't stand up
my dad can't stand
please help my older neighbour can't walk now
my wife can't walk since today
my wife can't pee
my mother can't walk
baby can't move legs
grandma can't feel her legs
cant fell my legs
can't go to the bathroom
I can't go to the toilet
car crash
fell off ladder
hit my head and neck hurts
"""
ORDINARY = """
wife has a walker
my child has scoliosis
my mother can't walk far
can't stand the pain
now I can't walk far
go to the bathroom at night
car seat
sciatica
leg pain
numb toes
pins and needles in my hands
weakness
leg weakness exercises
can't sleep because of back pain
can't sit for long
walking with stenosis
back pain after lifting
cancer control
pain control
lost height
bladder
new patients
new scanner
trouble swallowing
scoliosis in children
can I drive after surgery
no pain when walking
pain when walking no rest
numbness between toes
bladder problems
clumsy hands
not feeling better after leg surgery
when can I stand up after surgery
bowel prep before surgery
cancer
new back pain
wound care
broken back
fever
I can't walk more than 5 minutes
can't walk far
can't get up from chair
can't stand up straight
stiff neck can't move head
can't move my bowels
sleep paralysis
frozen shoulder can't move arm
exercises for bladder control
stroke recovery
no fever back pain
back surgery without incontinence
numb bottom of foot
my foot fell asleep and my back is in pain
I hurt myself lifting
"""
TODAY = """
fever and back pain
back pain with a fever of 102
I had cancer and now my back hurts
history of breast cancer new back pain
back pain and weight loss
wound is red and oozing
my drain fell out
hands getting clumsier
"""
SOON = """
back pain for months
pain lasting more than 6 weeks
my pain won't go away
"""


@pytest.fixture(scope="module")
def signs():
    """The warning signs of the sample department."""
    entries = tomllib.loads((settings.BASE_DIR / "sample" / "warning_signs.toml").read_text())["warning_sign"]
    return Signs([sign(entry["title"], entry["level"], entry["phrases"]) for entry in entries])


def sign(title="You fall", level="call_911", phrases=""):
    words = {"level": level, "explanation": "", "is_general": True, "phrases": lines(phrases)}
    return Shown(page_id=1, kind="warning_sign", slug="a", title=title, summary="", words=words)


def levels(signs, asked):
    return {sign.words["level"] for sign in signs.described_in(asked)}


def is_asked(phrase, text):
    return bool(Signs([sign(phrases=phrase)]).described_in(text))


@pytest.mark.parametrize("asked", URGENT.strip().splitlines())
def test_words_of_an_emergency_are_known(signs, asked):
    assert "call_911" in levels(signs, asked)


@pytest.mark.parametrize("asked", TODAY.strip().splitlines())
def test_words_of_what_must_be_told_today_are_known(signs, asked):
    assert levels(signs, asked) == {"call_today"}


@pytest.mark.parametrize("asked", SOON.strip().splitlines())
def test_words_of_what_must_be_told_soon_are_known(signs, asked):
    assert levels(signs, asked) == {"tell_us_soon"}


@pytest.mark.parametrize("asked", ["", "\x00", *ORDINARY.strip().splitlines()])
def test_ordinary_words_alarm_nobody(signs, asked):
    assert not signs.described_in(asked)


def test_a_long_text_is_read_in_a_moment(signs):
    assert not signs.described_in("no trouble " * 5_000)
    assert signs.described_in("trouble with my bladder " * 5_000)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("can't feel legs", "I cannot really feel my left foot"),
        ("can't feel legs", "my legs: I can not feel them"),
        ("can't feel legs", "unable to feel both legs"),
        ("legs don't work", "my leg doesn't work"),
        ("lost bladder", "loss of urine"),
        ("bladder leaking", "leaks from the bladder"),
        ("sudden weakness", "weak since today"),
        ("trouble peeing", "it is hard to urinate"),
        ("numb groin", "private parts are numb"),
    ],
)
def test_order_endings_small_words_and_words_alike_do_not_matter(phrase, text):
    assert is_asked(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("can't walk", "no pain when walking"),
        ("can't walk", "walking: no pain"),
        ("bladder leaking", "bladder"),
        ("fever back pain", "fever last week and a cough, then a sore back with pain"),
        ("numb groin", "numb hand"),
    ],
)
def test_every_word_must_stand_near_and_cannot_before_its_own_word(phrase, text):
    assert not is_asked(phrase, text)


@pytest.mark.parametrize("phrase", ["", "my", "can't", "the new", "can't and no"])
def test_a_phrase_of_small_words_alone_is_in_nothing(phrase):
    assert not is_asked(phrase, "can't do it, no new the my")


def test_the_words_of_the_sign_itself_are_a_phrase():
    signs = Signs([sign("Your back is getting rounder", "tell_us_soon")])

    assert signs.described_in("back rounder")


@pytest.mark.parametrize("asked", URGENT.strip().splitlines())
def test_an_emergency_that_no_live_sign_tells_of_is_known_all_the_same(asked):
    assert Signs([]).floor_is_in(asked)
    assert Signs([sign(level="call_today")]).floor_is_in(asked)
    assert Signs([sign("An odd disc")]).floor_is_in(asked)
    assert not Signs([sign(phrases=asked)]).floor_is_in(asked)


@pytest.mark.parametrize("asked", ["", *ORDINARY.strip().splitlines(), *TODAY.strip().splitlines()])
def test_a_site_without_signs_alarms_nobody_without_need(asked):
    assert not Signs([]).floor_is_in(asked)
