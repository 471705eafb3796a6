"""How long every reader of documents takes, and how much memory: `python benchmarks/readers.py`.

Each format is read in a process of its own, from a document that is made here with as many questions
as give it about a megabyte of text, so that figures can be compared.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from faqbot.exporting import export_to, select
from faqbot.ingest.formats import FORMATS
from faqbot.models import Entry, KnowledgeBase

_QUESTIONS = 2_000
_ANSWER = " ".join(["An answer says what is asked in some words, and then says a little more."] * 6)


def _pairs(count: int) -> list[tuple[str, str]]:
    return [(f"What is the answer to question number {n}?", _ANSWER) for n in range(count)]


def _lines(head: str, form: str) -> Callable[[int], bytes]:
    """Return what makes a document of text: *form* once for each question, after *head*."""

    def made(count: int) -> bytes:
        return (
            head + "".join(form.format(q=q, a=a, u="-" * len(q)) for q, a in _pairs(count))
        ).encode()

    return made


def _exported(form: str) -> Callable[[int], bytes]:
    def made(count: int) -> bytes:
        entries = (Entry(f"entry-{n}", q, a) for n, (q, a) in enumerate(_pairs(count)))
        return export_to(form, select(KnowledgeBase(tuple(entries)))).encode()

    return made


def _json(count: int) -> bytes:
    return json.dumps(
        {"qna": [{"qid": f"q.{n}", "q": [q], "a": a} for n, (q, a) in enumerate(_pairs(count))]}
    ).encode()


def _rasa(count: int) -> bytes:
    nlu = (
        f"- intent: ask_{n}\n  examples: |\n    - {q}\n" for n, (q, _) in enumerate(_pairs(count))
    )
    said = (f"  utter_ask_{n}:\n  - text: {a}\n" for n, (_, a) in enumerate(_pairs(count)))
    return ('version: "3.1"\nnlu:\n' + "".join(nlu) + "responses:\n" + "".join(said)).encode()


def _xlsx(count: int) -> bytes:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("FAQ")
    for row in [("Question", "Answer"), *_pairs(count)]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _docx(count: int) -> bytes:
    import zipfile

    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    packages = "http://schemas.openxmlformats.org/package/2006"
    run = "<w:p><w:r>{}<w:t>{}</w:t></w:r></w:p>"
    body = "".join(
        run.format("<w:rPr><w:b/></w:rPr>", q) + run.format("", a) for q, a in _pairs(count)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{packages}/content-types"/>')
        relation = f'<Relationship Id="r1" Type="{kind}" Target="word/document.xml"/>'
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packages}/relationships">{relation}</Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return out.getvalue()


def _pdf(count: int) -> bytes:
    """Return a PDF with a question and its answer, in lines, on each quarter of a page."""
    import textwrap

    pages: list[str] = []
    shown, y = "", 740
    for q, a in _pairs(count):
        for size, line in [(14, q), *((10, line) for line in textwrap.wrap(a, 95))]:
            y -= 24 if size == 14 else 12
            shown += f"BT /F1 {size} Tf 72 {y} Td ({line}) Tj ET\n"
        if y < 200:
            pages, shown, y = [*pages, shown], "", 740
    pages += [shown] if shown else []
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
    ]
    for at, content in enumerate(pages):
        box = "/MediaBox [0 0 600 800] /Resources 3 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * at} 0 R >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}").encode()


_MAKERS: dict[str, Callable[[int], bytes]] = {
    "markdown": _lines("# FAQ\n\n", "## {q}\n\n{a}\n\n"),
    "html": _lines("<title>FAQ</title><h1>FAQ</h1>", "<h2>{q}</h2><p>{a}</p>\n"),
    "text": _lines("FAQ\n\n", "{q}\n\n{a}\n\n"),
    "rst": _lines("===\nFAQ\n===\n\n", "{q}\n{u}\n\n{a}\n\n"),
    "asciidoc": _lines("= FAQ\n\n", "== {q}\n\n{a}\n\n"),
    "docx": _docx,
    "pdf": _pdf,
    "csv": _exported("csv"),
    "xlsx": _xlsx,
    "json": _json,
    "rasa": _rasa,
}


def _measured(name: str, count: int) -> dict[str, object]:
    """Read a document of the format *name* in this process; memory is what reading adds at most."""
    data = _MAKERS[name](count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    blocks = sum(1 for _ in FORMATS[name].read(data, "faq"))
    seconds = time.process_time() - start
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"bytes": len(data), "blocks": blocks, "seconds": seconds, "memory": memory}


def main() -> None:
    """Print a table of all formats, or as JSON what one gives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=_QUESTIONS, help="in each document")
    parser.add_argument("--format", choices=sorted(_MAKERS), help="only this one, in this process")
    given = parser.parse_args()
    if given.format:
        print(json.dumps(_measured(given.format, given.questions)))
        return
    print("| format | document | blocks | CPU | memory |\n| --- | ---: | ---: | ---: | ---: |")
    for name in _MAKERS:
        command = [sys.executable, __file__, "--format", name, "--questions", str(given.questions)]
        found = json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout
        )
        size, seconds, memory = found["bytes"] / 1e6, found["seconds"], found["memory"]
        print(
            f"| {name} | {size:.2f} MB | {found['blocks']:,} | {seconds:.2f} s | {memory:.0f} MB |"
        )


if __name__ == "__main__":
    main()
