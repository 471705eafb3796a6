"""Check of the beginnings of answers: the first sentence names its subject.

An answer is also read under other questions, in lists of search results and in notifications. "For being
too slow." says nothing there. The rules are those of English; bases in other languages are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap, quote

# Longest quotation of a beginning, in words. Chosen by hand: enough to find the place.
MAX_QUOTED_WORDS = 5
_BLOCK = re.compile(r"\s*(?:[-*+#>|`~]|\d+[.)]\s)")
_MARKS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|`")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_END = re.compile(r"(?<=\w\w)[.!?](?=\s|\Z)|\n\s*\n")
# A pronoun that stands for something said before. "It is" alone may be a subject of its own ("It is
# possible to ..."), but under another question nobody sees which of the two is meant.
_PRONOUN = re.compile(
    r"(?:they|it|he|she|theirs?|its|his|her|hers)(?:['\u2019]\w+)?\b", re.IGNORECASE
)
# "This", "these" and the like, if a verb and not a noun follows.
_VERB = (
    r"(?:is|are|was|were|am|be|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must"
    r"|means?|depends?|includes?|happens?|needs?|takes?|comes?|goes|helps?|makes?|lets?|gives?|shows?)"
)
_DEMONSTRATIVE = re.compile(
    rf"(?:th(?:is|at|ese|ose)|both|(?:many|some|most|few|all|none|each|one) of (?:them|these|those))\s+{_VERB}\b",
    re.IGNORECASE,
)
# "Complex ones that ...", "The one for ...".
_STAND_IN = re.compile(
    r"(?:(?:the|only|all|any)\s+)?(?:[\w-]+\s+){0,2}ones?\s+(?:that|who|which|with|for|in|from)\b",
    re.IGNORECASE,
)
# A clause or a phrase that depends on a sentence which is not there.
_DEPENDENT = re.compile(
    r"(?:because|since|so\s+that|in\s+order\s+to|due\s+to|thanks\s+to|as\s+a\s+result\s+of|instead\s+of"
    r"|(?:by|for|from|through|with|without|after|before|in|on|when|while)\s+(?:[\w-]+ly\s+|being\s+)?\w{2,}ing"
    r"|to\s+(?!the\b|a\b|an\b|all\b|our\b|your\b|my\b|this\b|that\b)[a-z]+|through|via)\b",
    re.IGNORECASE,
)
# Words after "by" or "for" that end in "ing" and are no verbs.
_NOUNS = re.compile(
    r"\w+\s+(?:morning|evening|spring|building|nothing|anything|something|string)\b"
)
# A noun phrase with a relative clause, such as "The posts through which diplomats operate".
_RELATIVE = re.compile(
    r"(?:the|an?|any|all|some|every)\s+(?:[\w-]+\s+){1,4}?"
    r"(?:(?:through|in|by|with|from|to|on|at|for|of|under)\s+(?:which|whom|whose)|that|which|who|where)\s+(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must"
    r"|\w+(?:['\u2019]s|['\u2019]re))\b|\b\w{3,}(?<![su'\u2019i])s\s+(?:the|an?|your|our|its|their|on|in|at|to|for|with|by)\b",
    re.IGNORECASE,
)


def check_beginnings(source_map: SourceMap) -> Iterator[Finding]:
    """Yield the answers of an English base whose first sentence lacks its subject."""
    if source_map.kb.language.lower().split("-")[0] != "en":
        return
    for entry in source_map.kb.entries:
        answer = source_map.at(entry, "answer")
        if not entry.draft and lacks_subject(answer.text):
            start = " ".join(_sentence(answer.text).split()[:MAX_QUOTED_WORDS])
            message = f"the answer of `{entry.id}` begins in the middle: {quote(start)}."
            yield answer.finding("A303", message)


def lacks_subject(markdown: str) -> bool:
    """Return True if the first sentence of *markdown* lacks the subject that it is about.

    The check reads words and has no parser: it recognizes pronouns, clauses without a main clause, and
    noun phrases without a verb. Lists, code and headings at the beginning are not checked.
    """
    if _BLOCK.match(markdown) and not markdown.lstrip().startswith("*"):
        return False
    sentence = _sentence(markdown)
    if _PRONOUN.match(sentence) or _DEMONSTRATIVE.match(sentence) or _STAND_IN.match(sentence):
        return True
    if _DEPENDENT.match(sentence) and not _NOUNS.match(sentence):
        return not re.search(r"[,:;\u2013\u2014]", sentence)
    return _is_noun_phrase(sentence)


def _is_noun_phrase(sentence: str) -> bool:
    """Return True for a noun with a relative clause and without a main verb."""
    found = _RELATIVE.fullmatch(sentence)
    if found is None:
        return False
    needed = 2 if _FINITE.match(found["rest"]) else 1
    return len(_FINITE.findall(found["rest"])) < needed


def _sentence(markdown: str) -> str:
    """Return the first sentence of *markdown* as plain text, without the mark at its end."""
    text = _MARKS.sub("", _LINK.sub(r"\1", markdown)).strip()
    return " ".join(_END.split(text, maxsplit=1)[0].split())
