"""Findings of a check, and the table of rules: code, severity, description and remedy.

The page docs/reference/checks.md is generated from this table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

# Least similarity of a suggested code, 0 to 100, and how many are suggested; chosen by hand.
_NEAR = 60.0
_MOST_NEAR = 3


class Severity(StrEnum):
    """Severity of a finding, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A kind of finding: *description* is a noun phrase, *remedy* a sentence."""

    code: str
    severity: Severity
    description: str
    remedy: str


_ERROR, _WARNING, _INFO = Severity

GROUPS = {
    "E": "Loading",
    "M": "Matching: asked with the matcher that answers",
    "P": "Phrasings",
    "A": "Answers, and the other texts in Markdown",
    "L": "Follow-ups",
    "T": "Tests",
    "D": "Dates and drafts",
    "Y": "YAML",
    "S": "Synonyms and keywords",
    "H": "Header",
    "C": "Characters and left-over text",
}

_TABLE = (
    CheckRule("E001", _ERROR, "a fault that keeps the knowledge base from loading", ""),
    CheckRule(
        "M101",
        _WARNING,
        "an alternate that, left out, is answered with another entry, and is far from its own",
        "Move it to that entry, or add alternates of its kind here.",
    ),
    CheckRule(
        "M102",
        _WARNING,
        "phrasings of two entries with the same meaning in almost the same words",
        "Keep it in one of the two entries, or merge them.",
    ),
    CheckRule(
        "M103",
        _ERROR,
        "the same phrasing in two entries, both of which one person may see",
        "Keep it in one of the two entries.",
    ),
    CheckRule(
        "M104",
        _WARNING,
        "an entry hidden behind another: a question much like its own finds the other first",
        "Name the difference in the question, or add alternates.",
    ),
    CheckRule(
        "M105",
        _WARNING,
        "an entry with a single phrasing",
        "Add two or three alternates, in words that people use.",
    ),
    CheckRule(
        "M106",
        _INFO,
        "a phrasing that, left out, is answered with another entry, for which there may be reasons",
        "Add alternates of its kind here, if the two are often confused.",
    ),
    CheckRule("P201", _WARNING, "a phrasing twice in an entry, apart from case or punctuation", "Delete one."),
    CheckRule(
        "P202",
        _WARNING,
        "a phrasing of over 30 words or 200 characters",
        "Shorten it to the question itself.",
    ),
    CheckRule("P203", _WARNING, "a phrasing of one or two letters", "Write it out, or delete it."),
    CheckRule(
        "P204",
        _WARNING,
        "an alternate that is a single common word",
        "Make it a question, or move it to `keywords`.",
    ),
    CheckRule(
        "P205",
        _ERROR,
        "a phrasing that the entry's own `not_for` holds as well",
        "Delete one of the two.",
    ),
    CheckRule(
        "A301",
        _WARNING,
        "an answer of over 1,500 characters",
        "Put the short answer first, and the rest into entries of their own or behind `url`.",
    ),
    CheckRule(
        "A302",
        _WARNING,
        "an answer of over 3,000 characters, too long for one message of a chat",
        "Split it into several entries, joined by `follow_ups`.",
    ),
    CheckRule(
        "A303",
        _INFO,
        "an answer that begins in the middle: its first sentence does not name its subject",
        'Name the subject first: "Late books cost" instead of "They cost".',
    ),
    CheckRule(
        "A311",
        _WARNING,
        "a code block that is never closed",
        "Add a line of its own with the marks that opened it.",
    ),
    CheckRule(
        "A312",
        _WARNING,
        "a table that does not render, or whose rows do not fit its heading",
        "Give each row as many cells as the heading, and write |---| below that.",
    ),
    CheckRule("A313", _WARNING, "a link that does not render", "Write it as [text](https://...)."),
    CheckRule(
        "A314",
        _WARNING,
        "a link that leads nowhere from a chat",
        "Write the whole address, or offer the entry in `follow_ups`.",
    ),
    CheckRule(
        "A315",
        _WARNING,
        "HTML, which a chat shows as source text",
        "Write it in Markdown, or put it between `backticks`.",
    ),
    CheckRule(
        "A316",
        _WARNING,
        "emphasis or code that is opened and not closed, or the other way round",
        "Add the missing mark, or put a backslash before this one.",
    ),
    CheckRule(
        "A317",
        _WARNING,
        "a heading or a list that lacks the blank after its mark",
        "Put a blank after the mark.",
    ),
    CheckRule(
        "A318",
        _WARNING,
        "a link whose text is the address of another site",
        "Write the same address twice, or a text in words.",
    ),
    CheckRule("L401", _WARNING, "a follow-up to the entry itself", "Delete it."),
    CheckRule(
        "L402",
        _WARNING,
        "a follow-up to a draft, which is never offered",
        "Finish the draft, or delete the follow-up.",
    ),
    CheckRule(
        "L403",
        _WARNING,
        "a follow-up that nobody who sees the entry may see",
        "Give the two a common label in `audience`, or delete the follow-up.",
    ),
    CheckRule("L404", _WARNING, "a follow-up that is there twice", "Delete one."),
    CheckRule(
        "L405",
        _WARNING,
        "follow-ups that lead in a circle",
        "Let one of them lead to another entry as well.",
    ),
    CheckRule(
        "L406",
        _INFO,
        "a follow-up that only some of those who see the entry may see",
        "Nothing, if that is meant.",
    ),
    CheckRule(
        "T501",
        _ERROR,
        "a test that is also a phrasing: it cannot fail, and shows nothing",
        "Put the test in other words, or delete it from the entry.",
    ),
    CheckRule(
        "T502",
        _INFO,
        "a test that is also in a `not_for`: it shows that this works, and little else",
        "Add a test in other words.",
    ),
    CheckRule(
        "T503",
        _ERROR,
        "a test that expects a draft, which is never an answer",
        "Expect another entry, or finish the draft.",
    ),
    CheckRule("T504", _WARNING, "the same test twice", "Delete one."),
    CheckRule(
        "T505",
        _ERROR,
        "the same test twice, with different expectations",
        "Keep one, with a list of ids if both are right.",
    ),
    CheckRule(
        "D601",
        _ERROR,
        "an answer that has expired",
        "Bring the answer up to date and move `expires`, or make it a draft.",
    ),
    CheckRule("D602", _INFO, "an answer that expires within 30 days", "Plan to look at it."),
    CheckRule(
        "D603",
        _WARNING,
        "an answer last reviewed over a year ago",
        "Read it again, and set `reviewed` to the day.",
    ),
    CheckRule("D604", _WARNING, "a day of review in the future", "Correct the date."),
    CheckRule("D605", _INFO, "a draft", "Finish it and delete `draft`, or delete the entry."),
    CheckRule("D606", _WARNING, "an answer reviewed after it expired", "Move or delete `expires`."),
    CheckRule(
        "Y701",
        _WARNING,
        "text that YAML took for a comment, from a # on",
        "Put the whole text in 'single quotes'.",
    ),
    CheckRule(
        "Y702",
        _WARNING,
        "a list, table or code whose lines YAML joins",
        "Write the text below `|-`, which keeps its lines.",
    ),
    CheckRule(
        "Y703",
        _WARNING,
        "\\n or \\t written out, which only double quotes turn into a break",
        "Write the text below `|-`, with real lines.",
    ),
    CheckRule(
        "Y704",
        _WARNING,
        "a phrasing that YAML split at a comma",
        "Put the whole phrasing in 'single quotes', or begin each on a line with '- '.",
    ),
    CheckRule(
        "S801",
        _WARNING,
        "a synonym that rewrites a common word wherever it stands",
        "Write it in capitals, which match only capitals, or delete it.",
    ),
    CheckRule(
        "S802",
        _WARNING,
        "a term in two groups of synonyms, of which only the first counts",
        "Merge the groups, or delete it from one.",
    ),
    CheckRule("S803", _WARNING, "a term twice in one group of synonyms", "Delete one."),
    CheckRule(
        "S804",
        _INFO,
        "a group of synonyms no term of which occurs in the knowledge base",
        "Delete the group, or use one of its terms.",
    ),
    CheckRule("S805", _WARNING, "a keyword twice in an entry", "Delete one."),
    CheckRule("S806", _INFO, "an empty list", "Fill it in, or delete it."),
    CheckRule(
        "H101",
        _INFO,
        "a language for which faqbot has no sentences of its own, so that the bot says them in English",
        "Translate them by their ids in the field `manners`; `docs/reference/manners.md` lists the ids.",
    ),
    CheckRule(
        "C901",
        _WARNING,
        "a word that mixes alphabets: some letters only look Latin",
        "Type the word again.",
    ),
    CheckRule("C902", _WARNING, "a character that cannot be seen", "Delete it: type the text again."),
    CheckRule(
        "C903",
        _WARNING,
        "letters that a wrong encoding has garbled",
        "Type them again, and save the file as UTF-8.",
    ),
    CheckRule("C904", _WARNING, "placeholder text that was left in", "Write the text, or delete it."),
)  # fmt: skip

RULES = {rule.code: rule for rule in _TABLE}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A problem at a *line* of a file, from 1; 0 stands for the whole file.

    *message* describes the problem in a sentence, *remedy* tells the author what to do.
    """

    path: Path
    line: int
    code: str
    message: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """Severity of the finding's rule."""
        return RULES[self.code].severity

    @property
    def where(self) -> str:
        """Location as ``path:line``, which editors turn into a link."""
        return f"{self.path}:{self.line}" if self.line else f"{self.path}"


