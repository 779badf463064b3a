"""Basins of attraction: the whole grid at once gives what one start after another gives."""

import numpy as np
import pytest

from core.gradient_descent.basins import LOST, NOWHERE, basins
from core.gradient_descent.descent import descend
from core.gradient_descent.optimizers import METHODS
from core.surfaces.named import SURFACES


@pytest.mark.parametrize("method", [m for m, rule in METHODS.items() if rule.update and not rule.is_stochastic])
@pytest.mark.parametrize("name", ["himmelblau", "quartic", "beale"])
def test_labels_equal_one_start_after_another(name, method):
    surface = SURFACES[name]
    step_size = 1.0 if method == "newton" else 0.05 if METHODS[method].uses_gradient is False else 0.008
    map_ = basins(surface, method, step_size=step_size, momentum=0.6, resolution=21, steps=150)
    starts = np.stack(np.meshgrid(map_.x, map_.y), axis=-1)[..., : surface.dimension]
    assert map_.label.shape == map_.steps_needed.shape == starts.shape[:2]
    reach = 1e-3 * surface.width
    for i in range(0, len(map_.y), 4):
        for j in range(0, len(map_.x), 4):
            run = descend(surface, starts[i, j], method, step_size=step_size, momentum=0.6, steps=150)
            moves = np.linalg.norm(np.diff(run.path, axis=0), axis=1)
            distance = np.linalg.norm(run.path[1:, None] - surface.minimizers, axis=-1)
            arrived = np.flatnonzero((moves < 0.1 * reach) & (distance.min(axis=1) < reach))
            label = distance[arrived[0]].argmin() if len(arrived) else LOST if run.diverged else NOWHERE
            assert map_.label[i, j] == label
            assert map_.steps_needed[i, j] == (arrived[0] + 1 if len(arrived) else -1)


def test_himmelblau_has_four_basins_and_momentum_changes_them():
    surface = SURFACES["himmelblau"]
    plain = basins(surface, "gradient_descent", step_size=0.01, resolution=100)
    assert set(plain.shares) == {0, 1, 2, 3} and sum(plain.shares.values()) == pytest.approx(1)
    heavy = basins(surface, "heavy_ball", step_size=0.01, momentum=0.9, resolution=100)
    assert (plain.label != heavy.label).mean() > 0.1 and LOST in heavy.shares
    for index, minimizer in enumerate(surface.minimizers):
        i, j = np.abs(plain.y - minimizer[1]).argmin(), np.abs(plain.x - minimizer[0]).argmin()
        assert plain.label[i, j] == index


def test_the_quartic_jumps_and_the_saddle_loses_everyone():
    strip = basins(SURFACES["quartic"], "gradient_descent", step_size=0.02, resolution=300, steps=2000)
    assert strip.label.shape == (1, 300) and strip.y.tolist() == [0.0]
    assert 1 in strip.shares and 0 not in strip.shares  # 0.02 > 2/220: nobody stays at the global minimum
    lost = basins(SURFACES["saddle"], "gradient_descent", step_size=0.1, resolution=20, steps=300)
    assert lost.shares == {LOST: 1.0} and (lost.steps_needed == -1).all()


def test_chance_belongs_to_the_seed():
    first, again, other = (
        basins(SURFACES["himmelblau"], "simulated_annealing", step_size=0.3, resolution=20, seed=s) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.label, again.label)
    assert (first.label != other.label).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resolution": 1}, r"resolution must be in \[2, 600\]; got 1"),
        ({"resolution": 10_000}, "resolution"),
        ({"steps": 0}, "steps"),
        ({"step_size": -1.0}, "step_size"),
        ({"method": "physical_ball"}, "physical_ball"),
    ],
)
def test_bad_arguments_are_named(change, message):
    options = {"method": "adam", "step_size": 0.1} | change
    with pytest.raises(ValueError, match=message):
        basins(SURFACES["himmelblau"], options.pop("method"), **options)
