"""The data sets are what they are said to be."""

import numpy as np
import pytest

from core.data.separable_data import DATA
from core.max_margin import hard_margin, law, separability

pytestmark = pytest.mark.delicate


@pytest.mark.parametrize("name", DATA)
def test_every_set_is_separable_and_has_both_classes(name):
    points = DATA[name]()
    assert points.x.shape == (len(points.y), 64 if name == "digits" else 2)
    assert set(points.y.tolist()) == {-1, 1} and not points.has_one_class
    assert separability(points.z) == "separable"
    np.testing.assert_array_equal(points.z, points.x * points.y[:, None])


def test_figure_1_is_the_public_replication():
    rng = np.random.RandomState(4)
    positive, negative = rng.uniform(1, 3, (6, 2)), rng.uniform(-3, -1, (6, 2))
    points = DATA["figure_1"]()
    np.testing.assert_array_equal(points.x[4:10], positive)
    np.testing.assert_array_equal(points.x[10:], negative)


def test_the_asymmetric_set_has_the_constants_of_its_four_support_vectors():
    z = DATA["asymmetric"]().z
    assert hard_margin(z).support.sum() == 4 and law(hard_margin(z), z).distance == pytest.approx(np.log(3))
    assert law(hard_margin(z), z).rate == pytest.approx(0.25)


def test_blobs_are_the_seeds_and_overlap_when_spread():
    np.testing.assert_array_equal(DATA["blobs"](3, 0.5).x, DATA["blobs"](3, 0.5).x)
    assert not np.array_equal(DATA["blobs"](3, 0.5).x, DATA["blobs"](4, 0.5).x)
    assert separability(DATA["blobs"](1, 2.5).z) == "not"
    with pytest.raises(ValueError, match=r"spread must be a finite number from 0\.01 to 100, got 0"):
        DATA["blobs"](0, 0.0)
