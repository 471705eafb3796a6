"""DOCX: what its styles say, and no more."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind

pytest.importorskip("mammoth")
pytest.importorskip("selectolax")

from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.converters.office.docx import read

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_STYLES = (
    f'<?xml version="1.0"?><w:styles xmlns:w="{_W}">'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>'
)


def _p(text: str, style: str = "", run: str = "") -> str:
    marks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{marks}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def _docx(body: str, before: str = "", **parts: str) -> bytes:
    document = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
        "word/styles.xml": _STYLES,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files | parts).items():
            archive.writestr(name, text)
    return out.getvalue()


def _renamed(data: bytes) -> bytes:
    """Return a document whose text is in a part that is not named as XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name).replace(b"word/document.xml", b"word/document.evil")
            after.writestr(name.replace("document.xml", "document.evil"), content)
    return out.getvalue()


def _read(body: str) -> list[Block]:
    return list(read(_docx(body), "faq.docx"))


def test_headings_and_bold() -> None:
    """A heading style is a heading, bold is bold; places count what is found."""
    blocks = _read(
        _p("Paying", "H1") + _p("How do I pay?", run="<w:b/>") + _p("By card &amp; cash.")
    )

    assert [(block.kind, block.text, str(block.place)) for block in blocks] == [
        (Kind.HEADING, "Paying", "paragraph 1"),
        (Kind.TEXT, "**How do I pay?**", "paragraph 2"),
        (Kind.TEXT, "By card & cash.", "paragraph 3"),
    ]


def test_a_document_without_styles_says_so() -> None:
    """Where nothing tells a question from an answer, the author learns why nothing is found."""
    note = _read("".join(_p(f"Text {at}") for at in range(5)))[-1]

    assert note.kind is Kind.NOTE
    assert "give its headings a heading style" in note.text


def _left_out(blocks: list[Block]) -> list[tuple[str, str, str]]:
    return [
        (block.text, block.reason, str(block.place))
        for block in blocks
        if block.kind is Kind.LEFT_OUT
    ]


def _shown(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind not in {Kind.LEFT_OUT, Kind.NOTE}]


def _r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def _paragraph(*runs: str, style: str = "") -> str:
    marks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{marks}{''.join(runs)}</w:p>"


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("<w:vanish/>", "it is hidden in the document"),
        ('<w:vanish w:val="true"/>', "it is hidden in the document"),
        ("<w:strike/>", "it is struck out"),
        ("<w:dstrike/>", "it is struck out"),
    ],
)
def test_hidden_and_struck_text_is_left_out(mark: str, reason: str) -> None:
    """It is in no block; the parts of a text that a program has split are one record."""
    blocks = _read(
        _p("Paying", "H1") + _paragraph(_r("Ten euros."), _r(" Bal", mark), _r("let: none.", mark))
    )

    assert _shown(blocks) == ["Paying", "Ten euros."]
    assert _left_out(blocks) == [("Ballet: none.", reason, "paragraph 2")]


@pytest.mark.parametrize("mark", ['<w:vanish w:val="0"/>', '<w:strike w:val="false"/>'])
def test_a_property_that_is_off_hides_nothing(mark: str) -> None:
    """Programs write "off" to undo a style."""
    assert _shown(_read(_paragraph(_r("Ten euros.", mark)))) == ["Ten euros."]


def _styled(body: str) -> list[Block]:
    """Read *body* with styles that hide: H for paragraphs, C for characters, and B based on H."""
    made = "".join(
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{rest}</w:style>'
        for kind, name, rest in (
            ("paragraph", "H", "<w:rPr><w:vanish/></w:rPr>"),
            ("paragraph", "B", '<w:basedOn w:val="H"/>'),
            ("paragraph", "Loop", '<w:basedOn w:val="Loop"/>'),
            ("character", "C", "<w:rPr><w:vanish/></w:rPr>"),
        )
    )
    styles = f'<w:styles xmlns:w="{_W}">{made}</w:styles>'
    return list(read(_docx(body, **{"word/styles.xml": styles}), "faq.docx"))


