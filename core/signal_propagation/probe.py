"""What this machine's own matrix product does with the smallest numbers of a format: asked, never assumed.

Hardware decides, and by the size of the product too: bfloat16 on some processors takes subnormal numbers for 0 from a
certain size on. Basin's own arithmetic (``formats``) keeps them or not as it is told: no verdict hangs on the machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.bounds import whole
from core.progress import Progress
from core.signal_propagation.formats import format_named

SIZES = (16, 64, 256)


@dataclass(frozen=True)
class Probe:
    """Of one format and one size of the product."""

    format: str
    size: int
    keeps: bool  # whether a subnormal number times 1 is still there


def probe_floor(format: str, size: int) -> Probe:
    """Multiply a vector that holds twice the smallest number by the identity of that size, in torch's arithmetic."""
    kind = format_named(format)
    n = whole("size", size, 1, 1024)
    import torch

    dtype = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32, "fp64": torch.float64}[kind.name]
    asked = torch.full((n,), 2 * kind.smallest, dtype=torch.float64).to(dtype)
    answer = torch.eye(n, dtype=dtype) @ asked
    return Probe(kind.name, n, bool((answer.to(torch.float64) == asked.to(torch.float64)).all()))


def probes() -> Iterator[Progress[tuple[Probe, ...]]]:
    """Of all formats that are shorter than double precision, at each of the sizes; long work, as torch is loaded."""
    asked = [(name, size) for name in ("fp16", "bf16", "fp32") for size in SIZES]
    yield Progress(0.0)
    found: list[Probe] = []
    for name, size in asked:
        found.append(probe_floor(name, size))
        yield Progress(len(found) / len(asked), tuple(found) if len(found) == len(asked) else None)
