"""Checks of `tests`: each is held out, is there once, and can pass."""

from __future__ import annotations

from collections.abc import Iterator

from faqbot.authoring.checks.source_map import Manuscript
from faqbot.authoring.findings import Finding
from faqbot.models import KnowledgeBase, KnowledgeBaseTest
from faqbot.retrieval.text import exact_keys

__all__ = ["check_tests"]


def check_tests(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield what is wrong with the tests."""
    kb = manuscript.kb
    phrasings = {exact_keys(text)[-1]: entry for entry in kb.served for text in entry.phrasings}
    not_for = {exact_keys(text)[-1]: entry for entry in kb.served for text in entry.not_for}
    seen: dict[str, KnowledgeBaseTest] = {}
    for test, ask in zip(kb.tests, manuscript.asks(), strict=True):
        key = exact_keys(test.ask)[-1]
        if key in phrasings:
            message = f"this test is also a phrasing of `{phrasings[key].id}`."
            yield ask.finding("T501", message)
        elif key in not_for:
            yield ask.finding("T502", f"this test is also in `not_for` of `{not_for[key].id}`.")
        yield from (
            ask.finding("T503", f"this test expects `{id_}`, which is a draft.")
            for id_ in _drafts(kb, test)
        )
        if key in seen:
            same = set(seen[key].expect) == set(test.expect)
            where = f"this test is on line {seen[key].line} as well"
            message = f"{where}." if same else f"{where}, and expects something else there."
            yield ask.finding("T504" if same else "T505", message)
        seen.setdefault(key, test)


def _drafts(kb: KnowledgeBase, test: KnowledgeBaseTest) -> list[str]:
    """Return what *test* expects, if all of it are drafts."""
    drafts = [id_ for id_ in test.expect if kb.by_id[id_].draft]
    return drafts[:1] if len(drafts) == len(test.expect) else []
