"""What is built and installed: exactly our packages, with their data and their entry points."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import faqbot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_ROOT = Path(__file__).parents[1]
_DIST_INFO = f"faqbot-{faqbot.__version__}.dist-info"
_CORE = {"rapidfuzz", "numpy", "pyyaml", "click"}
_EXTRAS = {
    "all",
    "author",
    "bench",
    "dev",
    "docs",
    "html",
    "import",
    "import-office",
    "import-rst",
    "languages",
    "live",
    "mcp",
    "multilingual",
    "neural",
    "postgresql",
    "semantic",
    "slack",
    "slack-oauth",
    "store",
    "terminal",
    "web",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel from the source distribution, as an index would get both."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(_ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    """Return the wheel's metadata."""
    return Parser().parsestr(wheel.read(f"{_DIST_INFO}/METADATA").decode())


def test_top_level_is_ours_alone(wheel: zipfile.ZipFile) -> None:
    """An install adds faqbot, its adapters and its metadata to site-packages, nothing else."""
    top = {name.split("/", 1)[0] for name in wheel.namelist()}

    assert top == {"faqbot", "faqbot_slack", "faqbot_terminal", "faqbot_web", _DIST_INFO}


@pytest.mark.parametrize(
    "name",
    [
        "faqbot/knowledge/diplomacy.yaml",
        "faqbot/kb/kb.schema.json",
        "faqbot/py.typed",
        "faqbot_terminal/py.typed",
        "faqbot_web/py.typed",
        "faqbot_web/static/reference.html",
        f"{_DIST_INFO}/licenses/LICENSE",
    ],
)
def test_data_is_in_the_wheel(wheel: zipfile.ZipFile, name: str) -> None:
    """The bundled knowledge base, the schema, the typing markers and the licence are installed."""
    assert wheel.read(name) is not None


def test_every_module_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    """No module of the checkout is left out, and none that is not there is built."""
    sources = {
        path.relative_to(root).as_posix()
        for root, pattern in ((_ROOT, "faqbot/**/*.py"), (_ROOT / "adapters", "*/**/*.py"))
        for path in root.glob(pattern)
    }

    assert {name for name in wheel.namelist() if name.endswith(".py")} == sources


def test_entry_points(wheel: zipfile.ZipFile) -> None:
    """The command and our adapter are registered as anybody's would be."""
    points = configparser.ConfigParser()
    points.read_string(wheel.read(f"{_DIST_INFO}/entry_points.txt").decode())

    assert dict(points["console_scripts"]) == {"faqbot": "faqbot.cli:main"}
    assert dict(points["faqbot.adapters"]) == {
        "mcp": "faqbot_web.interfaces.stdio:StdioAdapter",
        "slack": "faqbot_slack:SlackAdapter",
        "terminal": "faqbot_terminal:TerminalAdapter",
        "web": "faqbot_web:WebAdapter",
    }
    assert dict(points["faqbot.commands"]) == {
        "slack": "faqbot_slack.command:slack",
        "mcp": "faqbot_web.interfaces.stdio:mcp",
        "serve": "faqbot_web.command:serve",
    }


def test_core_needs_four_libraries(metadata: Message) -> None:
    """A plain install brings exactly the four libraries of the core."""
    required = metadata.get_all("Requires-Dist", [])
    core = {re.split(r"[^\w-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line}

    assert core == _CORE


def test_extras(metadata: Message) -> None:
    """The extras are those that README.md lists and messages name."""
    assert set(metadata.get_all("Provides-Extra", [])) == _EXTRAS


def test_versions_agree(metadata: Message) -> None:
    """The distribution's version is the package's."""
    assert metadata["Version"] == faqbot.__version__
