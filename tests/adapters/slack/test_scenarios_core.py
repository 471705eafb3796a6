"""What people do in Slack, and what they get: the bot is a process of its own, Slack is the fake."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.scene import AMBIENT, settle

if TYPE_CHECKING:
    from tests.adapters.slack.fake.calls import Call
    from tests.adapters.slack.fake.scene import Scene

_PASSWORD = "Settings &amp; Security"  # noqa: S105 - how Slack is to be told the answer's "&"
_ASKED = "how do i reset my pasword"


def _elements(call: Call | Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all that can be pressed in a message."""
    shown = call if isinstance(call, Mapping) else call.params
    blocks = shown.get("blocks") or ()
    return [
        each
        for block in blocks
        for each in (*block.get("elements", ()), block.get("accessory"))
        if isinstance(each, Mapping) and "action_id" in each
    ]


def _value(call: Call | Mapping[str, Any], action: str) -> str:
    """Return the value of the button with the id *action*."""
    return next(str(each["value"]) for each in _elements(call) if each["action_id"] == action)


def _feedback(call: Call | Mapping[str, Any], button: str = "positive_button") -> str:
    values = [each[button]["value"] for each in _elements(call) if button in each]
    return str(values[0])


def _rows(scene: Scene, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what the bot's store holds."""
    with closing(sqlite3.connect(scene.bot.environment["FAQBOT_STORE"])) as store:
        return store.execute(query, values).fetchall()


async def test_01_a_mention_is_answered_in_its_thread(scene: Scene) -> None:
    """A mention with a typo is acknowledged at once, and answered in one post in its thread."""
    asked = payloads.mention(f"<@U0BOT> {_ASKED}", channel="C1", user=scene.person())
    delivery = await scene.event(asked)
    post = await scene.post_in("C1", timeout=2)

    assert delivery.attempts == 1
    assert post.params["thread_ts"] == asked["event"]["ts"]
    assert _PASSWORD in post.shown
    assert "example.org/reset?a=1" in post.shown
    assert post.pings == []


async def test_02_a_mention_in_a_thread_is_answered_at_its_root(scene: Scene) -> None:
    """The answer goes to the thread's root, not to the message in it."""
    root = payloads.message("anybody here?")["event"]
    scene.slack.workspace.saw(root, channel := scene.channel())
    post = await scene.ask(_ASKED, channel=channel, thread_ts=root["ts"])

    assert post.params["thread_ts"] == root["ts"]


@pytest.mark.parametrize(
    "text",
    [
        "how do I reset my password? <@U0BOT>",
        "<@U0BOT> how do I <@U0BOT> reset my password?",
        "<@U0BOT|faqbot> how do I reset my password?",
        "<@U0BOT>how do I reset my password?",
        "<@U0BOT>\nhow do I\nreset my password?",
        "<@U0BOT> “how do I reset my password?”",
        "<@U0BOT>: how do I reset my   password ???",
    ],
)
async def test_03_a_mention_may_be_written_in_any_way(scene: Scene, text: str) -> None:
    """Wherever the mention stands, the question is the rest."""
    channel = scene.channel()
    await scene.event(payloads.mention(text, channel=channel, user=scene.person()))

    assert _PASSWORD in (await scene.post_in(channel)).shown


async def test_04_a_mention_alone_gets_help(scene: Scene) -> None:
    """Nothing but the name is answered with what the bot is good for."""
    post = await scene.ask("")

    assert "Sorry" not in post.params["text"]
    assert len(post.params["text"]) > 20


async def test_05_what_it_does_not_know_it_says(scene: Scene) -> None:
    """An unknown question is declined with a way on, and nothing of it is taken for markup."""
    post = await scene.ask("wxyzzy *plugh* &lt;!channel&gt; <!here> <https://evil.example|frotz>")

    assert "faq_suggest" in {each["action_id"] for each in _elements(post)}
    assert post.pings == []
    assert "evil.example" not in post.shown


async def test_06_direct_messages_are_answered_each(scene: Scene) -> None:
    """Two direct messages get two answers, each in its thread."""
    channel, person = "D7ANNA", scene.person()
    roots = []
    for number, text in enumerate((_ASKED, "office hours"), 1):
        asked = payloads.direct_message(text, channel=channel, user=person)
        await scene.event(asked)
        post = await scene.post_in(channel, number)
        roots.append((post.params["thread_ts"], asked["event"]["ts"]))

    assert all(thread == asked for thread, asked in roots)


async def test_07_a_command_is_answered_to_one_person(scene: Scene) -> None:
    """`/ask` answers in the acknowledgement, for the person's eyes only; without a question it says how."""
    before = len(scene.slack.posts())
    answered, usage = await scene.command("office hours"), await scene.command("")

    assert answered.ack["response_type"] == "ephemeral"
    assert "nine" in str(answered.ack)
    assert usage.ack["response_type"] == "ephemeral"
    assert "/ask" in usage.ack["text"]
    await scene.quiet(scene.channel())
    assert len(scene.slack.posts()) == before + 1  # that of the settling


async def test_08_a_command_may_ask_for_the_payload(scene: Scene) -> None:
    """The word that Bolt stumbles over is a word like any other."""
    assert "one megabyte" in str((await scene.command("what is the payload limit?")).ack)


async def test_07b_an_answer_can_be_shared(scene: Scene) -> None:
    """*Share* posts the answer to the channel for all, once, and pings nobody."""
    channel, person = scene.channel(), scene.person()
    answered = await scene.command("office hours", channel_id=channel, user_id=person)
    press = payloads.block_action(
        "faq_share", _value(answered.ack, "faq_share"), channel=channel, user=person
    )
    await scene.interact(press)
    post = await scene.post_in(channel)

    assert "nine" in post.shown
    assert post.pings == []


async def test_09_a_message_can_be_looked_up(scene: Scene) -> None:
    """*Answer this* answers to one person through the response_url, even where the bot is not a member."""
    before, channel = len(scene.slack.responses), "C9ELSEWHERE"
    scene.slack.workspace.closed[channel] = "not_in_channel"
    action = payloads.message_action(_ASKED, channel={"id": channel, "name": "elsewhere"})
    await scene.interact(action)
    await scene.slack.wait(lambda: len(scene.slack.responses) > before)
    (response,) = scene.slack.responses[before:]

    assert response.ok
    assert _PASSWORD in response.shown
    assert response.params["response_type"] == "ephemeral"
    assert not response.params.get("replace_original")


async def _opened(scene: Scene, payload: Mapping[str, Any]) -> Call:
    before = len([call for call in scene.slack.calls if call.method == "views.open"])
    await scene.interact(payload)
    call = (await scene.slack.wait_call("views.open", before + 1, timeout=2))[-1]
    assert call.ok, call.problems
    return call


def _inputs(view: Mapping[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


async def test_10_a_shortcut_opens_the_form(scene: Scene) -> None:
    """The form for a suggestion opens within the life of its trigger."""
    call = await _opened(scene, payloads.shortcut(user=scene.person()))

    assert call.params["view"]["callback_id"] == "faq_suggest_form"
    assert len(_inputs(call.params["view"])) >= 2


async def test_11_a_form_is_checked_and_kept_once(scene: Scene) -> None:
    """A suggestion that says too little is sent back; one that is sent twice is kept once."""
    person = scene.person()
    view = (await _opened(scene, payloads.shortcut(user=person))).params["view"]
    question, answer, *_ = _inputs(view)
    short = await scene.interact(payloads.view_submission(view, {question: "a"}, user=person))
    assert short.ack["response_action"] == "errors"
    assert question in short.ack["errors"]

    asked = "Where is the <!channel> coffee machine of the second floor?"
    typed = {question: asked, answer: "Beside the *stairs*, on the left."}
    submitted = scene.slack.prepared(payloads.view_submission(view, typed, user=person))
    for _ in range(2):
        delivery = await scene.interact(submitted)
        assert delivery.ack.get("response_action") in {None, "update", "clear"}
        assert delivery.pings == []
    kept = "select count(*) from faqbot_suggestions where question like '%coffee machine%'"
    assert _rows(scene, kept) == [(1,)]


async def test_12_the_last_feedback_of_a_person_counts(scene: Scene) -> None:
    """Up, then down is one mark, down; another person's counts by itself; each is thanked once."""
    channel, first, second = scene.channel(), scene.person(), scene.person()
    post = await scene.ask("office hours", channel=channel, user=first)
    message = post.response["message"]
    for person, button in (
        (first, "positive_button"),
        (first, "positive_button"),
        (first, "negative_button"),
        (second, "positive_button"),
    ):
        press = payloads.block_action(
            "faq_feedback",
            _feedback(post, button),
            on=message,
            channel=channel,
            user=person,
            kind="feedback_buttons",
        )
        await scene.interact(press)
    for person in (first, second):  # answered behind what they pressed
        await scene.command("office hours", user_id=person)
    await scene.quiet(channel, posts=1)

    record = _feedback(post).partition(":")[2]
    marks = _rows(
        scene, "select helpful from faqbot_verdicts where question = ? order by helpful", record
    )
    assert [bool(each) for (each,) in marks] == [False, True]
    thanks = [
        c
        for c in scene.slack.calls
        if c.method == "chat.postEphemeral" and c.params["channel"] == channel
    ]
    assert len([each for each in thanks if each.params["user"] == first]) <= 2
    assert len([each for each in thanks if each.params["user"] == second]) <= 1


async def test_13_the_home_is_shown_and_prompts_are_offered(scene: Scene) -> None:
    """The home tab gets a view, the messages tab prompts, which stand in no thread."""
    person = scene.person()
    await scene.event(payloads.app_home_opened("home", person))
    (home,) = await scene.slack.wait_call("views.publish")
    await scene.event(payloads.app_home_opened("messages", person))
    (prompts,) = await scene.slack.wait_call("assistant.threads.setSuggestedPrompts")

    for call in (home, prompts):
        assert (call.ok, call.problems) == (True, [])
    assert home.params["user_id"] == person
    assert 1 <= len(prompts.params["prompts"]) <= 4
    assert "thread_ts" not in prompts.params


async def test_14_it_speaks_up_only_where_it_was_asked_to(scene: Scene) -> None:
    """A sure answer to a question at top level of a channel that opted in; silence otherwise."""
    other, person = scene.channel(), scene.person()
    root = payloads.message("anybody here?")["event"]
    scene.slack.workspace.saw(root, AMBIENT)
    for text, fields in (
        ("how do I reset my password?", {"channel": other}),
        ("lol, nice weather today, see you all later", {"channel": AMBIENT}),
        ("how do I reset my password?", {"channel": AMBIENT, "thread_ts": root["ts"]}),
        ("<@U2BERT> how do I reset my password?", {"channel": AMBIENT}),
    ):
        await scene.event(payloads.message(text, user=person, **fields))
    await scene.quiet(other)
    await scene.quiet(AMBIENT)
    asked = payloads.message("how do I reset my password?", channel=AMBIENT, user=scene.person())
    await scene.event(asked)
    post = await scene.post_in(AMBIENT)

    assert post.params["thread_ts"] == asked["event"]["ts"]


async def test_choices_are_buttons(scene: Scene) -> None:
    """What may be meant is offered as buttons, and the one that is pressed is answered in the thread."""
    channel, person = scene.channel(), scene.person()
    post = await scene.ask("printer", channel=channel, user=person)
    pressed = "faq_choice_1"
    press = payloads.block_action(
        pressed, _value(post, pressed), on=post.response["message"], channel=channel, user=person
    )
    await scene.interact(press)
    answer = await scene.post_in(channel, 2)

    assert answer.params["thread_ts"] == post.params["thread_ts"]
    assert "tray" in answer.shown or "flap" in answer.shown


async def test_a_person_from_elsewhere_gets_nothing_internal(scene: Scene) -> None:
    """Through Slack Connect only what is public is answered, and what is private nowhere in public."""
    for text in ("what is the combination of the safe?", "how do I reset my password?"):
        channel = scene.channel()
        asked = payloads.mention(f"<@U0BOT> {text}", channel=channel, user=scene.person())
        await scene.event(payloads.external(asked))
        await _check_hidden(scene, channel)
    channel = scene.channel()
    asked = payloads.mention("<@U0BOT> what is the combination of the safe?", channel=channel)
    await scene.event(asked)
    await _check_hidden(scene, channel)


async def _check_hidden(scene: Scene, channel: str) -> None:
    """Check that nothing internal was said in *channel*."""
    await settle(scene)
    said = [call.shown for call in scene.slack.calls if call.params.get("channel") == channel]
    assert not [each for each in said if "4711" in each or _PASSWORD in each]


@pytest.mark.parametrize(
    ("question", "least"), [("travel rules", 11_000), ("sixty steps of onboarding", 600)]
)
async def test_long_answers_arrive(scene: Scene, question: str, least: int) -> None:
    """What is too long or too much for one message comes in few, each as Slack takes it."""
    channel = scene.channel()
    asked = payloads.mention(f"<@U0BOT> {question}", channel=channel, user=scene.person())
    await scene.event(asked)
    posts = await scene.slack.wait(lambda: _finished(scene, channel), 10)

    assert len(posts) <= 3
    assert [post.problems for post in posts] == [[]] * len(posts)
    assert {post.params["thread_ts"] for post in posts} == {asked["event"]["ts"]}
    assert sum(len(post.params["text"]) for post in posts) >= least


def _finished(scene: Scene, channel: str) -> list[Call]:
    """Return the posts in *channel* once the last of an answer is there, which has the buttons."""
    posts = scene.slack.posts(channel)
    return posts if posts and "feedback_buttons" in posts[-1].shown else []


async def test_an_evil_answer_pings_nobody(scene: Scene) -> None:
    """What the knowledge base says is shown as it is written, and no token in it is obeyed."""
    post = await scene.ask("how do I greet everybody loudly?")

    assert post.pings == []
    assert "!channel" in post.shown
