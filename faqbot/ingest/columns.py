"""Columns of a table of questions, found by their names.

The module also parses cells with ids, tags, days and lists, as other bots' exports write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from faqbot.ingest.markdown_text import one_line

# Column names of people and of other bots' exports, in lower case without blanks and marks.
_NAMES: Mapping[str, frozenset[str]] = {
    name: frozenset(spellings.split())
    for name, spellings in {
        "question": "question questions q query faq questiontext faqquestion userquestion userquery "
        "utterance title frage pregunta domanda pergunta prompt instruction",
        "answer": "answer answers a response responses reply answertext faqanswer botanswer text content body "
        "antwort reponse réponse respuesta risposta resposta completion output",
        "markdown": "markdown answermarkdown altmarkdown",
        "alternates": "alternates alternate alternatequestion alternatequestions alternative "
        "alternatives alternativequestion alternativequestions altquestions variants variations "
        "phrasings similarquestions otherquestions examples trainingphrases utterances",
        "id": "id qid key slug entryid",
        "number": "qnaid number no nr",
        "section": "section category topic group heading chapter t",
        "source": "source reference origin",
        "url": "url link href website",
        "tags": "tags tag labels label metadata",
        "keywords": "keywords keyword",
        "not_for": "notfor",
        "audience": "audience clientfiltervalues",
        "follow_ups": "followups followup prompts related seealso",
        "reviewed": "reviewed",
        "expires": "expires",
        "draft": "draft isdraft archived isarchived hidden ishidden deleted isdeleted retired",
        "state": "state status workflowstate publishstatus articlestatus visibility published ispublished active "
        "isactive enabled isenabled zustand estado statut stato",
        "context_only": "iscontextonly contextonly",
    }.items()
}
_NAME_OF = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
# Words in longer names of the columns of a table of questions, in many languages.
_WORDS_OF: Mapping[str, frozenset[str]] = {
    "question": frozenset(
        ["question", "questions", "frage", "fragen", "pregunta", "preguntas", "domanda", "domande", "pergunta", "perguntas", "vraag", "vragen", "pytanie", "pytania", "fråga", "frågor", "spørgsmål", "spørsmål", "kysymys", "otázka", "kérdés", "soru", "întrebare", "pertanyaan", "câuhỏi", "вопрос", "вопросы", "питання", "ερώτηση", "שאלה", "سؤال", "سوال", "प्रश्न", "質問", "问题", "問題", "問い", "문의", "질문", "คำถาม", "query"]
    ),
    "answer": frozenset(
        ["answer", "answers", "antwort", "antworten", "réponse", "réponses", "respuesta", "respuestas", "risposta", "risposte", "resposta", "respostas", "antwoord", "antwoorden", "odpowiedź", "odpowiedzi", "svar", "vastaus", "odpověď", "odpoveď", "válasz", "cevap", "răspuns", "jawaban", "ответ", "ответы", "відповідь", "απάντηση", "תשובה", "جواب", "إجابة", "उत्तर", "答え", "答案", "回答", "解答", "답변", "คำตอบ", "response", "reply", "resolution", "solution", "fix"]
    ),
    "section": frozenset(
        ["section", "category", "categorie", "topic", "kategorie", "rubrik", "thema", "bereich", "catégorie", "rubrique", "thème", "categoría", "sección", "tema", "categoria", "sezione", "seção", "kategoria", "kategori", "категория", "раздел", "分類", "類別", "类别", "カテゴリ", "カテゴリー", "카테고리"]
    ),
}  # fmt: skip
# Names that mean a question or an answer only if no other column does.
_WEAK: Mapping[str, frozenset[str]] = {
    "question": frozenset(["shortdescription", "subject", "problem", "issue", "summary", "name", "symptom", "request", "betreff", "thema"]),
    "answer": frozenset(["description", "details", "resolution", "solution", "fix", "message", "value", "longdescription", "lösung"]),
}  # fmt: skip
# Words of names that say something about a question, such as "question id", "answered by".
_ABOUT = frozenset(["id", "ids", "no", "nr", "number", "date", "time", "by", "author", "user", "type", "category", "count", "total", "length", "tags", "url", "link", "status", "score", "rank", "lang", "language"])  # fmt: skip
# Runs of letters of one script: "問題Question" has two.
_RUN = re.compile(r"[a-z\u00c0-\u024f]+|[^\W\d_a-z\u00c0-\u024f]+")
# States, and values of "published" and similar columns, of a row that is not served.
_HIDDEN = frozenset(
    ["draft", "unpublished", "archived", "inactive", "deleted", "retired", "hidden", "private", "internal", "disabled", "pending", "review", "obsolete", "expired", "rejected", "withdrawn", "no", "false", "0", "off", "n", "entwurf", "archiviert", "brouillon", "borrador", "bozza", "rascunho"]
)  # fmt: skip
_NUMBERED = re.compile(r"(question|alternate|alternative|alternatequestion|variant|q)(\d{1,3})")
_MARKS = re.compile(r"[\W_]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Characters of an id, which people read and type; chosen by hand.
_LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class Columns:
    """Indexes of a row's cells by the names of fields.

    *phrasings* are the columns of further questions, in their order.
    """

    index: Mapping[str, int]
    phrasings: tuple[int, ...] = field(default=())

    @property
    def read(self) -> frozenset[int]:
        """Indexes of the columns that hold an entry's fields."""
        fields = (at for name, at in self.index.items() if name in _NAMES)
        return frozenset((*fields, *self.phrasings))

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return the cell of *row* in the column *name*, stripped.

        The result is empty without it.
        """
        return self.raw(row, name).strip()

    def raw(self, row: Sequence[str], name: str) -> str:
        """Return the cell of *row* in column *name*, untrimmed."""
        at = self.index.get(name, len(row))
        return row[at] if at < len(row) else ""

    def cells(self, row: Sequence[str], name: str) -> tuple[str, ...]:
        """Return the list items that one cell of *row* holds."""
        return listed(self.raw(row, name))


def find_columns(head: Iterable[str]) -> Columns | None:
    """Return the columns named *head*; None without questions and answers.

    A name may be a known word, or hold one, in one of many languages: "\u554f\u984cQuestion".
    """
    columns = named_columns(head)
    return columns if columns.index.keys() >= {"question", "answer"} else None


def named_columns(head: Iterable[str]) -> Columns:
    """Return the columns whose fields the names *head* tell, also without question and answer."""
    cells = list(head)
    index: dict[str, int] = {}
    numbered: list[tuple[int, int]] = []
    for at, cell in enumerate(cells):
        name = _MARKS.sub("", cell.casefold())
        many = _NUMBERED.fullmatch(name)
        if many and not (
            many[1] in {"question", "q"} and int(many[2]) == 1 and "question" not in index
        ):
            numbered.append((int(many[2]), at))
        else:
            index.setdefault("question" if many else _NAME_OF.get(name, f"column {at}"), at)
    if "answer" not in index and "markdown" in index:
        index["answer"] = index["markdown"]
    for find in (_by_words, _by_weak_name):
        for name in _WORDS_OF:
            found = find(cells, name, index) if name not in index else None
            if found is not None:
                index.pop(f"column {found}", None)
                index[name] = found
    return Columns(index, tuple(at for _, at in sorted(numbered)))


def _by_words(head: Sequence[str], name: str, index: Mapping[str, int]) -> int | None:
    """Return the unread column whose name has a word for *name*."""
    for at, cell in enumerate(head):
        words = frozenset(_RUN.findall(cell.casefold()))
        about = words & _ABOUT - _WORDS_OF[name]
        if f"column {at}" in index and words & _WORDS_OF[name] and not about:
            return at
    return None


def _by_weak_name(head: Sequence[str], name: str, index: Mapping[str, int]) -> int | None:
    """Return the unread column with a weak name for *name*, if the other field is known."""
    other = "answer" if name == "question" else "question"
    names = _WEAK.get(name, frozenset()) if other in index else frozenset()
    return next(
        (
            at
            for at, cell in enumerate(head)
            if f"column {at}" in index and _MARKS.sub("", cell.casefold()) in names
        ),
        None,
    )


def is_hidden(state: str) -> bool:
    """Return True for a row's *state* ("draft") that is not served."""
    words = _MARKS.sub(" ", state.casefold()).split()
    return bool(words) and (words[0] in _HIDDEN or words[-1] in _HIDDEN)


