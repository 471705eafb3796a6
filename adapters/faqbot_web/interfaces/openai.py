"""OpenAI's interface: models and chat completions, for chat clients that speak it.

The client sends the whole chat with each question. `Histories` finds the conversation of a chat.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from faqbot import Question
from faqbot_web.guard import AccessRule
from faqbot_web.interfaces.histories import Histories
from faqbot_web.interfaces.safe_markdown import chat_message
from faqbot_web.interfaces.task_prompts import own_question, task_reply
from faqbot_web.problems import Problem
from faqbot_web.routes.parameters import caller_of, json_response, service_of
from faqbot_web.schemas import Text, storable

if TYPE_CHECKING:
    from fastapi import FastAPI

    from faqbot_web.web_service import Reply

MODEL = "faqbot"
# Longest body, in bytes: clients send the whole history with each question.
MAX_BODY_BYTES = 1_000_000
# Longest last message, in characters: the bound of `/v1/ask`.
MAX_CHARS = 4_000
router = APIRouter(tags=["openai"])


class ContentPart(BaseModel):
    """Part of a message; parts that are no text are ignored."""

    model_config = ConfigDict(extra="allow")
    type: str = "text"
    text: Text | None = None


class ChatMessage(BaseModel):
    """Message of the history."""

    model_config = ConfigDict(extra="allow")
    role: str
    content: Annotated[str | list[ContentPart] | None, BeforeValidator(storable)] = None

    @property
    def text(self) -> str:
        """The text of the message."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.text)


class StreamOptions(BaseModel):
    """Options of a stream."""

    model_config = ConfigDict(extra="allow")
    include_usage: bool = False


class CompletionRequest(BaseModel):
    """Request for the next message. Parameters of language models are accepted and ignored."""

    model_config = ConfigDict(extra="allow")
    model: str = MODEL
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: Text | None = Field(default=None, max_length=512)


class CompletionMessage(BaseModel):
    """Message of the service."""

    role: Literal["assistant"] = "assistant"
    content: str


class CompletionChoice(BaseModel):
    """The only choice of a completion."""

    index: int = 0
    message: CompletionMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class TokenUsage(BaseModel):
    """Tokens of a language model: none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class AnswerFacts(BaseModel):
    """Facts about the answer that the interface has no field for."""

    outcome: str
    confidence: float
    reason: str | None
    entry: str | None
    record: str | None


class Completion(BaseModel):
    """Completion of a chat."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[CompletionChoice]
    usage: TokenUsage = TokenUsage()
    faqbot: AnswerFacts | None = None


class Model(BaseModel):
    """Model that clients list."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "faqbot"


class ModelList(BaseModel):
    """The models of the service: one."""

    object: Literal["list"] = "list"
    data: list[Model] = [Model()]


def register(app: FastAPI, rules: list[AccessRule]) -> None:
    """Add the routes to *app*, and their access to *rules*."""
    rules.append(AccessRule("/v1/chat/", max_bytes=MAX_BODY_BYTES))
    app.include_router(router)


@router.get("/v1/models", summary="List the models")
async def models() -> ModelList:
    """List the models: the bot."""
    return ModelList()


@router.post("/v1/chat/completions", summary="Complete a chat", response_model=Completion)
async def complete(
    body: CompletionRequest,
    request: Request,
    x_openwebui_chat_id: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Answer the last message of a chat, as a message or a stream of one part."""
    caller, service = caller_of(request), service_of(request)
    asked = [own_question(message.text) for message in body.messages if message.role == "user"]
    if not asked:
        raise Problem(422, "Send a message with the role 'user'.", field="messages")
    if (task := task_reply(asked[-1])) is not None:
        return _respond(body, task, None)
    _check_last(asked[-1])
    question_of = partial(Question, user=caller.person or body.user or "", audience=caller.audience)
    histories = service.memory.of(Histories)
    turn = await histories.begin(
        service, caller.binding, [question_of(text) for text in asked], x_openwebui_chat_id or ""
    )
    reply = await service.ask(
        caller, asked[-1], turn.session, person=body.user or "", interface="openai"
    )
    histories.keep(turn)
    text = await service.render(reply.answer, lambda: chat_message(reply.answer))
    return _respond(body, text, _facts(reply))


def _check_last(text: str) -> None:
    if not text.strip() or len(text) > MAX_CHARS:
        raise Problem(422, f"Send a last message of 1 to {MAX_CHARS} characters.", field="messages")


def _facts(reply: Reply) -> AnswerFacts:
    answer = reply.answer
    entry = None if answer.manners else answer.entry
    return AnswerFacts(
        outcome=answer.outcome,
        confidence=round(answer.confidence, 4),
        reason=answer.reason,
        entry=entry.id if entry else None,
        record=reply.record or None,
    )


def _respond(body: CompletionRequest, text: str, facts: AnswerFacts | None) -> Response:
    """Return *text* as a completion, or as a stream."""
    made = Completion(
        id=f"chatcmpl-{secrets.token_hex(12)}",
        created=int(time.time()),
        choices=[CompletionChoice(message=CompletionMessage(content=text))],
        faqbot=facts,
    )
    if not body.stream:
        return json_response(made)
    usage = body.stream_options is not None and body.stream_options.include_usage
    parts = [f"data: {part}\n\n" for part in (*_chunks(made, usage=usage), "[DONE]")]
    return Response("".join(parts), media_type="text/event-stream")


def _chunks(made: Completion, *, usage: bool) -> Iterator[str]:
    """Yield the chunks of a stream as JSON: text, end, and usage if wanted."""
    head = {
        "id": made.id,
        "object": "chat.completion.chunk",
        "created": made.created,
        "model": made.model,
    }
    delta = {"role": "assistant", "content": made.choices[0].message.content}
    facts = {} if made.faqbot is None else {"faqbot": made.faqbot.model_dump()}
    for part, reason in ((delta, None), ({}, "stop")):
        choice = {"index": 0, "delta": part, "finish_reason": reason, "logprobs": None}
        yield json.dumps({**head, "choices": [choice], **(facts if reason else {})})
    if usage:
        yield json.dumps({**head, "choices": [], "usage": TokenUsage().model_dump()})
