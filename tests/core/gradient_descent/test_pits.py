"""Where a descent that has not arrived is bound for: where it then arrives."""

import numpy as np
import pytest

from core.gradient_descent.basins import NOWHERE, basins
from core.gradient_descent.pits import NONE, bound_for
from core.surfaces.named import SURFACES, in_square, quadratic


def test_nearly_every_start_on_the_page_as_it_opens_is_bound_for_the_minimum():
    surface = quadratic(100.0)
    found = basins(surface, "gradient_descent", step_size=surface.step_size, resolution=60, steps=200)
    assert (found.label == 0).mean() < 0.05 and (found.limit == 0).all()


@pytest.mark.parametrize(
    ("name", "steps", "least"), [("himmelblau", 12, 0.3), ("beale", 200, 0.2), ("quartic", 4, 0.1)]
)
def test_it_arrives_where_it_was_bound_for(name, steps, least):
    surface = SURFACES[name]
    settings = {"step_size": surface.step_size, "resolution": 50}
    early, late = (basins(surface, "gradient_descent", steps=n, **settings) for n in (steps, 3000))
    told = early.bound_for != NOWHERE
    assert told.mean() > least and not (told & (early.label != NOWHERE)).any()
    arrived = late.label != NOWHERE
    np.testing.assert_array_equal(early.bound_for[told & arrived], late.label[told & arrived])
    assert arrived[told].mean() > 0.9


def test_nothing_is_told_above_a_pass_with_a_step_too_long_or_of_what_may_climb():
    wells = in_square("(x^2 - 1)^2", 2.0)  # the pass is at 0, of height 1; the curvature in the wells is 8
    at = np.array([[-0.5], [0.5], [1.5], [0.05], [3.0], [np.nan]])
    left, right = wells.minimizers[:, 0].argmin(), wells.minimizers[:, 0].argmax()
    assert bound_for(wells, at, 0.01).tolist() == [left, right, NONE, right, NONE, NONE]
    assert bound_for(wells, np.array([[1.0], [-1.0]]), 0.26).tolist() == [NONE, NONE]
    assert bound_for(in_square("x", 2.0), at, 0.01).tolist() == [NONE] * 6
    heavy = basins(wells, "heavy_ball", step_size=0.01, resolution=30, steps=3)
    assert (heavy.label == NOWHERE).any() and (heavy.limit == heavy.label).all()
