"""Max margin in a browser: own points are typed, loaded, shared and never lost; log time plays everywhere at once."""

import re

import pytest
from playwright.sync_api import expect

from core.data.own_points import from_link
from tests.browser.browsing import settled
from tests.browser.hand import Finger, carry, middle

ROW, INDEX, COLUMN = 35, 50, 47  # pixels of the table: a row, the column of row numbers, a column
TOLD = ".told[data-chart=plane]"
FRAMES = '.vega-bindings input[name="frame"]'
WARNING = '[data-testid="stAlert"]'


def told(page):
    return page.locator(TOLD).text_content()


def type_into(page, row, column, text):
    """Write into a cell of the table; rows and columns count from one."""
    grid = page.get_by_test_id("stDataFrame").locator("canvas").first
    cell = page.locator("#portal textarea, #portal input").first
    for _ in range(20):  # a table that has just been drawn may not hear the first click yet
        box = grid.bounding_box()
        page.mouse.click(box["x"] + INDEX + (column - 0.5) * COLUMN, box["y"] + (row + 0.5) * ROW)
        page.keyboard.press("Enter")  # opens the cell
        page.wait_for_timeout(500)
        if cell.count():
            break
    cell.fill(text)
    cell.press("Enter")
    expect(cell).to_have_count(0)
    return settled(page, 600)


def load(page, name, data):
    page.get_by_role("button", name="Load a file").click()
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    return settled(page, 1200)


def test_an_edited_point_moves_the_separator_and_the_svm_and_travels_in_the_link(lead):
    page = settled(lead("/max_margin?data=own"), 500)
    before, checks = told(page), page.locator(".checks").inner_text()
    type_into(page, 1, 1, "2.5")
    page.wait_for_url("**points=*")
    assert told(page) != before and page.locator(".checks").inner_text() != checks
    facts = page.locator('[data-testid="stCaptionContainer"]').first.inner_text()
    assert "γ = 1.414" not in facts, "the support-vector machine stays where it was"
    copy = settled(lead(page.url.split("/", 3)[3], locale="en-GB"), 500)
    assert told(copy) == told(page) and copy.url == page.url
    assert copy.locator(".checks").inner_text() == page.locator(".checks").inner_text()
    type_into(copy, 1, 1, "0.5")
    assert told(copy) == before


def test_the_table_begins_with_the_points_that_were_on_screen(visit):
    page = settled(visit("/max_margin?data=one_support"), 500)
    page.locator(".st-key-max_margin-data input").click()
    page.get_by_role("option", name="your own points").click()
    page.wait_for_url("**data=own*")
    assert told(settled(page, 500)).startswith("3 points") and "points=p2_1n-3_-2.5p4_0.5" in page.url


def test_what_cannot_be_read_is_named_and_stays(lead):
    page = settled(lead("/max_margin?data=own"), 500)
    before = told(page)
    type_into(page, 2, 2, "abc")
    expect(page.locator(WARNING)).to_contain_text("Row 2, column “y”: abc is not a number.")
    assert told(page) == before, "the last good points stay on screen"
    type_into(page, 1, 3, "7")
    expect(page.locator(WARNING)).to_contain_text("Row 1, column “label”: 7 is no label")
    expect(page.locator(WARNING)).to_contain_text("Row 2, column “y”: abc")
    page.locator('[data-testid="stSidebar"] a').first.click()  # away, and back: what was typed is still there
    settled(page, 600)
    page.locator('[data-testid="stSidebar"] a[href*="/max_margin"]').click()
    settled(page, 800)
    expect(page.locator(WARNING)).to_contain_text("Row 2, column “y”: abc")
    type_into(page, 1, 3, "1")
    type_into(page, 2, 2, "0.75")
    expect(page.locator(WARNING)).to_have_count(0)
    assert told(page) != before


def test_one_class_and_no_street_are_said(lead):
    page = settled(lead("/max_margin?data=own&points=p1_1n-1_-2"), 500)
    type_into(page, 2, 3, "1")
    expect(page.locator(WARNING).first).to_contain_text("Every label is the same")
    type_into(page, 2, 1, "1")
    type_into(page, 2, 2, "1")
    type_into(page, 2, 3, "-1")
    said = ["No line through the origin separates these points", "What the points push cancels"]
    expect(page.locator(WARNING)).to_contain_text(said)
    assert page.locator(".check.does-not-apply").count() >= 3


def test_files_are_read_or_refused_with_their_row(lead):
    page = settled(lead("/max_margin?data=own"), 500)
    before = told(page)
    load(page, "bad.csv", b"x,y,label\n1,2,1\n1,inf,-1\n")
    expect(page.locator(WARNING)).to_contain_text("Row 3, column “y”: inf is not a finite number.")
    assert told(page) == before
    page.keyboard.press("Escape")
    load(page, "large.csv", b"1,2,1\n" * 1_750_000)  # 10 MB
    expect(page.locator(WARNING)).to_contain_text("10.5 MB")
    assert told(page) == before
    page.keyboard.press("Escape")
    load(page, "rows.csv", b"1\n" * 900_000)
    expect(page.locator(WARNING)).to_contain_text("900001 rows are too many")
    page.keyboard.press("Escape")
    load(page, "good.csv", b"2,1,1\n-3;-2.5;-1\n".replace(b";", b",") + b"4,0.5,1\n")
    expect(page.locator(TOLD)).to_contain_text("3 points")
    assert "points=p2_1n-3_-2.5p4_0.5" in settled(page, 500).url
    expect(page.locator(WARNING)).to_have_count(0)


