"""No check of weight decay is sampled: whatever the data and the controls, rounding must not turn a verdict.

A few settings by default; ``BASIN_WHOLE`` takes 200 seeds of each kind of data.
"""

from collections import Counter

import numpy as np
import pytest

from core.data.own_table import Table
from core.weight_decay import checks, forgetting, prepare, problem, study
from tests.sampling import WHOLE

SEEDS = range(200 if WHOLE else 12)
MARGIN = 0.1  # share of a bound on rounding that is used; other processors round otherwise


def own(rng):
    """A person's table of any kind."""
    rows, columns = int(rng.integers(5, 60)), int(rng.integers(1, 9))
    values = rng.standard_normal((rows, columns + 1))
    kind = rng.integers(6)
    if kind == 0:
        values[:, -1] = values[:, 0]
    elif kind == 1:
        values[:] = values[:, :1]
    elif kind == 2:
        values = np.round(values)
    elif kind == 3:
        values = values + 2000
    elif kind == 4:
        values = values * 10.0 ** rng.integers(-9, 9)
    names = tuple(f"c{i}" for i in range(columns + 1))
    return problem(own=Table(names, values, columns, "test"), n=max(3, 4 * rows // 5))


DATA = {
    "own": own,
    "two columns": lambda rng: problem("diabetes", n=60, seed=int(rng.integers(1000))).only(
        tuple(rng.integers(10, size=2).tolist())
    ),
    "diabetes": lambda rng: problem("diabetes", n=int(rng.choice([4, 10, 60, 400])), seed=int(rng.integers(1000))),
    "polynomial": lambda rng: problem("polynomial", n=int(rng.choice([4, 20, 400])), degree=int(rng.integers(2, 21))),
    "high_dimensional": lambda rng: problem("high_dimensional", n=int(rng.choice([4, 20, 200]))),
}


@pytest.mark.parametrize("kind", DATA)
def test_no_verdict_fails_by_rounding(kind):
    given, failed, used = Counter(), [], Counter()
    for seed in SEEDS:
        rng = np.random.default_rng([seed, len(kind)])
        settings = {
            "penalty": float(rng.choice([0.0, 1e-4, 1e-3, 0.1, 3.0, 100.0, 1e3])),
            "optimiser": str(rng.choice(["sgd", "sgd", "adam_l2", "adamw"])),
            "step_size": float(10 ** rng.uniform(-3, 1)),
            "steps": int(rng.choice([10, 60, 100, 400, 1000])),
            "start": str(rng.choice(["away", "zero"])),
        }
        run = study(prepare(DATA[kind](rng)), directions=(1, 2), seed=seed, **settings)
        demonstration = forgetting(settings["penalty"], seed=seed) if kind == "high_dimensional" else None
        for check in checks(run, demonstration):
            if check.verdict != "does not apply":
                given[check.id] += 1
                failed += [(check, settings)] if check.verdict == "fails" else []
                if check.tolerance.source == "rounding" and check.tolerance.size:
                    used[check.id] = max(used[check.id], check.excess / check.tolerance.size)
    print(kind, dict(given), {name: f"{share:.1e}" for name, share in used.items()})
    assert not failed, failed
    assert max(used.values()) < MARGIN, used
