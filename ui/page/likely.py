"""What a person may want next, said to those who compute ahead (``ui.work.ahead``)."""

from ui.catalog import Concept
from ui.controls.link import Link, strings
from ui.controls.widgets import Controls
from ui.work.ahead import AHEAD, EXPERIMENT, Scale, beside


def suggest(concept: Concept, controls: Controls, link: Link) -> None:
    """Called before the address is written: what it was until now tells which control was moved."""
    if link.before is None:
        return
    now = {name: strings(value) for name, value in link.changed({EXPERIMENT: 1, **controls.defaults}).items()}
    scales = {
        name: Scale([strings(position)[0] for position in positions], strings(controls.defaults[name])[0])
        for name, positions in controls.positions.items()
    }
    AHEAD.suggest(concept.slug, list(beside(link.before, now, scales, len(concept.experiments))))
