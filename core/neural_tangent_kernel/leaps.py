"""Many steps of gradient descent at once, where the kernel hardly moves meanwhile.

    θ ← θ + ηF(θ),  F(θ) = −J(θ)ᵀ r(θ),  J = ∂f/∂θ on the n samples, r = f − y
    F(θ') = F(θ) − Θ̂-part of (θ' − θ) + N(θ'),   N = −J'ᵀr' + Jᵀ(I − ηΘ̂)^m r   where θ' is m steps on

Without N the m steps are known in closed form (``linear_sums``): θ̃ = θ − Jᵀ Σ η(I − ηΘ̂)^j r. Then N is computed there,
taken to have grown evenly from zero on the way, and its steps are added, again in closed form: the second order of what
is an exponential Runge–Kutta method for a flow (Cox & Matthews 2002, J. Comput. Phys. 176, ETD2RK; here for steps of
descent as they are, so that with m = 1 nothing is left out). Every move is one of the n gradients Jᵀ and J̃ᵀ, so the
weights of a wide layer are only touched by products with n rows.

What N adds on the samples says how far the next leap may go. Where that is hardly farther than a few steps (kinks that
are crossed, a step size near the limit of stability) they are taken one by one.
"""

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real
from core.neural_tangent_kernel.linear_sums import linear_sums
from core.neural_tangent_kernel.network import Factors, Networks
from core.neural_tangent_kernel.steps import LOST, descend, move

# What N may add on a sample in one leap, in units of the targets: what is left out is far less. Of an activation with
# kinks N grows by jumps, and what is left out is of its own size.
TOLERANCES = {"erf": 0.005, "relu": 0.001}
STEADY = 1.5  # of ηλ: near 2 a network is moved by what is left out
SHORTEST = 8  # steps; fewer cost less one by one
PATIENCE = 8, 128  # steps one by one before a leap is tried again: at first, and after many failures
GROWTH = 4.0  # by which a leap is longer than the one before, at most


class Descent:
    """R networks on their way; ``step`` steps have been taken. The networks are changed in place."""

    def __init__(
        self,
        networks: Networks,
        x: Float[np.ndarray, "n d"],
        y: Float[np.ndarray, "*R n"],
        step_size: float,
        *,
        tolerance: Real | None = None,
    ) -> None:
        """``tolerance``: one of ``TOLERANCES`` where nothing is said; with 0 the steps are taken one by one."""
        self.networks, self.x, self.y, self.eta = networks, x, y, step_size
        self.step, self.reach, self.patience, self.waits = 0, SHORTEST, PATIENCE[0], 0
        self._factors: Factors | None = None
        sizes = (float(np.sqrt(np.mean(part**2))) for part in (y, networks.outputs(x) - y))
        self.size = max(sizes)
        tolerance = TOLERANCES[networks.activation.name] if tolerance is None else tolerance
        self.allowed = real("tolerance", tolerance, 0, 1) * self.size

    @property
    def factors(self) -> Factors:
        """Of the samples, now."""
        if self._factors is None:
            self._factors = Factors(self.networks, self.x)
        return self._factors

    @property
    def is_restless(self) -> bool:
        """Whether the last leap that was tried was not allowed."""
        return self.patience > PATIENCE[0]

    def advance(self, step: int, at_once: int = PATIENCE[1]) -> None:
        """Nearer to that step: by a leap, or by so many steps one by one at most."""
        left = step - self.step
        with np.errstate(over="ignore", invalid="ignore"):
            if not self.waits and left >= SHORTEST and self.allowed > 0 and self._leap(left):
                return
            steps = min(left, at_once, self.waits or at_once)
            descend(self.networks, self.x, self.y, self.eta, steps)
            self.step, self.waits, self._factors = self.step + steps, max(0, self.waits - steps), None

    def _leap(self, left: int) -> bool:
        """As far as the tolerance allows; nothing has changed where that is not far enough to be worth it."""
        here = self.factors
        residual = here.outputs - self.y  # (R, n)
        lost = ~(np.abs(residual).max(axis=1) < LOST * self.size)
        if lost.all():
            self.step += left
            return True
        if lost.any():
            return self._wait()
        values, vectors = np.linalg.eigh(here.kernel(slice(None)))
        along = _turned(vectors.swapaxes(1, 2), residual)
        swinging = np.abs(np.where(self.eta * values > 1, along, 0.0)).max()  # from step to step, and so may N
        if self.eta * values.max() > STEADY or swinging > self.allowed:
            return self._wait()
        steps = min(left, self.reach)
        while steps >= SHORTEST:
            added = self._try(here, values, vectors, along, steps)
            if added <= self.allowed:
                self.step, self.patience, self._factors = self.step + steps, PATIENCE[0], None
                self.reach = max(SHORTEST, int(steps * self._longer(added)))
                return True
            steps = int(steps * self._longer(added))
        self.reach = SHORTEST
        return self._wait()

    def _wait(self) -> bool:
        self.waits, self.patience = self.patience, min(2 * self.patience, PATIENCE[1])
        return False

    def _try(self, here: Factors, values: np.ndarray, vectors: np.ndarray, along: np.ndarray, steps: int) -> float:
        """What N adds on a sample in so many steps; they are taken if that is allowed."""
        sums = linear_sums(values, self.eta, steps)
        expected, pushed = (_turned(vectors, part * along) for part in (sums.kept, sums.pushed))
        move(self.networks, (here, pushed))
        there = Factors(self.networks, self.x)
        residual = there.outputs - self.y
        force = values * sums.kept * along - _turned(vectors.swapaxes(1, 2), _turned(here.kernel(there), residual))
        grown = self.eta * (steps - 1) / 2
        added = grown * float(np.abs(force).max())
        if not added <= self.allowed:
            move(self.networks, (here, -pushed))
            return added
        back = -grown * expected - _turned(vectors, sums.missing * force)
        move(self.networks, (here, back), (there, grown * residual))
        return added

    def _longer(self, added: float) -> float:
        """By what the next leap may be longer: what N adds grows with the square of its length."""
        share = added / self.allowed
        return float(np.clip(0.8 / np.sqrt(share), 0.1, GROWTH)) if share > 0 else 0.1 if share != 0 else GROWTH


def _turned(matrices: Float[np.ndarray, "R n n"], vectors: Float[np.ndarray, "R n"]) -> Float[np.ndarray, "R n"]:
    return np.matmul(matrices, vectors[..., None])[..., 0]
