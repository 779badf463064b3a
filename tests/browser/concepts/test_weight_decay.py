"""Weight decay in a browser: one knob with two faces, own data that are never lost, and all doors from a link."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core.weight_decay import prepare, problem
from tests.browser.browsing import settled
from tests.browser.hand import carry, middle
from tests.labels import number_of

TOLD, CURVE = ".told[data-chart=ball]", ".told[data-chart=curve]"
WARNING = '[data-testid="stAlert"]'
FRAMES = '.vega-bindings input[name="frame"]'
GOOD = "\n".join(["age,size,y", *(f"{i},{(i * 7) % 5},{2 * i + (i * 7) % 5}" for i in range(20))])


def told(page):
    return page.locator(TOLD).text_content()


def slider(page, name):
    return page.locator(f".st-key-weight_decay-{name} input[type=range]")


def face(page, name):
    """What a slider says of itself."""
    return number_of(slider(page, name).get_attribute("aria-valuetext").split()[0])


def theta(penalty):
    two = prepare(problem("diabetes", n=60).only((4, 5)))
    return float(two.spectrum.norm_squared(penalty))


def load(page, name, data):
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    return settled(page, 1200)


def test_moving_the_penalty_moves_the_budget_and_moving_the_budget_moves_the_penalty(lead):
    page = settled(lead("/weight_decay"), 500)
    assert face(page, "penalty") == 0.1 and face(page, "radius") == pytest.approx(theta(0.1), rel=5e-3)
    slider(page, "penalty").focus()
    slider(page, "penalty").press("ArrowRight")
    page.wait_for_url("**penalty=0.11*")
    settled(page, 300)
    assert face(page, "radius") == pytest.approx(theta(0.11), rel=5e-3) and "radius=" in page.url
    assert f"{theta(0.11):.4g}" in told(page)
    slider(page, "radius").focus()
    slider(page, "radius").press("ArrowLeft")  # a smaller budget is a larger penalty
    page.wait_for_url("**penalty=0.12*")
    settled(page, 300)
    assert face(page, "penalty") == 0.12 and face(page, "radius") == pytest.approx(theta(0.12), rel=5e-3)
    copy = settled(lead(page.url.split("/", 3)[3], locale="en-GB"), 500)
    assert told(copy) == told(page) and copy.url == page.url


def test_a_link_with_the_budget_alone_finds_its_penalty(visit):
    page = settled(visit(f"/weight_decay?radius={theta(0.5):.6g}"), 500)
    assert face(page, "penalty") == 0.5 and "penalty=0.5" in page.url
    page = settled(visit(f"/weight_decay?radius={theta(0.5):.6g}&penalty=2"), 500)
    assert face(page, "penalty") == 2 and face(page, "radius") == pytest.approx(theta(2.0), rel=5e-3)


@pytest.mark.parametrize(("name", "other"), [("penalty", "radius"), ("radius", "penalty")])
def test_while_one_face_is_dragged_the_other_follows_and_so_does_the_disc(lead, name, other):
    page = settled(lead("/weight_decay"), 500)
    before, disc = face(page, other), told(page)
    thumb, track = (
        page.locator(f".st-key-weight_decay-{name} {part}")
        for part in ('[role="slider"], input[type="range"]', '[data-testid="stSlider"]')
    )
    box, line = thumb.first.bounding_box(), track.first.bounding_box()
    share = np.clip((box["x"] + box["width"] / 2 - line["x"]) / line["width"], 0, 1)
    x, y = line["x"] + share * line["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(x + 2 * step, y)
        page.wait_for_timeout(40)
    page.wait_for_function("([s, was]) => document.querySelector(s).textContent !== was", arg=[TOLD, disc])
    page.wait_for_function(
        "([s, was]) => parseFloat(document.querySelector(s).getAttribute('aria-valuetext')) !== was",
        arg=[f".st-key-weight_decay-{other} input[type=range]", before],
    )
    page.mouse.up()
    page.wait_for_url("**penalty=*")
    settled(page, 500)
    assert face(page, "radius") == pytest.approx(theta(face(page, "penalty")), rel=5e-3)


def test_the_walk_plays_to_where_the_disc_touches(lead):
    page = settled(lead("/weight_decay"), 500)
    page.wait_for_function("frames => document.querySelectorAll(frames).length === 1", arg=FRAMES)
    page.locator(".player .scrub").fill("3")
    assert page.evaluate("frames => Number(document.querySelector(frames).value)", FRAMES) == 3
    page.locator(".player .play").click()
    expect(page.locator(".player")).to_have_attribute("data-frame", re.compile("^([4-9]|[1-9][0-9]|100)$"))


def test_a_file_is_refused_with_row_and_column_and_what_was_there_stays(lead):
    page = settled(lead("/weight_decay?data=own"), 500)
    expect(page.locator(WARNING)).to_contain_text("A link can't carry a file")
    before = told(page)
    load(page, "bad.csv", GOOD.replace("\n3,", "\nthree,").encode())
    expect(page.locator(WARNING).first).to_contain_text("Row 5, column age: three is not a number.")
    assert told(page) == before
    load(page, "large.csv", b"1,2,3\n" * 1_750_000)  # 10 MB
    expect(page.get_by_text(re.compile("The file has 10.5 MB|2.0 ?MB or smaller")).first).to_be_visible()
    load(page, "rows.csv", b"1\n" * 990_000)
    expect(page.locator(WARNING).first).to_contain_text("990001 rows are too many")
    load(page, "column.csv", b"y\n1\n2\n3\n4\n5\n6\n")
    expect(page.locator(WARNING).first).to_contain_text("Fewer than two columns of numbers were found")
    load(page, "markup.csv", GOOD.replace("\n3,", "\n<img src=x onerror=alert(1)>,").encode())
    expect(page.locator(WARNING).first).to_contain_text("<img src=x onerror=alert")
    assert page.locator(f"{WARNING} img").count() == 0 and told(page) == before


def test_a_file_is_refused_in_the_pages_language(lead):
    page = settled(lead("/weight_decay?data=own&lang=zh"), 500)
    load(page, "bad.csv", GOOD.replace("\n3,", "\nthree,").encode())
    expect(page.locator(WARNING).first).to_contain_text("第 5 行 age 列： three 不是数")


def test_a_good_file_is_learned_from_and_survives_a_bad_one(lead):
    page = settled(lead("/weight_decay?data=own&panel=coefficients"), 500)
    load(page, "good.csv", GOOD.replace(",", ";").encode())
    expect(page.locator(CURVE)).to_contain_text("age")
    expect(page.locator(WARNING)).to_have_count(0)
    mine = told(page)
    load(page, "bad.csv", b"a,b\n1,wrong\n2,3\n3,3\n4,4\n5,5\n6,7\n7,8\n8,9\n")
    expect(page.locator(WARNING).first).to_contain_text("Row 2, column b")
    assert told(page) == mine
    page.get_by_label("column to predict").click()
    page.get_by_role("option", name="age").click()
    expect(page.locator(CURVE)).not_to_contain_text("age")
    expect(page.locator(CURVE)).to_contain_text("size")


def test_every_door_opens_from_a_link(lead):
    page = settled(lead("/weight_decay?view=doors"), 800)
    view = page.locator(".st-key-view_box")
    expect(view).to_contain_text("1.6862")
    expect(view.locator('a[href*="dropout"]')).to_have_count(1)
    assert view.locator('[data-testid="stVegaLiteChart"]').count() == 2


def test_all_above_the_views_fits_one_screen(visit):
    page = settled(visit("/weight_decay"), 800)
    page = settled(visit("/weight_decay"), 800)  # the first run of a server has a wider sidebar
    box = page.locator(".st-key-experiment_box").bounding_box()
    assert box["y"] + box["height"] <= 800


def test_the_solution_is_dragged_along_its_way_and_both_faces_of_the_knob_follow(lead):
    page = settled(lead("/weight_decay"), 500)
    hand, before, address = page.get_by_label("ŵ(λ)", exact=True), told(page), page.url
    expect(hand).to_be_visible()
    x, y = middle(hand)
    way = page.evaluate(
        """() => { const box = document.querySelector('.st-key-held_ball canvas').getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; }"""
    )  # about where 0 is: towards it the penalty grows
    carry(page, hand, ((way[0] - x) / 2, (way[1] - y) / 2), 0.8)
    assert page.url == address
    page.mouse.up()
    page.wait_for_url("**penalty=*")
    settled(page, 400)
    penalty = face(page, "penalty")
    assert penalty > 0.1 and face(page, "radius") == pytest.approx(theta(penalty), rel=5e-3)
    assert told(page) != before and f"{theta(penalty):.4g}" in told(page)
    assert hand.get_attribute("aria-valuetext").startswith(f"λ {penalty:g} · θ ")
    assert middle(hand) != pytest.approx((x, y), abs=5)
    copy = settled(lead(page.url.split("/", 3)[3], locale="en-GB"), 500)
    assert told(copy) == told(page)
    assert middle(copy.get_by_label("ŵ(λ)", exact=True)) == pytest.approx(middle(hand), abs=1)
