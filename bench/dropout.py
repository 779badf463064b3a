"""The dropout sweep of 24 networks against one PyTorch module after another: the same steps, how much faster?

``python -m bench dropout``. Bar: at least 3× for 64-64-64-10 networks on 100 digits, and the same test cross-entropy
within the spread of the masks. Both sides: full-batch AdamW, nothing measured on the way. PyTorch's loop is as one
writes it (``torch.nn.Dropout``, ``torch.optim.AdamW``). One thread each: with two, either side waits for the other core
wherever that has something else to do. Larger networks, such as the page's own, are bound by the products themselves:
that ratio stands beside it, without a bar.
"""

import time
from dataclasses import dataclass

import numpy as np

from bench.row import Row, shortest
from core.data.datasets import digits, noisy_labels
from core.dropout import RATE_SETS, dropout_sweep, linear_data, path, study, test_time_predictions
from core.progress import finish

RATES, SEEDS, STEP_SIZE = RATE_SETS["four"], 6, 2e-3


@dataclass(frozen=True)
class Work:
    """What both sides train."""

    widths: tuple[int, ...]
    n: int
    steps: int

    def data(self):
        split = digits(self.n, seed=0)
        return split, noisy_labels(split.y, 0.2, split.classes, seed=0)


SMALL, LARGE = Work((64, 64, 64, 10), 100, 200), Work((64, 128, 128, 10), 200, 60)


def one_after_another(work: Work) -> list:
    """Every network as a module of its own, trained to the end before the next."""
    import torch
    from torch import nn

    split, y = work.data()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    trained, (inputs, labels) = [], (torch.tensor(split.x, dtype=torch.float32), torch.tensor(y))
    for p in RATES:
        for seed in range(SEEDS):
            torch.manual_seed(seed)
            a, b, c, d = work.widths
            hidden = (nn.Linear(a, b), nn.ReLU(), nn.Dropout(p), nn.Linear(b, c), nn.ReLU(), nn.Dropout(p))
            net = nn.Sequential(*hidden, nn.Linear(c, d)).train()
            moves, loss = torch.optim.AdamW(net.parameters(), lr=STEP_SIZE, weight_decay=0), nn.CrossEntropyLoss()
            for _ in range(work.steps):
                moves.zero_grad()
                loss(net(inputs), labels).backward()
                moves.step()
            trained.append(net.eval())
    torch.set_num_threads(before)
    return trained


def at_once(work: Work):
    """The same networks as stacked tensors."""
    from core.networks.replicas import Replicas
    from core.networks.training import Trainer

    split, y = work.data()
    each = np.repeat(np.array(RATES), SEEDS)
    rates = np.column_stack([np.zeros(len(each)), each, each])
    replicas = Replicas(work.widths, rates, np.tile(np.arange(SEEDS), len(RATES)), np.zeros(len(each)))
    trainer = Trainer(split.x, y, replicas, step_size=STEP_SIZE)
    trainer.run(work.steps)
    return trainer


def compared(work: Work, bar: float | None) -> list[Row]:
    """One size of network."""
    import torch

    at_once(work)
    batch, ours = shortest(lambda: at_once(work), runs=4)
    nets, theirs = shortest(lambda: one_after_another(work), runs=2)
    split, _ = work.data()
    x, y = torch.tensor(split.x_test, dtype=torch.float32), torch.tensor(split.y_test)
    with torch.no_grad():
        entropy = np.mean([float(torch.nn.functional.cross_entropy(net(x), y)) for net in nets])
    off = float(abs(batch.score(split.x_test, split.y_test)[0].mean() / entropy - 1))
    name = f"{'-'.join(map(str, work.widths))}, n = {work.n}"
    return [
        Row(f"{len(nets)} networks {name}, {work.steps} steps at once", ours, "s"),
        Row("one PyTorch module after another", theirs, "s"),
        Row(f"dropout {name}: modules / stacked", theirs / ours, "×", bar),
        Row("mean test cross-entropy, relative difference", off, "", 0.1, "less"),
    ]


def run() -> list[Row]:
    """Rows for the table."""
    rows = [*compared(SMALL, 3.0), *compared(LARGE, None)]
    begun = time.perf_counter()
    finish(dropout_sweep())
    page = time.perf_counter() - begun
    data = linear_data()
    _, linear = shortest(lambda: (study(data, 0.5), path(data)), runs=5)
    _, average = shortest(test_time_predictions, runs=5)
    return [
        *rows,
        Row("the page's sweep at its defaults, measured on the way", page, "s", 3, "less"),
        Row("the linear model, all that the untouched page computes", linear, "s"),
        Row("test time, all that the page computes", average, "s"),
    ]


if __name__ == "__main__":
    print(*run(), sep="\n")
