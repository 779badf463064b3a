"""Many small networks trained at once: R replicas as stacked tensors, gradients written by hand.

A replica is a fully connected ReLU network with its own drop probabilities p, weight decay and seed; all replicas see
the same n samples, all of them in every step. Replica r gives, to rounding, what it would give alone.

    a_0 = x,   z_l = (a_l ⊙ m_l/(1 − p_l)) W_l + b_l,   a_{l+1} = max(z_l, 0),   m ~ Bernoulli(1 − p_l)

W_l (replicas, d_l, d_{l+1}); p is the probability to *drop*, p = 1 sets a layer's input to zero.

    cross_entropy   −(1/n) Σ log softmax(z)_label                 squared   (1/(n · outputs)) Σ (z − y)²
    sgd             w ← w − η(g + λw)                             Qian 1999 for momentum, as in torch.optim.SGD
    adam, adamw     Kingma & Ba 2015, arXiv:1412.6980, with λw in the gradient; Loshchilov & Hutter 2019,
                    arXiv:1711.05101, with λ beside it: w ← (1 − ηλ)w − …
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.networks.replicas import Replicas, initial_weights, mask_stream

Loss = Literal["cross_entropy", "squared"]
Optimiser = Literal["sgd", "adam", "adamw"]
MOST_SAMPLES = 2000
THREADS = 1  # two are little faster on an idle machine, and ten times slower where the other core is busy
BETAS, EPSILON = (0.9, 0.999), 1e-8  # of adam and adamw
TINY = 2.0**-40  # a uniform number equal to p is not below it
where_above = torch.ops.aten.threshold_backward  # (a, b, t): a where b > t, else 0; ten times as fast as bools


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(min(count, before))
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Trainer:
    """The replicas while they learn from x and y (labels for the cross-entropy, (n, outputs) for squares)."""

    def __init__(
        self,
        x: Float[np.ndarray, "n d"],
        y: Int[np.ndarray, " n"] | Float[np.ndarray, "n outputs"],
        replicas: Replicas,
        *,
        loss: Loss = "cross_entropy",
        optimiser: Optimiser = "adamw",
        step_size: Real = 1e-3,
        momentum: Real = 0.0,
        double: bool = False,
    ) -> None:
        if optimiser not in get_args(Optimiser) or loss not in get_args(Loss):
            raise ValueError(f"optimiser: {get_args(Optimiser)}, loss: {get_args(Loss)}; got {optimiser!r}, {loss!r}")
        whole("the number of samples", len(x), 1, MOST_SAMPLES)
        if x.shape[1] != replicas.widths[0]:
            raise ValueError(f"x must have {replicas.widths[0]} columns, got {x.shape[1]}")
        self.replicas, self.loss, self.optimiser = replicas, loss, optimiser
        self.step_size, self.momentum = real("step_size", step_size, 0, 1e3), real("momentum", momentum, 0, 1)
        self.kind = torch.float64 if double else torch.float32
        self.steps = 0
        count = len(replicas.seeds)
        self._x = self._tensor(x).expand(count, *x.shape).contiguous()  # (replicas, n, d)
        self._target = self._targets(y)
        self._lay_out(count)
        self._prepare_masks(len(x))

    def _tensor(self, values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.array(values)).to(self.kind)

    def _targets(self, y: np.ndarray) -> torch.Tensor:
        """(n, outputs): what the last layer is compared with."""
        outputs = self.replicas.widths[-1]
        if self.loss == "squared":
            if y.shape != (self._x.shape[1], outputs):
                raise ValueError(f"y must be (n, {outputs}), got {y.shape}")
            return self._tensor(y)
        if y.shape != (self._x.shape[1],) or not 0 <= y.min() <= y.max() < outputs:
            raise ValueError(f"y must be n labels from 0 to {outputs - 1}, got {np.unique(y).tolist()!r}")
        return self._tensor(np.eye(outputs)[y])

    def _lay_out(self, count: int) -> None:
        """All parameters in one flat tensor, so that an optimiser's step is a few operations; W and b are views."""
        widths, replicas = self.replicas.widths, self.replicas
        shapes = [s for a, b in pairwise(widths) for s in ((count, a, b), (count, 1, b))]
        total = sum(math.prod(shape) for shape in shapes)
        self._flat, self._slope, self._mean, self._square = (torch.zeros(total, dtype=self.kind) for _ in range(4))
        values, slopes = _views(self._flat, shapes), _views(self._slope, shapes)
        self._w, self._b, self._gw, self._gb = values[::2], values[1::2], slopes[::2], slopes[1::2]
        for r, seed in enumerate(replicas.seeds.tolist()):
            for w, b, (w_0, b_0) in zip(self._w, self._b, initial_weights(widths, seed), strict=True):
                w[r], b[r, 0] = self._tensor(w_0), self._tensor(b_0)
        self._decay = None
        if replicas.decay.any():
            self._decay = torch.empty(total, dtype=self.kind)
            for view in _views(self._decay, shapes):
                view[:] = self._tensor(replicas.decay)[:, None, None]

    def _prepare_masks(self, n: int) -> None:
        """For each layer that drops: p and 1/(1 − p) of each replica, and where each seed's uniform numbers go."""
        rates = self.replicas.rates
        seeds, self._seed_of = np.unique(self.replicas.seeds, return_inverse=True)
        self._places = torch.from_numpy(self._seed_of)
        self._drops = (rates > 0).any(axis=0)
        with np.errstate(divide="ignore"):
            scales = np.where(rates < 1, 1 / (1 - rates), 0.0)
        self._rate, self._scale = (
            [torch.from_numpy(v[:, layer].copy()).to(kind)[:, None, None] for layer in range(rates.shape[1])]
            for v, kind in ((rates, torch.float32), (scales, self.kind))
        )
        self._streams = [[mask_stream(s, layer) for s in seeds.tolist()] for layer in range(rates.shape[1])]
        self._uniform = [np.empty((len(seeds), n, width), np.float32) for width in self.replicas.widths[:-1]]

    def _dropped(self, a: torch.Tensor, layer: int) -> torch.Tensor:
        """What enters a layer under its next masks, (replicas, n, width)."""
        for stream, into in zip(self._streams[layer], self._uniform[layer], strict=True):
            stream.random(out=into, dtype=np.float32)
        above = torch.from_numpy(self._uniform[layer]).index_select(0, self._places).sub_(self._rate[layer])
        return where_above(a, above.to(self.kind), -TINY).mul_(self._scale[layer])

    def run(self, steps: int = 1) -> None:
        """So many steps further."""
        with torch.no_grad(), _threads(THREADS):
            for _ in range(steps):
                self._gradient()
                self.steps += 1
                self._move()

    def _gradient(self) -> None:
        a, entering = self._x, []
        last = len(self._w) - 1
        for layer, (w, b) in enumerate(zip(self._w, self._b, strict=True)):
            if self._drops[layer]:
                a = self._dropped(a, layer)
            entering.append(a)
            a = torch.baddbmm(b, a, w)
            if layer < last:
                a.relu_()
        delta = self._loss_slope(a)
        for layer in range(last, -1, -1):
            torch.bmm(entering[layer].transpose(1, 2), delta, out=self._gw[layer])
            torch.sum(delta, 1, keepdim=True, out=self._gb[layer])
            if layer:  # an entry that entered as zero was off or dropped: nothing flows back through it
                delta = where_above(torch.bmm(delta, self._w[layer].transpose(1, 2)), entering[layer], 0.0)
                if self._drops[layer]:
                    delta.mul_(self._scale[layer])

    def _loss_slope(self, z: torch.Tensor) -> torch.Tensor:
        """∂loss/∂z, (replicas, n, outputs)."""
        if self.loss == "squared":
            return z.sub_(self._target).mul_(2 / self._target.numel())
        return torch.softmax(z, dim=2).sub_(self._target).div_(len(self._target))

    def _move(self) -> None:
        g, w, eta = self._slope, self._flat, self.step_size
        if self._decay is not None:
            if self.optimiser == "adamw":
                w.addcmul_(w, self._decay, value=-eta)
            else:
                g.addcmul_(w, self._decay)
        if self.optimiser == "sgd":
            if self.momentum:
                g = self._mean.mul_(self.momentum).add_(g)
            w.add_(g, alpha=-eta)
            return
        first, second = BETAS
        self._mean.lerp_(g, 1 - first)
        self._square.mul_(second).addcmul_(g, g, value=1 - second)
        root = self._square.sqrt().div_(math.sqrt(1 - second**self.steps)).add_(EPSILON)
        w.addcdiv_(self._mean, root, value=-eta / (1 - first**self.steps))

    # What the networks have learned

    @property
    def parameters(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """W (replicas, d_l, d_{l+1}) and b (replicas, d_{l+1}) of every layer, as they are now."""
        return [(w.double().numpy(), b[:, 0].double().numpy()) for w, b in zip(self._w, self._b, strict=True)]

    def entering(self, x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "replicas n width"]:
        """What enters the last layer, nothing dropped."""
        return self._evaluate(x, len(self._w) - 1).double().numpy()

    def outputs(self, x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "replicas n outputs"]:
        """The networks as they are used: nothing dropped."""
        return self._evaluate(x, len(self._w)).double().numpy()

    def _evaluate(self, x: np.ndarray, layers: int) -> torch.Tensor:
        with torch.no_grad(), _threads(THREADS):
            a = self._tensor(x).expand(len(self.replicas.seeds), *x.shape)
            for layer in range(layers):
                a = torch.baddbmm(self._b[layer], a, self._w[layer])
                if layer < len(self._w) - 1:
                    a.relu_()
            return a

    def score(
        self, x: Float[np.ndarray, "n d"], labels: Int[np.ndarray, " n"]
    ) -> tuple[Float[np.ndarray, " replicas"], Float[np.ndarray, " replicas"]]:
        """Cross-entropy in nats and the share of wrong answers, nothing dropped."""
        z = self._evaluate(x, len(self._w))
        right = torch.from_numpy(labels)
        logs = torch.log_softmax(z, dim=2)[:, torch.arange(len(labels)), right]
        wrong = (z.argmax(dim=2) != right).double().mean(dim=1)
        return -logs.double().mean(dim=1).numpy(), wrong.numpy()


def _views(flat: torch.Tensor, shapes: list[tuple[int, ...]]) -> list[torch.Tensor]:
    """The flat tensor cut into pieces of these shapes."""
    sizes = [math.prod(shape) for shape in shapes]
    return [part.view(shape) for part, shape in zip(flat.split(sizes), shapes, strict=True)]
