"""What one run of a page has computed and shown: all that it takes to take the page away.

Keeping it costs next to nothing: a record holds references, and nothing is written or drawn before somebody asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from charts.common import Picture
from core.check import Check
from ui.live.player import Time


@dataclass(frozen=True)
class Call:
    """A function of ``core``, or a method of one of its results, with what it was given and what came out."""

    function: Callable[..., Any]
    args: tuple
    kwargs: Mapping[str, Any]
    result: Any
    is_long: bool = False  # it came as a generator of ``Progress``


@dataclass(frozen=True)
class Shown:
    """A picture, with what it shows in words."""

    picture: Picture
    alt: str
    height: int


@dataclass
class Record:
    """The calls of a run in their order, the pictures by their keys, the player and the checks."""

    calls: list[Call] = field(default_factory=list)
    pictures: dict[str, Shown] = field(default_factory=dict)
    legend: str = ""  # HTML of ours: what the lines are, where several pictures share it
    time: Time | None = None
    checks: tuple[Check, ...] = ()

    def hears(self, function: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
        """``run``, which computes what ``function`` does; its calls are noted."""

        def call(*args: Any, **kwargs: Any) -> Any:
            result = run(*args, **kwargs)
            self.calls.append(Call(function, args, kwargs, result))
            return result

        return call
