"""`faqbot report`: report recorded questions and missed topics, with proposals.

As a call: `faqbot.make_report`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.serving import (
    PathType,
    encoder_option,
    kb_option,
    make_bot,
    print_json,
    store_option,
    tenant_option,
)

if TYPE_CHECKING:
    from faqbot.authoring.insights.usage_report import UsageReport
    from faqbot.publishing.address import KnowledgeBasePlace

_DAYS = re.compile(r"([1-9][0-9]{0,4})d", re.ASCII)


def _parse_since(_: click.Context, __: click.Parameter, text: str) -> datetime | None:
    """Return the time of *text* in UTC; None for "all"."""
    if text == "all":
        return None
    days = _DAYS.fullmatch(text)
    try:
        if days is not None:
            return _midnight(datetime.now(UTC) - timedelta(days=int(days[1]) - 1))
        return _midnight(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is neither a number of days such as 30d, nor a date such as 2026-01-31, nor all."
        ) from None


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@click.command(short_help="Report what people asked and missed, and what to do about it.")
@click.option(
    "--since",
    default="30d",
    show_default=True,
    callback=_parse_since,
    metavar="30d|DATE|all",
    help="From when on: the last so many days, today included, or a date in UTC such as 2026-01-31.",
)
@kb_option
@encoder_option
@store_option
@tenant_option()
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Show at most this many rows of a table.  [default: 10, of a page 25, in JSON all; of missed "
    "topics 50, 200 and all]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--html",
    type=PathType(dir_okay=False),
    metavar="FILE",
    help="Write one self-contained page with charts to FILE.",
)
def report(  # noqa: PLR0913 - an option each
    since: datetime | None,
    kb: KnowledgeBasePlace | None,
    encoder: str,
    store: str,
    tenant: str,
    limit: int | None,
    *,
    as_json: bool,
    html: Path | None,
) -> None:
    """Report what people asked, what they missed, and what to do about it.

    The questions come from the store. Services record them always, the terminal with --record.
    Questions without a helpful answer are grouped by topic. Each topic has a proposal: a new entry, or
    alternates of an entry. `faqbot teach` writes proposals into the knowledge base.
    """
    from faqbot.authoring.insights.usage_report import describe_report, make_report
    from faqbot.store import open_store

    bot = make_bot(kb, encoder)
    with open_store(store, tenant) as opened:
        found = make_report(bot, opened, since)
        name = opened.name
    if html is not None:
        _write_page(found, html, limit)
    if as_json:
        print_json(describe_report(found, limit))
    elif found.is_empty:
        click.echo(_nothing(name, since))
    elif html is None:
        from faqbot.authoring.insights.text import render_text

        click.echo(render_text(found, limit), nl=False)
    if html is not None:
        click.echo(f"Wrote {html}.", err=True)


def _nothing(store: str, since: datetime | None) -> str:
    when = "yet" if since is None else f"since {since:%Y-%m-%d}"
    return (
        f"No question was recorded {when} in {store}.\n\n"
        "Services record questions always, the terminal with `faqbot chat --record`.\n"
        "Choose another store with --store or FAQBOT_STORE, a longer period with --since all."
    )


def _write_page(found: UsageReport, path: Path, limit: int | None) -> None:
    from faqbot.authoring.insights.report_html import render_report
    from faqbot.kb.saving import save_text

    save_text(path, render_report(found, limit))
