"""Taking a page away, as a person does it: every file is downloaded, opened, and holds the numbers on screen."""

import base64
import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.browsing import PATIENCE, settled, who
from tests.ui.take_away.qr_reader import read
from ui.evidence.strip import numbers_of
from ui.text import words

QR = "img.qr"
LINK = '[data-testid="stCode"] code'


@pytest.fixture
def opened(lead):
    """``opened(address)``: a page with what can be taken away in sight."""

    def open_page(address, **options):
        page = lead(f"{address}{'&' if '?' in address else '?'}view=take", **options)
        page.locator(QR).first.wait_for(timeout=PATIENCE)
        return settled(page)

    return open_page


def download(page, slug, ending, folder) -> Path:
    """The file behind the button that makes it."""
    key = "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", f"take basin_{slug}{ending}")
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.locator(f".{key}").get_by_role("button").first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def strip(page):
    """What the strip of checks says, line by line."""
    return [line for line in page.locator(".checks").inner_text().split("\n") if line.strip()]


def numbers(page):
    """The measured and the predicted number of each check, as they are printed once the question is answered."""
    page.locator(".st-key-reveal button").click()
    expect(page.locator(".check.waits")).to_have_count(0)
    return page.locator(".check").evaluate_all(
        """all => all.map(check => ['measured', 'predicted'].map(
            side => check.querySelector(`.${side}`).lastChild.textContent.trim()))"""
    )


def printed(check) -> list[str]:
    """The two numbers of a check as the strip prints them."""
    return [text for _, text in numbers_of(check, words("common", "en"))]


@pytest.mark.parametrize("concept", who("leads by QR"))
def test_the_qr_code_leads_to_the_page_as_it_is(concept, opened, visit):
    page = opened(f"{concept.slug}?experiment=2")
    image = page.locator(QR).first
    link = read(base64.b64decode(image.get_attribute("src").split(",", 1)[1]).decode())
    assert link == page.locator(LINK).first.inner_text().strip()
    assert image.evaluate("image => image.complete && image.naturalWidth > 0"), "it is drawn"
    again = visit(link.split("/", 3)[3])
    assert strip(again) == strip(page)
    assert "view" not in again.url and "experiment=2" in again.url


def test_the_room_gets_the_qr_code_as_large_as_the_window(opened):
    page = opened("weight_decay")
    small = page.locator(QR).first.bounding_box()["width"]
    page.locator(".st-key-qr_large button").click()
    large = page.get_by_role("dialog").locator(QR)
    large.wait_for()
    page.wait_for_timeout(500)  # the dialog comes in
    box = large.bounding_box()
    assert box["width"] > 1.5 * small and box["y"] + box["height"] <= 800, "and all of it is in sight"
    assert read(base64.b64decode(large.get_attribute("src").split(",", 1)[1]).decode()).endswith("/weight_decay")


def test_the_link_follows_the_controls(opened):
    page = opened("weight_decay")
    before = page.locator(LINK).first.inner_text()
    page.get_by_role("slider").first.press("ArrowRight")
    settled(page, 400)
    expect(page.locator(LINK).first).not_to_have_text(before)
    assert "penalty=" in page.locator(LINK).first.inner_text()
    link = read(base64.b64decode(page.locator(QR).first.get_attribute("src").split(",", 1)[1]).decode())
    assert link == page.locator(LINK).first.inner_text().strip()


