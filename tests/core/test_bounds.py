import math

import numpy as np
import pytest

from core.bounds import MOST_ELEMENTS, affordable, floats, increasing, real, whole


def test_what_lies_inside_is_returned():
    assert whole("n", np.int64(3), 1, 3) == 3
    assert real("noise", 0.5, 0, 1) == 0.5
    assert increasing("sizes", [1, 4, 9], 1, 9).tolist() == [1, 4, 9]


@pytest.mark.parametrize("value", [0, 11])
def test_whole_numbers_outside_are_refused_with_range_and_value(value):
    with pytest.raises(ValueError, match=f"n must be a whole number from 1 to 10, got {value}"):
        whole("n", value, 1, 10)


@pytest.mark.parametrize("value", [-1e-9, 2.1, math.nan, math.inf])
def test_real_numbers_outside_are_refused(value):
    with pytest.raises(ValueError, match="noise must be a finite number from 0 to 2, got"):
        real("noise", value, 0, 2)


@pytest.mark.parametrize("values", [[], [0, 1], [1, 11], [3, 2], [2, 2]])
def test_sizes_that_do_not_increase_within_the_range_are_refused(values):
    with pytest.raises(ValueError, match="sizes must"):
        increasing("sizes", values, 1, 10)


def test_arrays_become_floating_point_numbers():
    squares = floats("x", np.array([4_000_000_000])) ** 2
    assert squares[0] == 1.6e19  # in 64 bits it would be −2.4 · 10¹⁸
    assert floats("x", [1, 2]).dtype == np.float64


@pytest.mark.parametrize("values", [[1.0, math.nan], [math.inf], np.array([[0.0], [-math.inf]])])
def test_arrays_that_are_not_finite_are_refused(values):
    with pytest.raises(ValueError, match="x must be finite numbers, got"):
        floats("x", values)


def test_what_is_affordable_is_known_before_it_is_asked_for():
    assert affordable("the map", 4000, MOST_ELEMENTS // 4000) == (4000, MOST_ELEMENTS // 4000)
    with pytest.raises(ValueError, match="the map must have at most 20,000,000 elements, got 100,000 × 100,000"):
        affordable("the map", 100_000, 100_000)
    with pytest.raises(ValueError, match="at most"):
        affordable("the map", MOST_ELEMENTS + 1)
