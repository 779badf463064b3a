"""A folder of results: what was written comes back, and nothing else is ever unpickled."""

import logging
import os
import pickle
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.version import fingerprint
from ui.work import disk as kept
from ui.work.disk import KEY, Disk, Refused, chosen
from ui.work.results import Results


class Bomb:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def files(disk: Disk) -> list[Path]:
    return [path for path in disk.folder.iterdir() if path.name != KEY]


def test_a_result_comes_back_in_another_server_and_only_under_its_own_key(tmp_path):
    Results(Disk(tmp_path / "kept")).keep("a", {"x": 1.5})
    again = Results(Disk(tmp_path / "kept"))
    assert again.find("a") == {"x": 1.5} and again.find("b") is None


def test_the_folder_and_its_files_are_this_users_alone(tmp_path):
    disk = Disk(tmp_path / "deep" / "kept")
    Results(disk).keep("a", 1)
    assert stat.S_IMODE(disk.folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in disk.folder.iterdir()] == [0o600] * 2


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def foreign(path: Path) -> None:
    """What somebody lays there who does not know the folder's key."""
    path.write_bytes(bytes(32) + pickle.dumps(Bomb(path.with_suffix(".mark"))))


def bare(path: Path) -> None:
    path.write_bytes(pickle.dumps(Bomb(path.with_suffix(".mark"))))


def another_users(path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, 65534)


def writable(path: Path) -> None:
    path.chmod(0o666)


def elsewhere(path: Path) -> None:
    there = path.with_name("elsewhere")
    path.rename(there)
    path.symlink_to(there)


@pytest.mark.parametrize(
    "spoil", [cut_off, one_bit, foreign, bare, another_users, writable, elsewhere, lambda path: path.write_bytes(b"")]
)
def test_a_spoilt_or_foreign_file_is_left_out_said_once_and_replaced(tmp_path, caplog, spoil):
    disk = Disk(tmp_path / "kept")
    Results(disk).keep("a", [1, 2, 3])
    [path] = files(disk)
    spoil(path)
    with caplog.at_level(logging.WARNING, logger="basin"):
        assert Results(disk).find("a") is None and Results(disk).find("a") is None
    assert not list(disk.folder.glob("*.mark")), "it was unpickled"
    assert len(caplog.records) == 1 and path.name in caplog.text
    Results(disk).keep("a", [4])
    assert Results(Disk(disk.folder)).find("a") == [4]


def test_a_file_under_another_files_name_is_noticed(tmp_path):
    disk = Disk(tmp_path / "kept")
    for key in ("a", "b"):
        Results(disk).keep(key, key)
    first, second = (disk._path(key) for key in ("a", "b"))
    os.replace(first, second)
    assert Results(disk).find("b") is None


def test_what_is_sealed_and_yet_cannot_be_read_is_computed_anew(tmp_path, caplog):
    disk = Disk(tmp_path / "kept")
    disk.write("a", b"no pickle")
    assert Results(disk).find("a") is None
    assert len(caplog.records) == 1


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path, mode):
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(Refused):
        Disk(folder)


