"""What a network is made of at initialisation, and the bounds of each setting."""

from dataclasses import dataclass

from core.bounds import real, whole
from core.signal_propagation.activations import activation_named
from core.signal_propagation.formats import format_named

WIDTHS = (64, 96, 128, 192, 256, 384, 512)
MOST_DEPTH, MOST_WEIGHTS = 400, 10_000_000
MOST_STD, MOST_BIAS, MOST_SCALE = 3.0, 1.0, 2.0**24
COTANGENTS = ("random", "ones")
INITIALISATIONS = ("gaussian", "lsuv")
SOURCES = ("random", "digit")


@dataclass(frozen=True)
class Setup:
    """Layers z = W φ(z) + b of equal width, W ~ N(0, σ_w²/n), b ~ N(0, σ_b²), and the gradient that is sent back.

    ``ValueError`` where a setting is outside its range, or all weights together are too many.
    """

    activation: str = "tanh"
    weight_std: float = 0.8  # σ_w
    bias_std: float = 0.3  # σ_b
    depth: int = 80  # layers, L
    width: int = 256  # units in each, n
    format: str = "fp16"
    flushed: bool = False  # whether the format's subnormal numbers are taken for 0
    scale: float = 1.0  # of the loss: what the gradient at the top is multiplied by
    cotangent: str = "random"  # the gradient at the top: random of mean 0, or 1 everywhere as of a sum of outputs
    initialisation: str = "gaussian"  # or lsuv: each W divided by the size of its own output, without biases
    source: str = "random"  # the input
    length: float = 1.0  # mean square of a random input

    def __post_init__(self) -> None:
        activation_named(self.activation)
        format_named(self.format)
        real("weight_std", self.weight_std, 0.01, MOST_STD)
        real("bias_std", self.bias_std, 0.0, MOST_BIAS)
        real("scale", self.scale, 1 / MOST_SCALE, MOST_SCALE)
        real("length", self.length, 1e-3, 1e3)
        whole("depth", self.depth, 1, MOST_DEPTH)
        whole("width", self.width, 2, WIDTHS[-1])
        for name, options in (("cotangent", COTANGENTS), ("initialisation", INITIALISATIONS), ("source", SOURCES)):
            if getattr(self, name) not in options:
                raise ValueError(f"{name} must be one of {', '.join(options)}, got {getattr(self, name)!r:.40}")
        if self.depth * self.width**2 > MOST_WEIGHTS:
            raise ValueError(f"depth × width² must be at most {MOST_WEIGHTS:,}, got {self.depth} × {self.width}²")

    @property
    def is_lsuv(self) -> bool:
        return self.initialisation == "lsuv"


def widest(depth: int, width: int) -> int:
    """The largest of ``WIDTHS`` that is no larger than ``width`` and fits to that depth."""
    whole("depth", depth, 1, MOST_DEPTH)
    whole("width", width, WIDTHS[0], WIDTHS[-1])
    return max(n for n in WIDTHS if n <= width and depth * n * n <= MOST_WEIGHTS)
