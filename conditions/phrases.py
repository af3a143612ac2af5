"""Which words of a phrase that describes a warning sign say nothing by themselves."""

ONLY = "only:"  # begins a phrase that counts where nothing else was typed
SMALL = """
    a all also an and any anymore are as at be been being by can could do does for from get gets getting got had has
    have having he help her his i if im in into is it its ive just left me my of off on or our please really she should
    so some than that the their them these they this to too very was we were what when while why with would you your
"""
# Who it befell: "my dad can't walk" says what "can't walk" does.
PEOPLE = """
    aunt auntie baby boy boyfriend brother child children dad daddy daughter elderly father friend girl girlfriend
    grandfather grandma grandmother grandpa grandson granddaughter granny husband kid kids man mom mommy mother mum
    neighbor neighbour nephew niece partner patient person roommate sister somebody someone son spouse toddler uncle
    wife woman
"""
PEOPLE = frozenset(PEOPLE.split())
SMALL = frozenset(SMALL.split()) | PEOPLE
# Of one word only, so that they need another: "can't", "not", "hard", "new" and words alike.
CANNOT = "cannot cant couldnt unable wont lost lose loses losing loss no never stopped stops without"
NOT = "not dont doesnt didnt isnt arent havent hasnt hadnt"
TROUBLE = "trouble hard harder difficult difficulty struggle struggling"
NEW = "new newly sudden suddenly quickly rapidly fast overnight today"
DEPENDENT = frozenset(f"{CANNOT} {NOT} {TROUBLE} {NEW}".split())
# An emergency whatever stands beside them.
ALONE = """
    breathless breathlessness incontinence incontinent overdose overdosed paralysed paralysis paralyzed slurring
    suicidal
    suicide
"""
ALONE = frozenset(ALONE.split())


def alarms_everybody(phrase):
    """Whether `phrase` has fewer than two words that say something, and none that is an emergency alone."""
    phrase = phrase.casefold()
    if phrase.startswith(ONLY):
        return not (_words(phrase.removeprefix(ONLY)) - SMALL - DEPENDENT)
    said = _words(phrase) - SMALL
    return not said & ALONE and (len(said) < 2 or not said - DEPENDENT)


def _words(text):
    plain = "".join(character for character in text if character.isalnum() or character in " -")
    return set(plain.replace("-", " ").split())
