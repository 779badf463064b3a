"""Where a gradient dies, or freezes, against a chain of whole numbers that is rounded one by one."""

from dataclasses import replace

import numpy as np
import pytest

from core.signal_propagation import Setup, propagate, rounding_map
from core.signal_propagation.recursion import recursion
from core.signal_propagation.underflow import FAR, chain, crossing, rounded_square, rounding_threshold

RELU = Setup(activation="relu", weight_std=1.0, bias_std=0.3, depth=80, width=128)


def of(setup):
    return chain(setup, recursion(setup, 1.0))


@pytest.mark.parametrize("v", [0.05, 0.3, 1.0, 7.0, 90.0])
def test_the_mean_square_of_rounded_numbers(v):
    drawn = np.rint(np.sqrt(v) * np.random.default_rng(0).standard_normal(400_000)) ** 2
    assert abs(drawn.mean() - rounded_square(v)) < 4 * drawn.std() / np.sqrt(400_000)
    assert rounded_square(0.0) == 0
    with pytest.raises(ValueError, match="variance"):
        rounded_square(-1.0)


def test_the_threshold_of_rounding():
    """Claim 12: χ_c = 0.75048. Below it every staircase ends at 0, above it does not."""
    threshold, touching = rounding_threshold()
    assert threshold == pytest.approx(0.75048, abs=5e-6)
    assert threshold * rounded_square(touching) == pytest.approx(touching, rel=1e-6)
    below, above = (rounding_map(chi, layers=900) for chi in (threshold - 0.004, threshold + 0.004))
    assert below.path[-1] < 1e-9 and above.path[-1] > touching
    assert below.threshold == threshold and below.touching == touching and len(below.path) == 901
    np.testing.assert_allclose(above.following, [above.chi * rounded_square(v) for v in above.variance])


@pytest.mark.parametrize(("chi", "level"), [(0.8, 0.6364), (0.88016, 0.8338), (0.95, 1.2910)])
def test_the_level_at_which_a_gradient_freezes(chi, level):
    """Claim 13, predicted, and the zeros there."""
    rest = of(replace(RELU, weight_std=np.sqrt(2 * chi))).rest
    assert rest.level == pytest.approx(level, abs=5e-5)
    assert rest.variance == pytest.approx(chi * level**2, rel=1e-3)
    assert 0 < rest.margin < 1 and rest.scatter > 2 and rest.memory > 5


def test_what_is_far_from_the_threshold_rests_nowhere():
    assert of(replace(RELU, weight_std=1.2)).rest.level == 0
    assert of(replace(RELU, weight_std=np.sqrt(2) + 0.01)).rest.variance == np.inf
    assert of(replace(RELU, weight_std=1.3, flushed=True)).rest.level == 0, "nothing is rounded up"


def test_tanh_rounds_twice_and_dies_later():
    """Between χ = 0.600 and 0.671 (measured), where one rounding dies up to 0.7505."""
    assert of(Setup(weight_std=0.88)).rest.level == 0
    alive = of(Setup(weight_std=1.0)).rest
    assert alive.level == pytest.approx(0.7686, abs=1e-3) and alive.margin > 0.6


@pytest.mark.parametrize(
    ("more", "simple", "off"),
    [
        ({}, 48.9, 0.01),  # claims 8–11: 2 ln(s₀ · 0.67449 · 2^(e + 1))/(−ln χ)
        ({"format": "fp32", "depth": 400}, 298.9, 0.01),
        ({"format": "bf16", "depth": 400}, 266.9, 0.01),
        ({"format": "bf16", "depth": 400, "flushed": True}, 250.9, 0.01),
        ({"weight_std": np.sqrt(1 / 3)}, 18.9, 0.01),
        ({"scale": 1024.0}, 68.9, 0.01),
        ({"activation": "tanh", "weight_std": 0.8}, 48.3, 0.03),
        ({"activation": "tanh", "weight_std": 0.7}, 36.2, 0.03),
        ({"activation": "tanh", "weight_std": 0.7, "format": "fp32", "depth": 400}, 221.3, 0.01),
        ({"activation": "tanh", "weight_std": 0.7, "format": "bf16", "depth": 400, "flushed": True}, 185.7, 0.01),
    ],
)
def test_half_of_the_entries_are_zero_where_the_short_formula_says(more, simple, off):
    found = of(replace(RELU, **more))
    assert found.half == pytest.approx(simple, rel=off)
    assert found.unit == 2.0 ** {"fp16": -24, "fp32": -149}.get(
        more.get("format", "fp16"), -126 if found.unit > 1e-39 else -133
    )
    k = int(found.half)
    assert found.zeros[k] <= 0.5 <= found.zeros[k + 1]
    assert found.fall == pytest.approx(-recursion(replace(RELU, **more), 1.0).log_square[1], rel=0.05)
    assert np.all(found.variance[:5] > FAR) and found.variance[0] == (replace(RELU, **more).scale / found.unit) ** 2


@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize(("activation", "weight"), [("relu", 1.25), ("tanh", 0.9)])
def test_the_chain_is_that_of_numbers_rounded_one_by_one(activation, weight, flushed):
    """20 000 entries instead of a network's: slopes drawn, g and φ′g rounded, as v goes through the floor."""
    setup = Setup(activation=activation, weight_std=weight, bias_std=0.3, depth=140, flushed=flushed)
    theory = recursion(setup, 1.0)
    expected = chain(setup, theory)
    start = int(np.flatnonzero(expected.variance < FAR)[0])
    rng, v, q = np.random.default_rng(3), expected.variance[start], theory.length[-1]
    for place in range(start, start + 12):
        g = np.sqrt(v) * rng.standard_normal(20_000)
        slope = {"relu": lambda z: (z > 0) * 1.0, "tanh": lambda z: 1 - np.tanh(z) ** 2}[activation](
            np.sqrt(q) * rng.standard_normal(20_000)
        )
        kept = np.where(np.abs(g) < 1, 0, g) if flushed else np.rint(g)
        assert np.mean(kept == 0) == pytest.approx(expected.zeros[place], abs=0.05)
        kept = np.where(np.abs(kept * slope) < 1, 0, kept * slope) if flushed else np.rint(kept * slope)
        v = weight**2 * np.mean(kept**2)
        if v < 0.3:
            return
        assert v == pytest.approx(expected.variance[place + 1], rel=0.15)


def test_a_place_between_two_layers():
    assert crossing(np.array([0.0, 0.2, 0.6, 1.0])) == pytest.approx(1.75)
    assert crossing(np.array([0.0, 0.2])) == np.inf and crossing(np.array([0.7])) == 0
    assert crossing(np.array([0.0, 0.4, 1.0]), 1.0) == 2
    none = of(replace(RELU, format="fp64"))
    assert none.half == np.inf and none.fall == 0.0


def test_a_frozen_gradient_is_noise():
    """Claim 14: beside the gradient in double precision, whose direction it had."""
    signal = propagate(Setup(weight_std=1.0, depth=152, width=256))
    exact, kept = (of / np.linalg.norm(of, axis=1, keepdims=True) for of in (signal.gradient, signal.kept))
    cosine = np.sum(exact * kept, axis=1)
    assert cosine[40] > 0.999 and abs(cosine[-1]) < 0.5 and signal.zeros[-1] < 0.8
