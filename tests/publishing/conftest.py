"""A small knowledge base, and databases to publish it to: SQLite, and PostgreSQL where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """\
version: 1
entries:
  - id: printer
    question: How do I print?
    alternates: [where is the printer]
    answer: Pick **Floor 1**.
tests:
  - {ask: where can I print, expect: printer}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return the folder of a knowledge base with one file."""
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "office.yaml").write_text(SMALL, encoding="utf-8")
    return folder


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """Return the address of a database of SQLite that does not exist yet."""
    return f"sqlite:///{tmp_path / 'published.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database of each kind."""
    return str(request.getfixturevalue(request.param))
