"""Checks of a knowledge base, all run by `check_knowledge_base`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from faqbot.authoring.checks.answer_text import (
    check_characters,
    check_lengths,
    check_markdown,
    markdown_parser,
)
from faqbot.authoring.checks.beginnings import check_beginnings
from faqbot.authoring.checks.entries import (
    check_dates,
    check_language,
    check_links,
    check_phrasings,
    check_synonyms,
    check_tests,
)
from faqbot.authoring.checks.findings import Finding, Severity, UnknownCode, chosen_codes
from faqbot.authoring.checks.matching import check_duplicates, check_matching
from faqbot.authoring.checks.source_map import SourceMap
from faqbot.authoring.checks.yaml_text import check_yaml
from faqbot.errors import KnowledgeBaseError, MissingDependency
from faqbot.kb import load_knowledge_base
from faqbot.models import KnowledgeBase
from faqbot.retrieval import language_of, open_retriever

__all__ = ["CheckReport", "Finding", "Severity", "UnknownCode", "check_knowledge_base"]

# Codes that need the matcher, which takes most of the time.
_MATCHING = frozenset({"M101", "M102", "M104", "M106"})
_LIGHT = (
    check_duplicates,
    check_phrasings,
    check_lengths,
    check_beginnings,
    check_links,
    check_tests,
    check_dates,
    check_yaml,
    check_synonyms,
    check_characters,
    check_language,
)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Result of a check: *findings* in the order of file and line.

    *kb* is the checked knowledge base. It is None if it could not be loaded; the findings are then
    its faults. *hidden* counts notes (severity info) that were not asked for. *skipped* has a
    sentence for each group of checks that could not run.
    """

    findings: tuple[Finding, ...]
    kb: KnowledgeBase | None = None
    hidden: int = 0
    skipped: tuple[str, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """Severity of the worst finding; None without findings."""
        given = {finding.severity for finding in self.findings}
        return next((severity for severity in Severity if severity in given), None)


def check_knowledge_base(  # noqa: PLR0913 - the options of the command
    path: str | Path,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    notes: bool = False,
    encoder: str = "auto",
    today: date | None = None,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> CheckReport:
    """Check the knowledge base at *path*, a file or folder, and return the findings.

    *select* and *ignore* hold codes or their beginnings, such as "M102" or "M". Without *select*, all
    codes are looked for; those of severity info only with *notes*. The matcher compares meanings by
    *encoder*, as `Bot.from_file` takes it. *today* is the local date by default. *progress* is called
    with the number of phrasings asked so far, and their total.

    A knowledge base that cannot be loaded raises nothing: its faults are the findings. Raises
    UnknownCode, a ValueError, for a code that does not exist; EncoderError for an unknown encoder;
    MissingDependency if the encoder's library is not installed.
    """
    codes = chosen_codes(select, ignore, notes=notes)
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
            skipped.append(f"A311 to A318 were skipped: {error}")


def _with_matcher(
    source_map: SourceMap, encoder: str, progress: Callable[[int, int], None]
) -> Iterator[Finding]:
    kb = source_map.kb
    retriever = open_retriever(kb.served, kb.synonyms, encoder, language=language_of(kb.language))
    total = sum(len(entry.phrasings) for entry in kb.served)
    return check_matching(source_map, retriever, lambda asked: progress(asked, total))
