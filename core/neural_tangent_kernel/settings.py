"""What a study of networks is told: everything but the data."""

from dataclasses import dataclass

import numpy as np

from core.bounds import real
from core.neural_tangent_kernel.analytic import Kernels, analytic_kernels
from core.neural_tangent_kernel.network import Networks, draw


@dataclass(frozen=True)
class Settings:
    """Everything but the data."""

    activation: str = "erf"
    depth: int = 1
    weight_std: float = 1.5  # σ_w
    bias_std: float = 0.5  # σ_b
    output_scale: float = 1.0  # α
    centred: bool = False
    parametrisation: str = "ntk"
    stability: float = 0.5  # η λ_max at the start; descent on a kernel that stays converges below 2
    seed: int = 0

    def __post_init__(self) -> None:
        real("weight_std", self.weight_std, 0, 10)
        real("bias_std", self.bias_std, 0, 10)
        real("output_scale", self.output_scale, 1e-3, 1e3)
        real("stability", self.stability, 1e-3, 30)

    def networks(self, inputs: int, width: int, count: int) -> Networks:
        """Drawn at random."""
        return draw(
            inputs, width, self.depth, count,
            activation=self.activation, weight_variance=self.weight_std**2, bias_variance=self.bias_std**2,
            parametrisation=self.parametrisation, seed=self.seed,
        )  # fmt: skip

    def kernels(self, x1: np.ndarray, x2: np.ndarray | None = None, *, width: int | None = None) -> Kernels:
        """The analytic ones; in the standard parametrisation, those of that width."""
        return analytic_kernels(
            x1, x2, depth=self.depth, activation=self.activation, weight_variance=self.weight_std**2,
            bias_variance=self.bias_std**2, width=width if self.parametrisation == "standard" else None,
        )  # fmt: skip
