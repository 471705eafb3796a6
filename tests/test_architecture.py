"""Import rules: each package imports only the packages that its row of a table names."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import faqbot

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[1]

# Names that many rows share.
_BASE = {
    "faqbot.models",
    "faqbot.errors",
    "faqbot.installation",
    "faqbot.files",
    "faqbot.__version__",
    "faqbot.lazy",
    "faqbot.plurals",
    "faqbot.tenant_ids",
    "faqbot.database_urls",
}
_RETRIEVAL = "faqbot.retrieval"
_FACES = {"faqbot.kb", "faqbot.retrieval.__init__", "faqbot.dialogue", "faqbot.bot"}
_INDEX = "faqbot.retrieval.index"
_LANGUAGES = "faqbot.retrieval.languages"
_TEXT = "faqbot.retrieval.text"
_QUERY = "faqbot.retrieval.query"
_SCORING = "faqbot.retrieval.scoring"
_CALIBRATION = "faqbot.retrieval.calibration"
_SPELLING = "faqbot.retrieval.spelling"
_CONTRADICTIONS = "faqbot.retrieval.contradictions"
_KEY_TERMS = "faqbot.retrieval.key_terms"
_VERDICT = "faqbot.retrieval.verdict"
_ENCODERS = "faqbot.retrieval.encoders"
_NUMERIC = {*_BASE, "rapidfuzz", "numpy"}
_SLACK_LIBRARIES = {
    "faqbot",
    "click",
    "yaml",
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "starlette",
    "uvicorn",
    "markdown_it",
}
_WEB_LIBRARIES = {
    "faqbot",
    "click",
    "fastapi",
    "jwt",
    "prometheus_client",
    "pydantic",
    "starlette",
    "uvicorn",
}

# A row is a module or a package; the longest name that fits a module is its row. The standard
# library and the row's own package are always allowed. "package.__init__" allows the package's
# face only, and no module inside it.
_MAY_IMPORT: dict[str, set[str]] = {
    "faqbot.__version__": set(),
    "faqbot.lazy": set(),
    "faqbot.plurals": set(),
    "faqbot.errors": {"faqbot.installation"},
    "faqbot.installation": set(),
    "faqbot.files": set(),
    "faqbot.fair_turns": set(),
    "faqbot.database_urls": set(),
    "faqbot.tenant_ids": {"faqbot.errors"},
    "faqbot.models": {"faqbot.rendering"},
    "faqbot.rendering": {"faqbot.errors", "markdown_it", "nh3"},
    "faqbot.retrieval": {*_NUMERIC},
    "faqbot.retrieval.text": set(),
    "faqbot.retrieval.mapped_arrays": {"faqbot.files", "numpy"},
    "faqbot.retrieval.languages": {_TEXT},
    "faqbot.retrieval.languages.grammar_words": set(),
    "faqbot.retrieval.languages.detection": {_TEXT, _LANGUAGES, "py3langid"},
    "faqbot.retrieval.encoders": {
        *_NUMERIC,
        _TEXT,
        _LANGUAGES,
        "faqbot.retrieval.mapped_arrays",
        "wordllama",
        "safetensors",
        "tokenizers",
    },
    "faqbot.retrieval.encoders.fastembed": {
        *_NUMERIC,
        _TEXT,
        _LANGUAGES,
        "faqbot.retrieval.encoders.protocol",
        "fastembed",
        "tqdm",
    },
    "faqbot.retrieval.index": {*_NUMERIC, _TEXT, _LANGUAGES, _ENCODERS},
    "faqbot.retrieval.scoring": {*_NUMERIC, _INDEX, _TEXT, _LANGUAGES},
    "faqbot.retrieval.spelling_dictionary": {"numpy", "rapidfuzz", _INDEX, _LANGUAGES},
    "faqbot.retrieval.spelling": {
        *_NUMERIC,
        _INDEX,
        _TEXT,
        _LANGUAGES,
        "faqbot.retrieval.spelling_dictionary",
    },
    "faqbot.retrieval.query": {*_NUMERIC, _INDEX, _TEXT, _LANGUAGES, _SPELLING, _ENCODERS},
    "faqbot.retrieval.contradictions": {*_NUMERIC, _INDEX, _QUERY, _TEXT, _LANGUAGES},
    "faqbot.retrieval.key_terms": {_CONTRADICTIONS, _LANGUAGES},
    "faqbot.retrieval.verdict": {"numpy", _CONTRADICTIONS, _SCORING},
    "faqbot.retrieval.ambiguity": {
        "faqbot.models",
        _CONTRADICTIONS,
        _INDEX,
        _KEY_TERMS,
        _QUERY,
        _VERDICT,
    },
    "faqbot.retrieval.calibration": {*_NUMERIC, _SCORING, _INDEX},
    "faqbot.retrieval.cache": {
        *_NUMERIC,
        _INDEX,
        _CALIBRATION,
        _LANGUAGES,
        "faqbot.retrieval.mapped_arrays",
    },
    "faqbot.retrieval.self_calibration": {
        *_NUMERIC,
        _SCORING,
        _CALIBRATION,
        _QUERY,
        _INDEX,
        _TEXT,
        _LANGUAGES,
    },
    "faqbot.kb": {*_BASE, "yaml", "rapidfuzz"},
    "faqbot.kb.merged_manners": {"faqbot.models", "faqbot.kb.loading"},
    "faqbot.dialogue": {*_BASE, "faqbot.kb", "faqbot.retrieval.__init__", "rapidfuzz"},
    "faqbot.bot": {*_BASE, "faqbot.dialogue", "faqbot.kb", "faqbot.retrieval.__init__"},
    "faqbot.store.stored_records": {
        "faqbot.models",
        "faqbot.store.redaction",
        "faqbot.store.tables",
        "sqlalchemy",
    },
    "faqbot.store": {*_BASE, "sqlalchemy", "platformdirs", "phonenumbers", "stdnum"},
    "faqbot.tenancy": {
        *_BASE,
        *_FACES,
        "faqbot.publishing.__init__",
        "faqbot.publishing.following",
        "faqbot.watching",
        "numpy",
    },
    "faqbot.watching": {*_BASE, "faqbot.kb", "watchfiles"},
    "faqbot.reload": {*_BASE, *_FACES, "faqbot.watching", "faqbot.publishing"},
    "faqbot.adapters": {"faqbot.errors", "faqbot.bot", "click"},
    "faqbot.testing": {*_BASE, *_FACES, "faqbot.adapters", "yaml"},
    "faqbot.exporting": {*_BASE, "markdown_it"},
    "faqbot.ingest": {*_BASE, "faqbot.kb", "rapidfuzz", "yaml", "markdown_it", "mdit_py_plugins"},
    "faqbot.ingest.drafts": {*_BASE, *_FACES, "faqbot.ingest", "faqbot.kb"},
    "faqbot.ingest.suggesting": {*_BASE, *_FACES, "faqbot.ingest", "rapidfuzz"},
    "faqbot.ingest.importing": {*_BASE, *_FACES, "faqbot.ingest"},
    "faqbot.ingest.converters": {
        *_BASE,
        "faqbot.ingest.*",
        "faqbot.kb.__init__",  # its reader of YAML names the line of a fault, and bounds the size
        "yaml",
        "markdown_it",
        "mdit_py_plugins",
        "selectolax",
        "docutils",
        "mammoth",
        "openpyxl",
        "pypdf",
    },
    "faqbot.ingest.converters.dialects.reference_links": {
        "faqbot.ingest.blocks",
        "faqbot.ingest.markdown_text",
        "faqbot.ingest.converters.dialects.inline_html",
    },
    "faqbot.ingest.extraction": {*_BASE, "faqbot.ingest.*", "rapidfuzz"},
    "faqbot.authoring": {*_BASE, *_FACES, "numpy", "yaml", "rapidfuzz"},
    "faqbot.authoring.checks": {*_BASE, *_FACES, "yaml", "rapidfuzz", "markdown_it"},
    "faqbot.authoring.evaluation": {*_BASE, *_FACES},
    "faqbot.authoring.insights": {
        *_BASE,
        *_FACES,
        "faqbot.authoring.evaluation",
        "faqbot.store.__init__",  # reports and teaching read records from a store
        "numpy",
        "rapidfuzz",
        "markdown_it",
    },
    "faqbot.publishing": {
        *_BASE,
        *_FACES,
        "faqbot.adapters",
        "faqbot.authoring",
        "faqbot.store",
        "faqbot.watching",
        "psycopg",
        "sqlalchemy",
    },
    "faqbot.bounded_http": {"faqbot.errors", "faqbot.lazy", "starlette", "uvicorn"},
    "faqbot.shared_conversations": {*_BASE, "faqbot.dialogue", "faqbot.store.__init__"},
    "faqbot.serving": {
        *_BASE,
        *_FACES,
        "faqbot.adapters",
        "faqbot.publishing",
        "faqbot.reload",
        "faqbot.tenancy.__init__",
        "click",
    },
    "faqbot.commands": {
        *_BASE,
        *_FACES,
        "faqbot.adapters",
        "faqbot.reload",
        "faqbot.serving",
        "faqbot.authoring",
        "faqbot.ingest",
        "faqbot.exporting",
        "faqbot.publishing",
        "faqbot.store",
        "click",
    },
    "faqbot.cli": {*_BASE, "faqbot.commands", "faqbot.serving", "faqbot.adapters", "click"},
    "faqbot.__main__": {"faqbot.cli"},
    "faqbot_slack": {*_SLACK_LIBRARIES},
    "faqbot_slack.expiring": set(),
    "faqbot_slack.oauth_app": {"faqbot"},
    "faqbot_slack.installations": {*_SLACK_LIBRARIES, "faqbot_slack", "cryptography"},
    "faqbot_slack.rendering": {"faqbot", "markdown_it"},
    "faqbot_slack.events": {"faqbot", "faqbot_slack.rendering.escaping"},
    "faqbot_slack.transport": {
        *_SLACK_LIBRARIES,
        "faqbot_slack.events",
        "faqbot_slack.rendering",
        "faqbot_slack.expiring",
        "faqbot_slack.settings",
        "faqbot_slack.credentials",
    },
    "faqbot_slack.handlers": {
        "faqbot",
        "faqbot_slack.events",
        "faqbot_slack.rendering",
        "faqbot_slack.expiring",
        "faqbot_slack.settings",
    },
    "faqbot_web": {*_WEB_LIBRARIES},
    "faqbot_web.settings": {"faqbot", "pydantic"},
    "faqbot_web.rate_limits": {"faqbot"},
    "faqbot_web.schemas": {"faqbot", "pydantic"},
    "faqbot_web.answer_html": {"faqbot"},
    "faqbot_web.routes": {
        *_WEB_LIBRARIES,
        "faqbot_web.access",
        "faqbot_web.answer_html",
        "faqbot_web.schemas",
        "faqbot_web.problems",
        "faqbot_web.web_service",
        "faqbot_web.tenancy",
    },
    "faqbot_web.interfaces": {
        *_WEB_LIBRARIES,
        "faqbot_web.access",
        "faqbot_web.conversations",
        "faqbot_web.guard",
        "faqbot_web.answer_html",
        "faqbot_web.schemas",
        "faqbot_web.problems",
        "faqbot_web.routes",
        "faqbot_web.web_service",
        "faqbot_web.settings",
        "mcp",
    },
    "faqbot_web.interfaces.stdio": {"faqbot", "faqbot_web.interfaces.mcp_server", "click"},
    "faqbot_web.interfaces.mcp_server": {
        "faqbot",
        "faqbot_web.interfaces.safe_markdown",
        "mcp",
        "pydantic",
    },
    "faqbot_web.interfaces.safe_markdown": {"faqbot", "markdown_it", "mdformat"},
    "faqbot_terminal": {"faqbot", "rich", "markdown_it", "prompt_toolkit"},
}
# Packages that name formats of other products: those of documents, and of secrets.
_FORMATS = ("faqbot.ingest", "faqbot.exporting", "faqbot.store.redaction")
# Modules in one package, at most: more than 20 need a folder of their own (docs, architecture).
_MOST_MODULES = 20
# A module of at most this many lines that serves only its neighbour belongs inside that neighbour.
_TINY_LINES = 60
# Module names that may occur in several packages of one distribution.
_COMMON_NAMES = {
    "__init__",
    "formats",
    "text",
    "columns",
    "home",
    "modals",
    "settings",
    "command",
}
_PATHS = sorted([*(_ROOT / "faqbot").rglob("*.py"), *(_ROOT / "adapters").rglob("*.py")])


def _module(path: Path) -> str:
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "adapters" else parts).removesuffix(".__init__")


_MODULES = {_module(path): path for path in _PATHS}


def _imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every import of a module, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    inner = f"{module}.{alias.name}"
                    yield inner if inner in _MODULES else module
            case ast.ImportFrom():
                yield "a relative import"


_IMPORTED = {name: set(_imports(path)) for name, path in _MODULES.items()}


def _foreign(module: str) -> Iterator[str]:
    for name in _IMPORTED[module]:
        if name.split(".", 1)[0] not in sys.stdlib_module_names:
            yield name


def _allowed(module: str) -> set[str]:
    row = max((package for package in _MAY_IMPORT if _is_inside(module, package)), key=len)
    return {row, *_MAY_IMPORT[row]}


def _is_inside(name: str, package: str) -> bool:
    """Return True if *name* is *package* or inside it; `faqbot` means its public names only."""
    if package.endswith(".__init__"):
        return name == package.removesuffix(".__init__")
    if package.endswith(".*"):  # modules directly in a package, and not its folders
        parent = package.removesuffix(".*")
        return name.rpartition(".")[0] == parent and _MODULES[name].name != "__init__.py"
    return name == package or (package != "faqbot" and name.startswith(f"{package}."))


@pytest.mark.parametrize("module", [name for name in _MODULES if name != "faqbot"])
def test_imports_keep_to_the_table(module: str) -> None:
    """A module imports the standard library, its own package, and the names of its row."""
    allowed = _allowed(module)
    found = set(_foreign(module))

    assert {n for n in found if not any(_is_inside(n, package) for package in allowed)} == set()


def test_only_the_languages_import_a_language() -> None:
    """A language is passed as a parameter: no other module imports the package of one."""
    languages = "faqbot.retrieval.languages"
    others = {
        used
        for name in _MODULES
        if not _is_inside(name, languages)
        for used in _IMPORTED[name]
        if used.startswith(f"{languages}.") and used != f"{languages}.detection"
    }

    assert others == set()


def test_core_never_imports_an_adapter() -> None:
    """No module of faqbot names an adapter's package, not even inside a function."""
    adapters = {path.name for path in (_ROOT / "adapters").iterdir()}
    core = [name for name in _MODULES if name.startswith("faqbot.")]

    assert not {name for module in core for name in _foreign(module)} & adapters


