"""Both analytic kernels of 500 × 500 points at depth 3, against neural-tangents on the same CPU.

    python3.11 -m venv peer && peer/bin/pip install "jax[cpu]==0.4.23" neural-tangents==0.6.5 "numpy<2" "scipy<1.13"
    .venv/bin/python -m bench.neural_tangents peer/bin/python

Not part of ``make bench``: the peer needs an older numpy. It is compiled (``jax.jit``, double precision) before it is
timed, and may use all cores; ours runs as on the page. Novak et al. 2020, arXiv:1912.02803.

Measured on two cores of an AMD EPYC, Python 3.11, numpy 2.4.6 (shortest of 60 runs, two repetitions):

                neural-tangents 0.6.5     ours       largest relative difference of Θ, Σ
    ReLU        5.3 – 5.4 ms              2.9 ms     1.2e−8, 9e−16
    erf         4.6 – 4.7 ms              2.3 ms     3e−12, 5e−15

Off the diagonal Θ of ReLU agrees to 1e−15. The 1.2e−8 is on the diagonal, where the exact value is known from a
recursion of numbers (E φ'² = ½): ours is within 4e−16 of it, the peer's angle of a point with itself is not quite zero.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.row import Row, shortest
from core.neural_tangent_kernel import analytic_kernels

POINTS, INPUTS, DEPTH, RUNS = 500, 10, 3, 60
PEER = Path(__file__).parent / "peers" / "neural_tangents_kernels.py"


def run(python: str) -> list[Row]:
    """Rows for the table; ``python`` is the interpreter that has neural-tangents."""
    x = np.random.default_rng(0).standard_normal((POINTS, INPUTS))
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.npz", Path(folder) / "answered.npz"
        np.savez(asked, x=x, depth=DEPTH, runs=RUNS)
        subprocess.run([python, PEER, asked, answered], check=True)
        theirs = dict(np.load(answered))
    print(theirs["versions"])
    rows = []
    for activation in ("relu", "erf"):
        ours, seconds = shortest(
            lambda: analytic_kernels(x, depth=DEPTH, activation=activation, weight_variance=2.25, bias_variance=0.25),  # noqa: B023
            RUNS,
        )
        off = np.abs(ours.ntk / theirs[f"{activation}_ntk"] - 1)
        np.fill_diagonal(off, 0)
        rows += [
            Row(f"analytic kernels, {activation}: theirs / ours", theirs[f"{activation}_seconds"] / seconds, "×", 1.0),
            Row(f"largest difference of Θ, {activation}, off the diagonal", off.max(), "", 1e-8, "less"),
        ]
    return rows


if __name__ == "__main__":
    print(*run(sys.argv[1]), sep="\n")
