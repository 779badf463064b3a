"""A stiff differential equation followed as far as it goes: what cannot be reached is left out, not raised."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

RELATIVE = 1e-9
LOOSER = (1e2, 1e4)  # times the tolerances, where those are too much to ask
STRIDE = 0.25  # of the clock, in which no more than MOST_STEPS are taken; where all is well it is fifty
MOST_STEPS = 400


def followed(
    velocity: Callable,
    jacobian: Callable | None,
    first: Float[np.ndarray, " d"],
    start: float,
    clock: Float[np.ndarray, " times"],
    resolutions: Sequence[Float[np.ndarray, " d"]],
) -> Float[np.ndarray, "reached d"]:
    """The states at the increasing ``clock``, from ``first`` at ``start``, as exactly as they can be had; where not
    even roughly, those up to the last time that was reached.

    ``resolutions`` are absolute errors that are none, tried one after the other, and the last of them multiplied."""
    from scipy.integrate import odeint

    if not len(clock) or not len(first):
        return np.zeros((len(clock), len(first)))
    asked = _between(start, clock)
    options = {"Dfun": jacobian, "tfirst": True, "full_output": True, "mxstep": MOST_STEPS}
    furthest = np.zeros((0, len(first)))
    tolerances = [(RELATIVE, absolute) for absolute in resolutions]
    tolerances += [(RELATIVE * looser, resolutions[-1] * looser) for looser in LOOSER]
    for relative, absolute in tolerances:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the report says it, and is heeded
            states, report = odeint(velocity, first, asked, rtol=relative, atol=absolute, **options)
        missed = ~np.isfinite(states[1:]).all(axis=1)  # of which the report knows nothing
        if report["message"] != "Integration successful.":
            missed |= report["tcur"] < asked[1:]
        elif not missed.any():
            return states[np.isin(asked, clock)]
        reached = ~np.logical_or.accumulate(missed)
        found = states[1:][reached & np.isin(asked[1:], clock)]
        furthest = max(furthest, found, key=len)
    return furthest


def _between(start: float, clock: np.ndarray) -> np.ndarray:
    """The clock from its start, with times put in on the way to the first one: they change no step."""
    return np.concatenate([start + STRIDE * np.arange(np.ceil((clock[0] - start) / STRIDE)), clock])
