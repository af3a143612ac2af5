import pytest

from search.warning_signs import asks_for_help

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
"""
ORDINARY = """
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
foot drop
scoliosis in children
can I drive after surgery
"""


@pytest.mark.parametrize("asked", URGENT.strip().splitlines())
def test_words_of_an_emergency_are_known(asked):
    assert asks_for_help(asked)


@pytest.mark.parametrize("asked", ["", "\x00", *ORDINARY.strip().splitlines()])
def test_ordinary_words_alarm_nobody(asked):
    assert not asks_for_help(asked)


def test_a_long_text_is_read_in_a_moment():
    assert not asks_for_help("no trouble " * 5_000)
    assert asks_for_help("trouble with my bladder " * 5_000)
