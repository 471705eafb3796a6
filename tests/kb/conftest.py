"""Fixtures for knowledge bases: loading a text, and listing its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.errors import KnowledgeBaseError
from faqbot.kb import load_knowledge_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from faqbot.models import KnowledgeBase


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], KnowledgeBase]:
    """Load a text as if it were a file."""

    def load_text(text: str | bytes) -> KnowledgeBase:
        path = tmp_path / "kb.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_knowledge_base(path)

    return load_text


@pytest.fixture
def faults(load: Callable[[str | bytes], KnowledgeBase]) -> Callable[[str | bytes], list[str]]:
    """List the faults of a text, each as ``line: message``."""

    def list_faults(text: str | bytes) -> list[str]:
        try:
            load(text)
        except KnowledgeBaseError as error:
            return [f"{fault.line}: {fault.message}" for fault in error.faults]
        return []

    return list_faults
