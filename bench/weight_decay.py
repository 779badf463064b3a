"""Weight decay: one decomposition for every λ against a loop of scikit-learn fits; the shortcut against brute force.

``python -m bench weight_decay``. The same numbers to 1e-10, and everything that a moved slider computes.
"""

import numpy as np
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.data.own_table import MOST_ROWS, TableError, read
from core.weight_decay import (
    GRID,
    checks,
    doors,
    forgetting,
    leave_one_out,
    left_out_by_force,
    prepare,
    problem,
    ridge_path,
    study,
)


def run() -> list[Row]:
    """Rows for the table."""
    with threadpool_limits(1):
        return [*_paths(), *_page(), *_files()]


def _paths() -> list[Row]:
    whole = problem("diabetes", n=300)
    x, y = whole.x, whole.y

    def loop() -> np.ndarray:
        return np.array([Ridge(alpha=len(y) * lam, fit_intercept=False, solver="svd").fit(x, y).coef_ for lam in GRID])

    path, ours = shortest(lambda: ridge_path(x, y, GRID), runs=20)
    theirs, seconds = shortest(loop, runs=3)
    short, quick = shortest(lambda: leave_one_out(x, y, GRID, intercept=True), runs=10)
    forced, slow = shortest(lambda: left_out_by_force(x, y, float(GRID[30]), range(len(y))), runs=2)
    return [
        Row(f"ridge path, {len(GRID)} penalties", ours, "s"),
        Row("weight decay: scikit-learn's loop / one decomposition", seconds / ours, "×", 10),
        Row("largest difference of a coefficient", float(np.abs(path.coefficients - theirs).max()), "", 1e-10, "less"),
        Row("leave-one-out: one λ by force / all λ by the shortcut", slow / quick, "×", 2),
        Row(
            "largest difference of a left-out residual",
            float(np.abs(short.residual[:, 30] - forced).max()),
            "",
            1e-10,
            "less",
        ),
    ]


def _page() -> list[Row]:
    two, wide = prepare(problem("diabetes", n=60).only((4, 5))), prepare(problem("high_dimensional", n=20))
    _, prepared = shortest(lambda: prepare(problem("diabetes", n=60).only((4, 5))), runs=10)
    _, moved = shortest(lambda: checks(study(two, penalty=0.1, steps=100)), runs=20)
    settings = {"penalty": 3.0, "directions": (1, 20), "step_size": 0.01, "steps": 400}
    _, widest = shortest(lambda: checks(study(wide, **settings)), runs=10)
    _, demonstration = shortest(lambda: forgetting(3.0), runs=5)
    _, four = shortest(lambda: doors(problem("diabetes", n=60), GRID), runs=5)
    return [
        Row("data chosen: read, decompose, 71 penalties", prepared, "s"),
        Row("λ or θ moved: walk, geometry and checks", moved, "s", 0.02, "less"),
        Row("the same in 200 dimensions, 400 steps", widest, "s", 0.05, "less"),
        Row("d2l's demonstration, 400 minibatches", demonstration, "s"),
        Row("four doors, 71 knobs each", four, "s", 0.3, "less"),
    ]


def _files() -> list[Row]:
    rng = np.random.default_rng(0)
    rows = rng.integers(-999, 999, (MOST_ROWS, 20)).tolist()
    largest = "\n".join(",".join(map(str, row)) for row in rows).encode()

    def refuse() -> None:
        try:
            read(b"1\n" * 990_000)
        except TableError:
            return
        raise AssertionError("a million rows were read")

    _, whole = shortest(lambda: read(largest), runs=3)
    _, refused = shortest(refuse, runs=3)
    return [
        Row("the largest table allowed, read", whole, "s", 2, "less"),
        Row("a million rows, refused", refused, "s", 2, "less"),
    ]


if __name__ == "__main__":
    print(*run(), sep="\n")
