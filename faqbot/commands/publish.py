"""`faqbot publish`, `versions` and `rollback`: knowledge bases as versions in a database.

As calls: `faqbot.publish_knowledge_base`, `faqbot.list_versions` and `faqbot.roll_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from faqbot.errors import FailedTests
from faqbot.plurals import counted
from faqbot.serving import FAILED_TESTS, PathType, getting_ready, print_json, tenant_option

if TYPE_CHECKING:
    from faqbot.publishing import Publication, PublishedVersion

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _require_url(_: click.Context, parameter: click.Parameter, url: str | None) -> str:
    if not url:
        raise click.UsageError(
            f"Name the database with {parameter.opts[0]}, such as postgresql://user@host/database, or in "
            "the variable FAQBOT_PUBLISHED."
        )
    return url


def _database_option(name: str) -> Callable[[_Command], _Command]:
    """Return a decorator that adds the options *name* and --tenant, as arguments *url* and *tenant*."""

    def add(command: _Command) -> _Command:
        tenant = tenant_option("Tenant, if the database serves several.")
        url = click.option(
            name,
            "url",
            envvar="FAQBOT_PUBLISHED",
            show_envvar=True,
            metavar="URL",
            callback=_require_url,
            help="Database: an SQLAlchemy URL.",
        )
        return url(tenant(command))

    return add


_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command(short_help="Publish a knowledge base as a version in a database.")
@click.argument("path", metavar="KB", type=PathType())
@_database_option("--to")
@click.option("--note", default="", help="A line on what changed, for `faqbot versions`.")
@click.option(
    "--encoder",
    "encoders",
    multiple=True,
    default=("auto",),
    show_default=True,
    metavar="NAME",
    help="Encoder that the replicas use; repeat it if they use several.",
)
@_json_option
def publish(
    path: Path, url: str, tenant: str, note: str, encoders: tuple[str, ...], *, as_json: bool
) -> int:
    """Publish the knowledge base KB as the version that replicas serve.

    It is checked, and its tests are run. Then its files and a built index for each encoder are written
    in one transaction, and replicas serve the new version. An error, or a test with a wrong answer,
    changes nothing. `faqbot ask --kb URL` reads what is published.

    The exit code is 0 also if the same content was published before. It is 5 if a test is answered wrong,
    and 2 for an error in the knowledge base, a wrong option or a fault of the database.
    """
    from faqbot.publishing import publish_knowledge_base

    try:
        with getting_ready():
            result = publish_knowledge_base(path, url, tenant, note=note, encoders=encoders)
    except FailedTests as error:
        click.echo(f"Error: {error}", err=True)
        return FAILED_TESTS
    if as_json:
        print_json(_describe(result))
    else:
        click.echo(_published(result))
    return 0


@click.command(short_help="List the versions of a published knowledge base.")
@_database_option("--at")
@_json_option
def versions(url: str, tenant: str, *, as_json: bool) -> None:
    """List the versions of a published knowledge base, newest first; * is before the one that is served."""
    from faqbot.publishing import list_versions

    found = list_versions(url, tenant)
    if as_json:
        print_json({"versions": [_describe_version(version) for version in found]})
        return
    for line in _table(found):
        click.echo(line)


@click.command(short_help="Serve another version of a published knowledge base.")
@click.argument("version", type=int)
@_database_option("--at")
@_json_option
def rollback(version: int, url: str, tenant: str, *, as_json: bool) -> None:
    """Let replicas serve VERSION, an earlier or later number of `faqbot versions`."""
    from faqbot.publishing import roll_back

    result = roll_back(version, url, tenant)
    if as_json:
        print_json(_describe(result))
    elif result.is_new:
        click.echo(f"Version {version} is served now.")
    else:
        click.echo(f"Version {version} was served already.")


def _published(result: Publication) -> str:
    number, added = result.version.version, counted(result.added_indexes, "index", "indexes")
    if result.is_new:
        files = counted(len(result.version.files), "file")
        return f"Published version {number}: {files}, {added}."
    told = f"Version {number} has this content already."
    return f"{told} Added {added}." if result.added_indexes else told


def _describe(result: Publication) -> dict[str, object]:
    return {
        "version": _describe_version(result.version),
        "is_new": result.is_new,
        "added_indexes": result.added_indexes,
    }


def _describe_version(version: PublishedVersion) -> dict[str, object]:
    return {**asdict(version), "files": list(version.files), "at": version.at.isoformat()}


def _table(versions: Sequence[PublishedVersion]) -> Iterator[str]:
    """Yield *versions* as lines in columns, newest first."""
    rows = [("", "version", "published (UTC)", "by", "note")]
    for each in reversed(versions):
        mark = "*" if each.is_current else ""
        at = f"{each.at:%Y-%m-%d %H:%M:%S}"
        rows.append((mark, str(each.version), at, _plain(each.published_by), _plain(each.note)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True))
        yield "  ".join(cells).rstrip()


def _plain(text: str) -> str:
    """Return *text* of a database without characters that control a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
