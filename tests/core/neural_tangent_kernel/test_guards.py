"""Where each check of the tangent kernel stops speaking: just inside a limit it does, just outside it does not."""

import sys
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import chi2, norm
from scipy.stats import t as student

from core.neural_tangent_kernel import TASKS, Settings, band, checks, scatter, slopes, study, width_sweep
from core.neural_tangent_kernel.laziness import SCALES, laziness
from core.neural_tangent_kernel.slopes import Slopes
from core.neural_tangent_kernel.widths import widths_for
from core.progress import finish

CIRCLE = TASKS["circle"]()


@lru_cache
def run(**more):
    return finish(study(CIRCLE, Settings(**more), steps=10))


def of(found, name):
    return {check.id: check for check in checks(found)}[name]


def with_traces(found, **changed):
    """Each trace with some of its arrays made anew from the trace."""
    return replace(found, traces=tuple(replace(t, **{n: make(t) for n, make in changed.items()}) for t in found.traces))


@pytest.mark.parametrize(("share", "why"), [(0.999, None), (1.001, "unstable_steps")])
def test_steps_are_stable_up_to_two_over_the_largest_eigenvalue(share, why):
    found = run()
    largest = max(np.linalg.eigvalsh(trace.kernel[:, 0]).max() for trace in found.traces)
    assert of(replace(found, step_size=share * 2 / largest), "drift_exponent").broken_assumption == why


@pytest.mark.parametrize(("departure", "why"), [(0.099, None), (0.101, "rich")])
def test_a_network_is_lazy_up_to_a_tenth_of_the_targets(departure, why):
    found = with_traces(run(), departure=lambda trace: np.full_like(trace.departure, departure))
    assert of(found, "drift_exponent").broken_assumption == why


@pytest.mark.parametrize(("depth", "why"), [(4, None), (5, "too_deep")])
def test_four_layers_are_few_beside_a_width_of_eight(depth, why):
    found = replace(run(), settings=replace(Settings(), depth=depth))
    found = with_traces(found, departure=lambda trace: np.full_like(trace.departure, 0.01))
    assert of(found, "drift_exponent").broken_assumption == why


def test_a_network_that_has_flown_off_or_does_not_move_is_not_judged():
    flown = with_traces(run(), departure=lambda trace: np.full_like(trace.departure, np.nan))
    assert of(flown, "drift_exponent").broken_assumption == "flew_off"
    still = with_traces(run(), kernel=lambda trace: trace.kernel[:, :1] + 0 * trace.kernel)
    assert of(still, "drift_exponent").broken_assumption == "nothing_learned"


@pytest.mark.parametrize(("factor", "why"), [(1.01, None), (0.99, "kinks")])
def test_a_relu_kernel_that_moves_by_less_than_one_kink_is_not_judged(factor, why):
    found = run(activation="relu")

    def kernel(trace):
        return (
            trace.kernel[:, :1] * (1 + factor / trace.width * np.linspace(0, 1, trace.kernel.shape[1]))[:, None, None]
        )

    found = with_traces(found, kernel=kernel, departure=lambda trace: np.full_like(trace.departure, 0.01))
    assert of(found, "drift_exponent").broken_assumption == why


@pytest.mark.parametrize(("variance", "why"), [(0.99, None), (1.01, "too_deep")])
def test_a_kernel_that_scatters_by_its_own_size_is_too_deep(variance, why):
    found = run(parametrisation="standard")
    starts = tuple(_scattering(start, variance) for start in found.starts)
    scattered = replace(found, starts=starts)
    for name in ("start_ntk", "start_nngp", "start_exponent", "kernel_growth"):
        assert of(scattered, name).broken_assumption == why, name


def test_the_narrowest_is_the_one_that_is_asked():
    found = run(parametrisation="standard")
    first, *others = found.starts
    for starts, why in (
        ((_scattering(first, 1.01), *others), "too_deep"),
        ((first, *(_scattering(start, 1.01) for start in others)), None),
    ):
        for name in ("start_exponent", "kernel_growth"):
            assert of(replace(found, starts=starts), name).broken_assumption == why, name


def _scattering(start, variance):
    class Scattering(type(start)):
        pass

    Scattering.variance = property(lambda self: variance)
    return Scattering(**{name: getattr(start, name) for name in start.__dataclass_fields__})