class UnknownCode(ValueError):
    """An unknown code; the message suggests similar ones."""


def chosen_codes(
    select: Iterable[str] = (), ignore: Iterable[str] = (), *, notes: bool = False
) -> frozenset[str]:
    """Return the codes that begin with one of *select*, but not with one of *ignore*.

    Without *select*, these are all codes; those of severity info only with *notes*. E001, a fault of
    loading, is always among them. Raises UnknownCode if no code begins with a given text.
    """
    wanted = _beginning(select) or {
        code for code, rule in RULES.items() if notes or rule.severity is not Severity.INFO
    }
    return frozenset(wanted - _beginning(ignore)) | {"E001"}


def _beginning(prefixes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for prefix in prefixes:
        codes = {code for code in RULES if prefix and code.startswith(prefix.upper())}
        if not codes:
            raise UnknownCode(f"no code begins with {prefix!r}: {_near(prefix)}")
        found |= codes
    return found


def _near(code: str) -> str:
    from rapidfuzz import fuzz, process

    found = process.extract(
        code.upper(), list(RULES), scorer=fuzz.ratio, limit=_MOST_NEAR, score_cutoff=_NEAR
    )
    if found:
        return f"did you mean {' or '.join(sorted(each[0] for each in found))}?"
    return f"a code begins with {', '.join(sorted({each[0] for each in RULES}))}"
