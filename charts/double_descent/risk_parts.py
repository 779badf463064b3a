"""Parts of the risk, its course in training time, and what the penalty does to it: curves as in ``double_descent``."""

from collections.abc import Mapping, Sequence

import numpy as np

from charts.common import Picture, columns
from charts.double_descent import RISK, Axes, Words, axes_of, band, curves, level, line, predicted, tables
from charts.theme import Theme
from core.double_descent import EpochCurve, PenaltyProfile, RiskCurve, turning_points

PARTS = (0, 3)  # of bias and variance


def parts(
    curve: RiskCurve, exact: Mapping[str, np.ndarray], preset: str, words: Words, theme: Theme, *, total_features=100
) -> Picture:
    """Bias, variance and their sum, measured, with the ``exact`` ones of the theory by name."""
    axes = axes_of(preset, total_features, PARTS, "linear")
    measured = {"bias": curve.median("bias"), "variance": curve.median("variance"), "sum": curve.median()}
    lines = [line(name, curve.sizes, values, axes, words) for name, values in measured.items()]
    for name, values in exact.items():
        lines += predicted(curve, values, axes, words, name)
    names = (*measured, "predicted") if exact else tuple(measured)
    made = curves(axes, names, f"size_axis.{preset}", "parts_axis", words, theme)
    return Picture(made, tables(lines, band(curve.test[:1], curve.sizes, axes), words, curve.threshold))


def epochs(curve: EpochCurve, readout: Sequence[str], words: Words, theme: Theme) -> Picture:
    """Risk above the noise against training time, measured and predicted; a diamond where the prediction turns."""
    axes, excess, expected = RISK["epochs"], curve.test - curve.noise, curve.theory - curve.noise
    lines = [
        line("test", curve.times, np.median(excess, axis=0), axes, words),
        line("predicted", curve.times, expected, axes, words, steps=False),
    ]
    turns = turning_points(curve.theory)
    made = curves(axes, ("test", "predicted"), "size_axis.epochs", "risk_axis.epochs", words, theme)
    marks = columns(size=curve.times[turns], value=expected[turns])
    return Picture(made, tables(lines, band(excess, curve.times, axes), words, None, readout, marks))


def epoch_parts(curve: EpochCurve, words: Words, theme: Theme) -> Picture:
    """The two parts of the formula: what is not yet learned, and the noise that has been."""
    axes = RISK["epochs"]
    lines = [line(name, curve.times, getattr(curve, name), axes, words) for name in ("bias", "variance")]
    made = curves(axes, ("bias", "variance"), "size_axis.epochs", "parts_axis", words, theme)
    return Picture(made, tables(lines, band(curve.test[:1], curve.times, axes), words))


def penalties(found: PenaltyProfile, preset: str, words: Words, theme: Theme) -> Picture:
    """Test risk of one size against the penalty, with the risk without one as a level and the best one marked."""
    low, high = RISK[preset].value
    axes = Axes((float(found.penalty[0]), float(found.penalty[-1])), (low, high))
    median = np.median(found.test, axis=0)
    lines = [
        line("test", found.penalty, median, axes, words, steps=False),
        level("ridgeless", found.ridgeless, axes, words),
    ]
    names = ["test", "ridgeless"]
    if found.theory is not None:
        lines.append(line("predicted", found.penalty, found.theory, axes, words, steps=False))
        names.append("predicted")
    made = curves(axes, tuple(names), "penalty_axis", f"risk_axis.{preset}", words, theme)
    best = [int(np.argmin(median))] if np.isfinite(median).any() else []
    marks = columns(size=found.penalty[best], value=axes.held(median[best]))
    return Picture(made, tables(lines, band(found.test, found.penalty, axes), words, marks=marks))
