"""Lines of pages that belong to no answer."""

from __future__ import annotations

import pytest

from faqbot.ingest.boilerplate import is_boilerplate, without_way_back


@pytest.mark.parametrize("line", ["Last updated on: 3 May 2024", "Modified 2024-05-03", "[\u2191 Top](#top)", "**Back to top**"])  # fmt: skip
def test_dates_and_ways_back_are_boilerplate(line: str) -> None:
    """A date of change names a day."""
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line", ["modified an option. For example:", "Updated monthly.", "Topping"]
)
def test_prose_is_no_boilerplate(line: str) -> None:
    """A line of prose may begin with the same word."""
    assert not is_boilerplate(line)


def test_the_last_line_may_lead_back() -> None:
    """Only the last one, and never the whole text."""
    assert without_way_back("One.\\\n[Back to top](#x)") == "One."
    assert without_way_back("[Back to top](#x)\nOne.") == "[Back to top](#x)\nOne."
    assert without_way_back("Back to top") == "Back to top"
