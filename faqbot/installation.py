"""Command that installs an extra, made from the record of how faqbot was installed (PEP 610).

faqbot may come from a clone, a repository's address, a file or an index. `pip install 'faqbot[NAME]'`
asks an index, so it is right only for the last.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# Folder that holds the package: that of a clone if it has a pyproject.toml.
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of the installed faqbot: a *folder*, an address, or an index if both are empty.

    *address* is a URL that pip accepts after "@". *installer* is the name of the program that
    installed faqbot, such as "pip".
    """

    folder: Path | None = None
    editable: bool = False
    address: str = ""
    installer: str = ""

    def requirement(self, extra: str) -> str:
        """Return the `pip install` arguments for faqbot with *extra*."""
        if self.folder is not None:
            option = "-e " if self.editable else ""
            return f"{option}{shlex.quote(f'{_from_here(self.folder)}[{extra}]')}"
        return shlex.quote(f"faqbot[{extra}]" + (f" @ {self.address}" if self.address else ""))


def install_command(extra: str) -> str:
    """Return the shell command that installs *extra* in the environment of this process.

    For example `.venv/bin/pip install -e '.[import]'` in a clone, and `pip install 'faqbot[import]'`
    if faqbot came from an index. Paths are relative where they lie below the current folder.
    """
    origin = find_origin()
    return f"{_installer(origin.installer)} {origin.requirement(extra)}"


def package_command(package: str) -> str:
    """Return the shell command that installs *package*, a distribution of an index, beside faqbot."""
    return f"{_installer(find_origin().installer)} {shlex.quote(package)}"


def find_origin() -> Origin:
    """Return the origin in the metadata of the installed faqbot."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution("faqbot")
    except PackageNotFoundError:
        return Origin(_ROOT, editable=True)
    installer = (found.read_text("INSTALLER") or "").strip()
    recorded = found.read_text("direct_url.json")
    if recorded is not None:
        return _read_origin(json.loads(recorded), installer)
    if (_ROOT / "pyproject.toml").is_file():  # run in a clone without an installation
        return Origin(_ROOT, editable=True, installer=installer)
    return Origin(installer=installer)


def _read_origin(recorded: dict[str, dict[str, object]], installer: str) -> Origin:
    """Return the origin of the parsed content of direct_url.json."""
    url = str(recorded["url"])
    if "dir_info" in recorded:
        from urllib.request import url2pathname  # a third of the time of `faqbot --help`

        folder = Path(url2pathname(urlsplit(url).path))
        editable = bool(recorded["dir_info"].get("editable"))
        return Origin(folder, editable=editable, installer=installer)
    if "vcs_info" in recorded:
        info = recorded["vcs_info"]
        url = f"{info['vcs']}+{url}@{info['commit_id']}"
    return Origin(address=url, installer=installer)


def _installer(name: str) -> str:
    """Return the command that installs packages in this environment; *name* installed faqbot."""
    if sys.prefix == sys.base_prefix:
        return "pip install"
    folder = Path(sys.executable).parent
    pip = shutil.which("pip", path=str(folder))
    if pip is not None:
        return f"{shlex.quote(_from_here(Path(pip)))} install"
    python = shlex.quote(_from_here(Path(sys.executable)))
    return f"uv pip install -p {python}" if name == "uv" else f"{python} -m pip install"


def _from_here(path: Path) -> str:
    """Return *path* as text, relative if it lies in the current folder."""
    try:
        shown = str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):  # the current folder is gone, or elsewhere
        return str(path)
    # Without a separator, pip would look up a distribution, and a shell a program.
    return shown if shown == "." or os.sep in shown else os.path.join(os.curdir, shown)  # noqa: PTH118 - a Path drops the "."
