"""Pin a run and see the next one over it, on the pages where two runs teach more than one."""

import pytest

from tests.pages.test_contract import Opened, warm  # noqa: F401  the server has been started before

MOVED = {  # page -> the control that is moved, and where to
    "gradient_descent": ("condition_number", 10.0),
    "weight_decay": ("penalty", 1.0),
    "dropout": ("p", 0.2),
    "double_descent": ("label_noise", 0.3),
    "max_margin": ("loss", "exponential"),
}


def pinned(page):
    """The tables of pinned runs that the charts have."""
    return [data.name for chart in page.charts for data in chart.datasets if data.name.startswith("pinned ")]


@pytest.mark.parametrize("slug", MOVED)
def test_a_pinned_run_stays_under_the_next(slug):
    page = Opened(slug)
    assert not pinned(page)
    page.app.button(key="pin").click().run()
    page.sound()
    assert pinned(page), "also while nothing has been moved"
    name, value = MOVED[slug]
    control = next(
        w for kind in (page.app.select_slider, page.app.selectbox) for w in kind if w.key == f"{slug}-{name}"
    )
    control.set_value(value).run()
    page.sound()
    assert pinned(page)
    page.app.button(key="unpin").click().run()
    page.sound()
    assert not pinned(page)


def test_the_caption_says_what_is_pinned():
    page = Opened("gradient_descent", condition_number="10", policy="same")
    page.app.button(key="pin").click().run()
    said = [element.value for element in page.app.caption if element.value.startswith("Pale:")]
    assert said and "condition number κ = L/μ 10" in said[0] and "the same" in said[0]
