import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from core.data.datasets import DATASETS, handwritten, noisy_labels, one_hot


@pytest.mark.parametrize("name", DATASETS)
def test_a_split_has_n_for_training_and_the_rest_for_testing(name):
    split = DATASETS[name](300, seed=1)
    assert len(split.x) == len(split.y) == 300
    assert len(split.x_test) == len(split.y_test) >= 100
    assert split.x.min() >= 0 and split.x.max() == 1
    assert set(split.y_test) == set(range(split.classes))


def test_digits_are_split_by_the_seed_and_none_is_lost():
    first, again, other = (DATASETS["digits"](300, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.x, again.x)
    assert (first.x != other.x).any()
    total = first.x.sum() + first.x_test.sum()
    assert total == pytest.approx(other.x.sum() + other.x_test.sum(), rel=1e-12)


def test_the_digits_are_scikit_learns():
    images, labels = load_digits(return_X_y=True)
    ours = handwritten()
    np.testing.assert_array_equal(ours[0], images)
    np.testing.assert_array_equal(ours[1], labels)


@pytest.mark.parametrize("n", [0, 1698])
def test_impossible_splits_are_refused(n):
    with pytest.raises(ValueError, match=f"n must be a whole number from 1 to 1697, got {n}"):
        DATASETS["digits"](n, seed=0)


@given(st.integers(1, 200), st.floats(0, 1), st.integers(2, 12), st.integers(0, 1000))
def test_exactly_the_asked_fraction_of_labels_is_wrong(n, fraction, classes, seed):
    labels = np.arange(n) % classes
    noisy = noisy_labels(labels, fraction, classes, seed=seed)
    assert (noisy != labels).sum() == round(fraction * n)
    assert noisy.min() >= 0 and noisy.max() < classes


def test_one_hot():
    np.testing.assert_array_equal(one_hot(np.array([1, 0]), 3), [[0, 1, 0], [1, 0, 0]])
    with pytest.raises(ValueError, match="labels must lie from 0 to 2, got 0 to 3"):
        one_hot(np.array([0, 3]), 3)
