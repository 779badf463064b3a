"""While λ_min(K(w)) ≥ μ the loss falls at least as e^(−2μt), and the whole walk is no longer than ‖r₀‖/√μ: not a bowl.

F: ℝ^P → ℝ^n, r = F(w) − y, L = ½‖r‖² (a sum, no 1/n), J = ∂F/∂w, K = JJᵀ, σ = √λ_min(K), H the Lipschitz constant of J
PL*: ½‖∇L‖² ≥ μL with μ = λ_min(K), since ½‖∇L‖² = ½rᵀKr.  PL (Polyak 1963): the same of L − L*.

systems       one equation in the plane: xy = c, x² + y² = c, a person's own F
certificate   what the start alone promises · plane   of every start, with the valley and the saddles
walk          gradient descent · landing   where the flow lands, and the nearest solution
study         one start, all together · checks   held against it
section       straight through the valley, where L is not convex · chain   two equations in space
tanh_network  exact slopes and curvatures · spectrum   the zero modes at a solution, counted
first_layer   a wide network without its Jacobian · widths   its certificate by width · digits   real handwriting
sine          x² + 3 sin²x: three factors that a step may promise

Checks, by id
    pl_ratio          K                         = ½‖∇L‖²/L at the start, ∇L from five losses an axis
    certified_length  R                         ≥ the length of the walk
    certified_rate    1 − 2ημ(1 − ηβ/2)         ≥ the worst factor of any step
    local_rate        (1 − ηK)² at the end      = the mean factor near it
    landing           x of the flow's landing   = x of the end, to the first order in η
    saddle_escape     log 1000/log(1 + η|c|)    = from the growth beside the saddle; of walks that come near it
    zero_modes        P − n                     = eigenvalues of ∇²L that are zero, of a network that fits n data
    sweep_h, sweep_length, digits_rate, sine_step    of the views
"""

from core.polyak_lojasiewicz.certificate import PROOFS
from core.polyak_lojasiewicz.chain import Chain, chain
from core.polyak_lojasiewicz.checks import checks
from core.polyak_lojasiewicz.digits import digits_checks, digits_network
from core.polyak_lojasiewicz.first_layer import Training
from core.polyak_lojasiewicz.plane import WINDOW, Plane, plane_at, plane_of
from core.polyak_lojasiewicz.section import Section, section
from core.polyak_lojasiewicz.sine import Sine, sine, sine_checks
from core.polyak_lojasiewicz.spectrum import MOST_HIDDEN, MOST_SAMPLES, Spectrum, solution_spectrum
from core.polyak_lojasiewicz.study import Study, study
from core.polyak_lojasiewicz.systems import EQUATIONS, MOST_PLACE, MOST_TARGET, system
from core.polyak_lojasiewicz.walk import STEP_SIZES
from core.polyak_lojasiewicz.widths import WidthSweep, sweep_checks, width_sweep

__all__ = [
    "EQUATIONS",
    "MOST_HIDDEN",
    "MOST_PLACE",
    "MOST_SAMPLES",
    "MOST_TARGET",
    "PROOFS",
    "STEP_SIZES",
    "WINDOW",
    "Chain",
    "Plane",
    "Section",
    "Sine",
    "Spectrum",
    "Study",
    "Training",
    "WidthSweep",
    "chain",
    "checks",
    "digits_checks",
    "digits_network",
    "plane_at",
    "plane_of",
    "section",
    "sine",
    "sine_checks",
    "solution_spectrum",
    "study",
    "sweep_checks",
    "system",
    "width_sweep",
]