def test_log_time_plays_in_every_chart_at_once(lead):
    page = settled(lead("/max_margin?view=panels"), 800)
    page.wait_for_function("frames => document.querySelectorAll(frames).length === 6", arg=FRAMES)
    page.locator(".player .scrub").fill("70")
    at = page.evaluate("frames => [...document.querySelectorAll(frames)].map(i => Number(i.value))", FRAMES)
    assert at == [70] * 6
    page.locator(".player .play").click()
    expect(page.locator(".player")).to_have_attribute("data-frame", re.compile("^(7[6-9]|[89].|1..)$"))
    at = page.evaluate("frames => [...document.querySelectorAll(frames)].map(i => Number(i.value))", FRAMES)
    assert len(set(at)) == 1 and at[0] > 70


def of_the_link(page):
    """The points that the link has, as (x, y, label)."""
    points = from_link(re.search(r"points=([^&]*)", page.url)[1])
    return [(*x, y) for x, y in zip(points.x.tolist(), points.y.tolist(), strict=True)]


def own_points(lead, points="p2_1n-1_-2p1_3", **options):
    page = settled(lead(f"/max_margin?data=own&points={points}", **options), 600)
    expect(page.locator(".handle").first).to_be_visible()
    return page


def changed(page, act):
    address = page.url
    act()
    page.wait_for_function("address => location.href !== address", arg=address)
    return settled(page, 600)


def test_a_point_is_dragged_on_the_picture_and_the_table_follows(lead):
    page = own_points(lead)
    before, address = told(page), page.url
    point = page.get_by_label("Point 1, +1", exact=True)
    at = carry(page, point, (60, -50), 0.8)
    assert page.url == address, "the link waits until it is let go"
    changed(page, page.mouse.up)
    assert middle(point) == pytest.approx(at, abs=3.5) and told(page) != before
    (x, y, label), *others = of_the_link(page)
    assert x > 2 and y > 1 and label == 1 and others == [(-1, -2, -1), (1, 3, 1)]
    assert (round(x, 2), round(y, 2)) == (x, y), "a hundredth is as fine as this picture shows"
    copy = own_points(lead, re.search(r"points=([^&]*)", page.url)[1], locale="en-GB")
    assert told(copy) == told(page)
    type_into(page, 1, 1, "2")
    assert of_the_link(page)[0] == (2, y, 1), "the table has the dragged point, and is typed into as before"


def test_the_furthest_point_does_not_push_the_picture_away_under_the_hand(lead):
    page = own_points(lead)
    point = page.get_by_label("Point 3, +1", exact=True)
    carry(page, point, (0, 60), 0.8)
    changed(page, page.mouse.up)
    assert told(page) and of_the_link(page)[2][0] == pytest.approx(1, abs=0.06), "straight down is straight down"


def test_points_are_added_turned_and_taken_away(lead):
    """By click and by key; what is left is what the link says."""
    page = own_points(lead)
    box = page.locator(".st-key-held_plane canvas").bounding_box()
    place = box["x"] + 0.75 * box["width"], box["y"] + 0.62 * box["height"]
    changed(page, lambda: page.mouse.click(*place))
    assert len(of_the_link(page)) == 4
    added = page.get_by_label("Point 4, +1", exact=True)
    assert middle(added) == pytest.approx(place, abs=3.5)
    assert added.evaluate("e => e.getRootNode().activeElement === e"), "keys go to what was added"
    changed(page, lambda: page.keyboard.press("-"))
    assert of_the_link(page)[3][2] == -1
    changed(page, lambda: page.keyboard.press("Delete"))
    assert of_the_link(page) == [(2, 1, 1), (-1, -2, -1), (1, 3, 1)]
    changed(page, lambda: page.keyboard.press("Enter"))
    assert len(of_the_link(page)) == 4 and page.locator(".handle").count() == 4
    page.get_by_label("Point 4, +1", exact=True).press("ArrowLeft")
    settled(page, 1500)
    for left in (3, 2, 1):
        changed(page, lambda: page.keyboard.press("Delete"))
        assert len(of_the_link(page)) == left
    page.keyboard.press("Delete")
    settled(page, 600)
    assert len(of_the_link(page)) == 1, "the last one stays"


def test_a_finger_moves_turns_and_takes_away(visit):
    page = own_points(visit, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    point, finger = page.get_by_label("Point 1, +1", exact=True), Finger(page)
    at = carry(page, point, (25, 20), 0.5, finger)
    changed(page, finger.up)
    assert middle(point) == pytest.approx(at, abs=3.5)
    changed(page, lambda: page.get_by_role("button", name="Change to −1").tap())
    assert of_the_link(page)[0][2] == -1
    changed(page, lambda: page.get_by_role("button", name="Remove").tap())
    assert len(of_the_link(page)) == 2


def test_only_own_points_are_taken_hold_of(lead):
    assert settled(lead("/max_margin"), 500).locator(".handle").count() == 0
