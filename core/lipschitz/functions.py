"""Functions of one number with their Lipschitz constant K and their smoothness L, exactly where these are known.

    K(a, b) = sup |f(x) − f(y)|/|x − y| over [a, b] = sup |f′|,   L(a, b) = the same of f′ = sup |f″|

A continuous |f′| is largest at an end of the interval or where f″ = 0 (``peaks``), |f″| where f‴ = 0 (``bends``):

    sigmoid   1/4 at 0,  1/(6√3) at ± ln(2 + √3)         SiLU      1.0998 at 2.3994,  1/2 at 0
    tanh      1 at 0,    4/(3√3) at ± artanh(1/√3)       GELU      1.1289 at √2,      √(2/π) at 0
    softplus  its ends,  1/4 at 0                        e^(−x²/2) e^(−1/2) at ± 1,   1 at 0
    sin ωx    ω,         ω²                              x|x|      its ends,          2

Where there is no K, the steepest secant over a gap h grows like h^(−s): s = 1/2 for √|x|, 1 for a step, 1/3 for
x² sin(1/x²) (slope 2/x in waves of length πx³), 1 − ln 2/ln 3 for the Cantor function.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.bounds import Real, real
from core.formulas.curves import Cantor, Curve, Formula, Oscillation, Step
from core.formulas.expressions import parse
from core.networks.relu_network import linear_pieces, random_network

Interval = tuple[Real, Real]  # lower and upper end
Places = Callable[[float, float], tuple[float, ...]]  # of an interval: points worth a look, in it or not
MOST_FREQUENCY = 20.0
REACH = 1000.0  # an interval lies in [-REACH, REACH]
NARROWEST = 1e-6  # interval
OWN_INTERVAL, OWN_SLOPE = (-2.0, 2.0), 4.0  # that a person's own formula is shown on, and its cone, at first
SILU_PEAK, SILU_BEND = 2.3993572805154677, 3.435840993535111
SIGMOID_BEND, TANH_BEND = math.log(2 + math.sqrt(3)), math.atanh(1 / math.sqrt(3))


def nowhere(low: float, high: float) -> tuple[float, ...]:
    return ()


def at(*points: float) -> Places:
    return lambda low, high: points


def never(low: float, high: float) -> bool:
    return False


def touching(point: float) -> Callable[[float, float], bool]:
    return lambda low, high: low <= point <= high


@dataclass(frozen=True, eq=False)
class Function:
    """A function of one number, and what is known of it."""

    name: str  # id of its text; a person's own formula is "expression"
    formula: str  # LaTeX of the right-hand side
    curve: Curve
    interval: tuple[float, float]  # on which it is shown at first
    slope: float  # of the cone it is shown with at first
    text: str | None = None  # as it would be typed; None where no formula gives it
    peaks: Places | None = nowhere  # None: K is not known
    bends: Places | None = nowhere
    has_no_constant: Callable[[float, float], bool] = never
    has_no_smoothness: Callable[[float, float], bool] = never
    growth: float = field(default=math.nan)  # s, where there is no K

    def constant(self, low: Real, high: Real) -> float:
        """K on [low, high]: inf where there is none, nan where it is not known."""
        low, high = interval_of((low, high))
        if self.has_no_constant(low, high):
            return math.inf
        return self._largest(self.peaks, self.curve.slope, low, high)

    def smoothness(self, low: Real, high: Real) -> float:
        """L on [low, high]: inf where there is none, nan where it is not known."""
        low, high = interval_of((low, high))
        if self.has_no_constant(low, high) or self.has_no_smoothness(low, high):
            return math.inf
        return self._largest(self.bends, self.curve.curvature, low, high)

    def _largest(self, places: Places | None, derivative: Callable, low: float, high: float) -> float:
        if places is None:
            return math.nan
        points = np.array([low, high, *(p for p in places(low, high) if low <= p <= high)])
        return float(np.abs(derivative(points)).max())


def interval_of(interval: Interval) -> tuple[float, float]:
    """The interval as two floats, or ``ValueError``: its ends increase, lie within ±1000 and are 1e-6 apart."""
    low, high = (real("an end of the interval", end, -REACH, REACH) for end in interval)
    if high - low < NARROWEST:
        raise ValueError(
            f"the interval must be (low, high) with low < high, {NARROWEST:g} apart or more; got {interval}"
        )
    return low, high


def from_formula(name: str, text: str, interval: tuple[float, float], slope: float, **known) -> Function:
    """A function given as a person would type it. Raises ``ExpressionError`` for what can't be read."""
    expression = parse(text, ("x",))
    return Function(name, expression.latex, Formula(expression), interval, slope, text=text, **known)


def from_expression(text: str) -> Function:
    """A person's own formula in x: nothing is known of it but what is computed."""
    return from_formula("expression", text, OWN_INTERVAL, OWN_SLOPE, peaks=None, bends=None)