def words_listed(cell: str) -> tuple[str, ...]:
    """Split a *cell* with several keywords, also by commas."""
    parts = listed(cell)
    if len(parts) == 1 and not cell.endswith("\n"):
        parts = tuple(part.strip() for part in re.split("[,\uff0c\u3001]", cell) if part.strip())
    return tuple(dict.fromkeys(parts))


def listed(cell: str) -> tuple[str, ...]:
    """Split a *cell* of items by lines, bars or semicolons."""
    mark = next((mark for mark in ("\n", "|", ";") if mark in cell), "\n")
    return tuple(part.strip() for part in cell.split(mark) if part.strip())


def slug_of(name: str) -> str:
    """Return *name* as a lasting id, or an empty text.

    A lasting id is a slug with a letter in it. Capitals, dots, blanks and underscores are replaced.
    """
    slug = re.sub(r"[\s._/]+", "-", name.strip().lower())
    lasting = _SLUG.fullmatch(slug) and not slug.replace("-", "").isdigit() and slug != "none"
    return slug if lasting and len(slug) <= _LONGEST_SLUG else ""


def tags_of(cell: str) -> tuple[str, ...]:
    """Return the tags in *cell*, possibly QnA Maker's ``key:value | key:value``."""
    parts = listed(cell)
    if len(parts) == 1 and ":" not in cell and not cell.endswith("\n"):
        parts = tuple(part.strip() for part in cell.split(",") if part.strip())
    return tuple(dict.fromkeys(re.sub(" ?: ?", ":", " ".join(part.split())) for part in parts))


def is_address(text: str) -> bool:
    """Return True if *text* can be an entry's address."""
    return text.startswith(("https://", "http://", "mailto:")) and not text.split()[1:]


def day_of(text: str) -> date | None:
    """Return the day that *text* writes as 2026-01-31.

    The result is None for other text.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def words_of(text: object) -> str:
    """Return text or a number on one line.

    The result is empty for other types.
    """
    return one_line(str(text)) if isinstance(text, str | int) else ""