def test_core_names_no_service_of_an_adapter() -> None:
    """The core has no word on the places that adapters serve: a new adapter changes nothing in it."""
    services = re.compile(r"slack|open ?ai|azure|webui|discord|telegram|whatsapp", re.IGNORECASE)
    named = {
        name: found[0]
        for name, path in _MODULES.items()
        if name.split(".")[0] == "faqbot" and not name.startswith(_FORMATS)
        if (found := services.search(path.read_text(encoding="utf-8")))
    }

    assert named == {}


def test_public_names_never_come_from_commands() -> None:
    """`import faqbot` reaches no module of the command line."""
    assert not [name for name in _IMPORTED["faqbot"] if name.startswith("faqbot.commands")]


@pytest.mark.parametrize("module", [name for name in _MODULES if name.startswith("faqbot_")])
def test_adapters_use_public_names_only(module: str) -> None:
    """An adapter of ours takes from faqbot only names in `faqbot.__all__`, as any other could."""
    taken = {
        alias.name
        for node in ast.walk(ast.parse(_MODULES[module].read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "faqbot"
        for alias in node.names
    }

    assert taken <= set(faqbot.__all__)


def test_every_row_names_a_module() -> None:
    """No row of the table is about a module that is gone."""
    assert [package for package in _MAY_IMPORT if package not in _MODULES] == []


def test_folders_hold_at_most_twenty_modules() -> None:
    """A package with more modules is divided by subject."""
    sizes = Counter(path.parent for path in _PATHS)

    assert {folder.name: n for folder, n in sizes.items() if n > _MOST_MODULES} == {}


@pytest.mark.parametrize(
    "distribution", ["faqbot", "faqbot_slack", "faqbot_terminal", "faqbot_web"]
)
def test_module_names_are_unique(distribution: str) -> None:
    """A module's name finds one file of its distribution."""
    stems = Counter(
        path.stem for name, path in _MODULES.items() if name.split(".")[0] == distribution
    )

    assert {stem for stem, n in stems.items() if n > 1} <= _COMMON_NAMES


def test_no_tiny_module_serves_only_its_neighbour() -> None:
    """A short module with one importer in its own folder is part of that importer."""
    importers = {
        name: {other for other, used in _IMPORTED.items() if name in used} for name in _MODULES
    }
    tiny = [
        name
        for name, users in importers.items()
        if len(users) == 1
        and _MODULES[name].stem not in {"__init__", "__main__"}
        and _MODULES[name].parent == _MODULES[next(iter(users))].parent
        and len(_MODULES[name].read_text(encoding="utf-8").splitlines()) <= _TINY_LINES
    ]

    assert tiny == []


def test_imports_have_no_circle() -> None:
    """Modules can be put in an order in which each imports only earlier ones."""
    left = {name: (used & _MODULES.keys()) - {name} for name, used in _IMPORTED.items()}
    while free := [name for name, used in left.items() if not used & left.keys()]:
        for name in free:
            del left[name]

    assert {name: sorted(used & left.keys()) for name, used in left.items()} == {}


def test_at_most_five_class_names_are_used_twice() -> None:
    """A class's name, without its underscore, means one thing in the whole tree."""
    names = Counter(
        node.name.lstrip("_")
        for path in _PATHS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    most_twice = 5  # figure of the project's structure rules; a few names are each one's own

    assert len([name for name, n in names.items() if n > 1]) <= most_twice
