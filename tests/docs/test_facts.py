"""Lists and names in README.md and docs/ agree with the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import faqbot
from tests.docs.pages import PAGES, ROOT

_TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
_ALL = "\n".join(_TEXTS.values())
_REFERENCE = ROOT / "docs" / "reference"


def _column(page: str, head: str) -> set[str]:
    """Return the code words in the first column of the table whose header row begins with *head*."""
    table = _TEXTS[_REFERENCE / page].split(head)[1].split("\n\n")[0]
    return set(re.findall(r"^\| `([\w+-]+)`", table, flags=re.MULTILINE))


def test_readme_is_short() -> None:
    """README.md is an entrance of at most 200 lines; everything else has a page in docs/."""
    assert len(_TEXTS[ROOT / "README.md"].splitlines()) <= 200
    assert len(_TEXTS[ROOT / "CONTRIBUTING.md"].splitlines()) <= 150


def test_extras_are_listed() -> None:
    """The table of extras is complete, and pages name no other extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(project["optional-dependencies"])
    named = {name for group in re.findall(r"'\.\[([a-z,-]+)\]'", _ALL) for name in group.split(",")}

    assert _column("environment.md", "| extra |") == extras
    assert named <= extras


def test_encoders_are_listed() -> None:
    """The table of encoders lists each name that `--encoder` takes."""
    from faqbot.retrieval.encoders import ENCODER_NAMES

    assert _column("encoders.md", "| `--encoder` |") == set(ENCODER_NAMES)


def test_variables_are_listed() -> None:
    """The tables list every environment variable of faqbot that the code reads, and no other."""
    variable = re.compile(r"(?<!_)FAQBOT_[A-Z]+(?:_[A-Z]+)*")
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("faqbot", "adapters")
        for path in (ROOT / folder).rglob("*.py")
    )
    listed = _TEXTS[_REFERENCE / "environment.md"] + _TEXTS[_REFERENCE / "slack.md"]

    assert set(variable.findall(listed)) - {"_FAQBOT_COMPLETE"} == set(variable.findall(code))


def test_exit_codes_are_listed() -> None:
    """Every exit code that the code names is in the table."""
    table = _TEXTS[_REFERENCE / "exit-codes.md"]

    assert re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE) == [
        *("0", "1", "2", "3", "4", "5", "6", "130", "141", "143"),
    ]


def test_reasons_are_listed() -> None:
    """The table of reasons has each value of `faqbot.Reason`."""
    table = _TEXTS[_REFERENCE / "json.md"].split("| `reason` | outcome |")[1].split("\n\n")[0]
    first_cells = " ".join(re.findall(r"^\|([^|]+)\|", table, flags=re.MULTILINE))
    named = re.findall(r"`(\w+)`", first_cells)

    assert sorted(named) == sorted(faqbot.Reason)


def test_python_page_is_complete() -> None:
    """Each public name has an entry on the page of the Python API."""
    listed = set(re.findall(r":: faqbot\.(\w+)", _TEXTS[_REFERENCE / "python.md"]))

    assert listed == set(faqbot.__all__) - {"__version__"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link is to a file of the repository."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", _TEXTS[page])

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_exist(page: Path) -> None:
    """Each path of the source tree that a page names exists."""
    named = re.findall(
        r"`((?:faqbot|adapters|tests|benchmarks|deploy|docs)/[\w./-]*)`", _TEXTS[page]
    )

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_glossary_defines_each_term_once() -> None:
    """Terms are in alphabetical order within their part, and none is defined twice."""
    text = (ROOT / "docs" / "explanation" / "glossary.md").read_text(encoding="utf-8")
    parts = [re.findall(r"^(\S.*)\n: ", part, flags=re.MULTILINE) for part in text.split("\n## ")]
    terms = [term for part in parts for term in part]

    assert [part for part in parts if part != sorted(part, key=str.casefold)] == []
    assert len(terms) == len({term.casefold() for term in terms}) > 100


def test_benchmarks_that_reach_inside_are_named() -> None:
    """benchmarks/README.md names the scripts that import more than public names, and no other."""
    folder = ROOT / "benchmarks"
    inside = re.compile(r"^\s*(?:from|import) (?:faqbot\.|faqbot_)", re.MULTILINE)
    found = {path.stem for path in folder.glob("*.py") if inside.search(path.read_text("utf-8"))}
    (named,) = re.findall(r"what a user gets\. (.+?) measure a part", _flat(folder / "README.md"))

    assert set(re.findall(r"`(\w+)`", named)) == found


def _flat(path: Path) -> str:
    return " ".join(path.read_text(encoding="utf-8").split())


def test_modules_of_the_architecture_exist() -> None:
    """A module that the page names is in the adapter of its section, or anywhere in its tree."""
    page = _TEXTS[ROOT / "docs" / "explanation" / "architecture.md"]
    adapters = {"Slack": "adapters/faqbot_slack", "HTTP": "adapters/faqbot_web"}
    paths = {
        f"/{path.relative_to(ROOT).as_posix()}"
        for folder in ("faqbot", "adapters", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    }
    missing = []
    for section in page.split("\n## "):
        folder = adapters.get(section.split(":")[0], "")
        for name in re.findall(r"`([\w/]+\.py)`", section):
            start = "/" if name.startswith(("faqbot/", "adapters/", "tests/")) else f"/{folder}"
            if not any(each.startswith(start) and each.endswith(f"/{name}") for each in paths):
                missing.append(name)

    assert missing == []
