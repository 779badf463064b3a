"""A network's output is Gaussian at infinite width alone; what a finite one adds hangs on depth over width, r = L/n.

    z = W φ(…), W ~ N(0, σ_w²/n), no biases, scale-free φ at its critical σ_w; L hidden layers of n units
    S variance of the next pre-activation, given all layers before; E S = 1; the output is N(0, S)
    S_l = s S_{l−1}, s of one law that hangs on n alone; E s² = 1 + c/n: c = 2 linear, 5 ReLU

The output's fourth moment is 3 E S² = 3(1 + c/n)ᴸ ≈ 3e^{cr}. (Hanin & Nica 2018; Roberts, Yaida & Hanin 2022.)

    law         s at any width · draws   networks by it, without matrices
    density     of log S and the output, exact, by Fourier · edgeworth   Gaussian, Gaussian + 1/n
    collapse    twelve pairs (L, n) on one curve · study   many networks of one shape, layer by layer
    regimes     both orders against the exact density, by r
    checks      every prediction against networks that were drawn
    neurons     one hidden layer and its Taylor orders, as models that are trained
    orders      on a person's points: when each order leaves the network
    taylor      how near each order stays, by width · algorithms   which ones the width forgets

Checks, by id
    layer_factor   1 + c/n               = mean s², over networks and layers
    moment         (1 + c/n)ᴸ            = mean S² after the last layer
    collapse       c                     = slope of log E S² by r, over the wide ones of twelve shapes
    typical        median of S, exact    = of the networks
    dead           1 − (1 − 2⁻ⁿ)ᴸ        = the share with S = 0; of ReLU
    order_one      what 1/n² comes to    ≥ total variation of Gaussian + 1/n from the exact output
    log_variance   L Var log s           = of log S, networks alive
    taylor_1, taylor_2, taylor_3, drift   −1, −1, −2, −1   = the power of n of ‖f − f_k‖, and of the kernel's drift
    ends_quarter, ends_momentum           −1               = of the distance from the end of gradient descent
"""

from core.finite_width.algorithms import algorithms, ends_checks
from core.finite_width.checks import checks, log_checks
from core.finite_width.collapse import Dots, dots
from core.finite_width.draws import MOST_DEPTH, MOST_TYPED, widths_typed
from core.finite_width.edgeworth import EDGES, negative_from
from core.finite_width.law import ACTIVATIONS, LEAST_WIDTH, MOST_WIDTH, SLOPES
from core.finite_width.neurons import ORDERS
from core.finite_width.orders import (
    GRID,
    MOST_POINTS,
    MOST_TEXT,
    POINTS,
    Orders,
    PointsError,
    points_text,
    points_typed,
    taylor_orders,
)
from core.finite_width.regimes import Regimes, blind_from, regimes
from core.finite_width.study import Study, study
from core.finite_width.taylor import POWERS, sweep_checks, taylor_sweep

__all__ = [
    "ACTIVATIONS",
    "EDGES",
    "GRID",
    "LEAST_WIDTH",
    "MOST_DEPTH",
    "MOST_POINTS",
    "MOST_TEXT",
    "MOST_TYPED",
    "MOST_WIDTH",
    "ORDERS",
    "POINTS",
    "POWERS",
    "SLOPES",
    "Dots",
    "Orders",
    "PointsError",
    "Regimes",
    "Study",
    "algorithms",
    "blind_from",
    "checks",
    "dots",
    "ends_checks",
    "log_checks",
    "negative_from",
    "points_text",
    "points_typed",
    "regimes",
    "study",
    "sweep_checks",
    "taylor_orders",
    "taylor_sweep",
    "widths_typed",
]