@pytest.mark.parametrize("concept", who("gives its numbers"))
def test_the_python_the_notebook_and_the_data_hold_the_numbers_on_screen(concept, opened, tmp_path):
    page = opened(concept.slug)
    shown = numbers(page)
    script = download(page, concept.slug, ".py", tmp_path).read_text(encoding="utf-8")
    space = {}
    exec(script, space)
    assert [printed(check) for check in space["checks"]] == shown
    book = json.loads(download(page, concept.slug, ".ipynb", tmp_path).read_text(encoding="utf-8"))
    assert (book["nbformat"], book["cells"][0]["cell_type"]) == (4, "markdown")
    code = "\n".join([cell["source"] for cell in book["cells"] if cell["cell_type"] == "code"][1:])  # it finds Basin
    assert code.replace("\n", "") in script.replace("\n", ""), "the same code in cells"
    with zipfile.ZipFile(download(page, concept.slug, ".zip", tmp_path)) as file:
        rows = list(csv.DictReader(io.StringIO(file.read("checks.csv").decode("utf-8"))))
        assert len(file.namelist()) > 1
    numbers_in = [[float(row[side]) for side in ("measured", "predicted")] for row in rows]
    assert numbers_in == [[c.measured, c.predicted] for c in space["checks"]]


@pytest.mark.parametrize("concept", who("gives its pictures"))
def test_a_picture_opens_as_drawing_and_as_pixels_with_the_numbers_in_it(concept, opened, tmp_path):
    page = opened(concept.slug, locale="zh-CN")
    shown = numbers(page)
    first = page.locator('.st-key-take_pictures [class*="st-key-take-basin"]').first.get_attribute("class")
    name = re.search(rf"take-basin_{concept.slug}(\S+)-svg", first)[1]
    drawing = ET.parse(download(page, concept.slug, f"{name}.svg", tmp_path)).getroot()
    said = "".join("".join(drawing.itertext()).split())
    for pair in shown:
        assert all(part.replace(" ", "") in said for part in pair), pair
    assert concept.title["zh"] in said
    assert page.locator(LINK).first.inner_text().strip() in said
    with Image.open(download(page, concept.slug, f"{name}.png", tmp_path)) as pixels:
        width, height = (round(float(size)) for size in drawing.get("viewBox").split()[2:])
        assert pixels.size == (2 * width, 2 * height)
        heading = pixels.convert("L").crop((0, 0, pixels.width, 160))
        dark = sum(heading.histogram()[:110])
        assert dark > 0.01 * heading.width * heading.height, "the heading is written on it"


@pytest.mark.parametrize("concept", who("plays offline"))
def test_the_offline_page_plays_without_a_network(concept, opened, chromium, tmp_path):
    page = opened(concept.slug)
    file = download(page, concept.slug, ".html", tmp_path)
    numbers(page)  # with the answer, as the file has them
    context, said, asked = chromium.new_context(viewport={"width": 1280, "height": 800}), [], []
    context.set_offline(True)
    try:
        alone = context.new_page()
        alone.on("pageerror", lambda error: said.append(str(error)))
        alone.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        alone.on("request", lambda request: asked.append(request.url))
        alone.goto(file.as_uri())
        alone.wait_for_selector("body[data-ready]", timeout=PATIENCE)
        assert strip(alone) == strip(page), "the numbers on screen"
        assert alone.locator("figure canvas").count() == page.locator('[data-testid="stVegaLiteChart"]').count()
        moves(alone)
        assert alone.locator("math").count() > 3 and "$" not in alone.locator("article").inner_text()
        assert alone.evaluate("document.documentElement.scrollWidth") <= 1280
        elsewhere = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        assert (said, elsewhere) == ([], [])
    finally:
        context.close()


def moves(page):
    """The player plays, and the pictures with it."""
    pictures = "all => all.map(canvas => canvas.toDataURL())"
    player, canvases = page.locator(".player"), page.locator("figure canvas")
    expect(player).to_have_attribute("data-frame", re.compile("[1-9]"))
    end = canvases.evaluate_all(pictures)
    page.locator(".player .first").click()
    expect(player).to_have_attribute("data-frame", "0")
    page.wait_for_timeout(300)
    start = canvases.evaluate_all(pictures)
    assert start != end, "the first frame is another picture than the last"
    page.keyboard.press("Escape")
    page.locator(".player .play").click()
    expect(player).to_have_attribute("data-frame", re.compile("[1-9]"), timeout=PATIENCE)
    page.locator(".player .play").click()
    page.wait_for_timeout(300)
    assert canvases.evaluate_all(pictures) != start
