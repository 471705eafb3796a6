"""Sockets to listen at, and the connections that the open files of a process allow."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from faqbot import AdapterSettingsError, open_listening_socket, raise_open_files
from faqbot.bounded_http.listening import accept_backlog, connection_limit

_SHOWN = """
import resource
from faqbot.bounded_http.listening import accept_backlog, connection_limit, raise_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (%d, %d))
raise_open_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], connection_limit(8000), accept_backlog())
"""


@pytest.mark.parametrize(
    ("soft", "hard", "shown"),
    [(256, 1024, "1024 512 128"), (1024, 1024, "1024 512 128"), (64, 64, "64 32 8")],
)
def test_open_files_are_raised_and_shared_out(soft: int, hard: int, shown: str) -> None:
    """Connections, and those that wait, leave open files for everything else."""
    command = [sys.executable, "-c", _SHOWN % (soft, hard)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == shown


def test_open_files_are_never_lowered() -> None:
    """A process that may open more keeps that."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    raise_open_files()
    after = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        assert after[0] >= before[0]
        assert after[1] == before[1]
        assert 0 < connection_limit(100) <= 100
        assert accept_backlog() > 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_port_that_is_taken_is_a_sentence() -> None:
    """So is an address that is none of this machine."""
    with open_listening_socket("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        with pytest.raises(
            AdapterSettingsError, match=rf"cannot listen on 127.0.0.1, port {port}: "
        ):
            open_listening_socket("127.0.0.1", port)
    with pytest.raises(AdapterSettingsError, match=r"cannot listen on 192\.0\.2\.1, port 0: "):
        open_listening_socket("192.0.2.1", 0)
    with pytest.raises(AdapterSettingsError, match="cannot listen on no such host"):
        open_listening_socket("no such host", 0)
