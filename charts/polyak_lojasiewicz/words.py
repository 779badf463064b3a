"""What the pictures of the valley say in words: numbers put into the texts of the concept."""

import math

from core.polyak_lojasiewicz import Chain, Section, Sine, Spectrum, Study, Training, WidthSweep


def promise(run: Study, words) -> str:
    """What the start promises, or why it promises nothing."""
    found = run.certificate
    if found.why:
        return words.say(f"promise.{found.why}", h=found.h)
    return words.say("promise.made", h=found.h, radius=found.radius, mu=found.mu)


def told(run: Study, words) -> str:
    """The walk in the plane."""
    start, end = (f"({x:.3g}, {y:.3g})" for x, y in (run.start, run.end))
    walked = words.say("alt_plane", start=start, end=end, steps=run.walk.last, length=float(run.walk.length[-1]))
    return f"{walked} {promise(run, words)}."


def descent_told(run: Study, words, *, late: bool = True) -> str:
    """The loss by step; ``late``: with the factor near the end, which may be what the question is about."""
    loss = run.walk.loss
    fallen = words.say("alt_descent", first=float(loss[0]), last=float(loss[-1]), steps=run.walk.last)
    return f"{fallen} {words.say('alt_late', slope=run.slope)}" if late else fallen


def facts(run: Study, words) -> str:
    """The equation, what was promised, and what became of the walk."""
    became = "lost" if run.walk.lost else "arrived" if run.landed else "on_the_way"
    told = words.say(f"fate.{became}", steps=run.walk.last, loss=float(run.walk.loss[-1]))
    if run.landed and math.isfinite(run.nearest):
        told += " · " + words.say("fate.nearest", away=math.dist(run.start, run.end), nearest=run.nearest)
    return f"$F = {run.system.formula}$ · {promise(run, words)} · {told}"


def spectrum_told(found: Spectrum, words) -> str:
    given = {"samples": found.samples, "parameters": found.parameters, "zeros": found.zero_modes}
    return words.say("alt_spectrum" if found.solved else "alt_spectrum_unsolved", residual=found.residual, **given)


def section_told(found: Section, words) -> str:
    return words.say("alt_section", left=float(found.smallest[0]), right=float(found.smallest[-1]))


def widths_told(found: WidthSweep, words) -> str:
    ends = {"narrow": int(found.widths[0]), "wide": int(found.widths[-1])}
    h = {"high": float(found.h[0]), "low": float(found.h[-1])}
    return words.say("alt_widths", exponent=found.exponent, **ends, **h)


def space_told(found: Chain, words) -> str:
    least, *more = found.eigenvalues.tolist()
    given = {"least": least, "middle": more[0], "largest": more[1]}
    return words.say("alt_space", predicted=f"{found.predicted:.8f}", measured=f"{found.measured:.8f}", **given)


def digits_told(run: Training, words) -> str:
    ends = {"first": float(run.least[0]), "last": float(run.least[-1])}
    return words.say("alt_digits", steps=len(run.loss) - 1, loss=float(run.loss[-1]), h=run.h, **ends)


def sine_told(found: Sine, words) -> str:
    given = {"tight": found.tight, "textbook": found.textbook, "quadratic": found.quadratic}
    return words.say("alt_sine", mu=found.mu, at=found.at, worst=float(found.factor.max()), **given)


CONE = {"function": "expression", "formula": "x^2 + 3*sin(x)^2", "low": "-4", "high": "4", "view": "parabola"}


def ball_settings(run: Study) -> dict[str, str]:
    """The same loss from the same start, as the ball's page takes it."""
    solved = run.system
    text = {"product": "x*y", "circle": "x^2 + y^2"}.get(solved.name) or run.text
    formula = f"(({text}) - ({solved.target:.6g}))^2/2"
    start = {"x0": f"{run.start[0]:.6g}", "y0": f"{run.start[1]:.6g}"}
    more = {"methods": "gradient_descent", "step_size": f"{run.walk.step_size:.6g}", "extent": "3"}
    return {"surface": "expression", "formula": formula, **start, **more}
