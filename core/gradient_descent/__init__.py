"""A step is stable only while η < 2/L; momentum turns κ into √κ; and a real ball is not gradient descent.

    x ← x − η∇f(x)      η step size, β momentum, L and μ the largest and smallest curvature, κ = L/μ

    optimizers      the update rules · descent   runs of them, many starts at once
    convergence     the theory on quadratics: rates, limits, tunings · acceleration   the lower bound, and small steps
    basins, pits    where every start of a square ends, or is bound for · rolling_ball   a ball with inertia
    race            several methods from one start, each with the settings that it declares
    fate            what became of a run · checks   every prediction against it

Surfaces to descend on are in ``core.surfaces``.

Checks, by id (λ eigenvalues of ∇²f at the minimizer nearest the end of the run, L the largest)
    rate_<method>       ρ(η, β, λ), for each method that has one     = the late decay towards the minimizer, by mode
    stability_limit     the leading method's largest stable η at L   ≥ η of a run that converged, ≤ η if it did not
    saddle_escape       log(Δ/|y₀|)/log ρ steps to leave a saddle    = the steps it took
    adam_first_step     η|g|/(|g| + 1e-8)                            = the first step, largest coordinate
    rmsprop_first_step  η|g|/(0.1|g| + 1e-8), ten times as long      = the first step, largest coordinate
    ball_energy         0                                            ≥ the drift of the frictionless ball's energy
"""

from core.gradient_descent.basins import LOST, Basins, basins
from core.gradient_descent.convergence import LINEAR
from core.gradient_descent.descent import Descent, descend
from core.gradient_descent.optimizers import METHODS
from core.gradient_descent.race import BALL, Entry, Race, Rate, Stability, race, stability
from core.gradient_descent.rolling_ball import Roll

__all__ = [
    "BALL",
    "LINEAR",
    "LOST",
    "METHODS",
    "Basins",
    "Descent",
    "Entry",
    "Race",
    "Rate",
    "Roll",
    "Stability",
    "basins",
    "descend",
    "race",
    "stability",
]
