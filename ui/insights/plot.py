"""One plot as inline SVG, with the same numbers as a table for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from ui.insights.report import Week

HEIGHT = 120
BAR = 36
GAP = 12
LONGEST = 120


def weekly_plot(weeks: Sequence[Week]) -> str:
    """Return bars of the questions per week, answered ones below and others above; nothing without questions."""
    if not weeks:
        return ""
    highest = max(week.answered + week.unanswered for week in weeks)
    width = len(weeks) * (BAR + GAP)
    bars = "".join(_bar(week, number * (BAR + GAP), HEIGHT / highest) for number, week in enumerate(weeks))
    rows = "".join(
        f"<tr><td>{week.begins:%-d %B %Y}</td><td>{week.answered}</td><td>{week.unanswered}</td></tr>" for week in weeks
    )
    names = "".join(f'<th scope="col">{name}</th>' for name in ("Week of", "With an answer", "Without"))
    return (
        f'<figure class="plot"><svg role="img" aria-label="Questions per week; the table below has the numbers" '
        f'viewBox="0 0 {width} {HEIGHT + 20}" width="{width}" height="{HEIGHT + 20}">{bars}</svg>'
        "<figcaption>Questions per week: dark with an answer, light without.</figcaption></figure>"
        f"<details><summary>The numbers</summary><table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>"
        "</details>"
    )


def bar(share: float) -> str:
    """Return a line as long as `share` (0 to 1) of the longest; the number beside it says the same."""
    width = max(2, round(share * LONGEST))
    return (
        f'<svg aria-hidden="true" width="{LONGEST}" height="10" viewBox="0 0 {LONGEST} 10" class="plot">'
        f'<rect class="answered" width="{width}" height="10"/></svg>'
    )


def _bar(week: Week, x: int, unit: float) -> str:
    answered, unanswered = week.answered * unit, week.unanswered * unit
    base = HEIGHT - answered
    return (
        f'<rect class="answered" x="{x}" y="{base:.1f}" width="{BAR}" height="{answered:.1f}"/>'
        f'<rect class="unanswered" x="{x}" y="{base - unanswered:.1f}" width="{BAR}" height="{unanswered:.1f}"/>'
        f'<text x="{x + BAR / 2}" y="{HEIGHT + 15}" text-anchor="middle" font-size="11">{week.begins:%-d %b}</text>'
    )