def sine(frequency: Real = 5.0) -> Function:
    """sin ωx."""
    w = real("frequency", frequency, 0.1, MOST_FREQUENCY)

    def multiples(shift: float) -> Places:
        return lambda low, high: ((math.ceil(low * w / math.pi - shift) + shift) * math.pi / w,)

    peaks, bends = multiples(0.0), multiples(0.5)
    return from_formula("sine", f"sin({w:.12g}*x)", (0.0, 3.0), 0.8 * w, peaks=peaks, bends=bends)


def relu_net(width: int = 50, depth: int = 1, seed: int = 0) -> Function:
    """A random ReLU network of one input and one output: straight pieces, so that K is the steepest of them."""
    pieces = linear_pieces(random_network(width, depth, seed))

    def steepest(low: float, high: float) -> tuple[float, ...]:
        ends = np.clip(pieces.knots, low, high)
        return (low, high, *(0.5 * (ends[1:] + ends[:-1])))

    def bent(low: float, high: float) -> bool:
        return bool(((pieces.knots > low) & (pieces.knots < high) & (np.diff(pieces.slopes) != 0)).any())

    interval = (-3.0, 3.0)
    slope = float(f"{0.8 * np.abs(pieces.slope(np.array(steepest(*interval)))).max():.2g}")
    return Function(
        "relu_net", r"W_{L+1}\,\mathrm{relu}(\cdots\mathrm{relu}(W_1 x + b_1))", pieces, interval, slope,
        peaks=steepest, has_no_smoothness=bent,
    )  # fmt: skip


def _oscillation() -> Function:
    text = "x^2*sin(1/x^2)"
    return Function(
        "oscillation", r"x^{2} \sin(1/x^{2}),\; f(0) = 0", Oscillation(parse(text, ("x",))), (-1.0, 1.0), 3.0,
        peaks=None, bends=None, has_no_constant=touching(0.0), growth=1 / 3,
    )  # fmt: skip


def _step() -> Function:
    return Function(
        "step", r"\mathbf{1}[x \geq 0]", Step(), (-1.0, 1.0), 3.0,
        has_no_constant=lambda low, high: low < 0 <= high, growth=1.0,
    )  # fmt: skip


def _cantor() -> Function:
    curve = Cantor()

    def climbs(low: float, high: float) -> bool:
        return bool(np.ptp(curve.value(np.array([low, high]))) > 0)

    growth = 1 - math.log(2) / math.log(3)
    return Function("cantor", r"c(x)", curve, (0.0, 1.0), 2.0, has_no_constant=climbs, growth=growth)


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        sine(),
        from_formula("parabola", "x^2", (-2.0, 2.0), 3.0),
        from_formula("absolute", "abs(x)", (-1.0, 1.0), 0.8, peaks=at(0.0), has_no_smoothness=lambda a, b: a < 0 < b),
        from_formula(
            "root", "sqrt(abs(x))", (-1.0, 1.0), 3.0,
            has_no_constant=touching(0.0), growth=0.5,
        ),
        _step(),
        _oscillation(),
        _cantor(),
        relu_net(),
        from_formula("sigmoid", "sigmoid(x)", (-6.0, 6.0), 0.2, peaks=at(0.0), bends=at(-SIGMOID_BEND, SIGMOID_BEND)),
        from_formula("tanh", "tanh(x)", (-4.0, 4.0), 0.8, peaks=at(0.0), bends=at(-TANH_BEND, TANH_BEND)),
        from_formula("softplus", "softplus(x)", (-5.0, 5.0), 0.8, bends=at(0.0)),
        from_formula(
            "gelu", "gelu(x)", (-4.0, 4.0), 0.9,
            peaks=at(-math.sqrt(2), math.sqrt(2)), bends=at(-2.0, 0.0, 2.0),
        ),
        from_formula(
            "silu", "x*sigmoid(x)", (-6.0, 6.0), 0.9,
            peaks=at(-SILU_PEAK, SILU_PEAK), bends=at(-SILU_BEND, 0.0, SILU_BEND),
        ),
        from_formula(
            "gaussian", "exp(-x^2/2)", (-4.0, 4.0), 0.5,
            peaks=at(-1.0, 1.0), bends=at(-math.sqrt(3), 0.0, math.sqrt(3)),
        ),
        from_formula("bent_line", "x*abs(x)", (-1.0, 1.0), 1.6),
        from_formula("cube", "abs(x)^3", (-1.0, 1.0), 2.4),
    )
}  # fmt: skip


def build(
    name: str, *, formula: str = "", frequency: Real = 5.0, width: int = 50, depth: int = 1, seed: int = 0
) -> Function:
    """The function of that id: one of ``FUNCTIONS`` with its parameters, or "expression" with a formula in x."""
    if name == "expression":
        return from_expression(formula)
    if name not in FUNCTIONS:
        raise ValueError(f"name must be 'expression' or one of {', '.join(FUNCTIONS)}; got {name!r}")
    made = {"sine": lambda: sine(frequency), "relu_net": lambda: relu_net(width, depth, seed)}
    return made.get(name, lambda: FUNCTIONS[name])()
