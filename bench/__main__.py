"""``python -m bench`` (``make bench``): every measurement, one table, on screen and in RESULTS.md and results.json.

``python -m bench dropout reruns`` measures those parts alone and writes no file; with ``--write``, among those of
the last whole run. ``--load`` adds the lecture hall, the lectures and the soak. Exits with 1 where a bar is missed.
"""

import argparse
import sys
from importlib import import_module

from bench import report

PARTS = (
    "basins",
    "double_descent",
    "max_margin",
    "neural_tangent_kernel",
    "weight_decay",
    "dropout",
    "signal_propagation",
    "first_page",
    "first_view",
    "reruns",
    "in_browser",
    "cluster",
)
LONG = ("arrival", "twenty_seven", "load", "one_page", "soak")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    asked.add_argument("parts", nargs="*", choices=[*PARTS, *LONG, []], metavar="part", help=", ".join(PARTS + LONG))
    asked.add_argument("--load", action="store_true", help="the lecture hall, the lectures and the soak as well")
    asked.add_argument("--write", action="store_true", help="put the parts into the files of the last run")
    options = asked.parse_args()
    names = options.parts or (*PARTS, *(LONG if options.load else ()))
    about, measured = report.machine(), {}
    for name in names:
        measured[name] = import_module(f"bench.{name}").run()
        print(*measured[name], sep="\n", flush=True)
    missed = sum(row.clears is False for rows in measured.values() for row in rows)
    print(f"{missed} bars missed" if missed else "every bar cleared")
    if not options.parts:
        command = "python -m bench --load" if options.load else "python -m bench"
        print("written:", *(path.name for path in report.write(measured, about, command)))
    elif options.write:
        found = report.with_known(measured, f"python -m bench {' '.join(names)} --write")
        print("written:", *(path.name for path in report.write(*found)))
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