def test_so_is_one_that_is_somebody_elses_a_link_or_a_file(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch()
    for name in ("link", "file"):
        with pytest.raises((Refused, OSError)):
            Disk(tmp_path / name)
    monkeypatch.setattr(kept.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Refused):
        Disk(tmp_path / "real")


def test_the_setting_chooses_the_folder_and_empty_means_none(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("BASIN_CACHE", str(tmp_path / "mine"))
    assert chosen().folder == tmp_path / "mine"
    monkeypatch.setenv("BASIN_CACHE", "")
    assert chosen() is None
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    monkeypatch.setenv("BASIN_CACHE", str(tmp_path / "open"))
    assert chosen() is None and "open is not used" in caplog.text


def test_without_it_the_users_own_cache_or_else_a_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("BASIN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert chosen().folder == tmp_path / "cache" / "basin"
    (tmp_path / "cache" / "basin").chmod(0o777)
    monkeypatch.setattr(kept.tempfile, "gettempdir", lambda: str(tmp_path))
    assert chosen().folder == tmp_path / f"basin-{os.geteuid()}"


def test_the_folder_stays_within_its_bytes_and_keeps_what_was_asked_for_last(tmp_path):
    disk = Disk(tmp_path / "kept", most=100_000)
    results, one = Results(disk), bytes(4_000)
    for i in range(20):
        results.keep(f"{i}", one)
        os.utime(disk._path(f"{i}"), (i, i))
    assert Results(disk).find("3") == one, "asked for now"
    for i in range(20, 32):
        results.keep(f"{i}", one)
    size = sum(path.stat().st_size for path in files(disk))
    assert size <= 100_000 + 100_000 / 16 + 5_000
    assert Results(disk).find("3") == one and Results(disk).find("31") == one and Results(disk).find("4") is None


def test_another_version_of_the_code_has_results_of_its_own(tmp_path, monkeypatch):
    disk = Disk(tmp_path / "kept")
    Results(disk).keep("a", 1)
    monkeypatch.setattr(kept, "fingerprint", lambda: "another")
    assert Results(disk).find("a") is None
    monkeypatch.undo()
    assert Results(disk).find("a") == 1


def test_the_version_is_that_of_every_source(tmp_path):
    (tmp_path / "a").mkdir()
    found = set()
    for text in ("x = 1", "x = 2"):
        (tmp_path / "a" / "b.py").write_text(text)
        found.add(fingerprint.__wrapped__(tmp_path))
    (tmp_path / "c.py").touch()
    found.add(fingerprint.__wrapped__(tmp_path))
    (tmp_path / "c.py").rename(tmp_path / "d.py")
    found.add(fingerprint.__wrapped__(tmp_path))
    assert len(found) == 4


def _write_and_read(folder: Path, number: int) -> None:
    disk = Disk(folder, most=400_000)
    for turn in range(150):
        key = f"{(turn * 7 + number) % 20}"
        Results(disk).keep(key, key * 3_000)
        found = Results(disk).find(f"{turn % 20}")
        assert found is None or found == f"{turn % 20}" * 3_000
    assert not disk._told, disk._told


def test_servers_that_share_a_folder_see_whole_files_or_none(tmp_path):
    code = "import sys; from pathlib import Path; from tests.ui.work.test_disk import _write_and_read as work;"
    code += "work(Path(sys.argv[1]), int(sys.argv[2]))"
    one = [sys.executable, "-c", code, str(tmp_path / "kept")]
    servers = [subprocess.Popen([*one, str(number)], cwd=Path(__file__).parents[3]) for number in range(3)]
    assert [server.wait(120) for server in servers] == [0, 0, 0]
    assert not list((tmp_path / "kept").glob("*.new"))


def test_a_disk_that_is_full_or_gone_costs_nothing_but_the_keeping(tmp_path, caplog):
    disk = Disk(tmp_path / "kept")
    for path in tmp_path.glob("kept/*"):
        path.unlink()
    disk.folder.rmdir()
    results = Results(disk)
    results.keep("a", 1)
    assert results.find("a") == 1 and len(caplog.records) == 1


def test_what_a_killed_server_has_left_behind_goes_in_time(tmp_path):
    disk = Disk(tmp_path / "kept", most=10_000)
    (disk.folder / "a.new").write_bytes(bytes(9_000))
    (disk.folder / "b.new").write_bytes(bytes(9_000))
    os.utime(disk.folder / "a.new", (1, 1))
    disk.write("c", bytes(5_000))
    assert not (disk.folder / "a.new").exists()
    assert (disk.folder / "b.new").exists(), "it may be being written"


def test_a_large_result_is_read_in_a_moment(tmp_path):
    disk = Disk(tmp_path / "kept")
    Results(disk).keep("a", os.urandom(4_000_000))
    start = time.perf_counter()
    Results(disk).find("a")
    assert time.perf_counter() - start < 0.1
