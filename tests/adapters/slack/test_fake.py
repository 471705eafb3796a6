"""The fake Slack refuses what Slack refuses, fails when told to, and delivers as Slack does."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

aiohttp = pytest.importorskip("aiohttp", reason="the fake Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads  # noqa: E402 - only with aiohttp
from tests.adapters.slack.fake.faults import Fault  # noqa: E402
from tests.adapters.slack.fake.http_mode import encoded, signed  # noqa: E402
from tests.adapters.slack.fake.server import FakeSlack  # noqa: E402

Json = dict[str, Any]
_SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
_BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Yes"}}


class Client:
    """Calls the fake as the bot does."""

    def __init__(self, slack: FakeSlack, session: aiohttp.ClientSession) -> None:
        """Call *slack* through *session*."""
        self.slack = slack
        self.session = session

    async def call(self, method: str, token: str = "xoxb-fake", **params: object) -> Json:  # noqa: S107
        """Return what the method answers."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self.slack.base_url + method
        async with self.session.post(url, json=params, headers=headers) as response:
            return dict(await response.json())

    async def post(self, **params: object) -> Json:
        """Return what chat.postMessage answers in the usual channel."""
        return await self.call("chat.postMessage", **{"channel": "C1", "text": "hello", **params})

    @asynccontextmanager
    async def link(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a connection of Socket Mode and read its hello."""
        opened = await self.call("apps.connections.open", token="xapp-fake")  # noqa: S106
        async with self.session.ws_connect(opened["url"]) as link:
            assert (await link.receive_json())["type"] == "hello"
            yield link


@pytest.fixture
def client(runner: asyncio.Runner) -> Iterator[Client]:
    """Return a client of a fake of its own."""
    slack = FakeSlack(scopes={"chat:write"})

    async def start() -> Client:
        await slack.__aenter__()
        return Client(slack, aiohttp.ClientSession())

    async def stop() -> None:
        await client.session.close()
        await slack.__aexit__(None, None, None)

    client = runner.run(start())
    yield client
    runner.run(stop())


async def test_tokens_are_told_apart(client: Client) -> None:
    """Each call needs the right one of the two tokens."""
    codes = [
        (await client.call(method, token=token)).get("error")
        for method, token in [
            ("auth.test", "xoxb-fake"),
            ("auth.test", "xapp-fake"),
            ("auth.test", "xoxb-other"),
            ("auth.test", ""),
            ("apps.connections.open", "xoxb-fake"),
            ("apps.connections.open", "xapp-fake"),
        ]
    ]

    refused = ["not_allowed_token_type", "invalid_auth", "not_authed", "not_allowed_token_type"]
    assert codes == [None, *refused, None]


async def test_scopes_are_needed(client: Client) -> None:
    """A method outside the scopes is refused with what it needs, an unknown one as unknown."""
    refused = await client.call("users.info", user="U1")

    assert (refused["error"], refused["needed"]) == ("missing_scope", "users:read")
    assert (await client.call("chat.shout"))["error"] == "unknown_method"
    assert (await client.post())["ok"]


async def test_bodies_are_read_in_json_and_as_forms(client: Client) -> None:
    """Blocks in a form are JSON in a field; what is no JSON object is refused."""
    url, headers = client.slack.base_url + "chat.postMessage", {"Authorization": "Bearer xoxb-fake"}
    form = {"channel": "C1", "text": "hello", "blocks": json.dumps([_SECTION])}
    async with client.session.post(url, data=form, headers=headers) as response:
        assert (await response.json())["ok"]
    assert client.slack.calls[-1].params["blocks"] == [_SECTION]
    headers["Content-Type"] = "application/json"
    for body, error in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
        async with client.session.post(url, data=body, headers=headers) as response:
            assert (await response.json())["error"] == error


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _button(**more: object) -> Json:
    return {**_BUTTON, **more}


def _actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _feedback(**more: object) -> Json:
    button = {"text": _plain("Good"), "value": "up", **more}
    both = {"positive_button": button, "negative_button": button}
    return {
        "type": "context_actions",
        "elements": [{"type": "feedback_buttons", "action_id": "f", **both}],
    }


def _markdown(text: str) -> Json:
    return {"type": "markdown", "text": text}


_FITS = {
    "section": [_section("x" * 3000)],
    "blocks": [_SECTION] * 50,
    "header": [{"type": "header", "text": _plain("x" * 150)}],
    "button": [_actions(_button(text=_plain("x" * 75), value="v" * 2000, action_id="a" * 255))],
    "actions": [_actions(*(_button(action_id=str(n)) for n in range(25)))],
    "context": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10}],
    "feedback": [_feedback(accessibility_label="x" * 75)],
    "markdown": [_markdown("x" * 12_000)],
    "headings": [_markdown("# heading\n\n" * 50)],
    "fields": [{"type": "section", "fields": [_plain("x" * 2000)] * 2}],
}


@pytest.mark.parametrize("blocks", _FITS.values(), ids=_FITS)
async def test_blocks_just_within_the_limits_are_taken(client: Client, blocks: list[Json]) -> None:
    """What Slack allows, the fake allows."""
    assert (await client.post(blocks=blocks)).get("error") is None


_REFUSED = {
    "section": [_section("x" * 3001)],
    "empty section": [{"type": "section"}],
    "empty text": [_section("")],
    "blocks": [_SECTION] * 51,
    "header": [{"type": "header", "text": _plain("x" * 151)}],
    "header in mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "button text": [_actions(_button(text=_plain("x" * 76)))],
    "button text in mrkdwn": [_actions(_button(text={"type": "mrkdwn", "text": "x"}))],
    "button value": [_actions(_button(value="v" * 2001))],
    "button without text": [_actions({"type": "button", "action_id": "a"})],
    "button style": [_actions(_button(style="gold"))],
    "accessibility label": [_actions(_button(accessibility_label="x" * 76))],
    "action id": [_actions(_button(action_id="a" * 256))],
    "action id twice": [_actions(_BUTTON, _BUTTON)],
    "block id twice": [{**_SECTION, "block_id": "b"}, {**_SECTION, "block_id": "b"}],
    "block id": [{**_SECTION, "block_id": "b" * 256}],
    "actions": [_actions(*(_button(action_id=str(n)) for n in range(26)))],
    "no actions": [_actions()],
    "context": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
    "button in context": [{"type": "context", "elements": [_BUTTON]}],
    "feedback value": [_feedback(value="v" * 2001)],
    "feedback label": [_feedback(accessibility_label="x" * 76)],
    "feedback in actions": [_actions({**_feedback()["elements"][0]})],
    "fields": [{"type": "section", "fields": [_plain("x")] * 11}],
    "long field": [{"type": "section", "fields": [_plain("x" * 2001)]}],
    "options": [
        _actions({"type": "overflow", "options": [{"text": _plain("x"), "value": "v"}] * 6})
    ],
    "option value": [
        _actions({"type": "overflow", "options": [{"text": _plain("x"), "value": "v" * 151}]})
    ],
    "markdown": [_markdown("x" * 12_001)],
    "markdown in all": [_markdown("x" * 6_001), _markdown("x" * 6_000)],
    "headings": [_markdown("# heading\n\n" * 51)],
    "paragraphs and lists": [_markdown("word\n\n- item\n- item\n\n" * 26)],
    "unknown type": [{"type": "marquee"}],
    "unknown field": [{**_SECTION, "colour": "red"}],
    "no object": ["hello"],
    "no list": {"type": "section"},
}


@pytest.mark.parametrize("blocks", _REFUSED.values(), ids=_REFUSED)
async def test_blocks_beyond_the_limits_are_refused(client: Client, blocks: object) -> None:
    """Each limit of Block Kit refuses, and says where."""
    refused = await client.post(blocks=blocks)

    assert refused["error"] == "invalid_blocks"
    assert refused["response_metadata"]["messages"] == [
        each.removeprefix("invalid_blocks: ") for each in client.slack.calls[-1].problems
    ]


async def test_long_messages_are_refused(client: Client) -> None:
    """A message has a ceiling over all its blocks, and one for its text."""
    wide = [_section("x" * 3000)] * 4
    assert (await client.post(blocks=[*wide, _section("x" * 1200)]))["ok"]
    assert (await client.post(blocks=[*wide, _section("x" * 1201)]))[
        "error"
    ] == "msg_blocks_too_long"
    assert (await client.post(text="x" * 40_001))["error"] == "msg_too_long"
    assert (await client.post(text=""))["error"] == "no_text"


async def test_bad_manners_are_problems_though_slack_takes_them(client: Client) -> None:
    """A message without text, with a very long one, or a loud one is posted and noted."""
    for params in ({"text": "", "blocks": [_SECTION]}, {"text": "x" * 4001}, {"link_names": True}):
        assert (await client.post(**params))["ok"]
        assert len(client.slack.calls[-1].problems) == 1
    await client.post()
    assert client.slack.calls[-1].problems == []


@pytest.mark.parametrize(
    ("params", "pings"),
    [
        ({"text": "<!channel> hi"}, ["<!channel>"]),
        ({"text": "<!subteam^S1|@it> <@U2>"}, ["<!subteam^S1|@it>", "<@U2>"]),
        ({"blocks": [_section("<!here|here>")]}, ["<!here|here>"]),
        ({"blocks": [_markdown("a <@W12|b>")]}, ["<@W12|b>"]),
        ({"blocks": [{"type": "header", "text": _plain("<!channel>")}]}, []),
        ({"text": "&lt;!channel&gt; <https://a.b|<@>"}, []),
    ],
)
async def test_pings_are_noticed(client: Client, params: Json, pings: list[str]) -> None:
    """Whatever would notify somebody is listed, and what only looks so is not."""
    await client.post(**params)

    assert client.slack.calls[-1].pings == pings


async def test_messages_stand_in_channels_and_threads(client: Client) -> None:
    """A post needs a channel that is open, and a thread that is there."""
    client.slack.workspace.closed["C9"] = "is_archived"
    root = await client.post()
    reply = await client.post(thread_ts=root["ts"])

    assert reply["message"]["thread_ts"] == root["ts"]
    assert (await client.post(thread_ts="1700000000.000001"))["error"] == "thread_not_found"
    assert (await client.post(thread_ts="now"))["error"] == "invalid_thread_ts"
    assert (await client.post(channel="general"))["error"] == "channel_not_found"
    assert (await client.post(channel="C9"))["error"] == "is_archived"
    await client.post(thread_ts=reply["ts"])
    assert "the root is" in client.slack.calls[-1].problems[0]


async def test_only_own_messages_are_changed(client: Client) -> None:
    """The bot edits and deletes what it posted, once it is there, and nothing of others."""
    question = client.slack.prepared(payloads.mention("hi", channel="C1"))["event"]["ts"]
    post = (await client.post(thread_ts=question))["ts"]
    for method, ts, error in [
        ("chat.update", post, None),
        ("chat.update", question, "cant_update_message"),
        ("chat.delete", question, "cant_delete_message"),
        ("chat.delete", post, None),
        ("chat.delete", post, "message_not_found"),
    ]:
        answer = await client.call(method, channel="C1", ts=ts, text="x")
        assert answer.get("error") == error


async def test_a_channel_takes_one_post_a_second_where_that_is_asked(client: Client) -> None:
    """Another post within the second is told to wait, in that channel only."""
    client.slack.workspace.one_a_second = True

    assert [(await client.post(channel=c)).get("error") for c in ("C1", "C1", "C2")] == [
        None,
        "ratelimited",
        None,
    ]
    assert client.slack.calls[-2].status == 429


async def test_faults_happen_in_their_order_and_number(client: Client) -> None:
    """A fault happens as often as it was asked for, and to its method only."""
    slack = client.slack
    slack.fail("chat.postMessage", Fault(status=429, retry_after=7))
    slack.fail("chat.postMessage", Fault(error="fatal_error"), times=2)
    slack.fail("chat.postMessage", Fault(error="is_archived", channel="C7"), times=math.inf)
    url = slack.base_url + "chat.postMessage"
    async with client.session.post(url, json={"channel": "C1"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")

    assert [(await client.post()).get("error") for _ in range(3)] == ["fatal_error"] * 2 + [None]
    assert [(await client.post(channel="C7")).get("error") for _ in range(3)] == ["is_archived"] * 3
    slack.faults.clear()
    assert (await client.post(channel="C7"))["ok"]


async def test_servers_fail_and_connections_drop(client: Client) -> None:
    """A 500 is no JSON; a dropped call was met or not, as the fault says; a delay only holds up."""
    slack, url = client.slack, client.slack.base_url + "chat.postMessage"
    slack.fail("chat.postMessage", Fault(status=500))
    async with client.session.post(url, json={}) as response:
        assert (response.status, await response.text()) == (500, "Internal Server Error")
    for drop, posts in (("before", 0), ("after", 1)):
        slack.fail("chat.postMessage", Fault(drop=drop))
        with pytest.raises(aiohttp.ClientError):
            await client.post()
        assert len(slack.posts()) == posts
    slack.fail("chat.postMessage", Fault(delay=0.05))
    assert (await client.post())["ok"]
    assert slack.calls[-1].done - slack.calls[-1].at >= 0.05


_INPUT = {
    "type": "input",
    "block_id": "question",
    "label": _plain("Question"),
    "element": {"type": "plain_text_input", "action_id": "text"},
}
_MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": _plain("x" * 24),
    "submit": _plain("Send"),
    "blocks": [_INPUT],
}


async def test_a_trigger_opens_one_view_within_its_time(client: Client) -> None:
    """A view needs a trigger that Slack gave, unused and fresh."""
    workspace = client.slack.workspace
    trigger, late = workspace.trigger(), workspace.trigger()
    workspace.triggers[late] = 0.01
    codes = [
        (await client.call("views.open", trigger_id=each, view=_MODAL)).get("error")
        for each in (trigger, trigger, late, "made.up")
    ]

    assert codes == [None, "exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


_BAD_MODALS = {
    "title": {"title": _plain("x" * 25)},
    "no title": {"title": None},
    "submit": {"submit": _plain("x" * 25)},
    "no submit": {"submit": None},
    "metadata": {"private_metadata": "x" * 3001},
    "callback": {"callback_id": "x" * 256},
    "blocks": {"blocks": [_SECTION] * 101},
    "markdown": {"blocks": [_markdown("x")]},
    "feedback": {"blocks": [_feedback()]},
    "input": {"blocks": [{**_INPUT, "element": _BUTTON}]},
    "label": {"blocks": [{**_INPUT, "label": _plain("x" * 2001)}]},
    "initial value": {
        "blocks": [{**_INPUT, "element": {**_INPUT["element"], "initial_value": "x" * 3001}}]
    },
    "home": {"type": "home"},
    "size": {"blocks": [_section("x" * 3000)] * 90},
}


@pytest.mark.parametrize("change", _BAD_MODALS.values(), ids=_BAD_MODALS)
async def test_views_beyond_the_limits_are_refused(
    client: Client, change: Mapping[str, Any]
) -> None:
    """Each limit of a view refuses."""
    view = {name: value for name, value in {**_MODAL, **change}.items() if value is not None}
    trigger = client.slack.workspace.trigger()

    answer = await client.call("views.open", trigger_id=trigger, view=view)
    assert answer["error"] == "invalid_arguments"


async def test_a_home_has_no_title_and_a_hundred_blocks(client: Client) -> None:
    """The App Home is a view of its own kind."""
    home = {"type": "home", "blocks": [_SECTION] * 100}
    codes = [
        (await client.call("views.publish", user_id="U1", view=view)).get("error")
        for view in (home, {**home, "title": _plain("x")}, {**home, "blocks": [_SECTION] * 101})
    ]

    assert codes == [None, "invalid_arguments", "invalid_arguments"]


async def test_suggested_prompts_are_four_and_in_no_thread(client: Client) -> None:
    """A fifth prompt is refused, and a thread is a problem."""
    client.slack.workspace.scopes = None
    prompt, method = {"title": "a", "message": "b"}, "assistant.threads.setSuggestedPrompts"

    assert (await client.call(method, channel_id="D1", prompts=[prompt] * 4))["ok"]
    assert not (await client.call(method, channel_id="D1", prompts=[prompt] * 5))["ok"]
    await client.call(method, channel_id="D1", prompts=[prompt], thread_ts="1.2")
    assert client.slack.calls[-1].problems


async def test_a_response_url_takes_five_good_messages(client: Client) -> None:
    """It is good for five posts, and refuses blocks as a post does."""
    slack = client.slack
    url = slack.prepared(payloads.slash("hi"))["response_url"]
    bodies: list[Json] = [{"text": "x"}] * 4 + [
        {"text": "x", "blocks": [_section("")]},
        {"text": "x"},
    ]
    statuses = []
    for body in bodies:
        async with client.session.post(url, json=body) as response:
            statuses.append(response.status)

    assert statuses == [200] * 4 + [400, 404]
    assert [each.error for each in slack.responses[-2:]] == ["invalid_blocks", "used_url"]


async def test_an_event_is_delivered_once_when_it_is_acknowledged(client: Client) -> None:
    """The delivery says how it was acknowledged, and the message may be answered in its thread."""
    async with client.link() as link:
        asked = payloads.mention("<@U0BOT> hi", channel="C1")
        delivering = asyncio.create_task(client.slack.deliver("events_api", asked))
        envelope = await link.receive_json()
        await link.send_json({"envelope_id": envelope["envelope_id"]})
        delivery = await delivering

    assert (delivery.acked, delivery.attempts, delivery.problems) == (True, 1, [])
    assert (envelope["retry_attempt"], envelope["payload"]["event_id"]) == (0, asked["event_id"])
    assert (await client.post(thread_ts=asked["event"]["ts"]))["ok"]


async def test_an_event_comes_again_until_it_is_acknowledged(client: Client) -> None:
    """Without an acknowledgement the same event comes again, numbered, in another envelope."""
    async with client.link() as link:
        delivering = asyncio.create_task(
            client.slack.deliver("events_api", payloads.mention("hi"), ack_within=0.05)
        )
        envelopes = [await link.receive_json() for _ in range(4)]
        delivery = await delivering

    assert (delivery.acked, delivery.attempts) == (False, 4)
    assert [each["retry_attempt"] for each in envelopes] == [0, 1, 2, 3]
    assert [each["retry_reason"] for each in envelopes] == ["", "timeout", "timeout", "timeout"]
    assert len({each["envelope_id"] for each in envelopes}) == 4
    assert len({each["payload"]["event_id"] for each in envelopes}) == 1


async def test_a_command_comes_once(client: Client) -> None:
    """A command that is not acknowledged is lost, as the person is then told."""
    async with client.link():
        delivery = await client.slack.deliver(
            "slash_commands", payloads.slash("hi"), ack_within=0.05
        )

    assert (delivery.acked, delivery.attempts) == (False, 1)


@pytest.mark.parametrize(
    ("kind", "payload", "ack", "good"),
    [
        ("slash_commands", payloads.slash("hi"), {"text": "x"}, True),
        ("slash_commands", payloads.slash("hi"), {"text": "x", "blocks": [_section("")]}, False),
        ("slash_commands", payloads.slash("hi"), {"text": "x", "response_type": "loud"}, False),
        ("interactive", payloads.block_action("a"), {"text": "x"}, False),
        ("interactive", payloads.view_submission(_MODAL, {}), {"response_action": "clear"}, True),
        (
            "interactive",
            payloads.view_submission(_MODAL, {}),
            {"response_action": "errors", "errors": {"question": "Too short."}},
            True,
        ),
        (
            "interactive",
            payloads.view_submission(_MODAL, {}),
            {"response_action": "errors", "errors": {"other": "Too short."}},
            False,
        ),
        (
            "interactive",
            payloads.view_submission(_MODAL, {}),
            {"response_action": "update", "view": {**_MODAL, "title": _plain("x" * 25)}},
            False,
        ),
        ("interactive", payloads.view_submission(_MODAL, {}), {"response_action": "wave"}, False),
    ],
)
async def test_acknowledgements_are_checked(
    client: Client, kind: str, payload: Json, ack: Json, *, good: bool
) -> None:
    """What Slack cannot show of an acknowledgement is a problem of the delivery."""
    async with client.link() as link:
        delivering = asyncio.create_task(client.slack.deliver(kind, payload))
        envelope = await link.receive_json()
        await link.send_json({"envelope_id": envelope["envelope_id"], "payload": ack})
        delivery = await delivering

    assert delivery.acked
    assert (not delivery.problems) is good


async def test_a_ticket_opens_one_connection(client: Client) -> None:
    """The address that apps.connections.open gives is good once."""
    opened = await client.call("apps.connections.open", token="xapp-fake")  # noqa: S106
    async with client.session.ws_connect(opened["url"]):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.session.ws_connect(opened["url"])


async def test_a_cut_connection_sends_its_events_elsewhere(client: Client) -> None:
    """What was not acknowledged before a connection broke comes again on the next."""
    async with client.link() as first:
        delivering = asyncio.create_task(client.slack.deliver("events_api", payloads.mention("hi")))
        await first.receive_json()
        client.slack.links.abort()
        async with client.link() as second:
            envelope = await second.receive_json()
            await second.send_json({"envelope_id": envelope["envelope_id"]})
            delivery = await delivering

    assert envelope["retry_attempt"] == 1
    assert (delivery.acked, delivery.attempts) == (True, 2)


async def test_a_connection_that_is_to_go_gets_nothing_new(client: Client) -> None:
    """After a disconnect message, events wait for the next connection."""
    async with client.link() as first:
        await client.slack.links.disconnect("refresh_requested")
        assert (await first.receive_json())["reason"] == "refresh_requested"
        delivering = asyncio.create_task(client.slack.deliver("events_api", payloads.mention("hi")))
        async with client.link() as second:
            envelope = await second.receive_json()
            await second.send_json({"envelope_id": envelope["envelope_id"]})
            assert (await delivering).attempts == 1


async def test_ten_connections_are_the_most(client: Client) -> None:
    """The eleventh is told that there are too many."""
    links = []
    for _ in range(11):
        opened = await client.call("apps.connections.open", token="xapp-fake")  # noqa: S106
        links.append(await client.session.ws_connect(opened["url"]))
    greetings = [await each.receive_json() for each in links]

    assert [each["type"] for each in greetings] == ["hello"] * 10 + ["disconnect"]
    assert greetings[-1]["reason"] == "too_many_websockets"
    for each in links:
        await each.close()


async def test_waiting_ends_with_what_was_seen(client: Client) -> None:
    """Waiting for a call that never comes fails with the calls that did."""
    await client.post(channel="general")
    with pytest.raises(AssertionError, match="channel_not_found"):
        await client.slack.wait_call("views.open", timeout=0.05)


def test_bodies_are_signed_as_slack_documents() -> None:
    """The signature is the HMAC of version, time and body."""
    body, content_type = encoded("slash_commands", {"command": "/ask", "text": "a & b"})
    headers = signed(body, "secret", 1_700_000_000)
    digest = hmac.new(b"secret", b"v0:1700000000:" + body, hashlib.sha256).hexdigest()

    assert body == b"command=%2Fask&text=a+%26+b"
    assert content_type == "application/x-www-form-urlencoded"
    assert headers["X-Slack-Signature"] == f"v0={digest}"
    assert encoded("interactive", {"a": 1})[0] == b"payload=%7B%22a%22%3A+1%7D"


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (payloads.mention("hi"), "event"),
        (payloads.slash("hi"), "slash_command"),
        (payloads.message_action("hi"), "message_shortcut"),
        (payloads.shortcut(), "global_shortcut"),
        (payloads.block_action("a"), "block_actions"),
        (payloads.view_submission(_MODAL, {}), "view_submission"),
    ],
)
def test_bolt_takes_the_payloads_for_what_they_are(payload: Json, kind: str) -> None:
    """Slack's own library reads each payload as its kind, and as no other."""
    utils = pytest.importorskip("slack_bolt.request.payload_utils")
    kinds = ("event", "slash_command", "message_shortcut", "global_shortcut")
    told = [
        each
        for each in (*kinds, "block_actions", "view_submission")
        if getattr(utils, f"is_{each}")(payload)
    ]

    assert told == [kind]


def test_payloads_say_what_happened() -> None:
    """A twin shares the message and not the event; an edit and a removal name what they are about."""
    asked = payloads.mention("hi", thread_ts="1700000000.000001")
    twin, edit = payloads.twin(asked), payloads.message_changed(asked, "ho")

    assert twin["event_id"] != asked["event_id"]
    assert twin["event"] == {**asked["event"], "type": "message", "channel_type": "channel"}
    assert edit["event"]["message"]["text"] == "ho"
    assert edit["event"]["previous_message"] == asked["event"]
    assert payloads.message_deleted(asked)["event"]["deleted_ts"] == asked["event"]["ts"]
    assert payloads.external(asked)["event"]["user_team"] != payloads.TEAM
    assert "user" not in payloads.bot_message("hi", classic=True)["event"]
    press = payloads.block_action("a", on={"ts": "1.2", "thread_ts": "1.1"})
    assert (press["container"]["message_ts"], press["container"]["thread_ts"]) == ("1.2", "1.1")
    typed = payloads.view_submission(_MODAL, {"question": "Why?"})
    assert typed["view"]["state"]["values"]["question"]["text"]["value"] == "Why?"