@pytest.mark.parametrize(
    ("style", "properties", "hidden"),
    [
        ("H", "", True),
        ("B", "", True),
        ("Loop", "", False),
        ("", '<w:rStyle w:val="C"/>', True),
        ("H", '<w:rStyle w:val="C"/>', False),
        ("H", '<w:vanish w:val="0"/>', False),
        ("H", "<w:vanish/>", True),
    ],
)
def test_styles_hide_text(*, style: str, properties: str, hidden: bool) -> None:
    """A style may be based on another; two styles invert each other, and the run has the last word."""
    blocks = _styled(_p("Always.") + _paragraph(_r("Perhaps.", properties), style=style))

    assert _shown(blocks) == ["Always."] + ["Perhaps."] * (not hidden)
    assert len(_left_out(blocks)) == hidden


def test_tracked_changes_are_read_as_accepted() -> None:
    """Inserted and moved text stands, deleted text is named."""
    deleted = "<w:del><w:r><w:delText>ten</w:delText></w:r></w:del>"
    moved = (
        f"<w:moveFrom>{_r('Only today. ')}</w:moveFrom><w:moveTo>{_r(' Only today.')}</w:moveTo>"
    )
    blocks = _read(
        _paragraph(_r("It is "), deleted, f"<w:ins>{_r('nine')}</w:ins>", _r("."), moved)
    )

    assert _shown(blocks) == ["It is nine. Only today."]
    assert _left_out(blocks) == [("ten", "it is deleted by a tracked change", "paragraph 1")]


def test_hidden_rows_of_a_table_are_left_out() -> None:
    """A row may be hidden as a whole."""
    row = "<w:tr>{}<w:tc>" + _p("{}") + "</w:tc></w:tr>"
    hidden = row.format("<w:trPr><w:hidden/></w:trPr>", "Staff pay five.")
    blocks = _read(f"<w:tbl>{row.format('', 'Guests pay nine.')}{hidden}</w:tbl>")

    assert "Staff" not in "".join(_shown(blocks))
    assert _left_out(blocks)[0][0] == "Staff pay five."


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_stand_where_the_text_refers_to_them(kind: str) -> None:
    """Not below the last answer of the document; a note that nothing refers to is named."""
    mark = (
        f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{kind}Reference w:id="2"/></w:r>'
    )
    notes = (
        f'<w:{kind}s xmlns:w="{_W}"><w:{kind} w:id="0" w:type="separator">{_p("-")}</w:{kind}>'
        f'<w:{kind} w:id="2">{_paragraph(_r("Not in May."), _r(" Ask Ann.", "<w:vanish/>"))}</w:{kind}>'
        f'<w:{kind} w:id="3">{_p("Old rules.")}</w:{kind}></w:{kind}s>'
    )
    body = _paragraph(_r("It is open"), mark, _r(".")) + _p("Next.")
    blocks = list(read(_docx(body, **{f"word/{kind}s.xml": notes}), "faq.docx"))

    assert _shown(blocks) == ["It is open (Not in May.).", "Next."]
    assert [text for text, _, _ in _left_out(blocks)] == ["Ask Ann.", "Old rules."]


def _related(**targets: str) -> dict[str, str]:
    """Return the part that names the parts to which a document points, a kind each."""
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    made = "".join(
        f'<Relationship Id="{kind}" Type="{base}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{space}">{made}</Relationships>'
    }


