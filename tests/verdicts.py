"""What every check can tell: ``python -m tests.verdicts [concept …]`` prints all of them, each where it is sharpest.

Pages are opened at their defaults, at each experiment and in each closer look, as a person sees them; a check is named
with where its tolerance comes from, its resolution, and where that was seen.
"""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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


def main() -> None:
    from tests.pages import test_contract

    test_contract.app_test.PagesManager = test_contract.Warm
    for slug in sys.argv[1:] or [concept.slug for concept in catalog.concepts()]:
        for name, seen in sharpest(told(slug)).items():
            check, allowed = seen.check, seen.check.tolerance
            of = {"standard_error": f"{allowed.errors:.2g} SE of {allowed.samples}", "approximation": allowed.order}
            source = " ".join(filter(None, (allowed.source, of.get(allowed.source, ""))))
            print(f"| {slug} | {name} | {source} | {100 * check.resolution:.2g} % | {check.verdict} | {seen.at} |")


if __name__ == "__main__":
    main()
