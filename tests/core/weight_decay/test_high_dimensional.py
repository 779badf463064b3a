"""The high-dimensional demonstration, and what it shows: forgetting of the random start."""

import numpy as np
import pytest

from core.weight_decay import forgetting


@pytest.mark.parametrize("penalty", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_off_the_rows_nothing_happens_but_decay(penalty, seed):
    """Theory 4.2 claim 4: ‖P w_T‖ = ‖P w₀‖·|1 − ηλ|⁴⁰⁰ exactly, and that is all of ‖w‖ but the ridge solution."""
    found = forgetting(penalty, seed=seed)
    assert found.null_norm == pytest.approx(found.predicted_null_norm, rel=1e-9, abs=1e-12)
    assert found.norm[-1] == pytest.approx(found.predicted_norm[-1], rel=0.03)


def test_when_the_start_is_forgotten_there_is_nothing_left_to_measure():
    assert not forgetting(3.0).is_forgotten and forgetting(30.0).is_forgotten


def test_the_factor_is_the_one_of_four_hundred_steps():
    with_decay, without = forgetting(3.0), forgetting(0.0)
    assert with_decay.predicted_null_norm / without.predicted_null_norm == pytest.approx((1 - 0.009) ** 400, rel=1e-12)
    assert pytest.approx(0.026882, abs=1e-6) == (1 - 0.009) ** 400
    assert without.predicted_null_norm == pytest.approx(np.sqrt(180), rel=0.1), "180 of 200 directions are off the data"


def test_decay_looks_like_a_miracle_and_starting_from_zero_does_without():
    without, with_decay = forgetting(0.0), forgetting(3.0)
    assert without.error[-1] > 100 * with_decay.error[-1], "what the demonstration is famous for"
    assert without.training_error[-1] < 1e-3 * without.error[-1]
    for found in (without, with_decay):
        assert found.from_zero < found.untrained < 2 * found.from_zero, "neither learns much: 20 rows for 200 weights"
    assert without.from_zero == pytest.approx(with_decay.from_zero, rel=0.15), "no random start, nothing to forget"


def test_from_zero_there_is_nothing_to_forget():
    assert forgetting(0.0, start_size=0.0).norm[-1] < 0.1
    assert forgetting(0.0, start_size=2.0).norm[-1] == pytest.approx(2 * forgetting(0.0).norm[-1], rel=1e-3)


def test_too_much_decay_is_reported_and_not_hidden():
    assert forgetting(600.0).is_stable and not forgetting(700.0).is_stable and not forgetting(1000.0).is_stable


@pytest.mark.parametrize("penalty", [-1, float("nan"), 1e9])
def test_a_penalty_out_of_range_is_refused(penalty):
    with pytest.raises(ValueError, match="penalty must be a finite number from 0 to 1000"):
        forgetting(penalty)
