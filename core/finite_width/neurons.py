"""A network with one hidden layer, and its Taylor polynomials in the parameters, each a model that can be trained.

    f = n^{−½} Σ a φ(u), u = w·x           w, a standard normal; the outputs are counted from f at the start, f − f₀
    f_k(θ) = Σ_{j≤k} Dʲf(θ₀)[θ − θ₀]ʲ/j! = f₀ + n^{−½} Σ [a T_k + δa T_{k−1}] − …,  T_k = Σ_{j≤k} φ^{(j)}(u) δuʲ/j!

Order 0 stands for the network itself. ReLU has φ″ = 0 wherever it is smooth: its orders 2, 3, … are one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np
from jaxtyping import Float
from scipy.special import erf

from core.bounds import whole

Function = Callable[[np.ndarray], np.ndarray]
REAL = 0  # the order of the network itself
ORDERS = (REAL, 1, 2, 3)
MOST_WIDTH, MOST_INPUTS, MOST_NETWORKS = 1024, 8, 64


def _bell(u: np.ndarray) -> np.ndarray:
    return 2 / np.sqrt(np.pi) * np.exp(-u * u)


SMOOTH: dict[str, tuple[Function, ...]] = {  # φ, φ′, φ″, φ‴
    "erf": (erf, _bell, lambda u: -2 * u * _bell(u), lambda u: (4 * u * u - 2) * _bell(u)),
    "relu": (lambda u: np.maximum(u, 0.0), lambda u: (u > 0) * 1.0, np.zeros_like, np.zeros_like),
    "linear": (lambda u: u, np.ones_like, np.zeros_like, np.zeros_like),
}


@dataclass(frozen=True)
class Start:
    """Networks at their start, and the derivatives of φ there: (networks, points, units)."""

    activation: str
    w: Float[np.ndarray, "networks units d"]
    a: Float[np.ndarray, "networks units"]

    @property
    def width(self) -> int:
        return self.a.shape[1]


def start(activation: str, width: int, d: int, networks: int, rng: np.random.Generator) -> Start:
    """Standard normal weights."""
    if activation not in SMOOTH:
        raise ValueError(f"activation must be one of {', '.join(SMOOTH)}, got {str(activation)[:40]!r}")
    width, d = whole("width", width, 1, MOST_WIDTH), whole("d", d, 1, MOST_INPUTS)
    networks = whole("networks", networks, 1, MOST_NETWORKS)
    return Start(activation, rng.standard_normal((networks, width, d)), rng.standard_normal((networks, width)))


class Model:
    """One order of networks on given points: its outputs and its gradients, from where the parameters have moved."""

    def __init__(self, begun: Start, x: Float[np.ndarray, "points d"], order: int) -> None:
        self.begun, self.x, self.order = begun, x, order
        self.functions = SMOOTH[begun.activation]
        self.u = x @ begun.w.transpose(0, 2, 1)  # (networks, points, units)
        self.derivatives = [function(self.u) for function in self.functions]
        self.scale = begun.width**-0.5

    def _sum(self, du: np.ndarray, first: int, most: int) -> np.ndarray:
        """Σ_{j ≤ most} φ^{(first + j)}(u) δuʲ/j!"""
        found, power = np.zeros_like(du), np.ones_like(du)
        for j in range(most + 1):
            found += self.derivatives[first + j] * power / factorial(j)
            power = power * du
        return found

    def parts(self, dw: np.ndarray, da: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The change of f (networks, points), and its slopes by a and by u of each unit (networks, points, units)."""
        du, a = self.x @ dw.transpose(0, 2, 1), self.begun.a[:, None, :]
        moved = da[:, None, :]
        k = self.order
        if k == REAL:
            value, slope = self.functions[0](self.u + du), self.functions[1](self.u + du)
            change = (a + moved) * value - a * self.derivatives[0]
            return self.scale * change.sum(axis=2), self.scale * value, self.scale * (a + moved) * slope
        by_a = self._sum(du, 0, k - 1)
        change = a * (self._sum(du, 0, k) - self.derivatives[0]) + moved * by_a
        by_u = a * self._sum(du, 1, k - 1) + (moved * self._sum(du, 1, k - 2) if k > 1 else 0.0)
        return self.scale * change.sum(axis=2), self.scale * by_a, self.scale * by_u

    def outputs(self, dw: np.ndarray, da: np.ndarray) -> Float[np.ndarray, "networks points"]:
        """f − f₀."""
        return self.parts(dw, da)[0]

    def kernel(self, dw: np.ndarray, da: np.ndarray) -> Float[np.ndarray, "networks points points"]:
        """The tangent kernel."""
        _, by_a, by_u = self.parts(dw, da)
        return by_a @ by_a.transpose(0, 2, 1) + (by_u @ by_u.transpose(0, 2, 1)) * (self.x @ self.x.T)


class Parameters:
    """Where the parameters of such networks have moved, and how an optimiser moves them. Loss ½ Σ (f − y)²."""

    def __init__(self, begun: Start) -> None:
        self.dw, self.da = np.zeros_like(begun.w), np.zeros_like(begun.a)
        self._memory: list[np.ndarray] = [np.zeros_like(begun.w), np.zeros_like(begun.a)]
        self._square: list[np.ndarray] = [np.zeros_like(begun.w), np.zeros_like(begun.a)]
        self.steps = 0

    def gradients(
        self, model: Model, y: Float[np.ndarray, " points"]
    ) -> tuple[Float[np.ndarray, "networks points"], list[np.ndarray]]:
        """What is missing, f − f₀ − y, and the gradients by w and a."""
        change, by_a, by_u = model.parts(self.dw, self.da)
        off = change - y
        pulled = off[:, :, None]
        return off, [(by_u * pulled).transpose(0, 2, 1) @ model.x, (by_a * pulled).sum(axis=1)]

    def descend(self, gradients: list[np.ndarray], step_size: float, momentum: float = 0.0) -> None:
        """A step of gradient descent, or of the heavy ball."""
        self.steps += 1
        for moved, memory, g in zip((self.dw, self.da), self._memory, gradients, strict=True):
            memory *= momentum
            memory += g
            moved -= step_size * memory

    def adam(self, gradients: list[np.ndarray], step_size: float) -> None:
        """A step of Adam: β 0.9 and 0.999."""
        self.steps += 1
        t = self.steps
        for moved, mean, square, g in zip((self.dw, self.da), self._memory, self._square, gradients, strict=True):
            mean += 0.1 * (g - mean)
            square += 0.001 * (g * g - square)
            moved -= step_size * mean / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
