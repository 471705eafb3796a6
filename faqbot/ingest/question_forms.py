"""Recognition of questions, and proposed questions for answers without one."""

from __future__ import annotations

import re

from faqbot.ingest.markdown_text import one_line, plain, without_number

_STARTS = re.compile(
    r"(?:(?:so|but|and|ok|okay|well|hi|hello|hey|help|also)[,!:]?\s+)*"
    r"(?:(?:who|what|when|where|why|which|how)(?:['\u2019](?:s|re|d|ll))?|whose|whom|can|could|do|does|did|is|are|was|"
    r"were|will|would|should|must|have|has|am|may(?=\s+(?:i|we|you|the|my|it|a)\b)|might(?=\s+(?:i|we|you)\b)|shall|"
    r"can['\u2019]t|don['\u2019]t|doesn['\u2019]t|isn['\u2019]t|aren['\u2019]t|won['\u2019]t|cannot)(?![\w-])",
    re.IGNORECASE,
)
# Headings that start like questions, but announce the text below.
_NO_QUESTION = re.compile(
    r"(?:what you(?:['\u2019](?:ll|re|ve)|\s+will|\s+need)|what(?:['\u2019]s| is) (?:new|next|inside|included)$|"
    r"how it works$|how this works$|where to go|where next|who we are$|what we do$|how[- ]?tos?$|which way$)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[?\uff1f\u061f\u037e][\s!?.\"'\u2019\u201d\u00bb)\]*_]{0,30}$")
