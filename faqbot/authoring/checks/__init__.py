"""`faqbot check`: everything that is worth mending in a knowledge base, in the order of its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from faqbot.authoring.checks.answer_text import (
    check_characters,
    check_lengths,
    check_markdown,
    markdown_parser,
)
from faqbot.authoring.checks.entries import (
    check_dates,
    check_links,
    check_phrasings,
    check_synonyms,
    check_tests,
)
from faqbot.authoring.checks.findings import RULES, Finding, Severity
from faqbot.authoring.checks.matching import check_duplicates, check_matching
from faqbot.authoring.checks.source_map import SourceMap
from faqbot.authoring.checks.yaml_text import check_yaml
from faqbot.errors import KnowledgeBaseError, MissingDependency
from faqbot.kb import load_knowledge_base
from faqbot.models import KnowledgeBase
from faqbot.retrieval import open_retriever

__all__ = ["CheckReport", "check_knowledge_base"]

_MATCHING = frozenset({"M101", "M102", "M104", "M106"})
_LIGHT = (
    check_duplicates,
    check_phrasings,
    check_lengths,
    check_links,
    check_tests,
    check_dates,
    check_yaml,
    check_synonyms,
    check_characters,
)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found: *findings* in the order of file and line, of the codes that were chosen.

    *kb* is what was checked, None if it could not be loaded, in which case the findings are its
    faults. *hidden* counts the notes, findings of the severity info, that were not asked for. *skipped*
    are sentences on what could not be checked.
    """

    findings: tuple[Finding, ...]
    kb: KnowledgeBase | None = None
    hidden: int = 0
    skipped: tuple[str, ...] = ()


def check_knowledge_base(
    path: str | Path,
    codes: Collection[str] = frozenset(RULES),
    encoder: str = "auto",
    *,
    today: date | None = None,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> CheckReport:
    """Check the knowledge base at *path* for what *codes* stand for.

    The matcher compares meanings by *encoder*, as `Bot.from_file` takes it. *today* is by default the
    day it is. *progress* is told now and then how many phrasings of how many were asked. Raises
    EncoderError for an unknown encoder, and MissingDependency when its library is not installed.
    """
    try:
        kb = load_knowledge_base(path)
    except KnowledgeBaseError as error:
        faults = (Finding(each.path, each.line, "E001", each.message, "") for each in error.faults)
        return CheckReport(tuple(faults))
    source_map = SourceMap.read(kb, today or datetime.now(UTC).astimezone().date())
    skipped = list[str]()
    found = set(_without_matcher(source_map, codes, skipped))
    if kb.served and not _MATCHING.isdisjoint(codes):
        found.update(_with_matcher(source_map, encoder, progress))
    chosen = sorted(finding for finding in found if finding.code in codes)
    hidden = {each for each in found - set(chosen) if each.severity is Severity.INFO}
    return CheckReport(tuple(chosen), kb, len(hidden), tuple(skipped))


def _without_matcher(
    source_map: SourceMap, codes: Collection[str], skipped: list[str]
) -> Iterator[Finding]:
    for check in _LIGHT:
        yield from check(source_map)
    if any(code.startswith("A31") for code in codes):
        try:
            yield from check_markdown(source_map, markdown_parser())
        except MissingDependency as error:
            skipped.append(f"A311 to A317 were skipped: {error}")


def _with_matcher(
    source_map: SourceMap, encoder: str, progress: Callable[[int, int], None]
) -> Iterator[Finding]:
    kb = source_map.kb
    retriever = open_retriever(kb.served, kb.synonyms, encoder)
    total = sum(len(entry.phrasings) for entry in kb.served)
    return check_matching(source_map, retriever, lambda asked: progress(asked, total))
