"""What few repetitions are allowed, by formulas of their own; and where rounding is all that is left."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from core.double_descent.allowances import LEAST, allowed_errors, factor, worst_of
from core.double_descent.epochwise import epochwise_run
from core.double_descent.epochwise_checks import _peak_between_descents, _peak_time, epochwise_risk


def test_as_many_errors_as_keep_the_alarm_of_four():
    alarm = 2 * norm.sf(4)
    for repetitions, comparisons in ((2, 1), (5, 1), (20, 3)):
        expected = student.isf(alarm / 2 / comparisons, repetitions - 1)
        assert allowed_errors(repetitions, comparisons) == pytest.approx(expected, rel=1e-6)
    assert np.isnan(allowed_errors(1)) and LEAST == 5, "of four the errors allowed would be thirty"
    assert student.isf(alarm / 2, 3) > 30 > 20 > student.isf(alarm / 2, 4)
    for wrong in (0, 2**31 + 1):
        with pytest.raises(ValueError, match="comparisons"):
            allowed_errors(5, wrong)


def test_a_factor_is_allowed_its_scatter_and_no_less_than_the_laws():
    factors = np.array([1.0, 1.1, 0.95, 1.02, 0.99])
    check = factor("x", factors)
    errors = allowed_errors(5)
    assert check.measured == pytest.approx(factors.mean()) and check.predicted == 1
    assert check.tolerance.size == pytest.approx(errors * factors.std(ddof=1) / np.sqrt(5) + 1e-9)
    assert factor("x", factors, 0.5).tolerance.size == pytest.approx(errors * 0.5 / np.sqrt(5) + 1e-9)
    left = factor("x", factors, 0.0, 0.2, "1/n²").tolerance
    assert left.order == "1/n²" and left.size == pytest.approx(errors * factors.std(ddof=1) / np.sqrt(5) + 0.2)
    assert factor("x", np.ones(5), 0.0, 0.0, "1/n²").tolerance.size == pytest.approx(1e-9)
    assert factor("x", np.ones(5), 0.0, 0.0, "1/n²").tolerance.order == ""


def test_the_worst_is_the_one_with_the_most_errors():
    measured = np.array([[1.0, 5.0, -3.0], [1.2, 5.4, -3.2], [1.1, 5.2, -3.4]])
    worst = worst_of(measured, np.array([1.0, 5.2, 0.0]))
    error = np.std([-3.0, -3.2, -3.4], ddof=1) / np.sqrt(3)
    assert (worst.index, worst.expected, worst.measured) == (2, 0.0, pytest.approx(-3.2))
    assert worst.allowance.size == pytest.approx(allowed_errors(3, 3) * (error + 1e-9)) and worst.allowance.samples == 3
    above = worst_of(measured, np.array([1.0, 5.2, 0.0]), one_sided=True)
    assert above.index == 0 and above.measured == pytest.approx(1.1)
    single = worst_of(np.array([[3.0, 2.0]]), np.array([1.0, 2.0]))
    assert single.index == 0 and single.allowance.size == pytest.approx(allowed_errors(2, 2) * 2e-9)


def test_the_peak_is_the_highest_inside_from_which_the_risk_descends():
    assert _peak_between_descents(np.array([3.0, 1.0, 2.0, 1.5, 2.5, 0.5])) == 4
    assert _peak_between_descents(np.array([3.0, 1.0, 2.0, 2.0, 0.5])) == 2, "the first of a flat top"
    assert _peak_between_descents(np.array([3.0, 2.0, 1.0])) is None
    assert _peak_between_descents(np.array([1.0, 2.0, 2.0 * (1 - 0.9e-9)])) is None, "that is rounding"
    assert _peak_between_descents(np.array([1.0, 2.0, 2.0 * (1 - 1.1e-9)])) == 1
    times = np.array([1, 10, 100, 1000, 10000])
    parabola = 5 - (np.log10(times) - 2.3) ** 2
    assert _peak_time(times, parabola) == pytest.approx(10**2.3, rel=1e-6) and np.isnan(_peak_time(times, -parabola))


def test_what_was_learned_to_rounding_is_not_compared():
    """Below a millionth of the largest risk above the noise."""
    found = epochwise_run(np.array([1, 10, 100]), repetitions=6, noise=0.0)
    theory = np.array([1.0, 1.2e-6, 0.8e-6])
    test = np.tile(theory * [1.0, 2.0, 50.0], (6, 1))
    check = epochwise_risk(replace(found, theory=theory, test=test))
    assert check.measured == pytest.approx(1.5)
