import numpy as np
import pytest

from core.double_descent.risk_curve import RiskCurve, stacked


def curve(test):
    test = np.asarray(test, dtype=float)
    return RiskCurve("linear", np.array([1, 2]), test, test, test, threshold=2, penalty=0.0, noise=1.0)


def test_summaries_over_repetitions():
    three = curve([[1, 10], [2, 20], [9, 30]])
    np.testing.assert_allclose(three.median(), [2, 20])
    np.testing.assert_allclose(three.mean(), [4, 20])
    np.testing.assert_allclose(three.quantile(1.0), [9, 30])
    np.testing.assert_allclose(three.standard_error()[1], 10 / np.sqrt(3))


def test_one_repetition_has_no_standard_error():
    assert np.isnan(curve([[1, 2]]).standard_error()).all()


def test_stacking_joins_repetitions():
    joined = stacked([curve([[1, 2]]), curve([[3, 4], [5, 6]])])
    assert joined.repetitions == 3
    np.testing.assert_allclose(joined.test, [[1, 2], [3, 4], [5, 6]])


def test_what_was_not_measured_is_named():
    with pytest.raises(ValueError, match="has not measured 'best_ridge'"):
        curve([[1, 2]]).median("best_ridge")
    with pytest.raises(ValueError, match="q must lie from 0 to 1, got"):
        curve([[1, 2]]).quantile(1.5)
