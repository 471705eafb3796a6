"""The fake Slack itself: the Web API, Socket Mode and response_urls on one port of loopback."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import ClientSession, ClientTimeout, web

from tests.adapters.slack.fake.acks import ack_problems, response_problems
from tests.adapters.slack.fake.calls import Call, Refusal
from tests.adapters.slack.fake.changes import Changes
from tests.adapters.slack.fake.faults import Fault, Faults
from tests.adapters.slack.fake.http_mode import encoded, signed
from tests.adapters.slack.fake.links import Delivery, Links
from tests.adapters.slack.fake.oauth import OAuth
from tests.adapters.slack.fake.web_api import Workspace

Json = Mapping[str, Any]
_Found = TypeVar("_Found")

_MOST_RESPONSES = 5  # posts that one response_url takes
_IN_JSON = {"blocks", "view", "prompts", "metadata", "loading_messages", "attachments"}
_MESSAGES = {"app_mention", "message"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request URL answered; *problems* are what Slack cannot use of it."""

    status: int
    text: str
    problems: tuple[str, ...] = ()

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        """The body read as JSON; {} for an empty one."""
        return json.loads(self.text) if self.text else {}


class FakeSlack:
    """A workspace with one app in it.

    Use it as an async context manager. Attributes: *base_url* for SLACK_API_URL; *calls*, every call in
    its order of arrival; *responses*, the posts to response_urls; *workspace*, what Slack knows; *oauth*,
    the other workspaces that installed the app;
    *links*, the connections of Socket Mode; *faults*, what will go wrong.
    """

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-fake",  # noqa: S107 - these open nothing
        app_token: str = "xapp-fake",  # noqa: S107
        signing_secret: str = "fake-signing-secret",  # noqa: S107
        scopes: Iterable[str] | None = None,
    ) -> None:
        """Prepare a workspace whose app was installed with *scopes*; None stands for all there are."""
        self.bot_token = bot_token
        self.app_token = app_token
        self.signing_secret = signing_secret
        self.workspace = Workspace(scopes=None if scopes is None else frozenset(scopes))
        self.oauth = OAuth()
        self.calls: list[Call] = []
        self.responses: list[Call] = []
        self.faults = Faults()
        self._changes = Changes()
        self.links = Links(self._changes)
        self.origin = ""
        self._accepted: list[Call] = []
        self._uses: dict[str, int] = {}
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """What SLACK_API_URL is to be."""
        return f"{self.origin}/api/"

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._meet)
        app.router.add_get("/link", self.links.serve)
        app.router.add_post("/response/{ident}", self._meet_response)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Close every connection and the port."""
        await self.links.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail(self, method: str, fault: Fault, times: float = 1) -> None:
        """Let *fault* happen to the next *times* calls of *method* ("response" for response_urls)."""
        self.faults.add(method, fault, times)

    # What the bot does ----------------------------------------------------------------------------

    async def wait(self, holds: Callable[[], _Found], timeout: float = 5.0) -> _Found:  # noqa: ASYNC109
        """Return what *holds* returns as soon as that is true; fail after *timeout* seconds."""
        try:
            return await self._changes.wait(holds, timeout)
        except TimeoutError:
            seen = "\n".join(
                f"  {each.method} {each.error} {each.problems}" for each in self.calls[-10:]
            )
            raise AssertionError(f"waited {timeout} s in vain; the last calls:\n{seen}") from None

    async def wait_call(
        self,
        method: str,
        count: int = 1,
        *,
        where: Callable[[Call], bool] = lambda _: True,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> list[Call]:
        """Return the calls of *method* that are *where*, once *count* of them were answered."""

        def found() -> list[Call]:
            calls = [
                each for each in self.calls if each.method == method and each.done and where(each)
            ]
            return calls if len(calls) >= count else []

        return await self.wait(found, timeout)

    async def wait_connected(self, count: int = 1, timeout: float = 15.0) -> None:  # noqa: ASYNC109
        """Return once *count* connections are open."""
        await self.wait(lambda: len(self.links.open) >= count, timeout)

    def posts(self, channel: str = "") -> list[Call]:
        """Return the posts that were accepted, in *channel* only where it is given."""
        if not channel:
            return [*self._accepted]
        return [each for each in self._accepted if each.params.get("channel") == channel]

    # What Slack sends -----------------------------------------------------------------------------

    async def deliver(self, kind: str, payload: Json, **options: Any) -> Delivery:  # noqa: ANN401
        """Send *payload* through Socket Mode; *options* are those of `Links.deliver`.

        *kind* is "events_api", "slash_commands" or "interactive". An empty trigger_id and an empty
        response_url in the payload are filled in with ones that work.
        """
        return await self.links.deliver(kind, self.prepared(payload), **options)

    async def deliver_http(
        self, url: str, kind: str, payload: Json, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Post *payload* to the request URL *url*, encoded and signed, with more *headers*."""
        payload = self.prepared(payload)
        body, content_type = encoded(kind, payload)
        signature = signed(body, self.signing_secret)
        reply = await post(
            url, body, {"Content-Type": content_type, **signature, **(headers or {})}
        )
        try:
            ack = reply.json
        except ValueError:
            ack = {"text": reply.text} if kind == "slash_commands" else reply.text
        problems = () if reply.status != 200 else tuple(ack_problems(kind, payload, ack))
        return Reply(reply.status, reply.text, problems)

    def prepared(self, payload: Json) -> dict[str, Any]:
        """Return *payload* with what only Slack can fill in, and remember the message in it."""
        prepared = dict(payload)
        workspace = self.oauth.workspace(prepared) or self.workspace
        if prepared.get("trigger_id") == "":
            prepared["trigger_id"] = workspace.trigger()
        if prepared.get("response_url") == "":
            ident = f"R{len(self._uses) + 1:05d}"
            self._uses[ident] = 0
            prepared["response_url"] = f"{self.origin}/response/{ident}"
        self._remember(prepared, workspace)
        return prepared

    def _remember(self, payload: Json, workspace: Workspace) -> None:
        event, message = payload.get("event"), payload.get("message")
        if isinstance(event, dict) and _is_said(event):
            workspace.saw(event, str(event.get("channel")))
        if isinstance(message, dict) and isinstance(channel := payload.get("channel"), dict):
            ts = message.get("ts")
            if (str(channel.get("id")), str(ts)) not in workspace.messages:
                workspace.saw(message, str(channel.get("id")))

    # How calls are met ----------------------------------------------------------------------------

    async def _meet(self, request: web.Request) -> web.StreamResponse:
        call = Call(request.match_info["method"], await _params(request), time.monotonic())
        self.calls.append(call)
        authorization = request.headers.get("Authorization", "")
        if call.method == "oauth.v2.access":
            return await self._met(request, call, lambda: self.oauth.access(call, authorization))
        token = authorization.removeprefix("Bearer ")
        token = token or str(call.params.get("token", ""))
        return await self._met(request, call, lambda: self._answer(call, token))

    async def _meet_response(self, request: web.Request) -> web.StreamResponse:
        call = Call("response", await _params(request), time.monotonic(), url=str(request.url))
        self.responses.append(call)
        ident = request.match_info["ident"]
        return await self._met(request, call, lambda: self._answer_response(call, ident))

    async def _met(
        self, request: web.Request, call: Call, answer: Callable[[], Json]
    ) -> web.StreamResponse:
        fault = self.faults.take(call.method, call.params) or Fault()
        await asyncio.sleep(fault.delay)
        retry_after = fault.retry_after
        if fault.drop == "before":
            call.status = 0
        elif fault.status != 200:
            call.status = fault.status
        elif fault.error:
            call.response = {"ok": False, "error": fault.error}
        else:
            retry_after = self._settle(call, answer)
        call.done = time.monotonic()
        if call.method == "chat.postMessage" and call.ok:
            self._accepted.append(call)
        self._changes.notify()
        if fault.drop and request.transport is not None:
            request.transport.abort()
        return self._written(call, retry_after)

    def _settle(self, call: Call, answer: Callable[[], Json]) -> int | None:
        try:
            call.response = answer()
        except Refusal as refusal:
            call.response = {"ok": False, "error": refusal.error, **refusal.more}
            if refusal.details:
                call.response["response_metadata"] = {"messages": list(refusal.details)}
                call.problems.extend(f"{refusal.error}: {each}" for each in refusal.details)
            if refusal.error == "ratelimited":
                call.status = 429
                return int(str(refusal.more.get("retry_after", 1)))
        return None

    def _answer(self, call: Call, token: str) -> Json:
        if not token:
            raise Refusal("not_authed", "no token")
        if (workspace := self.oauth.workspace_of(token)) is not None:
            call.team = workspace.team
            if call.method == "apps.uninstall":
                self.oauth.uninstall(workspace.team)
            return self._answer_in(workspace, call)
        wanted = self.app_token if call.method == "apps.connections.open" else self.bot_token
        if token != wanted:
            known = token in {self.app_token, self.bot_token}
            raise Refusal("not_allowed_token_type" if known else "invalid_auth", "the token")
        return self._answer_in(self.workspace, call)

    def _answer_in(self, workspace: Workspace, call: Call) -> Json:
        if (fault := call.params.get("_invalid")) is not None:
            raise Refusal(str(fault))
        answer = workspace.answer(call)
        if call.method == "apps.connections.open":
            origin = self.origin.replace("http", "ws", 1)
            answer["url"] = f"{origin}/link?ticket={self.links.ticket()}&app_id=A0APP"
        return answer

    def _answer_response(self, call: Call, ident: str) -> Json:
        if ident not in self._uses:
            raise Refusal("no_such_url")
        self._uses[ident] += 1
        if self._uses[ident] > _MOST_RESPONSES:
            raise Refusal("used_url", f"{_MOST_RESPONSES} posts were made to it")
        call.problems.extend(response_problems(call.params))
        if call.problems:
            raise Refusal(call.problems[0].partition(":")[0])
        return {"ok": True}

    def _written(self, call: Call, retry_after: int | None) -> web.Response:
        granted = self.oauth.grants.get(call.team)
        scopes = granted.scopes if granted else self.workspace.scopes
        headers = {"x-oauth-scopes": ",".join(sorted(scopes or ()))}
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        if call.status == 429:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers=headers
            )
        if call.status != 200:
            return web.Response(status=call.status or 500, text="Internal Server Error")
        if call.method == "response":
            return _response_written(call)
        return web.json_response(call.response, headers=headers)


def _is_said(event: Json) -> bool:
    return str(event.get("type")) in _MESSAGES and "message" not in event


def _response_written(call: Call) -> web.Response:
    if call.ok:
        return web.Response(text="ok")
    return web.json_response(call.response, status=404 if call.error == "used_url" else 400)


async def _params(request: web.Request) -> dict[str, Any]:
    """Return the arguments of a call, from its query, and from its body in JSON or as a form."""
    params: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            return {**params, "_invalid": "invalid_json"}
        if not isinstance(body, dict):
            return {**params, "_invalid": "json_not_object"}
        return {**params, **body}
    for name, value in (await request.post()).items():
        params[name] = _from_form(name, value)
    return params


def _from_form(name: str, value: object) -> object:
    if name in _IN_JSON and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Post *body* to *url*; return what came back."""
    async with (
        ClientSession(timeout=ClientTimeout(total=15)) as session,
        session.post(url, data=io.BytesIO(body), headers=headers) as response,
    ):
        return Reply(response.status, (await response.read()).decode("utf-8", "replace"))
