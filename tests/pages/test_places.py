"""Where on a picture a check was taken: its tile names the place, in the page's letters, and leads there."""

import re

import pytest

from tests.pages.test_contract import untouched, warm  # noqa: F401

PLACES = {
    "weight_decay": {"hard_soft": (0.1, "λ = 0.1"), "freedom": (0.1, "λ = 0.1"), "leave_one_out": (0.1, "λ = 0.1")},
    "max_margin": {"loss_law": (12, "log₁₀ t = 12")},
    "dropout": {"ordinary_ridge": (0.5, "p = 0.5")},
    "polyak_lojasiewicz": {"certified_rate": (0, "step 0")},
}


@pytest.mark.parametrize("slug", PLACES)
def test_a_tile_names_the_place_in_the_letters_of_its_page(slug):
    for check, (at, named) in PLACES[slug].items():
        [tile] = re.findall(
            rf'data-check="{check}" data-at="([^"]*)" role="listitem">(.*?)</button>', untouched(slug).strip
        )
        assert float(tile[0]) == pytest.approx(at) and tile[1].endswith(named), tile
