"""How fast the Slack bot acknowledges and answers, and what ten thousand events do to it.

Run from the repository:

    python -m benchmarks.slack [--events 10000] [--rate 50] [--seconds 20] [--burst 500] [--flood 5000]

The bot runs as a process of its own against the fake Slack of the tests, over Socket Mode on loopback;
both share the machine. "Acknowledged" is from sending an event until its acknowledgement is read, and
"answered" until its chat.postMessage arrives. The soak sends questions with twins, repetitions, edits
and other bots' messages over connections that are renewed, closed and cut, while one call in a hundred
is delayed, limited, refused, failed or dropped; each question should get one reply.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from benchmarks.surroundings import surroundings
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.knowledge import write_knowledge
from tests.adapters.slack.fake.scene import Scene
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.soak import Burst, Soak, burst, flood, soak, steady


def main() -> None:
    """Measure, and print the tables."""
    options = _options()
    print(surroundings() + "\n")
    for line in asyncio.run(_measure(options)):
        print(line)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--events", type=int, default=10_000, help="events of the soak")
    parser.add_argument("--reconnects", type=int, default=12, help="connections lost in the soak")
    parser.add_argument("--rate", type=float, default=50, help="questions a second")
    parser.add_argument("--seconds", type=float, default=20, help="how long at that rate")
    parser.add_argument("--burst", type=int, default=500, help="questions at once")
    parser.add_argument("--flood", type=int, default=5_000, help="questions at once in one channel")
    parser.add_argument("--encoder", default="none", help="what the bot compares meanings with")
    return parser.parse_args()


async def _measure(options: argparse.Namespace) -> list[str]:
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with FakeSlack() as slack:
            flags = ("--kb", write_knowledge(folder), "--encoder", options.encoder)
            bot = BotProcess(slack, folder, *flags)
            started = time.perf_counter()
            await bot.connected()
            lines.append(f"Connected {time.perf_counter() - started:.2f} s after the start.\n")
            try:
                lines += [line async for line in _runs(Scene(slack, bot), options)]
            finally:
                await bot.kill()
    return lines


async def _runs(scene: Scene, options: argparse.Namespace) -> AsyncIterator[str]:
    await burst(scene, 20)  # what is loaded at the first question is not measured
    yield "| | questions | acknowledged p50 / p99 ms | answered p50 / p99 ms | answers/s |"
    yield "|---|---|---|---|---|"
    even = await steady(scene, int(options.rate * options.seconds), options.rate)
    yield _row(f"{options.rate:.0f} a second", even)
    yield _row("at once", await burst(scene, options.burst))
    scene.slack.workspace.one_a_second = True
    yield _row("at once in 20 channels that take one a second", await burst(scene, 200, 20))
    scene.slack.workspace.one_a_second = False
    others, acks = await flood(scene, options.flood)
    yield _row(f"beside {options.flood:,} at once in another channel", others)
    yield f"\nAcknowledgements of the {options.flood:,}, p50 / p99 ms: {_middle_and_worst(acks)}.\n"
    for line in _soak_lines(await soak(scene, options.events, reconnects=options.reconnects)):
        yield line
    started = time.perf_counter()
    code = await scene.bot.stop()
    undone = "not delivered" in scene.bot.log
    yield (
        f"Stopped with code {code} in {time.perf_counter() - started:.2f} s, "
        f"{'with' if undone else 'without'} work left undone."
    )


def _row(name: str, measured: Burst) -> str:
    rate = len(measured.replies) / measured.seconds
    return (
        f"| {name} | {len(measured.replies)} | {_middle_and_worst(measured.acks)} "
        f"| {_middle_and_worst(measured.replies)} | {rate:.0f} |"
    )


def _middle_and_worst(seconds: Sequence[float]) -> str:
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"{1000 * cuts[49]:.1f} / {1000 * cuts[98]:.1f}"


def _soak_lines(found: Soak) -> Iterator[str]:
    yield (
        f"\nSoak: {found.events:,} events in {found.seconds:.0f} s, {found.questions:,} of them questions; "
        f"{found.connections} connections lost and made again, {found.faults} faults, "
        f"{found.redelivered} events delivered more than once.\n"
    )
    yield "| replies a question got | questions |"
    yield "|---|---|"
    for replies, questions in sorted(found.replies.items()):
        yield f"| {replies} | {questions:,} |"
    memory = ", ".join(f"{each:.0f}" for each in found.megabytes)
    before, after = found.files
    yield f"\nResident MB after each tenth: {memory}. Open files before and after: {before}, {after}."


if __name__ == "__main__":
    main()