def test_parts_beside_the_text_are_named() -> None:
    """Heads and feet of pages, comments and diagrams."""
    parts = _related(
        header="h.xml", footer="f.xml", comments="c.xml", diagramData="d.xml", chart="x.xml"
    )
    texts = {"h": "The house", "f": "Page", "c": "Ask Ann.", "d": "From A to B"}
    parts |= {
        f"word/{name}.xml": f'<w:part xmlns:w="{_W}">{_p(text)}</w:part>'
        for name, text in texts.items()
    }
    blocks = list(read(_docx(_p("Hello."), **parts), "faq.docx"))

    assert [(text, reason) for text, reason, _ in _left_out(blocks)] == [
        ("The house", PAGE_BOILERPLATE),
        ("Page", PAGE_BOILERPLATE),
        ("Ask Ann.", "it is a comment"),
        ("From A to B", "it is in a diagram"),
    ]
    assert [block.text for block in blocks if block.kind is Kind.NOTE] == [
        "charts are not imported: 1 left out"
    ]


_BOX = f"<w:txbxContent>{_p('Mind the step.')}</w:txbxContent>"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SHAPE = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{_BOX}</v:textbox></v:shape></w:pict>'


@pytest.mark.parametrize(
    "container",
    [
        f"<w:r>{_SHAPE}</w:r>",
        f"<w:r><w:drawing><a><b>{_BOX}</b></a></w:drawing></w:r>",
        (
            f'<w:r><mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice><w:drawing>{_BOX}</w:drawing></mc:Choice>'
            f"<mc:Fallback>{_SHAPE}</mc:Fallback></mc:AlternateContent></w:r>"
        ),
        (
            f'<w:r><mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice><w:drawing>{_BOX}</w:drawing></mc:Choice>'
            "</mc:AlternateContent></w:r>"
        ),
        f"<w:sdt><w:sdtContent>{_r('Mind the step.')}</w:sdtContent></w:sdt>",
        f"<w:fldSimple>{_r('Mind the step.')}</w:fldSimple>",
        f"<w:bdo><w:smartTag>{_r('Mind the step.')}</w:smartTag></w:bdo>",
        f"<w:r><w:ruby><w:rt>{_r('x')}</w:rt><w:rubyBase>{_r('Mind the step.')}</w:rubyBase></w:ruby></w:r>",
    ],
    ids=["shape", "drawing", "both", "new", "control", "field", "direction", "ruby"],
)
def test_text_in_containers_is_read_once(container: str) -> None:
    """Text boxes in either form, content controls, fields and the like."""
    blocks = _read(f"<w:p>{_r('Hello.')}{container}</w:p>")

    assert " ".join(_shown(blocks)).count("Mind the step.") == 1
    assert not _left_out(blocks)


def test_text_that_nobody_can_convert_is_named() -> None:
    """A formula has no form in Markdown."""
    blocks = _read(
        _paragraph(_r("It costs "), "<m:oMath xmlns:m='urn:m'><m:r><m:t>x+2y</m:t></m:r></m:oMath>")
    )

    assert [text for text, _, _ in _left_out(blocks)] == ["x+2y"]


