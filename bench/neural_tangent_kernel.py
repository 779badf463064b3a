"""An ensemble of 100 networks against one PyTorch module after another; the analytic kernel of 500 × 500 points.

``python -m bench.neural_tangent_kernel``. Bar: at least 3×, with the same outputs to 1e−3. Both take 500 full-batch
steps on networks of width 128 in the NTK parametrisation, each side with one thread: ours in double precision; PyTorch
in its default single precision, written as a person would, with a module, autograd and ``torch.optim.SGD``. One thread
is PyTorch's best here: a step of a module this small takes longer with two, and several hundred times as long where
they have to wait for a core that another process has, which would say nothing about either side. A tenth of the modules
is timed and counted ten times. The analytic kernels of 500 points at depth 3 stand beside it; and what the page itself
computes, against the same with every step taken (``tolerance=0``), at least 2× at depth 1 and 5× at depth 2.
"""

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.neural_tangent_kernel import TASKS, Networks, Settings, analytic_kernels, draw, study, train_ensemble
from core.progress import finish

COUNT, WIDTH, STEPS, TIMED, STEP_SIZE = 100, 128, 500, 10, 0.02
WEIGHT, BIAS = 2.25, 0.25  # variances
POINTS, DEPTH = 500, 3
PAGE = {1: 2.0, 2: 5.0}  # bars, by depth: at depth 1 the steps cost little


class Module(torch.nn.Module):
    """One network of the ensemble, with its own copy of the parameters."""

    def __init__(self, networks: Networks, place: int) -> None:
        super().__init__()
        self.gains = [(WEIGHT / w.shape[1]) ** 0.5 for w in networks.weights]
        pairs = zip(networks.weights, self.gains, strict=True)
        self.weights = torch.nn.ParameterList([torch.tensor(w[place] / g, dtype=torch.float32) for w, g in pairs])
        self.biases = torch.nn.ParameterList(
            [torch.tensor(b[place] / BIAS**0.5, dtype=torch.float32) for b in networks.biases]
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = (torch.erf(x) if layer else x) @ weight * self.gains[layer] + BIAS**0.5 * bias
        return x[:, 0]


def one_after_another(networks: Networks, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The outputs of the first few after all steps."""
    inputs, targets = (torch.tensor(a, dtype=torch.float32) for a in (x, y))
    ends = []
    for place in range(TIMED):
        model = Module(networks, place)
        optimiser = torch.optim.SGD(model.parameters(), lr=STEP_SIZE)
        for _ in range(STEPS):
            optimiser.zero_grad()
            (0.5 * torch.sum((model(inputs) - targets) ** 2)).backward()
            optimiser.step()
        ends.append(model(inputs).detach().numpy())
    return np.array(ends)


def ensemble_rows(depth: int) -> list[Row]:
    task = TASKS["circle"]()
    networks = draw(2, WIDTH, depth, COUNT, activation="erf", weight_variance=WEIGHT, bias_variance=BIAS)
    step = np.array([0, STEPS])
    with threadpool_limits(1, user_api="blas"):
        run, ours = shortest(
            lambda: finish(train_ensemble(networks, task.x, task.y, task.x, step_size=STEP_SIZE, step=step)), runs=3
        )
    ends, theirs = shortest(lambda: one_after_another(networks, task.x, task.y), runs=3)
    theirs *= COUNT / TIMED
    apart = float(np.abs(run.outputs[:TIMED, -1] - ends).max())
    name = f"{COUNT} networks {depth} × {WIDTH}, {STEPS} steps"
    return [
        Row(f"{name}, together", ours, "s"),
        Row("one PyTorch module after another", theirs, "s"),
        Row(f"NTK ensemble, depth {depth}: modules / together", theirs / ours, "×", 3),
        Row("largest difference of their outputs", apart, "", 1e-3, "less"),
    ]


def run() -> list[Row]:
    """Rows for the table."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = ensemble_rows(1) + ensemble_rows(2)
    finally:
        torch.set_num_threads(threads)
    x = np.random.default_rng(0).standard_normal((POINTS, 20))
    settings = {"depth": DEPTH, "weight_variance": 2.0, "bias_variance": 0.01}
    with threadpool_limits(1, user_api="blas"):
        for activation in ("relu", "erf"):
            _, seconds = shortest(lambda a=activation: analytic_kernels(x, activation=a, **settings), runs=20)
            rows.append(Row(f"both analytic kernels, {POINTS} × {POINTS}, depth {DEPTH}, {activation}", seconds, "s"))
        for depth in (1, 2):
            rows += page_rows(depth)
    return rows


def page_rows(depth: int) -> list[Row]:
    """What the page computes, by leaps; and the same with every step taken and every frame looked at."""
    task, settings = TASKS["circle"](), Settings(depth=depth)
    leapt, ours = shortest(lambda: finish(study(task, settings)), runs=3)
    plain, every = shortest(lambda: finish(study(task, settings, tolerance=0.0)), runs=1)
    pairs = list(zip(leapt.traces, plain.traces, strict=True))
    apart = max(float(np.abs(a.function - b.function).max() / np.abs(b.function).max()) for a, b in pairs)
    told = max(abs(a.departure.max() / b.departure.max() - 1) for a, b in pairs)
    name = "all that the page computes at its defaults" if depth == 1 else f"the same at depth {depth}"
    return [
        Row(name, ours, "s"),
        Row("every step taken, every frame looked at", every, "s"),
        Row(f"kernel page, depth {depth}: every step / leaps", every / ours, "×", PAGE[depth]),
        Row("largest difference of a drawn function, of its height", apart, "", 0.03, "less"),
        Row("largest relative difference of how far they leave their linearisation", float(told), "", 0.03, "less"),
    ]


if __name__ == "__main__":
    print(*run(), sep="\n")
