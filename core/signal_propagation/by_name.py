"""The initialisations that have names, side by side: the factor that each gives, and a real network of each."""

from dataclasses import dataclass, replace

from core.check import Check
from core.signal_propagation.checks import checks
from core.signal_propagation.initialisations import NAMED, named
from core.signal_propagation.network import Signal, propagate
from core.signal_propagation.setup import Setup

DEPTH = 30


@dataclass(frozen=True)
class Named:
    """One initialisation with its network."""

    name: str
    weight_std: float
    bias_std: float
    signal: Signal

    @property
    def check(self) -> Check:
        """The gradient's factor per layer, under this name."""
        return replace(checks(self.signal)[0], id=f"factor_{self.name}")


def by_name(setup: Setup, *, seed: int = 0) -> tuple[Named, ...]:
    """Each of them at the activation, width and input of ``setup``, thirty layers deep, in double precision."""
    common = replace(setup, depth=DEPTH, format="fp64", scale=1.0, cotangent="random", initialisation="gaussian")
    made = []
    for name in NAMED:
        weight, bias = named(name, setup.width)
        made.append(Named(name, weight, bias, propagate(replace(common, weight_std=weight, bias_std=bias), seed=seed)))
    lsuv = propagate(replace(common, initialisation="lsuv"), seed=seed)
    return (*made, Named("lsuv", float(lsuv.weight_std[-1]), 0.0, lsuv))
