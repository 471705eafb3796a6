"""Candidates from PostgreSQL: the same entries are found as with the local index."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url


def test_trigrams_find_the_entries_of_the_local_index(postgresql: str) -> None:
    """A table has a row for each source, and nearly all questions find their entry."""
    url = make_url(postgresql).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute("CREATE EXTENSION pg_trgm SCHEMA public")
        except psycopg.errors.DuplicateObject:
            pass
        except psycopg.Error:
            pytest.skip("the server of PostgreSQL has no extension pg_trgm")
    from benchmarks.postgres_candidates import measure

    *_, local, trigrams = measure(3000, 40, f"{url}%2Cpublic", "none")
    for name, row in (("local", local), ("pg_trgm", trigrams)):
        title, rows, among, first, *_ = (cell.strip() for cell in row.strip("|").split("|"))
        assert title == name
        assert int(rows) <= 384
        assert float(among) >= 0.9
        assert float(first) >= 0.9
