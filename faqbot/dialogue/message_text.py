"""Messages as people write them, without the text around a question, in parts.

A message holds greetings, stories, quoted mail, log output and signatures beside its question. Nothing
here looks anything up: `clean_message` and `message_parts` work on the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from faqbot.dialogue.clauses import line_parts, whole_questions, without_frame
from faqbot.retrieval import ENGLISH, Language, alternatives, fold_case, normalize

# Longest text that is cleaned, in characters: a page of writing. The rest is not looked at.
MAX_CHARACTERS = 4_000
# Most parts of one message. Each costs a look-up, so a message costs a bounded time.
MAX_PARTS = 8
# Longest sentence, in words, that is one part. Chosen by hand: a question with two clauses is shorter.
MAX_WORDS_OF_PART = 25
# Questions that the parts of one message are split into. Chosen by hand: a bound on the work.
MAX_FRAGMENTS = 12
# Longest signature after a sign-off, in lines: name, role, company, address, phone, notice.
_MAX_SIGNATURE_LINES = 8
# Longest name after a sign-off on the same line, in words: "Best wishes, Mary Ann Smith".
_MAX_NAME_WORDS = 4
# Share of letters and blanks below which a line is log output or code, chosen by hand.
_MIN_LETTER_SHARE = 0.6
# Shortest line that this share is computed for: "C++?" is short and has few letters.
_MIN_LOG_LENGTH = 16

_FENCE = re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL)
_MENTION = re.compile(r"<[@#!][^>\s]{1,80}>|(?<![\w.])@[\w.-]{2,40}(?![\w.-]*@)")
_EMOJI_NAME = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])")
_EMOJI = re.compile("[\u2600-\u27bf\ufe0f\u200d\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]+")
_QUOTE_LINE = re.compile(r"\s*(?:>|&gt;)")
_QUOTE_HEAD = re.compile(
    r"\s*(?:on|am|le|el|il|op|em)\b.{0,80}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)\s*:\s*$",
    re.IGNORECASE,
)
_LOG_LINE = re.compile(
    r"""\s*(?:
        traceback\b | file\s+"[^"]+",\s+line\s+\d | at\s+[\w.$<>]+\( | \w+(?:error|exception)\s*:\s
        | (?:npm|yarn|pip|error|warn(?:ing)?|info|debug|fatal|trace)\s*[:!\]]
        | npm\s+(?:warn|err!) | \[[^\]]{1,30}\]\s | \d{4}-\d\d-\d\d[t\s]\d\d:\d\d | \d\d:\d\d:\d\d
        | [$%\#]\s\S | >>>\s | (?:raise|return|import|main)\b[^a-z]*\(
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNATURE_MARK = re.compile(r"\s*(?:--|__|—)\s*$")
_SIGN_OFF = (
    r"(?:with\s)?(?:kind(?:est)?|best|warm(?:est)?|many)\s(?:regards|wishes|thanks)|regards|best"
    r"|yours(?:\s(?:faithfully|sincerely|truly))?|sincerely|cheers"
    r"|(?:many\s)?(?:thanks|thank\syou)(?:\s(?:in\sadvance|again|so\smuch|very\smuch|a\slot))*+"
    r"|(?:mit\s)?freundlichen?\sgrüße[n]?|mfg|viele\sgrüße|(?:beste|liebe)\sgrüße|grüße"
    r"|cordialement|bien\sà\svous|salutations|amicalement|saludos(?:\scordiales)?|un\ssaludo|atentamente"
    r"|cordiali\ssaluti|distinti\ssaluti|saluti|atenciosamente|cumprimentos|abraços?"
    r"|met\svriendelijke\sgroet(?:en)?|groet(?:en|jes)?|mvg|sent\sfrom\smy"
)
_SIGN_OFF_LINE = re.compile(rf"\s*+(?:{_SIGN_OFF})\s*+[,.!-]*+\s*+$", re.IGNORECASE)
_SENT_FROM = re.compile(r"\s*sent from my\b", re.IGNORECASE)
_INLINE_SIGN_OFF = re.compile(
    rf"(?<=[.!?])\s+(?:{_SIGN_OFF})\s*,\s*(?P<name>[^.!?\n]{{1,60}})\Z", re.IGNORECASE
)
_SALUTATION = re.compile(
    r"(?:dear|hello|hi|hiya|hey|heya|howdy|yo|morning|evening|good\s(?:morning|afternoon|evening|day)|hallo|guten\s(?:tag|morgen|abend)"
    r"|liebe[sr]?|sehr\sgeehrte[r]?|bonjour|bonsoir|salut|chers?|chère[s]?|hola|buen(?:os|as)\s\w{4,6}|estimad[oa]s?"
    r"|ciao|buongiorno|buonasera|gentile|olá|bom\sdia|boa\s(?:tarde|noite)|prezad[oa]s?|beste|goede\w{0,9}+)"
    r"(?:\s[^\W\d_][\w.'-]*){0,4}\s*(?:[,!:]+|\.(?=\s))\s*",
    re.IGNORECASE,
)
_RUN = re.compile(r"\w+")
_END_MARKS = ("?", ".", "!")
# Characters inside a plain text besides letters and digits, and their places that make it none.
_INSIDE_TEXT = str.maketrans("", "", " '-")
_NOT_INSIDE_WORDS = ("  ", " '", " -", "- ")
# A letter or digit that is no emoji, and a single sentence of words of them, as most questions are typed.
_LETTER = r"[^\W_\u2600-\u27bf]"
_PLAIN = re.compile(
    rf"{_LETTER}(?:{_LETTER}|['\u2019])*+(?: {_LETTER}(?:{_LETTER}|['\u2019])*+)*+[?.!]?"
)


@dataclass(frozen=True, slots=True)
class Message:
    """Message without the text around its question.

    *text* is the cleaned message, and *parts* its sentences, lines and listed items. *fragments* are the
    parts, split further between joined questions.
    """

    text: str
    parts: tuple[str, ...]
    fragments: tuple[str, ...]


class _Patterns:
    """Patterns of one language, each compiled on first use: a plain question needs only *special*."""

    def __init__(self, language: Language) -> None:
        """Take the words of dialogue in *language*."""
        self.language, self._words = language, language.dialogue
        words = self._words
        self._joining, self._also = alternatives(words.conjunctions), alternatives(words.also)
        self._starts = alternatives(words.question_starts)
        self._verbs = alternatives((*words.question_starts, *words.question_verbs))
        self._requests = alternatives(words.requests)
        self._leads = alternatives(words.leads)
        self._closing = alternatives(words.closing_fillers)
        self._asides = alternatives(words.asides)
        # The last letter of an interjection may be repeated: "hmmm", "sooo".
        fillers = alternatives(words.opening_fillers)
        self._opening = rf"(?!(?:{self._asides})\b)(?:{fillers})(?<=(?P<last>\w))(?P=last)*+"

    @cached_property
    def joins(self) -> re.Pattern[str]:
        """Marks and words between two questions."""
        joining, also = self._joining, self._also
        return re.compile(
            rf"(?:[,;]|(?<!\s))\s++(?:{joining})\s++(?:(?:{also})\s++)?\u00bf?(?=(?:{self._starts})\b)"
            rf"|(?<!\s)\s*+[,;&/]\s*+(?:(?:{joining}|{also})\s++)*\u00bf?(?=(?:{self._verbs})\b)",
            re.IGNORECASE,
        )

    @cached_property
    def asks(self) -> re.Pattern[str]:
        """Start of a text that asks."""
        asking = f"{self._verbs}|{self._requests}"
        return re.compile(rf"\W*(?:(?:{self._leads})[,\s]+)*(?:{asking})\b", re.IGNORECASE)

    @cached_property
    def interjection(self) -> re.Pattern[str]:
        """Interjection, not followed by a letter."""
        return re.compile(rf"{self._opening}\b", re.IGNORECASE)

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """Interjections before a question."""
        return re.compile(rf"(?:{self._opening}\b[\s,.:;!…-]*+){{1,6}}", re.IGNORECASE)

    @cached_property
    def closing(self) -> re.Pattern[str]:
        """Interjections after a question."""
        return re.compile(
            rf"(?<![\s,;-])[\s,;-]++(?:{self._closing})(?:[\s,]++(?:{self._closing}))?\s*+[.!?]*+\Z",
            re.IGNORECASE,
        )

    @cached_property
    def asides(self) -> re.Pattern[str]:
        """Blanks before a clause that is no part of the question."""
        return re.compile(rf"(?<!\s)[\s,.;:()\u2013-]++(?=(?:{self._asides})\b)", re.IGNORECASE)

    @cached_property
    def clauses(self) -> re.Pattern[str]:
        """Commas inside a long sentence."""
        starts = f"{self._leads}|{self._joining}|{self._verbs}"
        return re.compile(rf"[,;]\s++(?=(?:{starts})\b)", re.IGNORECASE)

    def may_close(self, text: str) -> bool:
        """Return False if *text* cannot have a closing interjection."""
        return _may_have(self._words_of_closing, text)

    def may_digress(self, text: str) -> bool:
        """Return True unless *text* cannot have a clause which is no part of the question."""
        return _may_have(self._words_of_asides, text)

    def may_join(self, text: str) -> bool:
        """Return False if *text* cannot have a conjunction."""
        return _may_have(self._words_of_joining, text)

    def may_be_special(self, text: str) -> bool:
        """Return True unless *special* finds nothing inside *text*, as most questions are typed."""
        return _may_have(self._words_inside, text)

    @cached_property
    def _words_of_closing(self) -> frozenset[str]:
        return _longest_words(self._words.closing_fillers)

    @cached_property
    def _words_of_asides(self) -> frozenset[str]:
        return _longest_words(self._words.asides)

    @cached_property
    def _words_of_joining(self) -> frozenset[str]:
        return _longest_words(self._words.conjunctions)

    @cached_property
    def _words_inside(self) -> frozenset[str]:
        return self._words_of_joining | self._words_of_closing | self._words_of_asides

    @cached_property
    def special(self) -> re.Pattern[str]:
        """Any words that another pattern needs: a plain text without them is a single part."""
        joins = rf"(?:{self._joining})\s(?:(?:{self._also})\s)?(?:{self._starts})\b"
        inside = rf"{joins}|(?:{self._asides})\s|(?:{self._closing})\s*+[.!?]*+\Z"
        return re.compile(rf"\A{self._opening}\b|\s(?:{inside})", re.IGNORECASE)


def _longest_words(phrases: Iterable[str]) -> frozenset[str]:
    """Return the longest word of each of *phrases*, without accents: the word that is rarest in texts."""
    return frozenset(max(_RUN.findall(fold_case(phrase)), key=len) for phrase in phrases)


def _may_have(telling: frozenset[str], text: str) -> bool:
    """Return True unless a phrase with one of the words *telling* cannot stand in *text*."""
    if not text.isascii():
        return True
    small = text.lower()
    words = small.split() if text.replace(" ", "").isalnum() else _RUN.findall(small)
    return not telling.isdisjoint(words)


@cache
def _patterns(language: Language) -> _Patterns:
    return _Patterns(language)


def read_message(text: str, language: Language = ENGLISH) -> Message:
    """Return *text* without the text around its question, in parts.

    See the functions below.
    """
    if _is_single(text, _patterns(language)):
        return Message(text, (text,), (text,))
    cleaned = clean_message(text, language)
    parts = message_parts(cleaned, language)
    return Message(cleaned, parts, split_parts(parts, language))


def _is_single(text: str, patterns: _Patterns) -> bool:
    """Return True if *text* is a single plain sentence, nothing around."""
    if len(text) > MAX_CHARACTERS:
        return False
    if not text.isascii():
        plain = _PLAIN.fullmatch(text) and not patterns.special.search(text)
        return bool(plain) and without_frame(text, patterns.language) == text
    bare = text[:-1] if text[-1:] in _END_MARKS else text  # as most questions are typed
    if not bare.translate(_INSIDE_TEXT).isalnum() or not bare[0].isalnum():
        return False
    if any(map(bare.__contains__, _NOT_INSIDE_WORDS)) or bare[-1] in " -":
        return False
    if patterns.interjection.match(text) or without_frame(text, patterns.language) != text:
        return False
    is_special = patterns.may_be_special(bare)
    is_doubtful = "-" in bare or (patterns.may_digress(bare) and patterns.may_join(bare))
    return not is_special or not (is_doubtful or patterns.special.search(text))


def clean_message(text: str, language: Language = ENGLISH) -> str:
    """Return *text* without the text around its question, with the interjections of *language*.

    If nothing would be left, *text* itself is returned. Removed are code fences, lines of log
    output, quoted lines, signatures from the sign-off on, mentions, emoji, the salutation, and
    interjections at both ends.
    """
    text = text[:MAX_CHARACTERS]
    kept = _without_marks(_FENCE.sub("\n", text) if "```" in text or "~~~" in text else text)
    own = _own_lines(kept) if "\n" in kept else kept
    cleaned = _without_edges(own.strip(), _patterns(language))
    return cleaned if any(map(str.isalnum, cleaned)) else text.strip()


def message_parts(text: str, language: Language = ENGLISH) -> tuple[str, ...]:
    """Return the sentences, lines and listed items of a cleaned message, in order; at most `MAX_PARTS`.

    A clause such as "sorry if ..." is a part of its own, and so are the clauses of a long sentence.
    Of a longer message the first and the last parts are kept: a question stands at either end.
    """
    patterns = _patterns(language)
    lines = (line.strip() for line in text.split("\n"))
    found = [
        clause for line in lines for part in line_parts(line) for clause in _clauses(part, patterns)
    ]
    stripped = (_without_edges(part.strip(" ,;-*•"), patterns) for part in found)
    parts = [part for part in stripped if part]
    if len(parts) > MAX_PARTS:
        parts = parts[: MAX_PARTS // 2] + parts[-(MAX_PARTS - MAX_PARTS // 2) :]
    return tuple(parts)


def split_parts(parts: Iterable[str], language: Language = ENGLISH) -> tuple[str, ...]:
    """Return *parts*, split further at an "and" or a mark before a question, in order.

    The number of questions is at most `MAX_FRAGMENTS`.
    """
    found = [each for part in parts for each in _questions(part, language)]
    return tuple(filter(None, (fragment.strip(" ,;") for fragment in found)))[:MAX_FRAGMENTS]


def _questions(part: str, language: Language) -> Iterator[str]:
    """Yield the joined questions of *part*; a statement that ends with a full stop stays whole."""
    pieces = _patterns(language).joins.split(part)
    if len(pieces) > 1 and part.endswith(".") and not is_asked(pieces[0], language):
        pieces = [part]
    return whole_questions(pieces, language)


def is_asked(fragment: str, language: Language = ENGLISH) -> bool:
    """Return True if *fragment* looks like a question, by its mark or its first words."""
    return fragment.endswith("?") or _patterns(language).asks.match(fragment) is not None


def key_terms(text: str, language: Language) -> list[str]:
    """Return the key terms of *text*, in order."""
    return [*filter(language.is_key_term, language.tokenize(normalize(text)))]


def _clauses(sentence: str, patterns: _Patterns) -> Iterator[str]:
    """Yield *sentence* without the asides in it, then these, and a long part of it clause by clause."""
    for part in patterns.asides.split(sentence) if patterns.may_digress(sentence) else [sentence]:
        if len(part.split()) > MAX_WORDS_OF_PART:
            yield from patterns.clauses.split(part)
        else:
            yield part


def _without_marks(text: str) -> str:
    """Return *text* with blanks for its mentions, names of emoji, and emoji."""
    if "<" in text or "@" in text:
        text = _MENTION.sub(" ", text)
    if ":" in text:
        text = _EMOJI_NAME.sub(" ", text)
    return text if text.isascii() else _EMOJI.sub(" ", text)


def _own_lines(text: str) -> str:
    """Return *text* without quoted lines, log output and signature."""
    lines = _without_signature(text.split("\n"))
    lines = _or_all([line for line in lines if not _is_quoted(line)], lines)
    return "\n".join(_or_all([line for line in lines if not _is_log(line)], lines))


def _without_signature(lines: Sequence[str]) -> list[str]:
    """Return *lines* up to a signature: a mark of dashes or a sign-off with a few lines below it."""
    for number, line in enumerate(lines):
        below = [other for other in lines[number + 1 :] if other.strip()]
        if number and (_SIGNATURE_MARK.match(line) or _SENT_FROM.match(line)):
            return list(lines[:number])
        if number and _SIGN_OFF_LINE.match(line) and len(below) <= _MAX_SIGNATURE_LINES:
            return list(lines[:number])
    return list(lines)


def _is_quoted(line: str) -> bool:
    is_head = line.rstrip().endswith(":") and _QUOTE_HEAD.match(line)
    return bool(is_head or _QUOTE_LINE.match(line))


def _is_log(line: str) -> bool:
    """Return True for a line of log, stack trace or code."""
    if line.rstrip().endswith("?"):
        return False
    if _LOG_LINE.match(line):
        return True
    if len(line) < _MIN_LOG_LENGTH:
        return False
    letters = sum(map(str.isalpha, line)) + line.count(" ")
    return letters < _MIN_LETTER_SHARE * len(line)


def _or_all(kept: list[str], lines: list[str]) -> list[str]:
    """Return *kept* if it has a word, else *lines*."""
    return kept if any(any(map(str.isalpha, line)) for line in kept) else lines


def without_interjections(text: str, language: Language = ENGLISH) -> str:
    """Return *text* without the interjections that it begins with: "wait, I meant ..."."""
    found = _patterns(language).opening.match(text)
    return text[found.end() :] if found else text


def _without_edges(text: str, patterns: _Patterns) -> str:
    """Return *text* without salutation, frame, sign-off and interjections, if a word is left."""
    for cleaned in _edges(text, patterns):
        if any(map(str.isalnum, cleaned)):
            text = cleaned
    return text


def _edges(text: str, patterns: _Patterns) -> Iterator[str]:
    if "," in text and (found := _INLINE_SIGN_OFF.search(text)):
        short = len(found["name"].split()) <= _MAX_NAME_WORDS
        text = text[: found.start()] if short else text
        yield text
    for pattern in (_SALUTATION, patterns.opening):
        if (lead := pattern.match(text)) and any(map(str.isalnum, text[lead.end() :])):
            text = text[lead.end() :]
            yield text
    yield (text := without_frame(text, patterns.language))
    if patterns.may_close(text):
        yield patterns.closing.sub("", text)
