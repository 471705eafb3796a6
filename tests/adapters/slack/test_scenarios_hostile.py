"""What somebody tries who means no good, or whose program is broken: nobody is pinged, nothing breaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.scene import OWNER, settle

if TYPE_CHECKING:
    from tests.adapters.slack.fake.scene import Scene

_NOTHING = (
    "",
    "nonsense",
    "private",
    "../../etc/passwd",
    "up:",
    "up:nobody",
    ":" * 300,
    "ü€\x00",
    "9" * 2000,
)
_ACTIONS = (
    "faq_choice_1",
    "faq_choice_none",
    "faq_follow_1",
    "faq_feedback",
    "faq_share",
    "faq_suggest",
    "faq_escalate",
    "faq_remove",
    "faq_approve",
    "faq_edit",
    "faq_reject",
    "faq_home_search",
    "somebody_elses",
)


def _said_in(scene: Scene, channel: str) -> list[str]:
    calls = [call for call in scene.slack.calls if call.params.get("channel") == channel]
    return [call.shown for call in calls]


_PINGS = (
    "<!channel> how do I reset my password?",
    "&lt;!channel&gt; where is frobnitz?",
    "&amp;lt;!here&amp;gt; where is frobnitz?",
    "where is <!everyone|everyone> <!subteam^S1|@all> <@U2BERT> frobnitz?",
    "where is `&lt;!channel&gt;` ```&lt;@U2BERT&gt;``` frobnitz?",
    "where is <https://x.example|&lt;!channel&gt;> frobnitz?",
    "where is *&lt;!channel&gt;* _&lt;!here&gt;_ frobnitz &lt;!channel",
    "where is @channel @here @everyone frobnitz?",
    "&lt;&lt;!channel&gt;!channel&gt; where is frobnitz?",
)


@pytest.mark.parametrize("text", _PINGS)
async def test_no_question_pings_anybody(scene: Scene, text: str) -> None:
    """However a question is dressed up, no answer to it pings."""
    post, command = await scene.ask(text), await scene.command(text)

    assert post.pings == command.pings == []


async def test_no_suggestion_pings_anybody(scene: Scene) -> None:
    """Nor does what a person suggests, where its owners read it."""
    submitted = await _suggest(
        scene, "pingable <!channel> &lt;!here&gt; `<@U2BERT>` ```<!subteam^S1|@all>``` *<!here>*"
    )
    assert submitted.ack.get("response_action") != "errors"
    (review,) = await scene.slack.wait_call(
        "chat.postMessage", where=lambda call: "pingable" in call.shown
    )

    assert review.params["channel"] == "C5TRIAGE"
    assert (review.ok, review.problems) == (True, [])
    assert submitted.pings == review.pings == []


async def _suggest(scene: Scene, text: str) -> Any:  # noqa: ANN401 - a delivery
    before = len([call for call in scene.slack.calls if call.method == "views.open"])
    await scene.interact(payloads.shortcut(user=(person := scene.person())))
    opened = await scene.slack.wait_call("views.open", before + 1)
    view = opened[-1].params["view"]
    typed = {b["block_id"]: f"{text} and more" for b in view["blocks"] if b["type"] == "input"}
    return await scene.interact(payloads.view_submission(view, typed, user=person))


@pytest.mark.parametrize("action", _ACTIONS)
async def test_foreign_values_get_nothing(scene: Scene, action: str) -> None:
    """A button may say anything: the private entry stays private, and nothing breaks."""
    channel, log = scene.channel(), len(scene.bot.log)
    for value in _NOTHING:
        press = payloads.block_action(action, value, channel=channel, user=scene.person())
        await scene.interact(press)
    await settle(scene)

    everything = [*_said_in(scene, channel), *(each.shown for each in scene.slack.responses)]
    assert not [each for each in everything if "4711" in each]
    assert "Traceback" not in scene.bot.log[log:]
    assert " ERROR " not in scene.bot.log[log:]


async def test_only_owners_decide(scene: Scene) -> None:
    """A press of *approve* by somebody else changes nothing, whatever the button was taken from."""
    await _suggest(scene, "Where is the hostile tap?")
    (review, *_) = await scene.slack.wait_call(
        "chat.postMessage", where=lambda call: "hostile tap" in call.shown
    )
    pressed = {
        each["action_id"]: each["value"]
        for block in review.params["blocks"]
        for each in block.get("elements", ())
        if "action_id" in each
    }
    assert {"faq_approve", "faq_reject"} <= pressed.keys()

    async def press(user: str, action: str) -> None:
        message = review.response["message"]
        await scene.interact(
            payloads.block_action(
                action, pressed[action], on=message, channel="C5TRIAGE", user=user
            )
        )
        await settle(scene)

    def updates() -> int:
        changed = [call for call in scene.slack.calls if call.method == "chat.update"]
        return len(changed) + len(
            [r for r in scene.slack.responses if r.params.get("replace_original")]
        )

    before = updates()
    await press(scene.person(), "faq_approve")
    assert updates() == before
    await press(OWNER, "faq_approve")
    await scene.slack.wait(lambda: updates() == before + 1)


_TAMPERED: dict[str, dict[str, Any]] = {
    "no state": {"state": None},
    "state is a list": {"state": {"values": []}},
    "values are numbers": {"state": {"values": {"a": 1}}},
    "deep": {"state": {"values": {"a": {"b": {"value": {"c": []}}}}}},
    "huge": {"state": {"values": {"question": {"text": {"value": "x" * 200_000}}}}},
    "metadata": {"private_metadata": "{" * 3000},
    "metadata of another": {"private_metadata": json.dumps({"record": "nobody", "owner": True})},
    "metadata is a list": {"private_metadata": [1]},
    "no callback": {"callback_id": None},
    "another callback": {"callback_id": "delete_everything"},
    "edit form": {"callback_id": "faq_edit_form", "private_metadata": "nonsense"},
    "reason form": {"callback_id": "faq_reason_form", "private_metadata": "nonsense"},
}


@pytest.mark.parametrize("change", _TAMPERED.values(), ids=_TAMPERED)
async def test_tampered_forms_are_met(scene: Scene, change: dict[str, Any]) -> None:
    """A form with fields that ours has not, or without those it has, is acknowledged, and no more."""
    log = len(scene.bot.log)
    view = {
        "type": "modal",
        "callback_id": "faq_suggest_form",
        "title": {"type": "plain_text", "text": "Suggest"},
        "blocks": [],
    }
    payload = payloads.view_submission(view, {}, user=scene.person(), **change)
    delivery = await scene.slack.deliver("interactive", payload)

    assert delivery.acked
    assert "Traceback" not in scene.bot.log[log:]
    await settle(scene)


_GONE = object()
_FIELDS: list[tuple[str, Any]] = [
    (name, value)
    for name in ("text", "user", "channel", "ts", "thread_ts", "blocks", "team", "channel_type")
    for value in (_GONE, None, "", 7, [], {}, "x" * 100_000)
]


async def test_missing_and_odd_fields_break_nothing(scene: Scene) -> None:
    """An event with any field gone, empty, huge or of another kind is acknowledged the first time."""
    log = len(scene.bot.log)
    for name, value in _FIELDS:
        payload = payloads.mention("<@U0BOT> hello there", user=scene.person())
        event = {key: each for key, each in payload["event"].items() if key != name}
        if value is not _GONE:
            event[name] = value
        for kind in ("app_mention", "message"):
            delivery = await scene.slack.deliver(
                "events_api", {**payload, "event": {**event, "type": kind}}
            )
            assert (delivery.acked, delivery.attempts) == (True, 1)
    await settle(scene)

    assert "Traceback" not in scene.bot.log[log:]


@pytest.mark.parametrize("kind", ["slash_commands", "interactive", "events_api"])
@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [None], "user": "U1"},
        {"type": "view_submission"},
        {"type": "view_submission", "view": [], "user": {"id": 7}},
        {"type": "message_action", "message": "hello", "channel": 7},
        {"type": "shortcut", "callback_id": None},
        {"type": "event_callback", "event": []},
        {"type": "event_callback", "event": {"type": ["message"]}},
        {"command": "/ask", "text": None},
        {"command": "/ask", "text": "x" * 100_000, "user_id": 7, "response_url": "file:///etc"},
        {"command": 7},
    ],
    ids=lambda payload: json.dumps(payload)[:50],
)
async def test_broken_payloads_are_acknowledged(
    scene: Scene, kind: str, payload: dict[str, Any]
) -> None:
    """Whatever comes is acknowledged the first time, and leaves the bot well."""
    log = len(scene.bot.log)
    delivery = await scene.slack.deliver(kind, payload)

    assert (delivery.acked, delivery.attempts) == (True, 1)
    assert "Traceback" not in scene.bot.log[log:]


async def test_a_long_message_is_read_as_far_as_is_sensible(scene: Scene) -> None:
    """A message of Slack's full length is answered, and not repeated at length."""
    post = await scene.ask("wxyzzy " * 5_000)

    assert len(post.shown) < 10_000


async def test_one_person_cannot_take_it_all(scene: Scene) -> None:
    """Thirty questions of one person in a moment get ten answers and one word about it."""
    channels, person = [scene.channel() for _ in range(30)], scene.person()
    for channel in channels:
        asked = payloads.mention("<@U0BOT> office hours", channel=channel, user=person)
        await scene.event(asked)
    told = await scene.slack.wait_call(
        "chat.postEphemeral", where=lambda call: call.params["user"] == person
    )
    await settle(scene)

    assert sum(len(scene.slack.posts(channel)) for channel in channels) == 10
    assert len(told) == 1
    assert len([c for c in scene.slack.calls if c.params.get("user") == person]) == 1
