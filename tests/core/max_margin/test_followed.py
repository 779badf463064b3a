"""What is followed is finite, and ends where it can be followed no further."""

import numpy as np
import pytest

from core.max_margin.flow import heavy_ball_flow
from core.max_margin.followed import followed
from core.max_margin.losses import LOSSES, loss_named

pytestmark = pytest.mark.delicate

CLOCK = np.linspace(0.5, 10, 20)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_it_ends_before_the_first_state_that_is_no_number(broken):
    """The solver calls that a success."""

    def velocity(s, w):
        return np.where(s < 4, -w, broken)

    states = followed(velocity, None, np.ones(2), 0.0, CLOCK, [np.full(2, 1e-12)])
    assert 0 < len(states) < len(CLOCK) and np.isfinite(states).all()
    np.testing.assert_allclose(states[:, 0], np.exp(-CLOCK[: len(states)]), rtol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_two_points_that_are_nearly_opposite_and_far(loss):
    """(10⁹, 1) and (−10⁹, 0): the long axis swings at 10¹⁸ times the pace of the short one."""
    z = np.array([[1e9, 1.0], [-1e9, 0.0]])
    flow = heavy_ball_flow(z, loss_named(loss, 1), 10.0 ** np.arange(-2, 13), step_size=1e-18, momentum=0.9)
    assert np.isfinite(flow.w).all() and np.isfinite(flow.loss).all()