def slopes_of(gradient, form, square, eigenvalues, rounding):
    return Slopes(*(np.array(part, float) for part in (gradient, form, square, eigenvalues, rounding)))


@pytest.mark.parametrize(("rounding", "is_told"), [(0.9e-6, True), (1.1e-6, False)])
def test_a_gradient_is_compared_where_rounding_is_below_a_millionth(rounding, is_told):
    found = slopes.gradient(slopes_of([4.0], [4.0], [1.0], [[1.0]], [4 * rounding]))
    assert (found.broken_assumption is None) == is_told
    assert not is_told or found.tolerance.size == pytest.approx(rounding)


def test_the_gradient_is_told_where_it_is_farthest_off_in_units_of_rounding():
    found = slopes_of([2.0, 3.001, 5.1], [2.0, 3.0, 5.0], [1, 1, 1], [[1.0]] * 3, [1e-9, 1e-9, 1.0])
    check = slopes.gradient(found)
    assert (check.measured, check.tolerance.size) == pytest.approx((3.001 / 3, 1e-9 / 3))


def test_the_inequality_is_told_where_it_is_nearest():
    found = slopes_of([4.0, 6.0], [4.0, 6.0], [2.0, 2.0], [[1.0, 3.0], [2.5, 3.0]], [1e-9, 4e-9])
    check = slopes.pl_ratio(found)
    assert (check.predicted, check.measured, check.tolerance.size, check.scale) == pytest.approx((2.5, 3.0, 2e-9, 2.5))
    assert check.relation == "at_least"
    zero = slopes.pl_ratio(slopes_of([4.0, 2.0], [4.0, 2.0], [2.0, 2.0], [[0.9e-9, 3.0], [0.8e-9, 5.0]], [2e-9, 2e-9]))
    assert (zero.predicted, zero.measured, zero.scale) == (0.0, 1.0, 5.0), "what is smaller than rounding is zero"
    clear = slopes.pl_ratio(slopes_of([4.0], [4.0], [2.0], [[1.1e-9, 3.0]], [2e-9]))
    assert clear.predicted == 1.1e-9


def test_what_rounding_may_do_to_a_gradient():
    """n·ε·tr Θ̂·|r|², with n the longest sum, where networks were looked at; where nothing is left to learn nothing is
    compared."""
    found = run()
    told = slopes.slopes(found)
    parts = []
    for trace in found.traces:
        square = (trace.residual**2).sum(axis=2)
        size = np.trace(trace.kernel, axis1=2, axis2=3) * square
        size = size[~np.isnan(trace.gradient)]
        parts.append((max(trace.width, CIRCLE.y.size) * np.finfo(float).eps * size).ravel())
    np.testing.assert_allclose(told.rounding, np.concatenate(parts))
    np.testing.assert_allclose(told.form, np.concatenate([
        np.einsum("rfi,rfij,rfj->rf", t.residual, t.kernel, t.residual)[~np.isnan(t.gradient)]
        for t in found.traces]))  # fmt: skip
    gone = with_traces(found, residual=lambda trace: 0 * trace.residual)
    assert not len(slopes.slopes(gone).square)
    lost = with_traces(found, gradient=lambda trace: np.full_like(trace.gradient, np.inf))
    assert not len(slopes.slopes(lost).square)


def test_faint_directions_are_not_counted():
    covariance = np.diag([1.0, 0.101, 0.099, 0.0])
    squares = band.squares_in(np.array([[2.0, 3.0, 9.0, 9.0]]), covariance)
    assert sorted(squares[0]) == pytest.approx([4.0, 9.0 / 0.101])
    assert band.squares_in(np.ones((2, 3)), np.full((3, 3), np.nan)).shape == (2, 0)
    assert band.squares_in(np.ones((2, 3)), np.zeros((3, 3))).shape == (2, 0)


def test_a_band_that_would_pass_at_three_times_its_width_is_not_judged():
    sizes = {freedom: band.spread("x", 1.0 * freedom, freedom, 3, 0.0, None) for freedom in range(1, 20)}
    for freedom, check in sizes.items():
        low = chi2.ppf(scatter.ALARM / 2, freedom) / freedom
        high = chi2.isf(scatter.ALARM / 2, freedom) / freedom
        assert check.tolerance.size == pytest.approx(max(low**-0.5 - 1, 1 - high**-0.5), rel=1e-6)
        assert (check.broken_assumption == "blurred") == (check.tolerance.size >= 2)
    assert {1.5 < check.tolerance.size < 2 for check in sizes.values()} == {True, False}
    assert {2 < check.tolerance.size < 3 for check in sizes.values()} == {True, False}
    twice = band.spread("x", 8.0, 2, 3, 0.0, "rich")
    assert (twice.measured, twice.scale, twice.broken_assumption) == (0.5, 0.5, "rich")
    assert band.spread("x", 0.0, 9, 3, 0.0, None).measured == np.inf


