"""Colours by role, once for light and once for dark, and the sizes for a laptop and for the last row of a lecture hall.

The hues follow Okabe and Ito (2008). Lightness and chroma were chosen by computation, as near to those as could be, so
that all are told apart by full colour vision and by dichromats, and each stands at least 3:1 against its background
(``tests/charts/test_theme.py`` computes both). Vermillion is kept for the theory: no series has it.
"""

from dataclasses import dataclass
from typing import Literal

SERIES = ("blue", "purple", "green", "amber", "olive", "grey", "sky", "brown", "pink")


@dataclass(frozen=True)
class Theme:
    """What a chart is drawn with. ``scale`` is 1 on a laptop and larger on a projector."""

    name: Literal["light", "dark"]
    text: str
    background: str
    grid: str
    measured: str  # what was computed by running
    theory: str  # what a theorem says
    train: str
    test: str
    good: str
    bad: str
    quiet: str  # context: flow lines, level sets, thresholds
    series: tuple[str, ...]  # methods, in the order of SERIES
    field: tuple[str, ...]  # low -> high, for maps that are read by colour
    relief: tuple[str, ...]  # low -> high, under lines and balls
    scale: float = 1.0


LIGHT = Theme(
    name="light",
    text="#101722",
    background="#ffffff",
    grid="#e3e7ed",
    measured="#0b63a5",
    theory="#c2410c",
    train="#383c4f",
    test="#0b63a5",
    good="#00795a",
    bad="#c2410c",
    quiet="#7b8794",
    series=("#0b63a5", "#6c0d78", "#1a564e", "#bf8237", "#62712d", "#383c4f", "#2d8dc4", "#7a4828", "#c64c87"),
    field=("#f7fbff", "#dbe9f6", "#bad6eb", "#89bedc", "#539ecd", "#2b7bba", "#0b559f"),
    relief=("#fdfefe", "#eaf1f8", "#d3e2f0", "#b9d0e5", "#9dbbd8"),
)
DARK = Theme(
    name="dark",
    text="#e8edf3",
    background="#11161d",
    grid="#2c3643",
    measured="#5cb3ee",
    theory="#ff9a66",
    train="#b9c1c6",
    test="#5cb3ee",
    good="#3ecf9f",
    bad="#ff9a66",
    quiet="#8593a3",
    series=("#5cb3ee", "#a579ba", "#5feab3", "#c58117", "#d1d050", "#b9c1c6", "#9bd4f6", "#c3936f", "#dc94cb"),
    field=("#16202b", "#17314a", "#1a4568", "#1f5d8b", "#2f78ad", "#5499c9", "#8fc1e3"),
    relief=("#131a23", "#182430", "#1f3040", "#293f54", "#36516b"),
)


def theme(name: str | None, *, lecture: bool = False) -> Theme:
    """The theme of that name (light where it is unknown), larger in lecture mode."""
    base = DARK if name == "dark" else LIGHT
    return Theme(**{**base.__dict__, "scale": 1.45}) if lecture else base
