"""Shipped manners with the changes of an author."""

from __future__ import annotations

from faqbot.kb import shipped_manners
from faqbot.kb.merged_manners import merged_manners
from faqbot.models import Entry, KnowledgeBase

_ENTRY = Entry("pump", "Where is the pump?", "In the cellar.")
_SHIPPED = shipped_manners()


def _merged(manners: tuple[Entry, ...] | None, language: str = "en") -> dict[str, Entry]:
    kb = KnowledgeBase((_ENTRY,), manners=manners, language=language)
    return {entry.id: entry for entry in merged_manners(kb)}


def test_without_changes_the_shipped_entries_stay() -> None:
    """They keep their order."""
    assert tuple(_merged(None).values()) == _SHIPPED.entries


def test_shipped_entries_are_in_the_language_of_the_base() -> None:
    """A region of the language does not matter."""
    assert _merged(None, "de-AT")["thanks"] == shipped_manners("de").by_id["thanks"]


def test_change_replaces_the_texts_that_it_has() -> None:
    """Its phrasings stand before the shipped ones, and empty texts stay as shipped."""
    shipped = _SHIPPED.by_id["greeting"]
    greeting = _merged((Entry("greeting", "", "Ahoy!", ("ahoi",)),))["greeting"]

    assert (greeting.question, greeting.answer) == (shipped.question, "Ahoy!")
    assert greeting.alternates == ("ahoi", *shipped.alternates)


def test_draft_of_a_shipped_id_makes_a_draft_of_it() -> None:
    """Its texts stay."""
    insult = _merged((Entry("insult", "", "", draft=True),))["insult"]

    assert insult.draft
    assert insult.answer == _SHIPPED.by_id["insult"].answer


def test_new_entries_stand_behind_the_shipped_ones() -> None:
    """They are as their author wrote them."""
    ping = Entry("ping", "ping", "pong")

    assert [*_merged((ping,)).values()] == [*_SHIPPED.entries, ping]


def test_empty_tuple_leaves_courtesies_out() -> None:
    """Moves and the texts of the bot stay."""
    sections = {entry.section for entry in _merged(()).values()}

    assert sections == {"Moves", "Words"}
