"""The ends of number fields, which the browser is not told (it would put what is typed to them, without a word): as the
pages ask for them, noted on the way."""

from functools import wraps

from ui.controls.widgets import Controls

ENDS: dict[str, tuple[float, float]] = {}  # by the key of the field
_number = Controls.number


@wraps(_number)
def _noted(self, name, low, high, *rest, **more):
    ENDS[self.link.key(name)] = low, high
    return _number(self, name, low, high, *rest, **more)


Controls.number = _noted
