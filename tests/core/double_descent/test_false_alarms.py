"""What is true holds: over seeds, at the defaults of every data and at the ends of every control.

``BASIN_WHOLE`` tries 200 seeds at the defaults and 40 elsewhere; otherwise it is a few seeds, and a third of the ends.
Of one check at most 1 in 1,000 may fail, as far as so many runs can tell: no more than a Poisson count of that mean
reaches once in 1,000.
"""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import poisson

from core.data.datasets import digits
from core.double_descent import risk_view
from core.double_descent.checks import checks
from core.double_descent.digits_plane import SCALE, TEST_SAMPLES
from core.double_descent.random_features import random_features_sweep
from core.double_descent.risk_view import POSITIONS, PRESETS
from tests.sampling import WHOLE

AT_DEFAULTS, ELSEWHERE = (200, 40) if WHOLE else (2, 1)
RATE = 1e-3
DATA = {name: {} for name in PRESETS if name != "digits"} | {"orthonormal": {"scaling": "orthonormal"}}
NO_THEOREM = {"second_descent"}  # of Legendre's polynomials: there it says what is drawn


def run(data, seed, **settings):
    """The page's checks."""
    preset = "legendre" if data == "orthonormal" else data
    own = PRESETS[preset]
    settings = {"noise": own.default_noise, "repetitions": own.default_repetitions} | settings
    n = settings.pop("n", own.default_n)
    if preset == "epochs":
        return checks(risk_view.epochs(n, design="orthogonal", seed=seed, **settings))
    return checks(risk_view.sweep(preset, n, seed=seed, **(DATA[data] | settings)))


def ends(data):
    """The settings at the ends of the controls, one away from its default at a time."""
    own = PRESETS["legendre" if data == "orthonormal" else data]
    for name, values in (
        ("n", own.n[:2]),
        ("noise", (own.noise[0], own.noise[1], own.noise[-1])),
        ("repetitions", (own.repetitions[0], 5, own.repetitions[-1] if WHOLE else 10)),
        ("penalty", () if data == "epochs" else (POSITIONS[1], 1e-3, 0.1, POSITIONS[-1])),
        ("total_features", (60, 200) if data == "weak" else ()),
    ):
        yield from ({name: value} for value in values)


def counted(data, seeds, settings):
    """How many of each check applied, and how many failed."""
    applied, failed = Counter(), Counter()
    for seed in seeds:
        for check in run(data, seed, **settings):
            if data in ("legendre", "orthonormal") and check.id in NO_THEOREM:
                continue
            applied[check.id] += check.verdict != "does not apply"
            failed[check.id] += check.verdict == "fails"
    return applied, failed


def too_many(applied, failed):
    return {name: (failed[name], n) for name, n in applied.items() if failed[name] > poisson.ppf(1 - RATE, RATE * n)}


@pytest.mark.parametrize("data", DATA)
def test_at_the_defaults(data):
    applied, failed = counted(data, range(AT_DEFAULTS), {})
    assert (applied and all(applied.values())) or data in ("gaussian", "map", "legendre")
    assert too_many(applied, failed) == {}


@pytest.mark.parametrize("data", DATA)
def test_at_the_ends_of_the_controls(data):
    applied, failed = Counter(), Counter()
    for i, settings in enumerate(ends(data)):
        if not WHOLE and i % 3 != list(DATA).index(data) % 3:
            continue
        found = counted(data, range(1000 * i, 1000 * i + ELSEWHERE), settings)
        applied, failed = applied + found[0], failed + found[1]
    assert too_many(applied, failed) == {}


@pytest.mark.parametrize(("n", "noise", "penalty"), [(100, 0.0, 0.0), (100, 0.5, 1e-4), (400, 0.2, 0.0)])
def test_of_the_digits(n, noise, penalty):
    """Their long work is spared: the sizes near the threshold and the last are those that a verdict is about."""
    sizes, seeds = risk_view.sizes_of("digits", n), range((200 if n == 100 else 40) if WHOLE else 2)
    sizes = np.unique(np.append(sizes[::6], [*sizes[np.argsort(np.abs(sizes - n))[:5]], sizes[-1]]))
    applied, failed = Counter(), Counter()
    for seed in seeds:
        split = digits(n, seed=seed)
        sides = (split.x, split.y, split.x_test[:TEST_SAMPLES], split.y_test[:TEST_SAMPLES])
        settings = {"scale": SCALE, "penalty": penalty, "label_noise": noise, "seed": seed}
        for check in checks(random_features_sweep(*sides, sizes, **settings)):
            if check.id not in NO_THEOREM:
                applied[check.id] += check.verdict != "does not apply"
                failed[check.id] += check.verdict == "fails"
    assert applied["kernel_limit_risk"] == applied["kernel_limit_norm"] == len(seeds)
    assert too_many(applied, failed) == {}
