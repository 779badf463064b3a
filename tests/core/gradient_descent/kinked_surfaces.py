"""Balls on surfaces with kinks, rolled in a process of their own: the checks of every shape, which the tests have on,
make a ball sixty times slower. Reads cases from the standard input and writes what became of them, both as JSON."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np


def rolled(cases: list[dict]) -> list[dict]:
    """What became of each case: text, start and what else ``roll`` takes."""
    command = [sys.executable, "-m", "tests.core.gradient_descent.kinked_surfaces"]
    done = subprocess.run(
        command, input=json.dumps(cases), capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[3]
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _rolled(text: str, start: list[float], **settings) -> dict:
    from core.gradient_descent.checks import checks
    from core.gradient_descent.rolling_ball import roll
    from core.surfaces.named import in_square

    surface = in_square(text, 3.0)
    ball = roll(surface, np.array(start), frames=121, **settings)
    energy = next(check for check in checks(surface, {}, ball) if check.id == "ball_energy")
    known = ball.energy[np.isfinite(ball.energy)]
    return {
        "drift": ball.energy_drift, "frames": len(known), "rise": float(np.diff(known).max(initial=-np.inf)),
        "diverged": ball.diverged, "is_lost": ball.is_lost, "kinks": ball.kinks, "verdict": energy.verdict,
        "why": asdict(energy)["broken_assumption"], "highest": float(np.nanmax(ball.path[:, 0])),
        "path": ball.path.tolist(),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps([_rolled(**case) for case in json.load(sys.stdin)]))
