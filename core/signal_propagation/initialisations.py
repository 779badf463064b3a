"""Initialisations by the names they have: which σ_w and σ_b each gives a layer of n units.

he       W ~ N(0, 2/n)                    σ_w² = 2         He et al. 2015
xavier   W ~ N(0, 1/n)                    σ_w² = 1         Glorot & Bengio 2010, with as many inputs as outputs
torch    W, b uniform in ±1/√n            σ_w² = 1/3, σ_b² = 1/(3n): what ``torch.nn.Linear`` does untold
small    W ~ N(0, 0.01²)                  σ_w² = n/10 000
lsuv     each W divided by the size of its own output on the input at hand (Mishkin & Matas 2016); no bias
"""

from collections.abc import Callable

import numpy as np

from core.bounds import whole
from core.signal_propagation.setup import WIDTHS

NAMED: dict[str, Callable[[int], tuple[float, float]]] = {
    "he": lambda n: (np.sqrt(2), 0.0),
    "xavier": lambda n: (1.0, 0.0),
    "torch": lambda n: (1 / np.sqrt(3), 1 / np.sqrt(3 * n)),
    "small": lambda n: (0.01 * np.sqrt(n), 0.0),
}


def named(name: str, width: int) -> tuple[float, float]:
    """(σ_w, σ_b) of the initialisation of that name. ``ValueError`` where none has it."""
    if name not in NAMED:
        raise ValueError(f"name must be one of {', '.join(NAMED)}, got {str(name)[:40]!r}")
    weight, bias = NAMED[name](whole("width", width, 1, WIDTHS[-1]))
    return float(weight), float(bias)
