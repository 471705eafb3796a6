"""Charts of the report's page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from faqbot.authoring.insights.charts import bar_chart, period_name, share_chart
from faqbot.authoring.insights.usage import Period, Result

_DAY = date(2026, 3, 1)


def _span(number: int, answered: int, missed: int = 0, length: int = 1) -> Period:
    first = _DAY + timedelta(number * length)
    results = {**dict.fromkeys(Result, 0), Result.ANSWERED: answered, Result.UNANSWERED: missed}
    return Period(first, first + timedelta(length - 1), results)


def _elements(svg: str, tag: str) -> list[dict[str, str]]:
    return [element.attrib for element in ET.fromstring(svg).iter(tag)]  # noqa: S314 - our own


def test_bars_are_stacked_to_scale() -> None:
    """A bar's parts stand on each other, as high as their counts on the axis."""
    low, high = _elements(bar_chart([_span(0, 6, 3), _span(1, 0)]), "rect")

    assert float(low["height"]) == pytest.approx(2 * float(high["height"]), abs=0.2)
    assert float(high["y"]) + float(high["height"]) == pytest.approx(float(low["y"]), abs=0.2)


@pytest.mark.parametrize(
    ("most", "top", "half"), [(0, 2, 1), (1, 2, 1), (3, 4, 2), (26, 30, 15), (101, 200, 100)]
)
def test_axis_ends_at_a_round_number(most: int, top: int, half: int) -> None:
    """The axis has room for the highest bar, and whole numbers."""
    found = re.findall(r'text-anchor="end">(\d+)<', bar_chart([_span(0, most)]))

    assert found == ["0", str(half), str(top)]


def test_share_line_leaves_out_days_without_questions() -> None:
    """A point is where something was asked; points are joined in order."""
    svg = share_chart([_span(0, 1, 1), _span(1, 0), _span(2, 3)])
    points = _elements(svg, "circle")

    assert len(points) == 2
    assert float(points[0]["cy"]) > float(points[1]["cy"])
    assert len([line for line in _elements(svg, "line") if line["class"] == "trend"]) == 1
    assert "50% of 2" in svg


def test_few_labels_stand_below_many_bars() -> None:
    """Labels of days do not run into each other."""
    labels = re.findall(
        r'text-anchor="middle">', bar_chart([_span(number, 1) for number in range(60)])
    )

    assert 4 <= len(labels) <= 8


def test_charts_of_nothing_are_whole() -> None:
    """No span at all gives an empty chart."""
    assert _elements(bar_chart([]), "rect") == []
    assert _elements(share_chart([]), "circle") == []


def test_name_of_a_span() -> None:
    """A day is called by its weekday, a longer span by its ends."""
    assert period_name(_span(0, 1)) == "Sun 1 Mar"
    assert period_name(_span(0, 1, length=7)) == "1 Mar to 7 Mar"