def test_the_far_tail_of_a_sum_of_squares_is_the_chi_squares_where_it_is_one():
    for freedom in (1, 4, 30):
        assert scatter.far(np.full(freedom, 2.5), 1e-4) == pytest.approx(2.5 * chi2.isf(1e-4, freedom))
    assert scatter.far(np.zeros(3), 1e-4) == 0
    draws = np.random.default_rng(0).chisquare(1, (200_000, 3)) @ [3.0, 1.0, 0.5]
    assert np.mean(draws > scatter.far(np.array([3.0, 1.0, 0.5]), 1e-2)) == pytest.approx(1e-2, rel=0.1)


def test_the_length_of_a_mean_is_allowed_its_far_tail_widened_as_students_t_is():
    weights = np.array([0.3, 0.2])
    allowed = scatter.off_mean(weights, 7, 2.0, 0.01, "1/n")
    widened = student.isf(scatter.ALARM / 2, 6) / norm.isf(scatter.ALARM / 2)
    assert allowed.size == pytest.approx(widened * np.sqrt(scatter.far(weights, scatter.ALARM) / 7) / 2 + 0.01)
    assert allowed.samples == 7 and scatter.ALARM == 1e-4 and scatter.BOUND_ALARM == 2e-3


def test_a_slope_is_allowed_what_its_values_scatter_by():
    widths, rng = np.array([8, 32, 128]), np.random.default_rng(1)
    values = [rng.uniform(1, 2, 5) / w for w in widths]
    off = [v**2 / np.mean(v**2) - 1 for v in values]
    scatter_ = np.sqrt(sum((o**2).sum() for o in off) / 12)
    away = np.log(widths) - np.log(widths).mean()
    error = scatter_ / 2 * np.sqrt(((away / (away**2).sum()) ** 2 / 5).sum())
    allowed = scatter.off_power(widths, values, more=0.1, alarm=1e-3)
    assert allowed.size == pytest.approx(student.isf(0.5e-3, 12) * error + 0.1) and allowed.samples == 15
    for odd in ([v[:1] for v in values], [0 * v for v in values], [np.inf * v for v in values]):
        assert scatter.off_power(widths, odd, more=0.1).size == pytest.approx(0.1)
    means = scatter.off_power_of_means(widths, np.array([0.1, 0.2, 0.1]), (5, 9, 7), more=0.02)
    expected = student.isf(scatter.ALARM / 2, 4) * np.sqrt(((away / (away**2).sum() * [0.1, 0.2, 0.1]) ** 2).sum())
    assert means.size == pytest.approx(expected + 0.02) and means.samples == 21


def test_the_widths_of_a_sweep_and_of_laziness():
    assert [widths_for(depth).tolist() for depth in (2, 3, 4, 5)] == [
        [16, 32, 64, 128, 256], [16, 32, 64, 128], [16, 32, 64, 128], [8, 16, 32, 64]]  # fmt: skip
    found = finish(width_sweep(CIRCLE, Settings(), widths=np.array([2, 4])))
    for measure in ("drift", "travel"):  # through two points there is one line
        power = np.log2(found.measured(measure)[1] / found.measured(measure)[0])
        assert found.exponent(measure) == pytest.approx(power)
    assert found.each.shape == (2, 7, 10) and [len(values) for values in found.drawn] == [100, 100]
    assert SCALES.tolist() == [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]


@pytest.mark.parametrize(("depth", "widths"), [(1, [8, 64, 512]), (2, [8, 32, 128])])
def test_laziness_is_looked_at_in_narrower_networks_where_they_are_deep(depth, widths, monkeypatch):
    monkeypatch.setattr(sys.modules[laziness.__module__], "STEPS", 2)
    found = finish(laziness(CIRCLE, Settings(depth=depth)))
    assert found.widths.tolist() == widths and found.drift.shape == (3, 7)
