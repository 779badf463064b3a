"""A wide tanh network of which the first layer is trained: its kernel without its Jacobian, and how fast that can turn.

    f(x) = Σ_j a_j tanh(w_j·x)/√m,  a_j = ±1 fixed,   K = (DDᵀ/m) ⊙ XXᵀ,  D_ij = tanh′(w_j·xᵢ)
    H ≤ (4/(3√3))·max‖xᵢ‖·‖X‖₂/√m          4/(3√3) is the largest |tanh″|

so h = 4H‖r₀‖/λ_min(K) falls as m^(−½), while λ_min stays. J itself has n·m·d numbers, and is not needed.
The second half of the units are the first with the other sign: f = 0 at the start.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, floats, real, whole

MOST_WIDTH, MOST_DATA = 65536, 1000
SHARPEST = 4 / (3 * np.sqrt(3))


@dataclass(frozen=True, eq=False)
class Training:
    """Gradient descent on all first-layer weights."""

    h: float  # of the start; infinite where K is singular
    step_size: float
    loss: Float[np.ndarray, " moments"]  # L = ½‖r‖², a step apart
    length: float  # of the walk
    least: Float[np.ndarray, " looks"]  # λ_min(K) on the way, at evenly spaced steps with both ends
    looks: Float[np.ndarray, " looks"]  # those steps


def data(n: int, d: int, seed: int) -> tuple[Float[np.ndarray, "n d"], Float[np.ndarray, " n"]]:
    """Points on the sphere, with labels ±1."""
    n, d, seed = whole("n", n, 1, MOST_DATA), whole("d", d, 1, MOST_DATA), whole("seed", seed, 0, 2**63 - 1)
    rng = np.random.default_rng([seed, 11])
    x = rng.normal(size=(n, d))
    return x / np.linalg.norm(x, axis=1, keepdims=True), rng.choice([-1.0, 1.0], n)


def weights(width: int, d: int, scale: float, seed: int) -> tuple[Float[np.ndarray, "m d"], Float[np.ndarray, " m"]]:
    """w ~ N(0, scale²), twice; a = +1, then −1."""
    width, d, seed = (
        whole("width", width, 2, MOST_WIDTH),
        whole("d", d, 1, MOST_DATA),
        whole("seed", seed, 0, 2**63 - 1),
    )
    scale = real("scale", scale, 0, 100)
    w = scale * np.random.default_rng([seed, 12, width]).normal(size=(width // 2, d))
    return np.concatenate([w, w]), np.repeat([1.0, -1.0], width // 2)


def kernel(w: Float[np.ndarray, "m d"], x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n n"]:
    """K."""
    affordable("the kernel", len(x), max(len(x), len(w)))
    w, x = floats("w", w), floats("x", x)
    steep = 1 - np.tanh(x @ w.T) ** 2
    return (steep @ steep.T / len(w)) * (x @ x.T)


def bend(x: Float[np.ndarray, "n d"], width: int) -> float:
    """H."""
    x, width = floats("x", x), whole("width", width, 1, MOST_WIDTH)
    return float(SHARPEST * np.linalg.norm(x, axis=1).max() * np.linalg.norm(x, 2) / np.sqrt(width))


def train(
    x: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    w: Float[np.ndarray, "m d"],
    a: Float[np.ndarray, " m"],
    *,
    steps: int,
    looks: int,
) -> Iterator[Training]:
    """Gradient descent with η = 1/λ_max(K) of the start; what there is at each look, and last the whole."""
    if not (len(x) and len(w)):
        raise ValueError(f"there must be data and units, got {len(x)} and {len(w)}")
    steps, looks = whole("steps", steps, 1, 50_000), whole("looks", looks, 2, 1000)
    x, y, w, a = floats("x", x), floats("y", y), floats("w", w), floats("a", a)
    spread, level, width = np.linalg.eigvalsh(kernel(w, x)), np.tanh(x @ w.T), len(w)
    r = level @ a / np.sqrt(width) - y
    h = 4 * bend(x, width) * float(np.linalg.norm(r)) / float(spread[0]) if spread[0] > 0 else np.inf
    eta, length = float(1 / spread[-1]), 0.0
    loss, least, at = [0.5 * float(r @ r)], [float(spread[0])], [0]
    shown = {*np.linspace(0, steps, looks).round().astype(int).tolist()}
    for step in range(1, steps + 1):
        slope = ((1 - level**2) * (r[:, None] * a)).T @ x / np.sqrt(width)
        w = w - eta * slope
        length += eta * float(np.linalg.norm(slope))
        level = np.tanh(x @ w.T)
        r = level @ a / np.sqrt(width) - y
        loss.append(0.5 * float(r @ r))
        if step in shown:
            least.append(float(np.linalg.eigvalsh(kernel(w, x))[0]))
            at.append(step)
            yield Training(h, eta, np.array(loss), length, np.array(least), np.array(at, float))
