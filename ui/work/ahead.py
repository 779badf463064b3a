"""What is likely to be asked for next, to be computed while nobody waits: the positions beside the one to which a
person has just moved a control, in the direction of the hand first, and the experiments beside the one they are at.

Only of pages whose work is long; nobody else gains from it. ``ui.server.warming`` opens the links that are kept here.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

Address = Mapping[str, Sequence[str]]  # of one page: the values that are not at their defaults, as the link has them
EXPERIMENT = "experiment"
WAITING, REMEMBERED = 12, 512  # links that wait, and links that are not opened again


@dataclass(frozen=True)
class Scale:
    """The positions of a control, as the link has them."""

    positions: Sequence[str]
    default: str


def beside(before: Address, now: Address, scales: Mapping[str, Scale], experiments: int) -> Iterator[Address]:
    """The addresses next to ``now`` where one control has been moved since ``before``; none where more have."""
    moved = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    if EXPERIMENT in moved:
        at = int(now.get(EXPERIMENT, ["1"])[0])
        yield from ({EXPERIMENT: [str(k)]} for k in (at + 1, at - 1) if 1 <= k <= experiments)
    elif len(moved) == 1 and (name := moved.pop()) in scales:
        scale = scales[name]
        was, at = (_place(scale, address.get(name)) for address in (before, now))
        if was is not None and at is not None:
            way = 1 if at > was else -1
            near = (at + way, at - way)
            yield from ({**now, name: [scale.positions[k]]} for k in near if 0 <= k < len(scale.positions) and k != was)


def _place(scale: Scale, value: Sequence[str] | None) -> int | None:
    said = scale.default if value is None else value[0]
    return scale.positions.index(said) if said in scale.positions else None


class Ahead:
    """Links to be opened, the newest first. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._links: deque[tuple[str, str]] = deque(maxlen=WAITING)  # page and query; the last is opened first
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def suggest(self, page: str, addresses: Sequence[Address]) -> None:
        """The best of them first."""
        with self._lock:
            for address in reversed(addresses):
                link = page, urlencode({name: list(values) for name, values in address.items()}, doseq=True)
                if link in self._known:
                    continue
                self._known[link] = None
                self._links.append(link)
                if len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)

    def take(self) -> tuple[str, str] | None:
        with self._lock:
            return self._links.pop() if self._links else None

    def give_back(self, link: tuple[str, str]) -> None:
        """It was left, because somebody came: it waits behind what is newer."""
        with self._lock:
            if len(self._links) < WAITING:
                self._links.appendleft(link)


AHEAD = Ahead()
