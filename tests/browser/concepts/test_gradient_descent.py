"""The ball in a real browser: a click gives it a start, the player moves it in both pictures."""

from tests.browser.browsing import settled


def click_on_the_map(page, across, down):
    box = page.locator(".st-key-held_map canvas").bounding_box()
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    page.wait_for_function("before => location.href !== before", arg=page.url)
    return settled(page, 300)


def test_a_click_on_the_map_moves_the_start(lead):
    page = settled(lead("/gradient_descent"), 500)
    before = page.locator(".told[data-chart=map]").text_content()
    click_on_the_map(page, 0.7, 0.4)
    assert "x0=" in page.url and "y0=" in page.url
    assert page.locator(".told[data-chart=map]").text_content() != before


def test_a_click_on_a_curve_moves_the_start(lead):
    page = settled(lead("/gradient_descent?experiment=3"), 500)
    click_on_the_map(page, 0.3, 0.6)
    assert "x0=" in page.url


def test_another_surface_starts_where_it_begins(lead):
    page = settled(lead("/gradient_descent?surface=himmelblau&x0=5&y0=5"), 300)
    page.locator(".st-key-gradient_descent-surface input").click()
    page.get_by_role("option", name="Beale").click()
    page.wait_for_function("() => location.href.includes('beale')")
    assert "x0=5" not in page.url
