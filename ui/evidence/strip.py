"""The strip of checks: measured against predicted, with a verdict each, and what each of them would notice."""

import html
import math
from collections.abc import Collection, Iterator, Sequence

from core.check import Check
from ui.text import Words, number

MARKS = {"holds": "✓", "fails": "✗", "does not apply": "–"}
SIDES = {"equal": "", "at_most": "≤ ", "at_least": "≥ "}  # of the prediction on which the measured number may be
DIGITS, MOST_DIGITS = 4, 17  # that a number is written with: a double has no more


def strip(checks: Sequence[Check], words: Words, waiting: Collection[str] = ()) -> str:
    """The checks as one piece of HTML. All of it is ours: labels from the text file, numbers from the computation.
    Those that are ``waiting`` would settle a question that is still open: their numbers come with its answer.
    """
    key = (
        f'<p class="check-key" aria-hidden="true"><b>{words["measured"]}</b> · {words["predicted"]}</p>'
        if checks
        else ""
    )
    tiles = "".join(_one(check, words, waits=check.id in waiting) for check in checks)
    return f'{key}<div class="checks" role="list">{tiles}</div>'


def label(check: Check, words: Words) -> str:
    """What was compared, and where on the picture if at one place."""
    name = words[f"check.{check.id}"]
    return name if math.isnan(check.at) else words.say("check_at", label=name, at=check.at)


def told(check: Check, words: Words) -> str:
    """Its numbers in one line: nothing for a number that there is not, and no equation that is untrue."""
    sign = " ≠ " if _differs(check) else " · "
    return sign.join(f"{words[side]} {value}" for side, value in numbers_of(check, words))


def notices(check: Check, words: Words) -> str:
    """By how much the theory would have to be off for the verdict to turn, and what is allowed for."""
    allowed = check.tolerance
    order = words.get(f"tolerance.order.{allowed.order}", allowed.order)
    said = [words.say(f"tolerance.{allowed.source}", size=number(allowed.size, 2), order=order,
                      errors=number(allowed.errors, 2), samples=allowed.samples)]  # fmt: skip
    if allowed.source == "standard_error" and order:
        said.append(words.say("tolerance.more", order=order))
    if not math.isnan(check.resolution):
        said.insert(0, words.say("tolerance.notices", share=f"{number(100 * check.resolution, 2)} %"))
    return " · ".join(said)


def _one(check: Check, words: Words, *, waits: bool = False) -> str:
    if waits:
        body = f'<span class="label">{html.escape(words[f"check.{check.id}"])}</span>'
        body += f'<span class="why">{words["waits"]}</span>'
        mark = '<span class="mark" aria-hidden="true">?</span>'
        return f'<div class="check waits" data-check="{check.id}" role="listitem">{mark}<div>{body}</div></div>'
    verdict = words[f"verdict.{check.verdict}"]
    is_placed = not math.isnan(check.at)
    kind = 'button type="button"' if is_placed else "span"
    body = f'<{kind} class="label">{html.escape(label(check, words))}</{kind.split()[0]}>'
    if sides := list(numbers_of(check, words)):
        within = f'<span class="tolerance">± {number(check.tolerance.size, 2)}</span>' if _within(check) else ""
        *first, last = (_side(side, value, words) for side, value in sides)
        apart = " ≠ " if _differs(check) else " · "
        body += f'<span class="numbers">{apart.join([*first, last])}{within}</span>'
    if check.broken_assumption is not None:
        body += f'<span class="why">{html.escape(words[f"assumption.{check.broken_assumption}"])}</span>'
    else:
        body += f'<span class="notices">{html.escape(notices(check, words))}</span>'
    kind = check.verdict.replace(" ", "-")
    mark = f'<span class="mark" aria-label="{verdict}" title="{verdict}">{MARKS[check.verdict]}</span>'
    at = f' data-at="{check.at!r}"' if is_placed else ""  # its place in the picture, which flashes: handle_place.js
    return f'<div class="check {kind}" data-check="{check.id}"{at} role="listitem">{mark}<div>{body}</div></div>'


def numbers_of(check: Check, words: Words) -> Iterator[tuple[str, str]]:
    """The sides that there are, as they are written."""
    digits = _digits(check)
    if not math.isnan(check.measured):
        is_none = check.tolerance.source == "rounding" and check.predicted == 0 and check.verdict == "holds"
        is_none = is_none and check.relation == "equal" and check.measured != 0
        yield "measured", words["zero_to_rounding"] if is_none else number(check.measured, digits)
    if not math.isnan(check.predicted):
        yield "predicted", SIDES[check.relation] + number(check.predicted, digits)


def _digits(check: Check) -> int:
    """Four; where it fails as many as it takes to see that the two numbers are not the same."""
    if check.verdict != "fails" or check.measured == check.predicted:
        return DIGITS
    told_apart = (d for d in range(DIGITS, MOST_DIGITS) if number(check.measured, d) != number(check.predicted, d))
    return next(told_apart, MOST_DIGITS)


def _differs(check: Check) -> bool:
    return check.verdict == "fails" and check.relation == "equal"


def _side(side: str, value: str, words: Words) -> str:
    return f'<span class="{side}"><span class="name">{words[side]}</span> {html.escape(value)}</span>'


def _within(check: Check) -> bool:
    """Whether the tolerance says anything: there is one, and an inequality that is met outright needs none."""
    return check.tolerance.size > 0 and (check.relation == "equal" or check.excess > 0)
