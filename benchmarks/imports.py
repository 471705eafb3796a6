"""Recall of `faqbot import` on FAQ files of public repositories.

Run from the repository:  python -m benchmarks.imports --mirror DIR [--verbose]

DIR holds a clone of each repository: DIR/OWNER+NAME, or DIR/OWNER+NAME/repo. Files of missing clones are
skipped. The questions of each file are found a second time, by a pattern that was written for this file by
hand and shares no code with the importer. A question counts if an entry or a draft asks it. A line of its
answer counts if nine in ten of its words are in the answer of that entry.
"""

from __future__ import annotations

import argparse
import csv
import html
import io
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from faqbot.ingest.drafts import drafts_of
from faqbot.ingest.extraction.candidate_pairs import Found
from faqbot.ingest.reading import found_in

# Share of a line's words, 0 to 1, that an answer must hold: marks and addresses may be rewritten.
_MOSTLY = 0.9
Gold = list[tuple[str, str]]


def _between(
    question: str, end: str = "", start: str = "", *, fences: bool = False
) -> Callable[[str], Gold]:
    """Return a rule: group 1 of *question* asks, and the answer goes on to the next question or *end*.

    The file is read from the first match of *start*. With *fences*, nothing begins in fenced code.
    """
    asks = re.compile(question, re.MULTILINE)
    ends = re.compile(f"{question}|{end}" if end else question, re.MULTILINE)

    def gold(text: str) -> Gold:
        text = re.sub(r"(?s)<!--.*?-->", "", text)
        begins = re.search(start, text, re.MULTILINE) if start else None
        text = text[begins.start() :] if begins else text
        blocks = re.finditer(r"^ *(```+).*\n(?:.*\n)*? *\1 *$", text, re.MULTILINE)
        code = [found.span() for found in blocks] if fences else []
        places = [
            found
            for found in ends.finditer(text)
            if not any(one <= found.start() < other for one, other in code)
        ]
        stops = [*(each.start() for each in places[1:]), len(text)]
        return [
            (found[1], text[found.end() : stop])
            for found, stop in zip(places, stops, strict=True)
            if asks.match(text, found.start())
        ]

    return gold


def _columns(question: str, answer: str, separator: str = ",") -> Callable[[str], Gold]:
    """Return a rule: columns of a table with these names."""

    def gold(text: str) -> Gold:
        rows = csv.DictReader(io.StringIO(text), delimiter=separator)
        return [(row[question], row[answer]) for row in rows if row[question] and row[answer]]

    return gold


