"""Networks of which only n rows of each matrix are drawn have the law of those that are drawn whole."""

import numpy as np
import pytest

from core.neural_tangent_kernel import TASKS, Settings, analytic_kernels, own
from core.neural_tangent_kernel.network import empirical_ntk
from core.neural_tangent_kernel.untrained import untrained

MANY = 4000
TASK = TASKS["wave"]()


def kernels(settings, x, width):
    return untrained(settings, x, width, MANY).ntk, empirical_ntk(settings.networks(x.shape[1], width, MANY), x)


@pytest.mark.parametrize(
    ("activation", "depth", "width"), [("erf", 1, 6), ("erf", 3, 8), ("relu", 2, 4), ("relu", 4, 16)]
)
@pytest.mark.parametrize("parametrisation", ["ntk", "standard"])
def test_the_first_two_moments_of_the_kernels_are_the_same(activation, depth, width, parametrisation):
    """Within five standard errors; also of the logarithms, which a few large kernels do not decide."""
    settings = Settings(activation, depth, weight_std=1.3, bias_std=0.4, parametrisation=parametrisation)
    ours, drawn = (k.reshape(MANY, -1) for k in kernels(settings, TASK.x, width))
    for of in (lambda k: k, lambda k: k**2, lambda k: np.log(np.trace(k.reshape(MANY, 6, 6), axis1=1, axis2=2))):
        one, other = of(ours), of(drawn)
        error = np.sqrt((one.var(axis=0) + other.var(axis=0)) / MANY)
        assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < 5 * error).all()


@pytest.mark.parametrize("points", ["1 0; 1 0; -1 0; 2 0", "0 0; 1 0", "0.5 0"])
def test_points_that_say_the_same_do_so_in_every_network(points):
    """Without biases a point, its negative and its double are on one line: hhᵀ is singular, and nothing is divided."""
    settings = Settings("relu", 3, bias_std=0.0)
    x = own(points).x
    ours, drawn = kernels(settings, x, 8)
    assert np.isfinite(ours).all()
    same = (x == x.T) if len(x) > 1 else np.ones((1, 1), bool)
    np.testing.assert_allclose(ours[:, 0], ours[:, int(np.flatnonzero(same[0])[-1])], atol=1e-9 * np.abs(ours).max())
    error = np.sqrt((ours.var(axis=0) + drawn.var(axis=0)) / MANY)
    assert (np.abs(ours.mean(axis=0) - drawn.mean(axis=0)) <= 5 * error).all()


def test_both_kernels_have_their_means_at_any_width_of_one_layer():
    settings = Settings(weight_std=1.2, bias_std=0.3)
    found = untrained(settings, TASK.x, 7, MANY)
    expected = analytic_kernels(TASK.x, depth=1, activation="erf", weight_variance=1.44, bias_variance=0.09)
    for measured, limit in ((found.ntk, expected.ntk), (found.nngp, expected.nngp)):
        error = measured.std(axis=0) / np.sqrt(MANY)
        assert (np.abs(measured.mean(axis=0) - limit) < 5 * error).all()


def test_the_same_seed_draws_the_same_and_no_two_widths_share_it():
    one, two, three = (untrained(Settings(depth=2, seed=s), TASK.x, 6, 3).ntk for s in (1, 1, 2))
    assert (one == two).all() and not (one == three).any()
    wide, narrow = (untrained(Settings(depth=1, bias_std=0.0), TASK.x, w, 3).ntk for w in (6, 12))
    assert not np.isclose(wide, narrow).any()
