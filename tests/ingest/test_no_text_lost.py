"""The rule of imports, for tables, office files and data: text is in an entry, a draft, or the summary.

Each place that can hold text has a word of its own, which is looked for after the whole import.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import UnreadableDocument, UnsupportedDocument
from faqbot.ingest.drafts import drafts_of
from faqbot.ingest.extraction.rules import find_candidates
from faqbot.ingest.formats import FORMATS
from faqbot.ingest.importing import Import
from faqbot.ingest.summary import summary_lines

# "@" stands for a word of its own.
_CELLS = ("Is @ it?", "Yes @.", "@", "", "@, @", '@ "@"', '"@', "@\n@", "<b>@</b>", "2031-07-04 @")
_HEADS = (
    ("Question", "Answer"),
    ("Question", "Answer", "Section", "Note"),
    ("Id", "Question", "Answer", "Expires", "URL"),
    ("Name", "Value", "Third"),
    (),
)
_ROWS = st.lists(st.lists(st.sampled_from(_CELLS), min_size=1, max_size=5), min_size=1, max_size=7)
_TABLES = st.tuples(st.sampled_from(_HEADS), _ROWS).map(lambda drawn: [*filter(None, [drawn[0]]), *drawn[1]])  # fmt: skip
_WORD = re.compile(r"zq\d{4}")


def _lost(name: str, data: bytes, words: Iterable[str]) -> list[str]:
    """Return the *words* that are in no entry, no draft and not in the summary."""
    try:
        found = find_candidates(FORMATS[name].read(data, f"f.{name}"), f"f.{name}")
    except (UnreadableDocument, UnsupportedDocument):
        return []  # refused as a whole, with a sentence
    drafts = drafts_of([found])
    told = [found.title, *summary_lines(Import([found]), drafts, verbose=True)]
    for each in drafts.drafts:
        entry = each.entry
        told += [*entry.phrasings, entry.answer, entry.section, entry.source, entry.url, entry.id]
        told += [*entry.tags, *entry.keywords, *entry.not_for]
    shown = set(_WORD.findall(" ".join(told).lower()))
    return [word for word in words if word not in shown]


def _numbered(text: str, numbers: Iterator[int]) -> str:
    return re.sub("@", lambda _: f"zq{next(numbers):04d}", text)


@given(_TABLES, st.sampled_from(",;\t|"), st.booleans())
@settings(deadline=None, max_examples=20)
def test_no_cell_of_a_text_table_is_lost(
    table: list[list[str]],
    separator: str,
    quoted: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """However rows are torn, quoted or cut short."""
    numbers = iter(range(10_000))
    lines = [separator.join(map(_quoted if quoted else str, row)) for row in table]
    text = _numbered("\n".join(lines), numbers)

    assert _lost("csv", text.encode(), _WORD.findall(text)) == []


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@given(_TABLES, _TABLES, st.data())
@settings(deadline=None, max_examples=6)
def test_no_cell_of_a_workbook_is_lost(
    first: list[list[str]], second: list[list[str]], data: st.DataObject
) -> None:
    """Whatever is hidden, struck, merged, linked or noted."""
    openpyxl = pytest.importorskip("openpyxl")
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    numbers = iter(range(10_000))
    book = openpyxl.Workbook()
    words: list[str] = []
    for title, table in (("One", first), ("Two", second)):
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append([_numbered(cell, numbers) for cell in row])
        place = st.tuples(st.integers(1, 5), st.integers(1, 4))
        for row, column in data.draw(st.sets(place, max_size=3)):
            cell = sheet.cell(row, column)
            match data.draw(st.integers(0, 5)):
                case 0:
                    cell.font = Font(strike=True)
                case 1:
                    cell.comment = Comment(_numbered("@", numbers), "Jo")
                case 2:
                    cell.hyperlink = _numbered("https://example.org/@", numbers)
                case 3:
                    sheet.row_dimensions[row].hidden = True
                case 4:
                    sheet.column_dimensions["ABCD"[column - 1]].hidden = True
                case _:
                    cell.number_format = ";;;"
        sheet.sheet_state = data.draw(st.sampled_from(["visible", "visible", "hidden"]))
        words += [
            word
            for row in sheet.iter_rows()
            for cell in row
            for text in (
                cell.value,
                cell.comment and cell.comment.text,
                cell.hyperlink and cell.hyperlink.target,
            )
            for word in _WORD.findall(str(text or ""))
        ]
    out = io.BytesIO()
    book.worksheets[0].sheet_state = "visible"
    book.save(out)

    assert _lost("xlsx", out.getvalue(), words) == []


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RUNS = (
    "<w:r><w:t>@</w:t></w:r>",
    "<w:r><w:t>Is @ it?</w:t></w:r>",
    "<w:r><w:rPr><w:b/></w:rPr><w:t>Is @ it?</w:t></w:r>",
    "<w:r><w:rPr><w:vanish/></w:rPr><w:t> @</w:t></w:r>",
    "<w:r><w:rPr><w:strike/></w:rPr><w:t> @</w:t></w:r>",
    "<w:del><w:r><w:delText> @</w:delText></w:r></w:del>",
    "<w:ins><w:r><w:t> @</w:t></w:r></w:ins>",
    "<w:fldSimple><w:r><w:t> @</w:t></w:r></w:fldSimple>",
    "<w:unknown><w:r><w:t> @</w:t></w:r></w:unknown>",
    "<w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>@</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r>",
    '<w:r><w:footnoteReference w:id="1"/></w:r>',
)
_PARAGRAPHS = st.tuples(
    st.sampled_from(["", "Heading1", "Title"]),
    st.lists(st.sampled_from(_RUNS), min_size=1, max_size=4).map("".join),
).map(lambda drawn: f'<w:p><w:pPr><w:pStyle w:val="{drawn[0]}"/></w:pPr>{drawn[1]}</w:p>')
_PARTS = st.one_of(
    _PARAGRAPHS,
    _PARAGRAPHS.map("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format),
    st.lists(_PARAGRAPHS, min_size=2, max_size=2).map(
        lambda cells: f"<w:tbl><w:tr><w:tc>{cells[0]}</w:tc><w:tc>{cells[1]}</w:tc></w:tr></w:tbl>"
    ),
    _PARAGRAPHS.map("<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>".format),
)  # fmt: skip


@given(st.lists(_PARTS, min_size=1, max_size=6))
@settings(deadline=None, max_examples=12)
def test_no_word_of_a_document_is_lost(parts: list[str]) -> None:
    """In whichever container it stands, hidden, struck, deleted or in a note."""
    pytest.importorskip("mammoth")
    numbers = iter(range(10_000))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    files = {
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{"".join(parts)}</w:body></w:document>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_W}"><w:footnote w:id="1"><w:p><w:r><w:t>@</w:t></w:r>'
        "</w:p></w:footnote></w:footnotes>",
    }
    out, text = io.BytesIO(), ""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, made := _numbered(content, numbers))
            text += made

    assert _lost("docx", out.getvalue(), _WORD.findall(text)) == []


_TEXT = st.sampled_from(["@", "Is @ it?", "Yes @.", "<p>@</p>"])
_RECORD = st.dictionaries(st.sampled_from(["question", "answer", "tags", "extra", "section"]), _TEXT, max_size=5)  # fmt: skip
_TREE = st.recursive(
    _TEXT | _RECORD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["one", "two", "name", "Is it?"]), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(_TREE)
@settings(deadline=None, max_examples=25)
def test_no_text_of_data_is_lost(tree: object) -> None:
    """In whichever shape the questions are grouped."""
    text = _numbered(json.dumps(tree), iter(range(10_000)))

    assert _lost("json", text.encode(), _WORD.findall(text)) == []


_YAML = (
    "- intent: faq/@\n  examples: |\n    - is @ it\n    - was [@](thing) it",
    "- intent: ask_@\n  examples:\n  - text: is @ it",
    "- intent: greet\n  examples: |\n    - hello @",
    "- lookup: city\n  examples: |\n    - @",
)
_RESPONSES = (
    "  utter_faq/x@:\n  - text: yes @",
    "  utter_greet:\n  - text: one @\n  - text: two @\n    buttons:\n    - title: go @\n      payload: /greet",
    "  utter_greet:\n  - custom:\n      key: @",
    "  utter_alone:\n  - text: alone @\n    image: https://e.org/@.png",
)
_STORIES = (
    "- story: tale @\n  steps:\n  - intent: greet\n  - action: utter_greet",
    "- story: tale\n  steps:\n  - intent: greet\n  - action: utter_alone\n  - user: said @",
)


@given(*(st.lists(st.sampled_from(parts), max_size=3) for parts in (_YAML, _RESPONSES, _STORIES)))
@settings(deadline=None, max_examples=20)
def test_no_text_of_a_project_is_lost(
    intents: list[str], responses: list[str], stories: list[str]
) -> None:
    """Neither further responses, unused intents nor the names of stories."""
    parts = ["nlu:", *intents, "responses:", *responses, "stories:", *stories]
    text = _numbered("\n".join(parts), iter(range(10_000)))

    assert _lost("rasa", text.encode(), _WORD.findall(text)) == []


@given(
    st.lists(
        st.tuples(st.sampled_from(["question", "answer", "note", "Is @ it?"]), _TEXT), max_size=6
    )
)
@settings(deadline=None, max_examples=20)
def test_no_repeated_key_of_yaml_is_lost(pairs: list[tuple[str, str]]) -> None:
    """YAML keeps the last value of a key; the others are named."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in pairs]
    text = "- question: Is it?\n  answer: Yes.\n-\n" + "\n".join(lines)
    text = _numbered(text, iter(range(10_000)))

    assert _lost("rasa", text.encode(), _WORD.findall(text)) == []


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["Is @ it?", "Yes @.", "@", "Head @", "- @", "1.2 @", "Chapter 7", "4", "@ . . . . . . 5"]),
        st.sampled_from(["F1", "F1", "F2", "F3"]),
        st.sampled_from([10, 10, 14]),
        st.sampled_from([14, 14, 40]),
    ),
    min_size=1,
    max_size=9,
)  # fmt: skip


@given(st.lists(_LINES, min_size=1, max_size=5))
@settings(deadline=None, max_examples=12)
def test_no_line_of_a_page_is_lost(pages: list[list[tuple[str, str, int, int]]]) -> None:
    """At the edges of pages, in contents, as a heading or as code."""
    pytest.importorskip("pypdf")
    numbers = iter(range(10_000))
    shown = [[(_numbered(text, numbers), *rest) for text, *rest in page] for page in pages]

    assert _lost("pdf", _pdf(shown), _WORD.findall(str(shown))) == []


def _pdf(pages: list[list[tuple[str, str, int, int]]]) -> bytes:
    """Return a PDF of lines, each a text, a font, a size and the room above it."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    names = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}
    fonts = DictionaryObject(
        {
            NameObject(f"/{key}"): DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject(f"/{name}"),
                }
            )
            for key, name in names.items()
        }
    )
    for lines in pages:
        page, y, content = writer.add_blank_page(600, 800), 780, ""
        for text, font, size, room in lines:
            y -= room
            content += f"BT /{font} {size} Tf 72 {y} Td ({text}) Tj ET\n"
        stream = DecodedStreamObject()
        stream.set_data(content.encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
