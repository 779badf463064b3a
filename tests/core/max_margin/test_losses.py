"""Losses: their logarithms are theirs, slope and bend are derivatives, and no margin is too large or too small."""

import numpy as np
import pytest

from core.max_margin.losses import LOGISTIC, LOSSES, loss_named, polynomial

U = np.array([-20.0, -3.0, -0.5, 0.0, 0.4, 1.7, 5.0, 25.0])


@pytest.mark.parametrize("name", LOSSES)
def test_slope_and_bend_are_derivatives(name):
    loss, h = loss_named(name, 3), 1e-6
    slope = -(loss.value(U + h) - loss.value(U - h)) / (2 * h)
    np.testing.assert_allclose(np.exp(loss.log_slope(U)), slope, rtol=1e-4, atol=1e-9)
    bend = -(loss.log_slope(U + h) - loss.log_slope(U - h)) / (2 * h)
    np.testing.assert_allclose(loss.bend(U), bend, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(np.exp(loss.log_value(U)), loss.value(U), rtol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_far_out_there_are_still_numbers(name, recwarn):
    loss, far = loss_named(name, 2), np.array([-1e6, -800.0, 800.0, 1e6, 1e300])
    assert np.isfinite(loss.log_value(far)).all() and np.isfinite(loss.log_slope(far)).all()
    assert np.isfinite(loss.value(far)).all() and np.isfinite(loss.bend(far)).all()
    assert not recwarn.list


def test_tails():
    u = np.array([50.0, 500.0])
    np.testing.assert_allclose(LOGISTIC.log_value(u), -u)
    for k in (1, 2, 3):
        np.testing.assert_allclose(polynomial(k).value(u), u**-k)
        assert polynomial(k).tail == k
    assert LOGISTIC.tail is None


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="logistic, exponential, polynomial; got 'hinge'"):
        loss_named("hinge")
    with pytest.raises(ValueError, match="tail must be a whole number from 1 to 6, got 0"):
        polynomial(0)
