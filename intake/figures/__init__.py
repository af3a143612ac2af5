"""How many requests came, how long they waited and how they ended; no number is small enough to tell of anybody."""