def _keys(question: str, answer: str) -> Callable[[str], Gold]:
    """Return a rule: objects of YAML with these keys, at any depth."""

    def inside(data: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever YAML holds
        if isinstance(data, dict) and data.get(question) and data.get(answer):
            yield str(data[question]), str(data[answer])
        elif isinstance(data, dict | list):
            for each in data.values() if isinstance(data, dict) else data:
                yield from inside(each)

    return lambda text: list(inside(yaml.load(text, Loader=yaml.BaseLoader)))  # noqa: S506 - the base loader makes texts


_H2 = _between(r"^## (.+)$", r"^#{1,2} .+$", fences=True)
_PLUS = _between(r"^(\S.+)\n\+{4,}$", r"^(?:\.\. _[^\n]+:\n)|^\S.+\n[=-]{4,}$")
_RUST = _between(r"^<h3><a[^>]*>\s*((?:.|\n)+?)\s*</a></h3>$", r"^<h2[^\n]*$")


# Lines and names of markup languages: directives, roles, options, attributes, targets of links.
_MARKUP = re.compile(
    r"^\s*\.\. (?:[\w-]+::.*|_.*)$|:[\w-]+:(?=\S)|^\s*:[\w-]+:.*$|^\[[\w,= %\"]+\]$|^(?:markdown|image:.*)$"
    r"|\blink:[^\s\[]*|^::: ?\S*$|<[^<>\s]*>",
    re.MULTILINE,
)


_HIDDEN = re.compile(
    r"<!--(?s:.)*?-->|\]\([^()\s]*\)|\bhttps?://\S+|`|\*\*|</?(?:code|b|i|em|strong|sup)>|^ {0,3}\[[^\]]+\]: *\S+.*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """File of a public repository at a *commit*, with the rule that finds its questions."""

    repository: str
    path: str
    commit: str
    gold: Callable[[str], Gold]


FILES = (
    PublicFile("lydiahallie/javascript-questions", "README.md", "a8b427b9f7f94f1a2965144ba544b475c5f65829", _between(r"^###### \d+\. (.+)$", fences=True)),
    PublicFile("sudheerj/reactjs-interview-questions", "README.md", "4c355593498bb1878953b6b7f23c20c02848909e", _between(r"^\d+\. +### (.+)$", r"^ *\*\*\[.*Back to Top.*$|^#{1,4} .+$|^<!-- .*$")),
    PublicFile("Homebrew/brew", "docs/FAQ.md", "aad366ffaf6a8c94c66d35e4b990d42ac4195305", _H2),
    PublicFile("letsencrypt/website", "content/en/docs/faq.md", "b89871ef735cbb447f8d72c86146fcc8e62fc4ab", _H2),
    PublicFile("letsencrypt/website", "content/de/docs/faq.md", "b89871ef735cbb447f8d72c86146fcc8e62fc4ab", _H2),
    PublicFile("letsencrypt/website", "content/fr/docs/faq.md", "b89871ef735cbb447f8d72c86146fcc8e62fc4ab", _H2),
    PublicFile("letsencrypt/website", "content/es/docs/faq.md", "b89871ef735cbb447f8d72c86146fcc8e62fc4ab", _H2),
    PublicFile("letsencrypt/website", "content/ru/docs/faq.md", "b89871ef735cbb447f8d72c86146fcc8e62fc4ab", _H2),
    PublicFile("letsencrypt/website", "content/ja/docs/faq.md", "b89871ef735cbb447f8d72c86146fcc8e62fc4ab", _H2),
    PublicFile("h5bp/html5-boilerplate", "docs/faq.md", "b7e31d67f4cf83e23d51f4decc73618bf8bd77ba", _H2),
    PublicFile("prometheus/docs", "docs/introduction/faq.md", "c105550aad07161f62d02e305ed09799ec6025fa", _between(r"^#{3,4} (.+)$", r"^#{1,2} .+$")),
    PublicFile("vuejs/docs", "src/about/faq.md", "01e098a967951ea92d09b100b8e7d82c7a3369a2", _between(r"^## (.+?)(?: \{#.*)?$", r"^# .+$")),
    PublicFile("pyodide/pyodide", "docs/usage/faq.md", "fa84565891ce2d3bb58dd04666b2f98af6a33382", _H2),
    PublicFile("IdentitySquare/CookieChimp-Docs", "faq.mdx", "c97f0611b33ef3253d109d7c55a3091501ee2f12", _H2),
    PublicFile("rust-lang/prev.rust-lang.org", "en-US/faq.md", "3c8d24f62264c5dd1bd8cb4acc29c2fa2bbc678e", _RUST),
    PublicFile("rust-lang/prev.rust-lang.org", "es-ES/faq.md", "3c8d24f62264c5dd1bd8cb4acc29c2fa2bbc678e", _RUST),
    PublicFile("ansible/ansible-documentation", "docs/docsite/rst/reference_appendices/faq.rst", "ef72400cc2f70f974ffbb30b63098b31dbd36b07", _PLUS),
    PublicFile("kovidgoyal/calibre", "manual/faq.rst", "ea9ccaf487197d70a9dc354a547dea6ff2ca29b6", _between(r"^(\S.+)\n~{4,}$", r"^(?:\.\. _[^\n]+:\n)|^\S.+\n[=-]{4,}$|^\.\. contents[^\n]*(?:\n {2,}[^\n]*)*")),
    PublicFile("beanbaginc/django-evolution", "docs/faq.rst", "01781eeaf8f009a6fa49fc2340639ab23a3951df", _between(r"^(\S.+\?)\n={4,}$", r"^\.\. _[^\n]+$")),
    PublicFile("veripool/verilog-mode", "FAQ.rst", "1b8b544f30bff3d5453aee09ab2a1507dfd0bdd2", _between(r"^(\S.+)\n-{4,}$", r"^\S.+\n={4,}$")),
    PublicFile("chrisbra/vim_faq", "vim_faq.txt", "fbc4330c2195fae7ae17bb36aab52cca6ddb6391", _between(r"^\d+\.\d+\. ((?:.*\S.*\n)+)(?=\n|\Z)", r"^SECTION \d+.*$|^={20,}$", r"^SECTION 1 - GENERAL INFORMATION\n\n\n1\.1")),
    PublicFile("jenkinsci/pipeline-maven-plugin", "FAQ.adoc", "2961157d3557daa21722004b556f2d67107eaa3f", _between(r"^== (.+)$", r"^= .+$")),
    PublicFile("ntpsec/www", "FAQ.adoc", "345e7daa5a4c8a49adec4d4e5f1c38328f612395", _between(r"^== (.+?) *==$", r"^= .+$")),
    PublicFile("LineageOS/lineage_wiki", "_data/faq.yml", "e61c5fa25d22de9cff40f1d5498e2fd87f31b263", _keys("question", "response")),
    PublicFile("FuriLabs/faq", "faq.csv", "c308f0346ee104c788fbc0aed9ccf9b42126de42", _columns("query", "response")),
    PublicFile("deepset-ai/COVID-QA", "data/faqs/faq_200327.tsv", "fb2eb5e249618457e5359806601086c635c8eb8f", _columns("question", "answer", "\t")),
    PublicFile("deepset-ai/COVID-QA", "data/faqs/faq_covidbert.csv", "fb2eb5e249618457e5359806601086c635c8eb8f", _columns("question", "answer")),
    PublicFile("microsoft/BotBuilder-Samples", "archive/samples/csharp_dotnetcore/11.qnamaker/CognitiveModels/smartLightFAQ.tsv", "55d1f5372ee811e1fb8c0ccb15cc86340cc15679", _columns("Question", "Answer", "\t")),
    PublicFile("microsoft/BotBuilder-Samples", "experimental/handoff-library/csharp_dotnetcore/samples/LivePersonProxyAssistant/Deployment/Resources/QnA/en-us/Faq.qna", "55d1f5372ee811e1fb8c0ccb15cc86340cc15679", _between(r"^#+ \? (.+)$", r"^> .*$")),
    PublicFile("microsoft/BotBuilder-Samples", "archive/samples/csharp_dotnetcore/14.nlp-with-orchestrator/CognitiveModels/QnAMaker.qna", "55d1f5372ee811e1fb8c0ccb15cc86340cc15679", _between(r"^\ufeff?#+ \? (.+)$", r"^- .*$")),
)  # fmt: skip


def main() -> None:
    """Import each file, and print its recall of questions and of lines of answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--mirror", type=Path, required=True, help="folder of the clones")
    parser.add_argument("--verbose", action="store_true", help="show what is not found")
    options = parser.parse_args()
    total = Counter[str]()
    for file in FILES:
        data = content_of(file, options.mirror)
        if data is None:
            print(f"skipped, as there is no clone: {file.repository}")
            continue
        counts, missing = measured(found_in(data, Path(file.path).name), file.gold(_text(data)))
        total += counts
        print(f"{_line(counts)}  {file.repository} {Path(file.path).name}")
        for each in missing if options.verbose else ():
            print(f"    {each[:160]}")
    print(f"{_line(total)}  all")


def content_of(file: PublicFile, mirror: Path) -> bytes | None:
    """Return the content of *file* from its clone below *mirror*, or None without a clone."""
    folder = mirror / file.repository.replace("/", "+")
    for each in (folder / "repo", folder / "repo" / ".git", folder):
        shown = subprocess.run(
            ["git", "-C", str(each), "show", f"{file.commit}:{file.path}"],  # noqa: S607 - git of the path
            capture_output=True,
            check=False,
        ) if each.is_dir() else None  # fmt: skip
        if shown is not None and shown.returncode == 0:
            return shown.stdout
    return None


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def measured(found: Found, gold: Gold) -> tuple[Counter[str], list[str]]:
    """Return counts of questions and lines, all and found, and what was not found."""
    entries = [each.entry for each in drafts_of([found]).drafts]
    answers: dict[str, set[str]] = {}
    for entry in entries:
        for asked in (entry.question, *entry.alternates):
            for key in {_key(asked), _key(re.sub(r"\(\d+: .*\)$", "", asked))}:
                answers.setdefault(key, set()).update(_words(entry.answer))
    counts, missing = Counter[str](), list[str]()
    for question, answer in gold:
        said = answers.get(_key(question))
        lines = [words for line in _shown(answer).split("\n") if (words := _split(line))]
        counts["questions"] += 1
        counts["asked"] += said is not None
        counts["lines"] += len(lines)
        if said is None:
            missing.append(f"question: {question}")
        for words in lines:
            kept = said is not None and sum(word in said for word in words) >= _MOSTLY * len(words)
            counts["said"] += kept
            if not kept and said is not None:
                missing.append(f"{question[:40]}: {' '.join(words)}")
    return counts, missing


def _key(question: str) -> str:
    return " ".join(_words(question))


def _words(markdown: str) -> list[str]:
    return _split(_shown(markdown))


def _shown(markdown: str) -> str:
    """Return *markdown* as a reader sees it, without addresses and marks."""
    text = _HIDDEN.sub("", markdown)
    return _MARKUP.sub(" ", re.sub(r"</?[A-Za-z][^<>\n]*>", " ", html.unescape(text)))


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W_]{2,}", text.casefold())


def _line(counts: Iterable[str] | Counter[str]) -> str:
    made = Counter(counts)
    questions = f"questions {made['asked']:5,} of {made['questions']:5,}"
    lines = f"lines {made['said']:6,} of {made['lines']:6,}"
    share = made["asked"] / max(made["questions"], 1), made["said"] / max(made["lines"], 1)
    return f"{questions} {share[0]:.3f}  {lines} {share[1]:.3f}"


if __name__ == "__main__":
    main()
