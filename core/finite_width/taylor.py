"""How near each Taylor order stays to the network, trained beside it from the same start, by width.

    ‖f − f₁‖ ~ 1/n        ‖f − f₂‖ ~ 1/n        ‖f − f₃‖ ~ 1/n²        ‖Θ_T − Θ_0‖/‖Θ_0‖ ~ 1/n

A term of even order carries an odd power of the random signs a, and averages to zero at leading order: the second
derivative buys a factor and no power, the third a power. Dyer & Gur-Ari 2020, arXiv:1909.11304; Huang & Yau 2020,
arXiv:1909.08156; Bai et al. 2020, arXiv:2002.04010. Four orthonormal inputs, targets ±½; compared at test points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import increasing, whole
from core.check import Check, Tolerance, silent
from core.finite_width.neurons import MOST_NETWORKS, MOST_WIDTH, ORDERS, REAL, SMOOTH, Model, Parameters, start
from core.progress import Progress

POINTS, STEPS, STEP_SIZE, TARGET = 4, 40, 0.6, 0.5
HELD_OUT = 8  # test points
WIDTHS, NETWORKS = (32, 64, 128, 256, 512), 24
POWERS = {"taylor_1": -1.0, "taylor_2": -1.0, "taylor_3": -2.0, "drift": -1.0}
FIRST = 0.15  # of a power, relative: what the next order in 1/n does to it between these widths
ERRORS = 4.0


@dataclass(frozen=True, eq=False)
class Sweep:
    """By width and network: the distance of each order from the network, and the kernel's drift."""

    activation: str
    widths: Float[np.ndarray, " widths"]
    distance: Float[np.ndarray, "widths networks 3"]  # root mean square at the test points, orders 1, 2, 3
    drift: Float[np.ndarray, "widths networks"]

    @property
    def rows(self) -> dict[str, Float[np.ndarray, "widths networks"]]:
        """The four measures, by the ids of their checks."""
        return {f"taylor_{k}": self.distance[:, :, k - 1] for k in (1, 2, 3)} | {"drift": self.drift}


@dataclass(frozen=True)
class Power:
    """A power of n through medians, with the standard error that their networks give it."""

    value: float
    error: float


def power(widths: Float[np.ndarray, " widths"], measured: Float[np.ndarray, "widths networks"]) -> Power:
    """The slope of log median by log n. A median of N logs of deviation σ is off by 1.25 σ/√N."""
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(measured, 1e-300))
    x = np.log(widths) - np.log(widths).mean()
    pull = x / (x @ x)
    error = 1.2533 * logs.std(axis=1, ddof=1) / np.sqrt(measured.shape[1])
    return Power(float(pull @ np.median(logs, axis=1)), float(np.sqrt(pull**2 @ error**2)))


def held_out(seed: int) -> Float[np.ndarray, "8 4"]:
    """Test points of length 1, anywhere on the sphere, the same for all widths."""
    x = np.random.default_rng(whole("seed", seed, 0, 2**31)).standard_normal((HELD_OUT, POINTS))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def taylor_sweep(
    activation: str = "erf", *, widths: Sequence[int] = WIDTHS, networks: int = NETWORKS, seed: int = 0
) -> Iterator[Progress[Sweep]]:
    """Train networks of each width, and their orders 1, 2, 3 from the same start by their own gradients."""
    if activation not in SMOOTH:
        raise ValueError(f"activation must be one of {', '.join(SMOOTH)}, got {str(activation)[:40]!r}")
    sizes, count = increasing("widths", widths, 2, MOST_WIDTH), whole("networks", networks, 2, MOST_NETWORKS)
    seed = whole("seed", seed, 0, 2**31)
    x, y = np.eye(POINTS), TARGET * np.array([1.0, -1.0, 1.0, -1.0])
    tests, distance, drift = held_out(seed), [], []
    for place, width in enumerate(sizes.tolist()):
        rng = np.random.default_rng([seed, width])
        begun = start(activation, width, POINTS, count, rng)
        ends = {}
        for order in ORDERS:
            moved = trained(Model(begun, x, order), y)
            ends[order] = Model(begun, tests, order).outputs(moved.dw, moved.da)
            if order == REAL:
                drift.append(_drift(Model(begun, x, REAL), moved))
        off = [np.sqrt(np.mean((ends[k] - ends[REAL]) ** 2, axis=1)) for k in ORDERS[1:]]
        distance.append(np.stack(off, axis=1))
        done = (place + 1) / len(sizes)
        yield Progress(done, Sweep(activation, sizes[: place + 1] * 1.0, np.array(distance), np.array(drift)))


def trained(model: Model, y: Float[np.ndarray, " points"]) -> Parameters:
    """Gradient descent, the usual number of steps."""
    moved = Parameters(model.begun)
    for _ in range(STEPS):
        moved.descend(moved.gradients(model, y)[1], STEP_SIZE)
    return moved


def _drift(model: Model, moved: Parameters) -> Float[np.ndarray, " networks"]:
    before = model.kernel(np.zeros_like(moved.dw), np.zeros_like(moved.da))
    off = np.linalg.norm(model.kernel(moved.dw, moved.da) - before, axis=(1, 2))
    return off / np.linalg.norm(before, axis=(1, 2))


def sweep_checks(found: Sweep) -> tuple[Check, ...]:
    """The powers of n, where φ has the derivatives that they are about."""
    checks = []
    for name, measured in found.rows.items():
        if found.activation != "erf":
            why = "not_smooth" if found.activation == "relu" else "polynomial"
            checks.append(silent(name, why, POWERS[name], power(found.widths, measured).value))
        elif len(found.widths) < 3:
            checks.append(silent(name, "few_widths", POWERS[name]))
        else:
            of = power(found.widths, measured)
            size = ERRORS * of.error + FIRST * abs(POWERS[name])
            allowed = Tolerance(float(size), "standard_error", ERRORS, measured.size, "1/n")
            checks.append(Check(name, POWERS[name], of.value, allowed))
    return tuple(checks)
