"""Number formats: values as a spreadsheet program shows them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.converters.office.number_formats import shown

_DAY = dt.datetime(2031, 7, 4, 15, 4, 9)  # noqa: DTZ001 - a workbook knows no time zones


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (5, "General", "5"),
        (0.1 + 0.2, "General", "0.3"),
        (441134960000, "General", "441134960000"),
        (5, 'General "rooms"', "5 rooms"),
        (0.4, "0%", "40%"),
        (0.125, "0.0%", "12.5%"),
        (9876.5, "#,##0.00", "9,876.50"),
        (-9876.5, "#,##0.00;[Red](#,##0.00)", "(9,876.50)"),
        (-3, "0.0", "-3.0"),
        (-0.001, "0.0", "0.0"),
        (9876.5, "[$\u20ac-407] #,##0.00", "\u20ac 9,876.50"),
        (9876.5, '"$"#,##0.00_);("$"#,##0.00)', "$9,876.50"),
        (9876.5, '#,##0.00\\ "kr"', "9,876.50 kr"),
        (7, "000", "007"),
        (5551234, "000-0000", "555-1234"),
        (5559876543, "(000) 000-0000", "(555) 987-6543"),
        (2500000, '0.0,,"M"', "2.5M"),
        (54321, "0.00E+00", "5.43E+04"),
        (1.5, "# ?/?", "1 1/2"),
        (0.25, "# ?/4", "1/4"),
        (0, '0;-0;"none"', "none"),
        (3, '[<10]"few";[>=10]"many"', "few"),
        (30, '[<10]"few";[>=10]"many"', "many"),
        (0.5, "0.##", "0.5"),
        (2, "@", "2"),
        (3, ";;;", ""),
        ("Hello", ";;;", ""),
        ("Hello", "General", "Hello"),
        ("Hello", '@", you"', "Hello, you"),
        (True, "General", "TRUE"),
        (False, "0", "FALSE"),
        (_DAY, "yyyy-mm-dd", "2031-07-04"),
        (_DAY, "d mmmm yyyy h:mm AM/PM", "4 July 2031 3:04 PM"),
        (_DAY, "ddd d-mmm-yy", "Fri 4-Jul-31"),
        (_DAY, "dddd", "Friday"),
        (_DAY, "dd\\.mm\\.yyyy", "04.07.2031"),
        (_DAY, "hh:mm:ss", "15:04:09"),
        (_DAY, "mm:ss.0", "04:09.0"),
        (_DAY, "mm-dd-yy", "2031-07-04 15:04:09"),
        (dt.datetime(2031, 7, 4), "mm-dd-yy", "2031-07-04"),  # noqa: DTZ001 - as above
        (_DAY, "[$-F800]dddd, mmmm dd, yyyy", "2031-07-04 15:04:09"),
        (_DAY, "General", "2031-07-04 15:04:09"),
        (dt.date(2031, 7, 4), "d/m/yyyy", "4/7/2031"),
        (dt.time(9, 5), "h:mm", "9:05"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    ],
)
def test_values_are_shown_by_their_format(value: object, code: str, text: str) -> None:
    """Signs, separators, literal text, conditions, dates and durations."""
    assert shown(value, code) == text


@given(
    st.floats(allow_nan=False) | st.integers() | st.datetimes() | st.times() | st.timedeltas() | st.text(),
    st.text('0#?.,%E+-/;@"\\_*[]<>=$ymdhsAP/GeneralR 5') | st.text(),
)  # fmt: skip
def test_any_format_shows_something(value: object, code: str) -> None:
    """No code makes it fail, however odd."""
    assert isinstance(shown(value, code), str)
