"""Web chat: its module in several languages, and the page /chat of a knowledge base."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from faqbot import KnowledgeBase
from faqbot_web.routes.parameters import access_of, asked_tenant, service_of, tenants_of
from faqbot_web.routes.static_pages import asset_response

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(include_in_schema=False)

# Content security policy of the page. Script and style come from the service, answers enter by the
# policy "faqbot" of trusted types, and nothing leaves for another origin.
CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types faqbot; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Title of the page if the knowledge base has none.
DEFAULT_TITLE = "Questions and answers"
# Languages that are written from right to left, by their subtag (Unicode CLDR, "characterOrder").
RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"}
)


# Headers of the module, which pages of other sites load.
_FOR_OTHER_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# Marks around the texts in the module.
_TEXTS_START, _TEXTS_END = "const TEXTS = {", "\n};\n"


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def show_module(request: Request) -> Response:
    """Return the module, with its texts in the language `lang`, else in English."""
    content = chat_module(primary_subtag(request.query_params.get("lang", "")))
    return asset_response(content, "text/javascript", request.headers, _FOR_OTHER_SITES)


@router.api_route("/chat", methods=["GET", "HEAD"])
async def show_chat(request: Request) -> HTMLResponse:
    """Return the page of the chat."""
    page = render_chat_page(await _knowledge_base(request))
    headers = {"Content-Security-Policy": CHAT_POLICY, "Cross-Origin-Opener-Policy": "same-origin"}
    return HTMLResponse(page, headers=headers)


async def _knowledge_base(request: Request) -> KnowledgeBase:
    """Return the knowledge base whose title and language the page shows.

    The page needs no key. So the knowledge base of a tenant is shown only if everybody may ask it, and
    otherwise the page tells nothing, not even whether the tenant exists.
    """
    services, tenant = tenants_of(request), asked_tenant(request)
    if services is None:
        return service_of(request).bot.kb
    if tenant and access_of(request).settings.is_open:
        return (await services.service(tenant)).bot.kb
    return KnowledgeBase(())


def render_chat_page(kb: KnowledgeBase) -> str:
    """Return the page of the chat with *kb* as HTML; title and language are escaped."""
    language = kb.language.replace("_", "-")
    return _template().substitute(
        title=escape(kb.title or DEFAULT_TITLE),
        language=escape(language),
        direction="rtl" if primary_subtag(language) in RIGHT_TO_LEFT else "ltr",
    )


def primary_subtag(language: str) -> str:
    """Return the first part of a language tag, such as "pt" of "pt-BR"."""
    return language.replace("_", "-").split("-")[0].lower()


@cache
def chat_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the chat by language; English stands in the module itself."""
    texts: dict[str, dict[str, str]] = json.loads(_read("texts.json"))
    return texts


def chat_module(language: str) -> bytes:
    """Return the source of the module with texts in *language*, else in English."""
    return _module(language if language in chat_texts() else "")


@cache
def _module(language: str) -> bytes:
    source = _read("widget.js")
    if language:
        before, _, rest = source.partition(_TEXTS_START)
        after = rest.partition(_TEXTS_END)[2]
        texts = json.dumps(chat_texts()[language], ensure_ascii=False, indent=2)
        source = f"{before}const TEXTS = {texts};\n{after}"
    return source.encode()


@cache
def _template() -> Template:
    return Template(_read("chat.html"))


def _read(name: str) -> str:
    return files("faqbot_web").joinpath(f"static/{name}").read_text(encoding="utf-8")
