"""The strip of checks: predicted against measured, with a verdict each."""

import html
from collections.abc import Sequence

from core.check import Check
from ui.text import Words, number

MARKS = {"holds": "✓", "fails": "✗", "does not apply": "–"}
SIGNS = {"equal": "=", "at_most": "≤", "at_least": "≥"}


def strip(checks: Sequence[Check], words: Words) -> str:
    """The checks as one piece of HTML. All of it is ours: labels from the text file, numbers from the computation."""
    return f'<div class="checks" role="list">{"".join(_one(check, words) for check in checks)}</div>'


def _one(check: Check, words: Words) -> str:
    verdict = words[f"verdict.{check.verdict}"]
    side = words["measured"], words["predicted"]
    body = (
        f'<span class="label">{html.escape(words[f"check.{check.id}"])}</span>'
        f'<span class="numbers"><span class="measured" title="{side[0]}">{number(check.measured)}</span> '
        f'{SIGNS[check.relation]} <span class="predicted" title="{side[1]}">{number(check.predicted)}</span>'
        + (f'<span class="tolerance">± {number(check.tolerance, 2)}</span>' if _within(check) else "")
        + "</span>"
    )
    if check.broken_assumption is not None:
        body += f'<span class="why">{html.escape(words[f"assumption.{check.broken_assumption}"])}</span>'
    kind = check.verdict.replace(" ", "-")
    mark = f'<span class="mark" aria-label="{verdict}" title="{verdict}">{MARKS[check.verdict]}</span>'
    return f'<div class="check {kind}" data-check="{check.id}" role="listitem">{mark}<div>{body}</div></div>'


def _within(check: Check) -> bool:
    """Whether the tolerance says anything: there is one, and an inequality that is met outright needs none."""
    met = {"at_most": check.measured <= check.predicted, "at_least": check.measured >= check.predicted}
    return check.tolerance > 0 and not met.get(check.relation, False)
