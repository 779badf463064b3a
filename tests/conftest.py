"""What holds for all tests."""

from tests import shapes

pytest_plugins = ["tests.times"]  # a table of where the time went

shapes.install()
