"""What holds for all tests with AppTest."""

from tests import components

components.look_for_them_once()
