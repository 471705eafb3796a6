"""Page of the web chat: /chat, with the title and the language of the knowledge base."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from faqbot import KnowledgeBase

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


@router.get("/chat")
async def show_chat(request: Request) -> HTMLResponse:
    """Return the page of the chat."""
    page = render_chat_page(request.app.state.service.bot.kb)
    headers = {"Content-Security-Policy": CHAT_POLICY, "Cross-Origin-Opener-Policy": "same-origin"}
    return HTMLResponse(page, headers=headers)


def render_chat_page(kb: KnowledgeBase) -> str:
    """Return the page of the chat with *kb* as HTML; title and language are escaped."""
    language = kb.language.replace("_", "-")
    return _template().substitute(
        title=escape(kb.title or DEFAULT_TITLE),
        language=escape(language),
        direction="rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr",
    )


@cache
def _template() -> Template:
    return Template(files("faqbot_web").joinpath("static/chat.html").read_text(encoding="utf-8"))
