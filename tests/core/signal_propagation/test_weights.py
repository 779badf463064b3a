"""Millions of weights, scaled and rounded at once, against NumPy's and torch's own rounding, number by number."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.signal_propagation import FORMATS, Setup, propagate
from core.signal_propagation.draws import matrices
from core.signal_propagation.weights import Scaler

THEIRS = {
    "fp16": lambda x: x.astype(np.float16).astype(np.float32),
    "bf16": lambda x: torch.from_numpy(x.astype(np.float32)).to(torch.bfloat16).to(torch.float32).numpy(),
    "fp32": lambda x: x.astype(np.float32),
}
# Products that single precision holds, so that some lie in the middle; ordinary ones; subnormal ones; too large ones.
FACTORS = (1 / 16, 0.05, 0.8 / np.sqrt(96), 3e-5, 2.0**-20, 1e-38, 9e-41, 2e4, 1e38)


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize("name", THEIRS)
def test_every_weight_is_the_nearest_number_of_the_format(name, flushed):
    x = np.random.default_rng(0).standard_normal((2, 350, 350), dtype=np.float32)
    found, scaled = np.empty_like(x), Scaler(name, (3, 350, 350), flushed=flushed)
    for factor in FACTORS:
        factors = np.array([factor, 1.1 * factor])
        scaled(x, factors, found)
        right = THEIRS[name](x * factors[:, None, None])
        if flushed:
            right = np.where(np.abs(right) < FORMATS[name].normal, 0, right)
        np.testing.assert_array_equal(found, right, err_msg=f"{factor}")


def test_the_middle_between_two_neighbours_goes_to_the_even_one():
    halves = np.sort(np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32))
    halves = halves[np.abs(halves) < 3e4]  # subnormal numbers and both zeros among them
    middle = (halves[1:] + halves[:-1]) / 2
    for x in (middle, np.nextafter(middle, np.float32(9e9)), np.nextafter(middle, np.float32(-9e9)), halves):
        found = np.empty_like(x[None, None])
        Scaler("fp16", found.shape)(x[None, None], np.ones(1), found)
        np.testing.assert_array_equal(found[0, 0], THEIRS["fp16"](x))


def test_the_layers_of_a_seed_are_drawn_once():
    short, long, again = (matrices(Setup(depth=depth, width=64), 11) for depth in (5, 150, 5))
    assert [len(found) for found in (short, long, again)] == [5, 150, 5]
    assert all(np.shares_memory(one, two) for found in (long, again) for one, two in zip(short, found, strict=False))
    alone = np.random.default_rng([11, 64, 149]).standard_normal((64, 64), dtype=np.float32)
    np.testing.assert_array_equal(long[149], alone)
    with pytest.raises(ValueError, match="read-only"):
        short[0][:] = 0


def test_networks_that_are_sent_through_at_once_do_not_share_weights():
    setups = [replace(Setup(depth=40, width=96), weight_std=0.8 + share / 40) for share in range(8)]
    alone = [propagate(setup).kept for setup in setups]
    with ThreadPoolExecutor(8) as people:
        for kept, found in zip(alone, people.map(propagate, setups), strict=True):
            np.testing.assert_array_equal(found.kept, kept)
