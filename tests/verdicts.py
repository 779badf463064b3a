"""What every check can tell: ``python -m tests.verdicts [concept …]`` prints all of them, each where it is sharpest.
With ``--write`` they go to docs/checks.md.

Pages are opened at their defaults, at each experiment and in each closer look, as a person sees them; a check is named
with where its tolerance comes from, its resolution, and where that was seen.
"""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.check import Check
from ui import catalog
from ui.evidence import strip


@dataclass(frozen=True)
class Told:
    """A check as a page showed it, and at which address."""

    check: Check
    at: str


@contextmanager
def listening() -> Iterator[list[Check]]:
    """The checks of all strips that pages show meanwhile, in this process."""
    heard, written = [], strip._one

    def hear(check: Check, words, **how) -> str:
        heard.append(check)
        return written(check, words, **how)

    strip._one = hear
    try:
        yield heard
    finally:
        strip._one = written


def told(slug: str) -> list[Told]:
    """Every check that a concept's page shows, wherever it does."""
    from tests.pages.test_contract import Opened

    concept, found = catalog.concept(slug), []
    places = [{}, *({"experiment": str(number)} for number in range(1, len(concept.experiments) + 1))]
    page = Opened(slug)
    views = [value for value in page.app.get_by_key(f"{slug}-view").options if value]
    labels = {v: k for k, v in ((k, str(v)) for k, v in page_words(slug).items()) if k.startswith("view.")}
    places += [{"view": labels[label].removeprefix("view.")} for label in views if label in labels]
    for place in places:
        with listening() as heard:
            Opened(slug, **place)
        found += [Told(check, "&".join(f"{k}={v}" for k, v in place.items()) or "default") for check in heard]
    return found


def page_words(slug: str):
    from ui import text

    return text.words(slug, "en")


def sharpest(found: list[Told]) -> dict[str, Told]:
    """Each check where it notices most; at the defaults, if it applies there."""
    best: dict[str, Told] = {}
    for seen in found:
        before = best.get(seen.check.id)
        if before is None or (math.isnan(before.check.resolution) and not math.isnan(seen.check.resolution)):
            best[seen.check.id] = seen
    return best


HEAD = """# What every check can tell

Made by `python -m tests.verdicts --write`. Each check where its page shows it first: at the defaults, else in an
experiment or a closer look. *Allows for* is where its tolerance comes from: rounding, so many standard errors (SE) of
so many samples, or what an approximation leaves out. *Notices* is by how much the theory would have to be off for the
verdict to turn.

| concept | check | allows for | notices | verdict | where |
| --- | --- | --- | --- | --- | --- |
"""


def row(slug: str, seen: Told) -> str:
    """Of a table in Markdown."""
    check, allowed = seen.check, seen.check.tolerance
    of = {"standard_error": f"{allowed.errors:.2g} SE of {allowed.samples}", "approximation": allowed.order}
    source = " ".join(filter(None, (allowed.source.replace("_", " "), of.get(allowed.source, ""))))
    notices = "–" if math.isnan(check.resolution) else f"{100 * check.resolution:.2g} %"
    cells = (slug, check.id, source, notices, check.verdict, seen.at)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    from tests.pages import test_contract

    test_contract.app_test.PagesManager = test_contract.Warm
    asked, lines = [slug for slug in sys.argv[1:] if slug != "--write"], []
    for slug in asked or [concept.slug for concept in catalog.concepts()]:
        lines += [row(slug, seen) for seen in sharpest(told(slug)).values()]
    table = HEAD + "\n".join(lines)
    print(table)
    if "--write" in sys.argv:
        (Path(__file__).parent.parent / "docs" / "checks.md").write_text(table + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
