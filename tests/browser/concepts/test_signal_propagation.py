"""Signal propagation in a real browser: the point on the plane and the scale of the loss by hand, the player."""

from tests.browser.browsing import settled


def told(page, chart):
    return page.locator(f".told[data-chart={chart}]").text_content()


def test_a_click_on_the_plane_moves_the_network_across_the_curve(lead):
    page = settled(lead("/signal_propagation?depth=20&width=64"), 500)
    assert "vanishes" in told(page, "pad")
    box = page.locator(".st-key-held_pad canvas").bounding_box()
    page.mouse.click(box["x"] + 0.85 * box["width"], box["y"] + 0.3 * box["height"])
    page.wait_for_function("() => location.href.includes('weight_std=') && location.href.includes('bias_std=')")
    page.wait_for_function("() => document.querySelector('.told[data-chart=pad]').textContent.includes('explodes')")


def test_the_start_of_the_gradient_is_the_scale_of_the_loss(lead):
    page = settled(lead("/signal_propagation?depth=20&width=64"), 500)
    page.locator(".st-key-held_decay [role=slider]").first.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => location.href.includes('scale=')")
    assert "scale=1" in page.url


def test_a_named_initialisation_has_no_handle_and_says_its_name(lead):
    page = settled(lead("/signal_propagation?depth=20&width=64&initialisation=he&activation=relu"), 500)
    assert page.locator(".st-key-held_pad [role=slider]").count() == 0
    assert "1.414" in told(page, "pad")
