"""``python -m gallery`` (``make gallery``): how the app looks. Every page in light and dark, on a phone, in Chinese and
in a lecture, as pictures in ``gallery/out``; and the README's picture, ``docs/basin.png``.

With names (``python -m gallery home dropout``) only those pages.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bench.server import ROOT, serving
from tests.browser.browsing import launched, settled
from ui import catalog

OUT = ROOT / "gallery" / "out"
README_PICTURE = ROOT / "docs" / "basin.png"
MOST_BYTES = 300_000  # of the README's picture
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOKS = {  # name -> the browser's options, and what the address says
    "light": ({"viewport": WIDE}, ""),
    "dark": ({"viewport": WIDE, "color_scheme": "dark"}, ""),
    "phone": ({"viewport": NARROW, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}, ""),
    "chinese": ({"viewport": WIDE, "locale": "zh-CN"}, ""),
    "lecture": ({"viewport": WIDE}, "lecture=true"),
}
ALONE = '[data-testid="stSidebar"], [data-testid="stToolbar"] { display: none; }'


def shot(browser: Browser, address: str, *, whole: bool, style: str = "", **options: object) -> bytes:
    """The page as a PNG, once everything on it is drawn; ``whole``: as long as it is, not only the first screen."""
    context = browser.new_context(**{"locale": "en-US", **options})
    page = context.new_page()
    page.goto(address)
    settled(page, 400)
    if style:
        page.add_style_tag(content=style)
    if whole:
        length = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
        page.set_viewport_size({**page.viewport_size, "height": min(length, 8000)})
    settled(page, 800)
    picture = page.screenshot()
    context.close()
    return picture


def small(picture: bytes) -> bytes:
    """The same picture in few colours."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(224).save(out, "PNG", optimize=True)
    return out.getvalue()


def readme_picture(browser: Browser, home: str) -> None:
    """The page of gradient descent, without what surrounds every page."""
    picture = small(shot(browser, f"{home}/gradient_descent", whole=False, style=ALONE, viewport=WIDE))
    if len(picture) > MOST_BYTES:
        raise RuntimeError(f"{README_PICTURE.name} has {len(picture)} bytes, more than {MOST_BYTES}")
    README_PICTURE.parent.mkdir(exist_ok=True)
    README_PICTURE.write_bytes(picture)
    print(README_PICTURE.relative_to(ROOT), len(picture) // 1000, "kB")


def main(asked: Sequence[str]) -> int:
    names = ["home", "glossary", *(concept.slug for concept in catalog.concepts())]
    OUT.mkdir(parents=True, exist_ok=True)
    with serving() as server, sync_playwright() as playwright:
        browser = launched(playwright)
        home = server.address
        for name in [name for name in names if not asked or name in asked]:
            for look, (options, query) in LOOKS.items():
                address = f"{home}/{'' if name == 'home' else name}?{query}"
                file = OUT / f"{name}_{look}.png"
                file.write_bytes(shot(browser, address, whole=look != "lecture", **options))
                print(Path(file).relative_to(ROOT), flush=True)
        readme_picture(browser, home)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
