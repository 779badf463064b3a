"""Shapes in the signatures of ``core`` are checked while the tests run, and cost nothing when the app does."""

from jaxtyping import install_import_hook

pytest_plugins = ["tests.times"]  # a table of where the time went

# Held for the whole run: every module of core imported after this line has its shapes checked.
install_import_hook("core", "beartype.beartype")
