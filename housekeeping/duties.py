"""What is done again and again beside the server; apps register it when they are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

registered = {}


@dataclass(frozen=True)
class Duty:
    """Something that follows from the state of the database, such as "what has no sent_at is to be sent".

    Either periodic: `act()` is called once in `every`. Or a queue: `act(thing)` is called for each row of the queryset
    that `due()` gives, until it gives none. `act` runs outside any transaction, and may be cut off at any moment and
    done again. What it returns, if anything, is a function that writes down that it is done: it is called in the
    transaction that ends the lease, and only if the lease still holds.

    `lease` is longer than one act ever takes: after it another loop takes over. `words` tell staff what it is. What may
    take minutes `is_slow`, and is done beside the others, so that no mail waits for it.
    """

    name: str
    words: str
    act: Callable
    every: timedelta | None = None
    due: Callable | None = None
    lease: timedelta = timedelta(minutes=2)
    is_slow: bool = False

    def __post_init__(self):
        if (self.every is None) == (self.due is None):
            raise ValueError("A duty is either periodic, with `every`, or a queue, with `due`.")


def register(duty):
    registered[duty.name] = duty
