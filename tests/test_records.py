"""The nouns that the store gives back."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime

import pytest

from faqbot.models import AskedQuestion, Outcome, Suggestion

_AT = datetime(2026, 3, 1, tzinfo=UTC)
_ASKED = AskedQuestion("1", "what?", Outcome.ANSWERED, "a", 0.9, "slack", _AT)
_SUGGESTION = Suggestion("1", "what?", "that", "", "", _AT)


@pytest.mark.parametrize("record", [_ASKED, _SUGGESTION], ids=lambda record: type(record).__name__)
def test_records_cannot_be_changed(record: AskedQuestion | Suggestion) -> None:
    """What was asked and suggested stays as it was recorded, whoever reads it."""
    with pytest.raises(FrozenInstanceError):
        setattr(record, fields(record)[0].name, "2")


def test_a_new_record_has_no_verdicts() -> None:
    """Nobody has picked, judged or decided anything yet."""
    assert (_ASKED.picked, _ASKED.helpful, _ASKED.unhelpful, _ASKED.reasons) == ("", 0, 0, ())
    assert _SUGGESTION.status == "open"
