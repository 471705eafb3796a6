"""Rasa's REST channel: a message in, texts and buttons out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from faqbot_web.guard import AccessRule
from faqbot_web.interfaces.safe_markdown import chat_message
from faqbot_web.problems import Problem
from faqbot_web.routes.parameters import caller_of, service_of
from faqbot_web.schemas import Text
from faqbot_web.web_service import NO_CHOICE

if TYPE_CHECKING:
    from fastapi import FastAPI

    from faqbot import Answer
    from faqbot_web.access import Caller
    from faqbot_web.conversations import Session
    from faqbot_web.web_service import Reply, WebService

# Longest message, in characters: the bound of `/v1/ask`.
MAX_CHARS = 4_000
# Longest id of a sender, in characters. Chosen by hand.
MAX_SENDER_CHARS = 255
# Message that a button sends: the id of an offered entry, or "none".
_PAYLOAD = re.compile(r"/pick (\S+)")
router = APIRouter(prefix="/webhooks/rest", tags=["rasa"])


class RestMessage(BaseModel):
    """Message of a sender; other fields of the channel are accepted and ignored."""

    model_config = ConfigDict(extra="allow")
    sender: Text = Field(default="default", min_length=1, max_length=MAX_SENDER_CHARS)
    message: Text = Field(default="", max_length=MAX_CHARS)


class RestButton(BaseModel):
    """Button: the client sends *payload* as a message when it is pressed."""

    title: str
    payload: str


class RestReply(BaseModel):
    """Reply to a sender, in Markdown."""

    recipient_id: str
    text: str
    buttons: list[RestButton] | None = None


class RestStatus(BaseModel):
    """State of the channel."""

    status: str = "ok"


def register(app: FastAPI, rules: list[AccessRule]) -> None:
    """Add the routes to *app*, and their access to *rules*."""
    rules.append(AccessRule("/webhooks/rest/webhook"))
    app.include_router(router)


@router.get("/", summary="Check the channel")
async def status() -> RestStatus:
    """Say that the channel is there."""
    return RestStatus()


@router.post("/webhook", summary="Answer a message", response_model_exclude_none=True)
async def receive(body: RestMessage, request: Request) -> list[RestReply]:
    """Answer a message of a sender; an empty message gets no reply."""
    caller, service = caller_of(request), service_of(request)
    if not body.message.strip():
        return []
    session = await service.named_session(body.sender, caller.binding, "rasa")
    reply = await _answer(service, caller, session, body)
    buttons = [*_buttons(service, reply.answer)] or None
    text = await service.render(reply.answer, lambda: chat_message(reply.answer))
    return [RestReply(recipient_id=body.sender, text=text, buttons=buttons)]


async def _answer(
    service: WebService, caller: Caller, session: Session, body: RestMessage
) -> Reply:
    """Answer the message, or pick the entry of a pressed button."""
    pressed = _PAYLOAD.fullmatch(body.message.strip())
    if pressed is None:
        return await service.ask(
            caller, body.message, session, person=body.sender, interface="rasa"
        )
    try:
        return await service.pick(caller, session, pressed[1], person=body.sender, interface="rasa")
    except Problem:  # offered a while ago: the entry's question is asked
        entry = service.visible(caller, pressed[1])
        text = entry.question if entry else body.message
        return await service.ask(caller, text, session, person=body.sender, interface="rasa")


def _buttons(service: WebService, answer: Answer) -> list[RestButton]:
    """Return a button for each choice and follow-up, and one that declines all choices."""
    offered = answer.choices or answer.follow_ups
    buttons = [RestButton(title=entry.question, payload=f"/pick {entry.id}") for entry in offered]
    declining = service.bot.declining_label if answer.choices else ""
    if declining:
        buttons.append(RestButton(title=declining, payload=f"/pick {NO_CHOICE}"))
    return buttons
