"""One number decides at initialisation whether depth is possible: χ₁ = σ_w² E φ′(√q* z)².

    z = W φ(z′) + b, W ~ N(0, σ_w²/n), b ~ N(0, σ_b²)      n units in a layer, L layers, q mean square of z, q* at rest
    g gradient with respect to h = φ(z), 0 … L layers below the output; u gradient at the top
    v mean square of g before it is rounded, in units of the smallest number of the format, squared

The squared gradient is multiplied by χ per layer; in a format whose smallest number is 2⁻ᵉ it is gone after about
2e ln 2/|ln χ₁| layers, and on the curve χ₁ = 1 never. (Poole et al. 2016, Schoenholz et al. 2017; of rounding: derived
here.)

    activations, means   φ, φ′ and their Gaussian means · setup   the settings and their bounds
    recursion, phases    q and χ layer by layer · the plane of (σ_w, σ_b) with its critical curve
    correlation          two inputs: the maps of length and correlation
    formats, underflow   rounding to 16 and 32 bits · where a gradient dies in them, or freezes; rounding_map draws it
    draws, weights       the normal numbers · times σ_w/√n and rounded, millions of them
    network              one real network, there and back in two arithmetics
    initialisations, by_name   those that have names, alone and side by side
    spread, ensemble     how far finite networks scatter: to first order, and measured over many
    probe                what this machine's own product keeps · checks   every prediction against the network

Checks, by id
    gradient_factor    √∏χ(q), per layer                          = of one network in double precision, geometric mean
    typical_length     geometric mean of q over the layers        = of the network
    lsuv_length        1                                          = the length furthest from it, to rounding
    underflow_layer    where half of the entries are 0            = in the format chosen
    frozen_level       √R(v) at v = χR(v), in units               = root mean square over the layers at rest
    factor_<name>      gradient_factor of a named initialisation
"""

from core.signal_propagation.activations import ACTIVATIONS
from core.signal_propagation.by_name import Named, by_name
from core.signal_propagation.checks import checks
from core.signal_propagation.correlation import Pair, pair
from core.signal_propagation.ensemble import Ensemble, ensemble
from core.signal_propagation.formats import FORMATS
from core.signal_propagation.initialisations import NAMED, named
from core.signal_propagation.network import Signal, propagate
from core.signal_propagation.phases import Phases, phase_map
from core.signal_propagation.probe import Probe, probes
from core.signal_propagation.recursion import chi
from core.signal_propagation.rounding_map import RoundingMap, rounding_map
from core.signal_propagation.setup import COTANGENTS, SOURCES, WIDTHS, Setup, widest

__all__ = [
    "ACTIVATIONS",
    "COTANGENTS",
    "FORMATS",
    "NAMED",
    "SOURCES",
    "WIDTHS",
    "Ensemble",
    "Named",
    "Pair",
    "Phases",
    "Probe",
    "RoundingMap",
    "Setup",
    "Signal",
    "by_name",
    "checks",
    "chi",
    "ensemble",
    "named",
    "pair",
    "phase_map",
    "probes",
    "propagate",
    "rounding_map",
    "widest",
]
