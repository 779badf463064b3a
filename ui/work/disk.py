"""Results in a folder of the server's own, so that a restart forgets nothing.

    file = seal (32 bytes) + pickle;   seal = HMAC-SHA256(key of the folder, name of the file + pickle)

A pickle can run code, and so nothing is unpickled but what this folder's own key has sealed, under the name that is
asked for: a file that was cut off, changed, renamed or laid there by somebody else is noticed first, said in the log
and thrown away. A folder or file that another user owns, or may write to, is not used at all. The name holds the
version of the code (``core.version``). Files are written under another name and moved into place, so that several
servers may share the folder; the ones that were asked for longest ago go when it is full.

joblib's Memory was considered: it unpickles whatever lies in its folder, knows only the source of the one function that
it keeps results of, and stays within its bytes only where somebody calls ``reduce_size``.
"""

import hashlib
import hmac
import logging
import os
import secrets
import stat
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from core.version import fingerprint

log = logging.getLogger("basin")
SETTING = "BASIN_CACHE"  # the folder; empty: none
MOST = 512 * 2**20  # bytes in the folder
ROOM = 0.9  # of them are left when files are thrown away
SEAL, KEY, NEW = 32, "key", ".new"


class Refused(Exception):
    """A folder or file that is not ours alone, or not what we have written."""


def folders() -> list[Path]:
    """Where results may be kept, the best first."""
    asked = os.environ.get(SETTING)
    if asked is not None:
        return [Path(asked).expanduser().absolute()] if asked else []
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [home / "basin", Path(tempfile.gettempdir()) / f"basin-{os.geteuid()}"]


def ours_alone(status: os.stat_result) -> bool:
    """Whether it is this user's, and nobody else may write to it."""
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


class Disk:
    """One folder. Safe with several threads and several servers."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder, self.most = folder, most
        self._lock = threading.Lock()
        self._written = most  # bytes since the folder was last looked through: at first nobody knows what is there
        self._told: set[str] = set()
        self._key = self._open()

    def read(self, key: str) -> bytes | None:
        """What was written under that key, and by nobody else; None where there is nothing."""
        path = self._path(key)
        try:
            pickled = self._unsealed(path)
            os.utime(path)  # it was asked for
            return pickled
        except FileNotFoundError:
            return None
        except OSError as why:
            self.tell(path.name, why)
        except Refused as why:
            self.tell(path.name, why)
            with suppress(OSError):
                path.unlink()
        return None

    def write(self, key: str, pickled: bytes) -> None:
        """Keep what has been pickled. Where the disk is full or gone, it is not kept, and that is all."""
        path = self._path(key)
        try:
            self._replace(path, self._seal(path.name, pickled) + pickled)
        except OSError as why:
            self.tell(str(self.folder), why)
            return
        with self._lock:
            self._written += len(pickled)
            if self._written < self.most / 16:
                return
            self._written = 0
        self._throw_away()

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(f"{fingerprint()} {key}".encode()).hexdigest()

    def _seal(self, name: str, pickled: bytes) -> bytes:
        return hmac.digest(self._key, name.encode() + pickled, "sha256")

    def _unsealed(self, path: Path) -> bytes:
        content = _read(path)
        seal, pickled = content[:SEAL], content[SEAL:]
        if not hmac.compare_digest(seal, self._seal(path.name, pickled)):
            raise Refused("it is not what was written there")
        return pickled

    def _open(self) -> bytes:
        """Make the folder where there is none, see that it is ours, and read its key or make one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = self.folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or not ours_alone(status):
            raise Refused("it is not a folder of this user's own, writable by nobody else")
        path = self.folder / KEY
        if not path.exists():
            with suppress(FileExistsError):  # another server was first
                self._replace(path, secrets.token_bytes(SEAL), may_exist=False)
        key = _read(path)
        if len(key) != SEAL:
            raise Refused("its key is not one")
        return key

    def _replace(self, path: Path, content: bytes, *, may_exist: bool = True) -> None:
        """Write it under another name, then move it: who reads sees all of it or nothing."""
        beside = path.with_name(f"{secrets.token_hex(8)}{NEW}")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(content)
            if may_exist:
                os.replace(beside, path)
            else:
                os.link(beside, path)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()

    def _throw_away(self) -> None:
        """What was asked for longest ago, until the rest has room."""
        found = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(OSError):  # another server has thrown it away
                    status = entry.stat(follow_symlinks=False)
                    is_new = entry.name.endswith(NEW) and time.time() - status.st_mtime < 60  # it is being written
                    if entry.name != KEY and not is_new and stat.S_ISREG(status.st_mode):
                        found.append((status.st_mtime, status.st_size, entry.path))
        size = sum(each for _, each, _ in found)
        if size <= self.most:
            return
        for _, each, path in sorted(found):
            if size <= ROOM * self.most:
                break
            with suppress(OSError):
                os.unlink(path)
            size -= each

    def tell(self, what: str, why: Exception) -> None:
        """Once for each."""
        with self._lock:
            is_new = what not in self._told and len(self._told) < 1000
            self._told.add(what)
        if is_new:
            log.warning("Kept results: %s in %s is left out: %s", what, self.folder, why or type(why).__name__)


def _read(path: Path) -> bytes:
    """The content of a file of ours. ``Refused`` where it is no file, or not ours alone."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not ours_alone(status):
            raise Refused("it is not a file of this user's own, writable by nobody else")
        return file.read()


def chosen() -> Disk | None:
    """The first folder that will do; None where none does, or this system does not say who owns a file."""
    if not hasattr(os, "geteuid"):
        return None
    for folder in folders():
        try:
            return Disk(folder)
        except (Refused, OSError) as why:
            log.warning("Kept results: %s is not used: %s", folder, why)
    return None