_MARK_AT_END = re.compile(r"[?\uff1f\u061f\u037e][\s*_\"'\u2019\u201d\u00bb)\]]{0,30}$")
_PREFIX = re.compile(
    r"^\W{0,3}(?:q(?:uestion)?|frage|faq)[ .]?\d*(?:\.\d+)*\s*[:.)\]]+\s*", re.IGNORECASE
)
_FAQ = re.compile(
    r"\bfaqs?\b|\bf\.a\.q\.?|frequently[- ]asked|(?:common|popular|usual|top|general|technical|other|more) questions|"
    r"^questions?(?: (?:and|&) answers?)?$|\bq ?(?:&|and|\+) ?a\b|h\u00e4ufige? (?:gestellte )?fragen|foire aux questions|"
    r"questions fr\u00e9quentes|preguntas frecuentes|domande frequenti|perguntas frequentes|veelgestelde vragen",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
_VERB = re.compile(
    r"\b(is|are|was|were|can|may|must|should|has|have|provides?|offers?|supports?|works?|costs?|takes?|allows?|helps?|means?|uses?|includes?|requires?|needs?)\b"
)
_PARTICIPLE = re.compile(
    r"(\w+ed|made|done|kept|built|held|given|run|set|sent|taken|paid|sold|written|drawn|chosen|known|led|put)\s+"
    r"(?:\w+ly\s+)?(?:by|through|via|using|with|in|on|at|from|under)\b"
)
_USEFUL = re.compile(
    r"\b(?:important|vital|crucial|essential|necessary|matters?|helps?|safeguards?|protect(?:s|ion|ing)?|promot(?:e|es|ing)|"
    r"prevent(?:s|ing)?|resolv(?:e|es|ing)|foster(?:s|ing)?|advanc(?:e|es|ing)|benefits?|ensures?|improv(?:e|es|ing)|enables?)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"(?:means|ways?|tools?|instruments?|safeguards?|keys?|part|role)\s+(?:of|to|for|in|against)\b|important|vital|crucial|essential|necessary"
)
_DURATION = re.compile(
    r"(?:about|up to|around|between)?\s*\w+\s+(?:to \w+ )?(?:business |working )?(?:minute|hour|day|week|month)s?"
)
_PRONOUNS = frozenset({"it", "this", "that", "these", "those", "they", "he", "she", "we", "you", "i", "there", "here"})  # fmt: skip
# Words of a subject; longer ones make no readable question. Chosen by hand.
_LONGEST_SUBJECT = 8
# Words that a question needs without a question mark, and signs of use that an answer needs to say
# why its subject is important. Chosen by hand.
_MANY = 2


def ends_as_question(text: str) -> bool:
    """Return True if *text* ends in a question mark, before closing quotes or emphasis."""
    return _MARK_AT_END.search(text) is not None


def is_question(text: str) -> bool:
    """Return True if a heading or line is a question.

    A question ends in a question mark, or starts with a question word or an auxiliary verb.
    """
    words = without_number(text.strip())
    if _ENDS.search(words):
        return True
    return (
        bool(_STARTS.match(words)) and not _NO_QUESTION.match(words) and len(words.split()) >= _MANY
    )


def names_faq(text: str) -> bool:
    """Return True if a title or heading announces questions and is no question."""
    return not _ENDS.search(text) and not _STARTS.match(text) and bool(_FAQ.search(text))


def tidy_question(markdown: str) -> str:
    """Return a question's plain words without number, "Q:" and bold."""
    return bare_question(plain(markdown))


def bare_question(words: str) -> str:
    """Return the *words* of a question or heading without number and "Q:"."""
    bare = without_number(_PREFIX.sub("", one_line(words)))
    return _PREFIX.sub("", bare).strip() or one_line(words)


def proposed(answer: str, taken: frozenset[str] = frozenset(), text: str = "") -> str:
    """Return a question guessed from *answer*'s first clause, or "".

    *taken* are questions with an answer already. *text* is the document: it shows whether a capital
    belongs to a name or only starts a sentence.
    """
    sentence = _SENTENCE.split(plain(answer), maxsplit=1)[0]
    found = _VERB.search(sentence)
    subject = sentence[: found.start()].strip() if found else ""
    words = subject.split()
    if (
        not found
        or not words
        or len(words) > _LONGEST_SUBJECT
        or words[0].lower() in _PRONOUNS
        or "," in subject
    ):
        return ""
    noun = lowered(subject, text or answer)
    rest = sentence[found.end() :].strip()
    verb = found[1]
    asked = _asked(noun, verb, rest, plain(answer))
    what = f"What {_be(verb)} {noun}?"
    if asked == what and asked in taken:
        asked = f"Why {_be(verb)} {noun} important?"
    return "" if asked in taken else asked


def _asked(noun: str, verb: str, rest: str, answer: str) -> str:
    """Return the question that a clause of *noun*, *verb* and *rest* answers."""
    if verb in {"is", "are", "was", "were"}:
        done = _PARTICIPLE.match(rest)
        if done:
            return f"How {verb} {noun} {done[1]}?"
        useful = _MEANS.search(rest.partition(",")[0]) and len(_USEFUL.findall(answer)) >= _MANY
        return f"Why {verb} {noun} important?" if useful else f"What {verb} {noun}?"
    if verb in {"can", "may", "must", "should"}:
        return f"What {'can' if verb == 'may' else verb} {noun} do?"
    does = "does" if verb == "has" or verb.endswith("s") else "do"
    base = "have" if verb == "has" else verb.removesuffix("s")
    if base == "cost":
        return f"How much {does} {noun} cost?"
    if base == "take" and _DURATION.match(rest):
        return f"How long {does} {noun} take?"
    return f"What {does} {noun} {base}?"


def _be(verb: str) -> str:
    return verb if verb in {"is", "are", "was", "were"} else "is"


def about(heading: str, text: str) -> str:
    """Return the question for a heading that does not ask."""
    return f"What should I know about {lowered(heading.rstrip(' .:!'), text)}?"


def lowered(phrase: str, text: str) -> str:
    """Return *phrase* with a small first letter if *text* writes the word that way."""
    first, _, rest = phrase.partition(" ")
    if rest[:1].isupper():
        return phrase  # a title with all words in capitals
    small = first[:1].lower() + first[1:]
    known = small in {"the", "a", "an", "our", "your", "my", "this", "these"} or re.search(
        rf"(?<![\w-]){re.escape(small)}(?![\w-])", text
    )
    return f"{small} {rest}".strip() if known else phrase
