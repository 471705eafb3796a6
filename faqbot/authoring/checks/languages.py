"""Check of the language: sentences of the bot that are said in English instead."""

from __future__ import annotations

from collections.abc import Iterator

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap
from faqbot.kb import shipped_manners
from faqbot.retrieval import language_of

# Section of the shipped sentences that `manners: none` removes.
_COURTESIES = "Manners"


def check_language(source_map: SourceMap) -> Iterator[Finding]:
    """Yield a finding if the bot says sentences of its own in English, not in the base's language."""
    kb = source_map.kb
    shipped = shipped_manners(kb.language)
    if language_of(kb.language).code == shipped.language:
        return
    own = {entry.id for entry in kb.manners or () if entry.answer or entry.draft}
    said = [
        entry.id
        for entry in shipped.entries
        if entry.id not in own and not (kb.manners == () and entry.section == _COURTESIES)
    ]
    place = source_map.header("language")
    if said and place is not None:
        message = f"{len(said)} sentences of the bot are said in English, not in `{kb.language}`."
        yield place.finding("H101", message)
