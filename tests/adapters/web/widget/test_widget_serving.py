"""Serving of the web chat: size, headers, and the page /chat for any knowledge base."""

from __future__ import annotations

import gzip
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot import Entry, KnowledgeBase

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from faqbot_web.routes.chat_page import chat_texts, primary_subtag, render_chat_page
from tests.adapters.web.widget.chat import POLICY

if TYPE_CHECKING:
    from starlette.testclient import TestClient

_GUIDE = Path(__file__).parents[4] / "docs/how-to/web-chat.md"
_MODULE = files("faqbot_web").joinpath("static/widget.js").read_text(encoding="utf-8")
# Bytes of the compressed module, at most.
_BUDGET = 15_000


def _texts() -> list[tuple[str, str]]:
    """Return names and defaults of the texts in the module."""
    texts = _MODULE.partition("const TEXTS = {")[2].partition("};")[0]
    return re.findall(r"^  (\w+): '(.*)',$", texts, re.MULTILINE)


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


@pytest.mark.parametrize("tag", ["de", "pt-BR", "FR_ca"])
def test_module_has_texts_of_a_language(client: TestClient, tag: str) -> None:
    """The parameter `lang` exchanges the texts of the module, and nothing else."""
    language = primary_subtag(tag)
    texts = chat_texts()[language]

    module = client.get(f"/widget.js?lang={tag}").text

    assert all(
        f'"{name}": {json.dumps(text, ensure_ascii=False)}' in module
        for name, text in texts.items()
    )
    assert module.partition("};\n")[2] == _MODULE.partition("};\n")[2]


@pytest.mark.parametrize("tag", ["", "en", "tlh", "../de", "%00"])
def test_module_is_english_otherwise(client: TestClient, tag: str) -> None:
    """A language without texts, and a value that is no language, gets English."""
    assert client.get(f"/widget.js?lang={tag}").text == _MODULE


@pytest.mark.parametrize("language", chat_texts())
def test_texts_of_a_language_are_complete(language: str) -> None:
    """Each language has every text, and the places for numbers in them."""
    texts = chat_texts()[language]

    assert list(texts) == [name for name, _ in _texts()]
    assert all(texts.values())
    assert [name for name, text in texts.items() if "{n}" in text] == ["suggestions"]


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
    assert f'src="widget.js?lang={language}"' in page


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
    """The how-to guide has a row for each text with its default, and names all variables."""
    page = _GUIDE.read_text(encoding="utf-8")
    variables = set(re.findall(r"var\((--faqbot-[\w-]+)", _MODULE))

    assert [text for name, text in _texts() if f"| `{name}` | {text} |" not in page] == []
    assert {name for name in variables if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("path", ["/widget.js", "/chat", "/chat.css"])
def test_heads_are_served(client: TestClient, path: str) -> None:
    """A monitor or a cache may ask for the head alone."""
    assert client.head(path).status_code == 200
