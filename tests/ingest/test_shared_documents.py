"""Real FAQ documents: what is found in them, against counts made without faqbot.

The documents are not part of the project; where they are absent, these tests are skipped.
"""

from __future__ import annotations

import re

import pytest

from benchmarks.shared import SHARED
from faqbot.ingest.extraction.candidate_pairs import Found, Rule
from faqbot.ingest.importing import import_documents
from faqbot.ingest.question_forms import bare_question

_DOCUMENTS = SHARED / "documents"
_ARTICLE = SHARED / "source" / "000_b049cf94b4cb3e68.txt"

pytestmark = pytest.mark.skipif(not _DOCUMENTS.is_dir(), reason="the shared documents are not here")

# A document, how its questions are marked, and how many there are, counted by hand.
_COUNTED = [
    ("letsencrypt/faq.md", r"^## (.+)$", 18),
    ("curl/FAQ.md", r"^## (.+)$", 93),
    ("whatwg/faq.html", r"<h3[^>]*>([^<]+)<", 18),
    ("debian/basic-defs.en.html", r"<h2[^>]*>.*?</a>(.+?)</h2>", 7),
    ("debian/pkg-basics.en.html", r"<h2[^>]*>.*?</a>(.+?)</h2>", 15),
    ("cpython/design.rst", r"^(\S.*)\n-{3,}$", 28),
    ("cpython/extending.rst", r"^(\S.*)\n-{3,}$", 17),
    ("cpython/general.rst", r"^(\S.*)\n-{3,}$", 23),
    ("cpython/gui.rst", r"^(What GUI toolkits.*)\n={3,}$|^(\S.*)\n-{3,}$", 4),
    ("cpython/installed.rst", r"^(\S.*)\n-{3,}$", 3),
    ("cpython/library.rst", r"^(\S.*)\n-{3,}$", 28),
    ("cpython/programming.rst", r"^(\S.*)\n-{3,}$", 67),
    ("cpython/windows.rst", r"^(\S.*)\n-{3,}$", 9),
    ("django/admin.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 11),
    ("django/contributing.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 5),
    ("django/general.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 14),
    ("django/help.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 4),
    ("django/install.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 5),
    ("django/models.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 6),
    ("django/usage.txt", r"^(?!FAQ)(\S.*)\n={3,}$", 5),
]


def _letters(text: str) -> str:
    bare = re.sub(r"<[^>]+>|:[\w:]+:(?=`)", "", text.replace("&lt;", "<"))
    return "".join(re.findall(r"[^\W_]|\+", bare_question(bare).casefold()))


def _imported(name: str) -> Found:
    (found,) = import_documents([str(_DOCUMENTS / name)]).documents
    return found


@pytest.mark.parametrize(("name", "pattern", "count"), _COUNTED)
def test_every_question_is_found(name: str, pattern: str, count: int) -> None:
    """All questions of these documents become entries, no draft among them, and nothing else does."""
    text = (_DOCUMENTS / name).read_text(encoding="utf-8")
    asked = {
        _letters("".join(found.groups(""))) for found in re.finditer(pattern, text, re.MULTILINE)
    }
    candidates = _imported(name).candidates

    assert len(asked) == count
    assert {_letters(each.question) for each in candidates} == asked
    assert [each.question for each in candidates if each.reason] == []


def test_debians_faq_is_found_in_its_text() -> None:
    """At least 140 of the lines in the table of contents of Debian's FAQ become entries, and few others."""
    text = (_DOCUMENTS / "debian/debian-faq.en.txt").read_text(encoding="utf-8")
    contents = text[
        text.index("Table of Contents") : text.index("Definitions and overview\n\n1.1.")
    ]
    entries = re.split(r"\n\s*(?=\d+(?:\.\d+)*\. )", contents)[1:]
    asked = {_letters(entry) for entry in entries if re.match(r"\d+\.\d", entry)}
    found = {_letters(each.question) for each in _imported("debian/debian-faq.en.txt").candidates}

    assert len(asked & found) >= 140
    assert len(asked & found) >= 0.97 * len(found)


# The article: no question left in it, and page boilerplate among its lines.


@pytest.fixture(name="article", scope="module")
def article_fixture() -> Found:
    """Return what the rules make of the diplomacy article."""
    if not _ARTICLE.is_file():
        pytest.skip("the article is not here")
    (found,) = import_documents([str(_ARTICLE)]).documents
    return found


_BOILERPLATE = re.compile(
    r"You may want to see also|Explore related products|What You'll Learn|.*(?=\nYou may want to see also)",
    re.MULTILINE,
)


def test_every_paragraph_of_the_article_is_in_one_draft(article: Found) -> None:
    """Each content paragraph stands in exactly one draft; no draft holds a line of the page's own."""
    text = _ARTICLE.read_text(encoding="utf-8")
    boilerplate = {found[0].strip() for found in _BOILERPLATE.finditer(text)} - {""}
    paragraphs = [line for line in text.splitlines() if len(line) > 120 and "|" not in line]
    answers = [each.answer for each in article.candidates]

    assert len(paragraphs) == 28
    assert [sum(line in answer for answer in answers) for line in paragraphs] == [1] * 28
    assert len(boilerplate) == 8
    assert [line for line in boilerplate if any(line in answer for answer in answers)] == []
    assert all(each.reason for each in article.candidates)


def test_lost_questions_of_the_article_are_proposed(article: Found) -> None:
    """The three answers under "Frequently asked questions" get the questions that they answer."""
    assert [each.question for each in article.of([Rule.ORPHAN_ANSWER])] == [
        "What is diplomacy?",
        "How is diplomacy conducted?",
        "Why is diplomacy important?",
    ]