_WORD = st.from_regex(r"[a-z]{4,9}", fullmatch=True)
_MARK = st.sampled_from(["", "", "<w:vanish/>", "<w:strike/>", "<w:dstrike/>", "<w:b/>"])
_CONTAINER = st.sampled_from(
    [
        "{}",
        "{}",
        "<w:ins>{}</w:ins>",
        "<w:del>{}</w:del>",
        "<w:fldSimple>{}</w:fldSimple>",
        "<w:hyperlink>{}</w:hyperlink>",
        "<w:odd>{}</w:odd>",
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:r><w:drawing><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:drawing></w:r>",
    ]
)
_RUN = st.builds(lambda word, mark, around: (word, around.format(_r(word, mark))), _WORD, _MARK, _CONTAINER)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.lists(_RUN, min_size=1, max_size=4), min_size=1, max_size=5), st.booleans())
def test_each_word_of_a_document_is_read_or_named(
    paragraphs: list[list[tuple[str, str]]],
    in_table: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """Whatever a word stands in, and however it is marked, it is shown or named."""
    body = "".join(_paragraph(*(run for _, run in paragraph)) for paragraph in paragraphs)
    if in_table:
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc></w:tr></w:tbl>"
    said = "".join("".join(block.text for block in _read(body)).split())

    assert [word for paragraph in paragraphs for word, _ in paragraph if word not in said] == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "damaged or cut off"),
        (b"hello", "damaged or cut off"),
        (_docx(_p("Why?"))[:500], "damaged or cut off"),
        (_docx(""), "has no text"),
        (_docx("<w:p>"), "is damaged"),
        (
            _docx(_p("&x;"), '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            "declares XML entities",
        ),
        (_docx(_p("Why?"), **{"word/big.xml": "x" * 11_000_000}), "would unpack to 11 MB"),
        (_renamed(_docx(_p("Why?") * 200_000)), "would unpack to 1[0-9] MB"),
        (_renamed(_docx(_p("&x;"), '<!DOCTYPE a [<!ENTITY x "y">]>')), "declares XML entities"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1WordDocument", "of Office before 2007"),
    ],
)
def test_bad_input_is_a_sentence(data: bytes, sentence: str) -> None:
    """Cut off, locked, old, empty, a bomb, a trap: each is said, and nothing is opened."""
    with pytest.raises(UnreadableDocument, match=f"faq.docx.*{sentence}"):
        list(read(data, "faq.docx"))


def test_deep_nesting_is_a_sentence() -> None:
    """Tables in tables without end are no document for people."""
    deep = "<w:tbl><w:tr><w:tc>" * 3_000 + _p("x") + "</w:tc></w:tr></w:tbl>" * 3_000

    with pytest.raises(UnreadableDocument, match=r"faq\.docx"):
        _read(deep)


_VALID = _docx(_p("Paying", "H1") + _p("How?") + _p("So."))
_BODY = _p("Paying", "H1") + _p("How?")


@settings(deadline=None)
@given(st.binary(max_size=20), st.integers(0, len(_VALID)), st.integers(0, 1))
def test_any_bytes_are_blocks_or_a_sentence(put: bytes, at: int, inside: int) -> None:
    """A document changed inside or out is read or refused, nothing else."""
    if inside:
        place = at % len(_BODY)
        data = _docx(_BODY[:place] + put.decode("latin-1") + _BODY[place + len(put) :])
    else:
        data = _VALID[:at] + put + _VALID[at + len(put) :]
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.docx"))


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ('<w:color w:val="FFFFFF"/>', False),
        ('<w:color w:val="fefefe"/>', False),
        ('<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>', True),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>', True),
        ('<w:color w:val="FFFF00"/>', True),
        ('<w:color w:val="auto"/>', True),
    ],
)
def test_white_text_is_left_out(*, properties: str, shown: bool) -> None:
    """Nobody sees it on white paper; on a color it is read."""
    blocks = _read(_p("Paying", "H1") + _paragraph(_r("Ten euros."), _r(" A secret.", properties)))

    assert _shown(blocks) == ["Paying", "Ten euros. A secret." if shown else "Ten euros."]
    assert bool(_left_out(blocks)) is not shown


@pytest.mark.parametrize(
    ("cell", "table", "shown"),
    [
        ('<w:shd w:val="clear" w:fill="4472C4"/>', "", True),
        ("", '<w:tblStyle w:val="GridTable4"/>', True),
        ("", "", False),
    ],
)
def test_white_text_in_a_table_may_be_on_a_color(*, cell: str, table: str, shown: bool) -> None:
    """The head of a table often is."""
    white = _paragraph(_r("Price", '<w:color w:val="FFFFFF"/>'))
    row = f"<w:tr><w:tc><w:tcPr>{cell}</w:tcPr>{white}</w:tc><w:tc>{_p('Ten')}</w:tc></w:tr>"
    blocks = _read(f"<w:tbl><w:tblPr>{table}</w:tblPr>{row}</w:tbl>{_p('End.')}")

    assert any("Price" in text for text in _shown(blocks)) is shown
