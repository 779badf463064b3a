"""What the pictures of double descent say in words: numbers put into the texts of the concept."""

import numpy as np

from core.double_descent import EpochCurve, LegendreFits, PenaltyProfile, RiskCurve, turning_points


def readout(curve: RiskCurve | EpochCurve, preset: str, words) -> list[str]:
    """The numbers at each size, as the player passes it."""
    if isinstance(curve, EpochCurve):
        pairs = zip(curve.times, np.median(curve.test, axis=0) - curve.noise, strict=True)
        return [words.say("readout_epochs", size=int(t), test=float(risk)) for t, risk in pairs]
    test, train = curve.median(), curve.median("train")
    wrong = curve.median("test_error") if curve.test_error is not None else np.full(len(test), np.nan)
    text, letter = "readout" if curve.test_error is None else "readout_digits", words[f"letter.{preset}"]
    return [
        words.say(text, letter=letter, size=int(size), test=float(a), train=_seen(b), wrong=f"{w:.1%}")
        for size, a, b, w in zip(curve.sizes, test, train, wrong, strict=True)
    ]


def _seen(value: float) -> float:
    """A training error that is zero but for rounding, as zero."""
    return float(value) if value > 1e-12 else 0.0


def told(curve: RiskCurve | EpochCurve, preset: str, words, quantity: str = "test", *, marked: bool = True) -> str:
    """The first, the highest and the last value (not ``marked``: the ends alone); in training time, where the
    prediction turns."""
    if isinstance(curve, EpochCurve):
        return _epochs_told(curve, words)
    values, sizes = curve.median(quantity), curve.sizes
    peak = int(np.nanargmax(values))
    places = {"first": 0, "peak": peak, "last": len(sizes) - 1}
    numbers = {f"{name}_size": int(sizes[i]) for name, i in places.items()}
    numbers |= {f"{name}_value": float(values[i]) for name, i in places.items()}
    said = "alt_curve" if marked else "alt_curve_ends"
    text = words.say(said, letter=words[f"letter.{preset}"], threshold=curve.threshold, **numbers)
    limit = None if curve.limit is None else {"test": curve.limit.test, "norm": curve.limit.norm}[quantity]
    return text if limit is None else f"{text} {words.say('alt_limit', value=float(limit))}"


def _epochs_told(curve: EpochCurve, words) -> str:
    """Where the predicted risk begins, turns and ends."""
    excess = curve.theory - curve.noise
    turns = turning_points(curve.theory)
    at = [words.say("alt_turn", time=int(curve.times[i]), value=float(excess[i])) for i in turns]
    ends = {"first": float(excess[0]), "last": float(excess[-1]), "time": int(curve.times[-1])}
    return words.say("alt_epochs", turns=" ".join(at), **ends)


def fit_told(found: LegendreFits, place: int, words) -> str:
    """How far one fit is from the truth; ``place`` among the sizes, -1 is the last."""
    risk = float(np.mean((found.fitted[place] - found.truth) ** 2))
    return words.say("alt_fit", size=int(found.sizes[place]), n=len(found.x), risk=risk)


def profile_told(found: PenaltyProfile, preset: str, words) -> str:
    """The best penalty of one size, and what it is better than."""
    median = np.median(found.test, axis=0)
    best = int(np.argmin(median))
    numbers = {"penalty": float(found.penalty[best]), "best": float(median[best]), "ridgeless": found.ridgeless}
    return words.say("ridge_told", letter=words[f"letter.{preset}"], size=found.size, **numbers)
