"""The peer's side of ``bench.neural_tangents``; runs in an environment of its own and writes what it has to a file."""

import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import neural_tangents  # noqa: E402  the precision is set before anything is traced
import numpy as np  # noqa: E402
from neural_tangents import stax  # noqa: E402

ACTIVATIONS = {"relu": stax.Relu(), "erf": stax.Erf()}


def kernels(activation: str, x: np.ndarray, depth: int, runs: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Θ, Σ and the shortest time in seconds, compiled before it is timed."""
    dense = stax.Dense(1, W_std=1.5, b_std=0.5)
    kernel = stax.serial(*[dense, ACTIVATIONS[activation]] * depth, dense)[2]
    compiled = jax.jit(lambda points: kernel(points, None, ("ntk", "nngp")))
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        found = compiled(x)
        found.ntk.block_until_ready()
        found.nngp.block_until_ready()
        seconds.append(time.perf_counter() - start)
    return np.array(found.ntk), np.array(found.nngp), min(seconds[1:])


def main(asked: str, answered: str) -> None:
    given = np.load(asked)
    answer = {"versions": f"neural-tangents {neural_tangents.__version__}, jax {jax.__version__}"}
    for activation in ACTIVATIONS:
        ntk, nngp, seconds = kernels(activation, given["x"], int(given["depth"]), int(given["runs"]))
        answer |= {f"{activation}_ntk": ntk, f"{activation}_nngp": nngp, f"{activation}_seconds": seconds}
    np.savez(answered, **answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
