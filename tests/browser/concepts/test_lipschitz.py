"""The cone in a real browser: what lights up, who hears of it, and the step that is handed to the ball."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled, some
from tests.browser.hand import carry, knob, middle

LIT = """() => {
    const canvas = document.querySelector('.st-key-pictures canvas');
    const legend = Math.round(0.2 * canvas.height);
    const {data} = canvas.getContext('2d').getImageData(0, legend, canvas.width, canvas.height - legend);
    const vermillion = [194, 65, 12];
    let lit = 0;
    for (let i = 0; i < data.length; i += 4)
        if (vermillion.every((channel, c) => Math.abs(data[i + c] - channel) < 12)) lit += 1;
    return lit;
}"""
PICTURE = "() => document.querySelector('.st-key-pictures canvas').toDataURL()"
SLOPE = ".st-key-lipschitz-slope"


def cone(lead, path, **options):
    page = lead(path, **options)
    page.wait_for_selector(".st-key-pictures canvas")
    page.wait_for_selector('.vega-bindings input[name="frame"]', state="attached")
    return settled(page, 500)


def shown(page):
    return float(page.locator(f'{SLOPE} [data-testid="stSliderThumbValue"]').inner_text())


def dragged_through(page) -> list[tuple[float, float]]:
    """Slope and length of the cut, at a few places of a drag through the constant."""
    thumb = page.locator(f'{SLOPE} [data-testid="stSliderThumbValue"]').locator("..").bounding_box()
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = []
    for across in (-6, -3, 2, 3, 4, 5, 6, 8, 12):
        page.mouse.move(x + across, y)
        settled(page, 500)
        seen.append((shown(page), page.evaluate(LIT)))
    page.mouse.up()
    settled(page, 1000)
    return [*seen, (shown(page), page.evaluate(LIT))]


def test_dragging_the_slope_through_the_constant_clears_the_cut(lead):
    """A drag on a machine that answers late is left to the release (``ui.live``): until then the picture stands as it
    was, and another drag may be in time."""
    for _ in range(3):
        page = cone(lead, "/lipschitz")
        lit = page.evaluate(LIT)
        assert lit > 200, "the untouched page shows a cut"
        seen = dragged_through(page)
        right = [(cut > 0) == (slope < 5) for slope, cut in seen]
        if all(right):
            break
    before = [lit, *(cut for _, cut in seen)]
    assert all(is_right or cut == last for is_right, (_, cut), last in zip(right, seen, before, strict=False)), seen
    assert {slope >= 5 for slope, _ in seen} == {True, False} and right[0] and right[-1], seen
    below = [cut for slope, cut in seen if slope < 5]
    assert below == sorted(below, reverse=True), f"a steeper cone cuts less: {seen}"


@pytest.mark.parametrize(
    ("function", "just_below", "constant"),
    some([("sine", 4.99, 5), ("sigmoid", 0.249, 0.25), ("gelu", 1.127, 1.12891), ("absolute", 0.999, 1)], 2, 1),
)
def test_the_cut_clears_at_the_constant_within_rounding(lead, function, just_below, constant):
    ends = {"sine": (0, 3), "sigmoid": (-6, 6), "absolute": (-1, 1), "gelu": (-4, 4)}[function]
    where = f"/lipschitz?function={function}&low={ends[0]}&high={ends[1]}"
    assert cone(lead, f"{where}&slope={just_below}").evaluate(LIT) > 0
    assert cone(lead, f"{where}&slope={constant}").evaluate(LIT) == 0


def test_the_scrubber_slides_the_cone_and_the_server_hears_nothing(lead):
    sent = []
    page = cone(lead, "/lipschitz?view=parabola", sent=sent)
    expect(page.locator(".player")).to_have_attribute("data-frame", "159")
    page.wait_for_timeout(1000)
    before, pictures, lit = len(sent), [], []
    for frame in (0, 20, 40, 63, 100, 159):
        page.locator(".player .scrub").fill(str(frame))
        page.wait_for_timeout(200)
        pictures.append(page.evaluate(PICTURE))
        lit.append(page.evaluate(LIT))
    assert len(set(pictures)) == len(pictures)
    assert min(lit) < 0.6 * max(lit), f"from some places the cone cuts much more than from others: {lit}"
    assert len(sent) == before, "the server heard of it"


@pytest.mark.parametrize(
    ("path", "step"),
    some(
        [
            ("function=sine&view=parabola", "0.04"),
            ("function=gelu&low=-4&high=4&view=parabola", "1.25331"),
            ("function=expression&formula=x^2&low=-2&high=2&view=parabola", "0.5"),
        ],
        2,
    ),
)
def test_the_link_lets_the_ball_go_with_the_step_that_is_allowed(lead, path, step):
    page = cone(lead, f"/lipschitz?{path}")
    page.locator('[data-testid="stMain"] [data-testid="stPageLink"] a').click()
    page.wait_for_url("**/gradient_descent?**")
    page.wait_for_selector(".st-key-gradient_descent-step_size")
    settled(page, 500)
    thumb = page.locator('.st-key-gradient_descent-step_size [data-testid="stSliderThumbValue"]')
    expect(thumb).to_have_text(step)
    assert page.locator(".check[data-check=rate_gradient_descent]").count() == 1, "it is on the road to a minimum"
    assert page.locator('[data-testid="stAlert"]').count() == 0, "the ball's page can read the formula"


def test_what_goes_wrong_is_said(lead):
    """In either language, and of what else: tests/pages."""
    page = cone(lead, "/lipschitz?low=3&high=-1&lang=zh")
    expect(page.get_by_test_id("stAlert")).to_contain_text("现在是从 3 到 −1")


@pytest.mark.parametrize(
    ("path", "lit"),
    [
        ("function=expression&formula=3&low=-1&high=1&slope=0", False),  # a constant is 0-Lipschitz
        ("function=expression&formula=3&low=-1&high=1&slope=2", False),
        ("function=sine&slope=0", True),  # a flat cone holds all that is not level with the apex
    ],
)
def test_constants_and_a_flat_cone_are_drawn(lead, path, lit):
    page = cone(lead, f"/lipschitz?{path}")
    assert (page.evaluate(LIT) > 0) == lit
    assert page.get_by_test_id("stAlert").count() == 0


def test_another_function_comes_with_its_own_interval_and_cone(lead):
    page = cone(lead, "/lipschitz?low=0.5&high=1&slope=2")
    page.locator(".st-key-lipschitz-function input").click()
    page.get_by_role("option", name="tanh").click()
    page.wait_for_function("() => location.href.includes('tanh')")
    assert "low" not in page.url and "slope" not in page.url
    assert shown(settled(page, 300)) == 0.8


def hands(page):
    tip, side = knob(page, "apex"), knob(page, "slope")
    expect(tip).to_be_visible()
    expect(side).to_be_visible()
    return tip, side


def test_the_apex_is_dragged_along_the_graph_and_the_server_hears_nothing(lead):
    sent = []
    page = cone(lead, "/lipschitz", sent=sent)
    tip, side = hands(page)
    page.wait_for_timeout(1000)
    before, lit, (x, y), (sx, _) = len(sent), page.evaluate(LIT), middle(tip), middle(side)
    carry(page, tip, (150, -60))
    page.mouse.up()
    moved = middle(tip)
    assert abs(moved[0] - x - 150) < 4, "across with the hand, within a frame of the player"
    assert abs(moved[1] - y + 60) > 10, "and up with the graph"
    assert page.evaluate(LIT) != lit and middle(side)[0] != pytest.approx(sx, abs=5), "the cone comes along"
    frame = int(page.locator(".player").get_attribute("data-frame"))
    assert 0 < frame < 159 and len(sent) == before
    tip.press("ArrowRight")
    expect(page.locator(".player")).to_have_attribute("data-frame", str(frame + 1))
    page.locator(".player .scrub").fill("20")
    page.wait_for_timeout(300)
    assert middle(tip)[0] < moved[0], "the handle goes where the player goes"


def test_the_edge_of_the_cone_is_dragged_and_the_link_restores_it(visit):
    page = cone(visit, "/lipschitz")
    assert page.evaluate(LIT) > 200
    _, side = hands(page)
    carry(page, side, (-8, -12))
    page.mouse.up()
    page.wait_for_url("**slope=*")
    settled(page, 400)
    steeper = shown(page)
    assert steeper > 4 and side.get_attribute("aria-valuetext") == f"{steeper:.4g}"
    address = page.url
    side.press("Shift+ArrowRight")
    page.wait_for_function("url => location.href !== url", arg=address)
    settled(page, 300)
    assert shown(page) > steeper
    copy = cone(visit, page.url.split("/", 3)[3])
    assert shown(copy) == shown(page)
    assert middle(hands(copy)[1]) == pytest.approx(middle(hands(page)[1]), abs=1)


def test_the_tile_of_the_cone_flashes_at_its_worst_apex(lead):
    page = cone(lead, "/lipschitz?function=parabola&low=-2&high=3&slope=3")
    tile, flash = page.locator('.check[data-check="cone"]'), page.locator(".st-key-held_cone .place")
    assert float(tile.get_attribute("data-at")) == 3 and not flash.count()
    tile.locator("button.label").click()
    expect(flash).to_have_attribute("data-at", "3")
    box, end = flash.bounding_box(), page.locator(".st-key-held_cone canvas").bounding_box()
    assert box["x"] > end["x"] + 0.8 * end["width"], "at the right end, where the parabola is steepest"
