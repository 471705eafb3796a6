"""SVG charts of the report, coloured by its style sheet, without people's texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from faqbot.authoring.insights.usage import Period, Result, answered_share

# Sizes in units of the SVG; chosen by hand.
_WIDTH, _LEFT, _RIGHT, _TOP = 720, 44, 8, 10
_PLOT = _WIDTH - _LEFT - _RIGHT
_BARS_HEIGHT, _LINE_HEIGHT, _FOOT = 180, 120, 24
# Share of a column between bars, width of the widest bar, and labels below; chosen by hand.
_GAP, _WIDEST = 0.25, 44
_MOST_LABELS = 8


def period_name(span: Period) -> str:
    """Return the name of *span*: a day, or the first and the last day."""
    if span.first == span.last:
        return f"{span.first:%a} {_short(span)}"
    return f"{_short(span)} to {span.last.day} {span.last:%b}"


def bar_chart(found: Sequence[Period]) -> str:
    """Return a stacked bar chart of results in the periods *found*."""
    top = axis_limit(max((span.asked for span in found), default=0))
    pieces = [*grid_lines(_BARS_HEIGHT, [(part, f"{top * part:g}") for part in (0, 0.5, 1)])]
    room = _PLOT / max(len(found), 1)
    width = min(room * (1 - _GAP), _WIDEST)
    for number, span in enumerate(found):
        left = _LEFT + room * number + (room - width) / 2
        pieces.append(
            f"<g><title>{_told(span)}</title>{''.join(stacked_bar(span, left, width, top))}</g>"
        )
    pieces += axis_labels(found, _BARS_HEIGHT)
    return _svg("Questions over time, by what became of them", _BARS_HEIGHT, pieces)


def share_chart(found: Sequence[Period]) -> str:
    """Return a line chart of the answered share in the periods *found*."""
    room = _PLOT / max(len(found), 1)
    points = [
        (_LEFT + room * (number + 0.5), _TOP + _LINE_HEIGHT * (1 - share), share, span)
        for number, span in enumerate(found)
        if (share := answered_share(span.results)) is not None
    ]
    pieces = [*grid_lines(_LINE_HEIGHT, [(part, f"{part:.0%}") for part in (0, 0.5, 1)])]
    for before, after in pairwise(points):
        ends = f'x1="{before[0]:.1f}" y1="{before[1]:.1f}" x2="{after[0]:.1f}" y2="{after[1]:.1f}"'
        pieces.append(f'<line class="trend" {ends}/>')
    for across, down, share, span in points:
        told = f"{period_name(span)}: {share:.0%} of {span.asked:,}"
        dot = f'<circle class="dot" cx="{across:.1f}" cy="{down:.1f}" r="4"/>'
        above = down - 9 if down > _TOP + 16 else down + 18
        label = f'<text class="value" x="{across:.1f}" y="{above:.1f}">{share:.0%}</text>'
        pieces.append(f"<g><title>{told}</title>{dot}{label}</g>")
    pieces += axis_labels(found, _LINE_HEIGHT)
    return _svg("Share of questions that came to an answer", _LINE_HEIGHT, pieces)


def _svg(title: str, height: int, pieces: Sequence[str]) -> str:
    box = f'viewBox="0 0 {_WIDTH} {_TOP + height + _FOOT}"'
    drawing = f'<svg {box} role="img" aria-label="{title}">{"".join(pieces)}</svg>'
    # A narrow screen scrolls the chart, so that its labels stay readable: with the keyboard too.
    return f'<div class="chart" tabindex="0">{drawing}</div>'


def grid_lines(height: int, marks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Yield a grid line with its label for each mark: a height from 0 to 1, and a text."""
    for part, text in marks:
        down = _TOP + height * (1 - part)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{down:.1f}" y2="{down:.1f}"/>'
        yield f'<text class="axis" x="{_LEFT - 6}" y="{down + 4:.1f}" text-anchor="end">{text}</text>'


def axis_labels(found: Sequence[Period], height: int) -> Iterator[str]:
    """Yield the first days of some periods, at equal distances."""
    room = _PLOT / max(len(found), 1)
    every = -(-len(found) // _MOST_LABELS)
    for number in range(0, len(found), max(every, 1)):
        across = _LEFT + room * (number + 0.5)
        text = _short(found[number])
        yield f'<text class="axis" x="{across:.1f}" y="{_TOP + height + 18}" text-anchor="middle">{text}</text>'


def stacked_bar(span: Period, left: float, width: float, top: int) -> Iterator[str]:
    """Yield the parts of *span*'s bar, one per result."""
    down = float(_TOP + _BARS_HEIGHT)
    for result, count in span.results.items():
        height = _BARS_HEIGHT * count / top
        down -= height
        if count:
            size = f'width="{width:.1f}" height="{height:.1f}"'
            yield f'<rect class="{css_class(result)}" x="{left:.1f}" y="{down:.1f}" {size}/>'


def css_class(result: Result) -> str:
    """Return the CSS class of *result*."""
    return result.name.lower().replace("_", "-")


def _told(span: Period) -> str:
    parts = ", ".join(f"{count:,} {result}" for result, count in span.results.items() if count)
    return f"{period_name(span)}: {span.asked:,} asked{f' ({parts})' if parts else ''}"


def _short(span: Period) -> str:
    return f"{span.first.day} {span.first:%b}"


def axis_limit(count: int) -> int:
    """Round *count* up to a readable axis limit: 2 to 10, then multiples of a power of ten."""
    unit = max(2, int("1" + "0" * (len(str(count)) - 1)))
    return max(unit, -(-count // unit) * unit)
