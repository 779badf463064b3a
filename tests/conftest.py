"""What holds for all tests."""

import os

os.environ["BASIN_CACHE"] = ""  # what one run of the tests has computed is nothing to the next

import scipy.linalg  # noqa: F401  it brings a BLAS of its own, which must be there to be told
import threadpoolctl
from hypothesis import settings

from tests import shapes
from tests.sampling import WHOLE, examples

pytest_plugins = ["tests.times"]  # a table of where the time went

shapes.install()
settings.register_profile("basin", deadline=None, derandomize=True, max_examples=examples(100))  # the same each time
settings.register_profile("search", deadline=None)  # of a busy machine no test is to tell
settings.load_profile("search" if WHOLE else "basin")


def pytest_runtest_setup():
    shapes.CALLS.clear()


def pytest_collection_finish():
    """One thread for BLAS, as on a page (see ``ui.work.settle``): more of them spin while they wait for each other, and
    took nine tenths of the processor where other tests ran beside."""
    threadpoolctl.threadpool_limits(1)
