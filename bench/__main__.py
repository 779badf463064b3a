"""``python -m bench`` (``make bench``): every measurement, one table. Exits with 1 where a bar is missed."""

import sys

from bench import basins, double_descent, dropout, first_view, max_margin, neural_tangent_kernel, reruns, weight_decay

PARTS = (basins, double_descent, max_margin, neural_tangent_kernel, weight_decay, dropout, first_view, reruns)


def main() -> int:
    missed = 0
    for part in PARTS:
        for row in part.run():
            print(row, flush=True)
            missed += row.clears is False
    print(f"{missed} bars missed" if missed else "every bar cleared")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
