"""Examples in README.md and docs/ that take more than a command to try."""

from __future__ import annotations

import importlib.util
import json
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.docs.pages import PAGES, ROOT, read_blocks


def _block(page: str, file: str) -> str:
    (text,) = [each.text for each in read_blocks(ROOT / "docs" / page) if each.file == file]
    return text


def _load(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = folder / "example.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    return module


def test_web_app_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server answers requests over HTTP, several at once, and not on the main thread."""
    web = _load(_block("how-to/embed.md", "web.py"), tmp_path, monkeypatch)
    monkeypatch.setattr(WSGIRequestHandler, "log_message", lambda *_: None)
    with make_server("127.0.0.1", 0, web.app, server_class=web.Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/?q="
        with ThreadPoolExecutor(4) as pool:
            answers = list(
                pool.map(_get, [f"{url}what+is+diplomacy", f"{url}vienna+convention"] * 4)
            )
        server.shutdown()

    questions = ("what is diplomacy", "vienna convention")
    assert answers == [web.bot.ask(question).to_dict() for question in questions] * 4


def _get(url: str) -> Any:  # noqa: ANN401  whatever the JSON holds
    with urlopen(url, timeout=30) as response:  # noqa: S310  an address of ours
        return json.load(response)


def test_tests_that_pages_name_exist() -> None:
    """A block that names a test as its proof names one of this module."""
    named = [
        block.comment.removeprefix("tested by: ")
        for page in PAGES
        for block in read_blocks(page)
        if block.comment.startswith("tested by: ")
    ]

    assert named
    assert [name for name in named if name not in globals()] == []


def test_adapter_is_registered_as_ours_is() -> None:
    """The group in the adapter's pyproject.toml is the one faqbot registers its own in."""
    example = tomllib.loads(_block("how-to/adapters.md", "faqbot-echo/pyproject.toml"))
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert example["project"]["entry-points"].keys() <= ours["project"]["entry-points"].keys()
