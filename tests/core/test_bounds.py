import math

import numpy as np
import pytest

from core.bounds import increasing, real, whole


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
