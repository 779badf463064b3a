"""Altair's channels, made safe for threads: ``alt.X("x:Q").scale(...)`` is about that channel and no other.

In Altair the method of an attribute is one object for all channels, which remembers whose it was asked for last: where
two threads build charts, the one's x may get the axis of the other's y, and a template that is kept keeps it. Here each
asking gets a method of its own. (It also wrote the method's documentation anew, each time.)
"""

from copy import copy

from altair.utils import schemapi

METHOD = schemapi._PropertySetter  # Altair 6.3


def _own(method: METHOD, channel: object, kind: type) -> METHOD:
    found = copy(method)
    found.obj, found.cls = channel, kind
    return found


def install() -> None:
    """From here on, for the whole process."""
    METHOD.__get__ = _own
