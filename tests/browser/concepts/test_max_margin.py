"""Max margin in a browser: own points are typed, loaded, shared and never lost; log time plays everywhere at once."""

import re

from playwright.sync_api import expect

from tests.browser.browsing import settled

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


def test_an_edited_point_moves_the_separator_and_the_svm_and_travels_in_the_link(visit):
    page = settled(visit("/max_margin?data=own"), 500)
    before, checks = told(page), page.locator(".checks").inner_text()
    type_into(page, 1, 1, "2.5")
    page.wait_for_url("**points=*")
    assert told(page) != before and page.locator(".checks").inner_text() != checks
    facts = page.locator('[data-testid="stCaptionContainer"]').first.inner_text()
    assert "γ = 1.414" not in facts, "the support-vector machine stays where it was"
    copy = settled(visit(page.url.split("/", 3)[3], locale="en-GB"), 500)
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


def test_what_cannot_be_read_is_named_and_stays(visit):
    page = settled(visit("/max_margin?data=own"), 500)
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


def test_one_class_and_no_street_are_said(visit):
    page = settled(visit("/max_margin?data=own&points=p1_1n-1_-2"), 500)
    type_into(page, 2, 3, "1")
    expect(page.locator(WARNING).first).to_contain_text("Every label is the same")
    type_into(page, 2, 1, "1")
    type_into(page, 2, 2, "1")
    type_into(page, 2, 3, "-1")
    said = ["No line through the origin separates these points", "What the points push cancels"]
    expect(page.locator(WARNING)).to_contain_text(said)
    assert page.locator(".check.does-not-apply").count() >= 3


def test_files_are_read_or_refused_with_their_row(visit):
    page = settled(visit("/max_margin?data=own"), 500)
    before = told(page)
    load(page, "bad.csv", b"x,y,label\n1,2,1\n1,nan,-1\n")
    expect(page.locator(WARNING)).to_contain_text("Row 3, column “y”: nan is not a finite number.")
    assert told(page) == before
    page.keyboard.press("Escape")
    load(page, "large.csv", b"1,2,1\n" * 1_750_000)  # 10 MB
    expect(page.locator(WARNING)).to_contain_text("10.5 MB")
    assert told(page) == before
    page.keyboard.press("Escape")
    load(page, "rows.csv", b"1\n" * 900_000)
    expect(page.locator(WARNING)).to_contain_text("1 columns instead of")
    page.keyboard.press("Escape")
    load(page, "good.csv", b"2,1,1\n-3;-2.5;-1\n".replace(b";", b",") + b"4,0.5,1\n")
    expect(page.locator(TOLD)).to_contain_text("3 points")
    assert "points=p2_1n-3_-2.5p4_0.5" in settled(page, 500).url
    expect(page.locator(WARNING)).to_have_count(0)


def test_log_time_plays_in_every_chart_at_once(visit):
    page = settled(visit("/max_margin?view=panels"), 800)
    page.wait_for_function("frames => document.querySelectorAll(frames).length === 6", arg=FRAMES)
    page.locator(".player .scrub").fill("70")
    at = page.evaluate("frames => [...document.querySelectorAll(frames)].map(i => Number(i.value))", FRAMES)
    assert at == [70] * 6
    page.locator(".player .play").click()
    expect(page.locator(".player")).to_have_attribute("data-frame", re.compile("^(7[6-9]|[89].|1..)$"))
    at = page.evaluate("frames => [...document.querySelectorAll(frames)].map(i => Number(i.value))", FRAMES)
    assert len(set(at)) == 1 and at[0] > 70
