"""Serving of the web chat: size, headers, and the page /chat for any knowledge base."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot import Entry, KnowledgeBase

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from faqbot_web.routes.chat import render_chat_page
from tests.adapters.web.widget.chat import POLICY

if TYPE_CHECKING:
    from starlette.testclient import TestClient

_GUIDE = Path(__file__).parents[4] / "docs/how-to/web-chat.md"
_MODULE = files("faqbot_web").joinpath("static/widget.js").read_text(encoding="utf-8")
# Bytes of the compressed module, at most.
_BUDGET = 15_000


def test_module_is_small() -> None:
    """The module has at most 15 KB compressed, with its comments."""
    assert len(gzip.compress(_MODULE.encode())) <= _BUDGET


def test_module_stands_alone() -> None:
    """The module imports nothing, names no other site, and uses no way that a strict policy forbids."""
    addresses = set(re.findall(r"https?://[\w.]+", _MODULE))

    assert not re.search(
        r"^import |import\(|\beval\(|new Function|innerHTML|document\.cookie", _MODULE, re.MULTILINE
    )
    assert addresses == {"https://faq.example", "http://www.w3.org"}


def test_module_may_be_loaded_by_any_site(client: TestClient) -> None:
    """The module is sent as JavaScript with the headers that a module of another site needs."""
    response = client.get("/widget.js", headers={"Origin": "https://shop.example"})

    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["content-encoding"] == "gzip"
    assert response.text == _MODULE


def test_module_is_sent_once(client: TestClient) -> None:
    """A browser that has the module gets 304, and another coding is another ETag."""
    first = client.get("/widget.js")
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    again = client.get(
        "/widget.js", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    )

    assert again.status_code == 304
    assert "content-encoding" not in again.headers
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] != first.headers["etag"]
    assert plain.headers["vary"] == "Accept-Encoding"


def test_page_has_the_strict_policy(client: TestClient) -> None:
    """The page allows its own script and style and nothing else, and has nothing inline."""
    response = client.get("/chat")
    policy = response.headers["content-security-policy"]

    assert policy.startswith(POLICY)
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=", response.text)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("de", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("pt-BR", "ltr")],
)
def test_page_has_the_language_of_the_knowledge_base(language: str, direction: str) -> None:
    """Language and direction of the page are those of the knowledge base."""
    page = render_chat_page(KnowledgeBase((Entry("a", "A?", "B"),), language=language))

    assert f'<html lang="{language}" dir="{direction}">' in page


def test_title_is_escaped() -> None:
    """A title is text, whatever it holds."""
    hostile = '"><script>alert(1)</script> $language &amp;'
    page = render_chat_page(KnowledgeBase((Entry("a", "A?", "B"),), title=hostile))

    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; $language &amp;amp;" in page


def test_page_without_a_title_has_one() -> None:
    """A knowledge base without a title gets a page with one."""
    assert "<title>Questions and answers</title>" in render_chat_page(KnowledgeBase(()))


def test_page_on_the_chat_names_everything() -> None:
    """The how-to guide has a row for each text with its default, and names all parts and variables."""
    page = _GUIDE.read_text(encoding="utf-8")
    start = _MODULE.index("const TEXTS = {")
    texts = re.findall(
        r"^  (\w+): '(.*)',$", _MODULE[start : _MODULE.index("};", start)], re.MULTILINE
    )
    parts = set(re.findall(r"\bpart: '([\w-]+)'", _MODULE)) | {
        "restart",
        "close",
        "copy",
        "yes",
        "no",
    }
    parts |= {"starters", "choices", "related"}
    variables = set(re.findall(r"var\((--faqbot-[\w-]+)", _MODULE))

    assert [text for name, text in texts if f"| `{name}` | {text} |" not in page] == []
    assert {name for name in (*parts, *variables) if f"`{name}`" not in page} == set()
