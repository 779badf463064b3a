"""What the pictures of dropout say in words: numbers put into the texts of the concept."""

import numpy as np

from core.dropout import Band, DropoutSweep, LogisticPenalty, MaskedNetwork, Path, Study, TestTime, strength


def readout(found: Study, words) -> list[str]:
    """How many copies there are at each frame."""
    return [
        words.say("readout.copies" if count > 1 else "readout.copy", count=count) for count in found.copies.tolist()
    ]


def losses_told(found: Study, words) -> str:
    """Where the loss is lowest with and without noise, and how far the copies' mean is from the closed form."""
    best = int(found.expected.argmin())
    off = float(np.abs(found.averaged[-1] - found.expected).max())
    numbers = {"count": int(found.copies[-1]), "share": float(found.shares[best]), "loss": float(found.expected[best])}
    return words.say("alt_losses", p=found.p, plain=float(found.plain.min()), off=off, **numbers)


def coefficients_told(found: Study, along: Path, words) -> str:
    """The coefficients without noise, and at p."""
    return words.say(
        "alt_coefficients", p=found.p, ols=_vector(found.data.least_squares), ridge=_vector(found.ridge),
        measured=_vector(found.fitted[-1]), dots=len(along.dots) - 1,
    )  # fmt: skip


def _vector(w: np.ndarray) -> str:
    return "(" + ", ".join(f"{c:.2f}".replace("-", "−") for c in w) + ")"


def facts(found: Study, words) -> str:
    """What the noise costs, in a line."""
    if found.p == 1:
        return words["all_dropped"]
    n, d = found.data.x.shape
    c = strength(found.p)
    return words.say(f"facts.{found.noise}", n=n, d=d, c=c, weight=c * n, kept=1 - found.p)


def averages_told(found: TestTime, words) -> str:
    """The surest class of the scaled network in every average."""
    here, best = found.here, int(found.here.scaled.argmax())
    values = {kind: float(getattr(here, kind)[best]) for kind in ("scaled", "geometric", "arithmetic")}
    return words.say("alt_averages", p=found.p, name="ABC"[best], **values)


def sampled_told(found: TestTime, words) -> str:
    """Where Monte-Carlo dropout ends for that class."""
    best, run = int(found.here.scaled.argmax()), found.sampled
    numbers = {"mean": float(run.mean[-1, best]), "error": 2 * float(run.standard_error[-1, best])}
    arithmetic = float(found.here.arithmetic[best])
    return words.say("alt_sampled", name="ABC"[best], draws=int(run.draws[-1]), arithmetic=arithmetic, **numbers)


def curves_told(sweep: DropoutSweep, quantity: str, words) -> str:
    """The last test value of every p."""
    name = {"cross_entropy": "test", "error": "test_error"}[quantity]
    last = getattr(sweep, name)[:, :, -1].mean(axis=1)
    pairs = ", ".join(f"p = {p:g}: {_number(value, quantity)}" for p, value in zip(sweep.rates, last, strict=True))
    return words.say("alt_curves", quantity=words[f"quantity.{quantity}"], epoch=int(sweep.epochs[-1]), pairs=pairs)


def _number(value: float, quantity: str) -> str:
    return f"{value:.1%}" if quantity == "error" else f"{value:.3g}"


def sweep_facts(sweep: DropoutSweep, words) -> str:
    """What was trained, and that nothing is dropped where it is measured."""
    count = sweep.test.shape[0] * sweep.test.shape[1]
    return words.say("facts.digits", networks=count, width=sweep.width, n=sweep.n)


def band_told(band: Band, words) -> str:
    """How much of the true curve the band holds."""
    numbers = {"n": len(band.x), "epoch": int(band.epochs[-1]), "coverage": f"{band.coverage:.0%}"}
    return words.say("alt_band", p=band.p, spread=float(band.spread[-1].mean()), **numbers)


def spread_told(band: Band, words) -> str:
    """The measured and the predicted spread, in the middle of the gap and overall."""
    values = {"measured": float(band.spread[-1].mean()), "predicted": float(band.predicted[-1].mean())}
    return words.say("alt_spread", gap=float(band.spread[-1, len(band.grid) // 2]), **values)


def network_told(found: MaskedNetwork, words) -> str:
    """How many hidden units the last mask keeps."""
    kept = [int(layer[-1].sum()) for layer in found.kept[1:-1]]
    return words.say("alt_network", p=found.p, first=kept[0], second=kept[1], units=found.kept[1].shape[1])


def running_told(found: MaskedNetwork, words) -> str:
    """The running means at the end, in units of x."""
    shares = found.mean[-1] / np.where(found.x > 0, found.x, 1)
    return words.say("alt_running", masks=int(found.masks[-1]), shares=_vector(shares))


def logistic_told(found: LogisticPenalty, words) -> str:
    """The approximation as a multiple of what it approximates, for small and for large weights."""
    ratio = found.quadratic / np.maximum(found.exact, 1e-12)
    return words.say("alt_logistic", small=float(ratio[0]), large=float(ratio[-1]), size=float(found.size[-1]))
