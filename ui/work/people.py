"""Whose turn it is: whoever was served longest ago, and of those who never were, whoever has waited longest.

So nobody is served twice before everyone who waits was once. A person has one wish at a time; a newer one takes the
older one's place in the queue.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

MOST = 4096  # people who are remembered
BACK = 3.0  # seconds without a word, after which one who comes back has to queue up again


@dataclass
class Person:
    """One who asks for long work."""

    served: int = 0  # the how manieth service of all was their last
    since: float | None = None  # when they began to wait
    wish: str | None = None  # the key of what they wait for
    asked: float = 0.0  # when they last asked


class People:
    """All who have asked lately. Used by one thread at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[object, Person] = OrderedDict()
        self._services = 0

    def wishes(self, who: object, key: str) -> str | None:
        """``who`` waits for that now; the key of what they waited for until now, where it is another."""
        now = time.monotonic()
        person = self._known.setdefault(who, Person())
        self._known.move_to_end(who)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        if person.since is None or now - person.asked > BACK:
            person.since = now
        before, person.wish, person.asked = person.wish, key, now
        return before if before != key else None

    def has_it(self, who: object) -> None:
        """``who`` has what they wished for, and nobody had to work for it."""
        if who in self._known:
            self._known[who].since = self._known[who].wish = None

    def are_served(self, whos: list[object]) -> None:
        """Work for them has begun, or is done."""
        self._services += 1
        for who in whos:
            if who in self._known:
                self._known[who].served, self._known[who].since = self._services, None

    def rank(self, who: object, since: float) -> tuple[int, float]:
        """The least comes first; ``since`` is for those whom nobody knows."""
        person = self._known.get(who)
        if person is None:
            return 0, since
        return person.served, since if person.since is None else person.since
