"""What else a page is called: other names that patients meet, and words that they search for."""

from publishing.fields import lines

ALSO_CALLED = "Other names that patients meet, one a line. They stand in the A to Z and lead here."
SEARCHED_FOR = "Words people search for: lay words and misspellings, one a line. They are never printed."


def with_lay_words(words):
    """The frozen `words` of an edition from before there were lay words."""
    return {**words, "lay_words": []}


def frozen_names(page):
    """What else `page` is called, as an edition keeps it."""
    return {"also_called": lines(page.also_called), "lay_words": lines(page.lay_words)}
