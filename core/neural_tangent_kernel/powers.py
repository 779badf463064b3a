"""Numbers of the networks at each width, and with what power of it they go."""

import numpy as np
from jaxtyping import Float

from core.neural_tangent_kernel.study import Study


def rms(values: np.ndarray) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def exponent(widths: np.ndarray, values: np.ndarray) -> float:
    """The slope of a straight line through the points on log axes; nan where one of them has no logarithm."""
    if len(widths) != len(values) or len(widths) < 2:
        raise ValueError(f"there must be a value for each of two widths or more; got {len(values)} for {len(widths)}")
    if not (np.isfinite(values).all() and (values > 0).all()):
        return float("nan")
    return float(np.polyfit(np.log(widths), np.log(values), 1)[0])


def drift(run: Study) -> Float[np.ndarray, " widths"]:
    """‖Θ̂_T − Θ̂₀‖/‖Θ̂₀‖ now."""
    return np.array([rms(trace.drift[:, -1]) for trace in run.traces])


def departure(run: Study) -> Float[np.ndarray, " widths"]:
    """The largest distance from the linearisation so far."""
    return np.array([rms(trace.departure.max(axis=1)) for trace in run.traces])


def sharpness(run: Study) -> Float[np.ndarray, " widths"]:
    """ηλ_max(Θ̂₀) of the network that is drawn."""
    return run.step_size * np.array([np.linalg.eigvalsh(trace.kernel[0, 0])[-1] for trace in run.traces])
