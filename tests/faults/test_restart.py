"""A server that is started again knows what the one before has computed, unless somebody has touched it."""

import time
from pathlib import Path

from tests.faults.watching import Watcher, until

LINK = "model=digits&epochs=50&width=32&samples=100&networks=2&seed={}"
SEEDS = (1, 2)


def ready(server) -> None:
    """Every page has been opened once, and torch is there."""
    until(lambda: "Ready: every page" in server.said(), 120)


def opened(server, seed: int) -> tuple[float, Watcher]:
    start = time.perf_counter()
    with Watcher(server.port, "dropout", LINK.format(seed)) as student:
        return time.perf_counter() - start, student


def kept(server) -> list[Path]:
    return [path for path in Path(server.kept.name).iterdir() if path.name != "key"]


def test_the_same_settings_answer_from_disk_after_a_restart_unless_the_file_is_spoilt(serve):
    server = serve()
    before = [opened(server, seed)[1] for seed in SEEDS]
    assert all(student.said for student in before), "they had to be computed"
    until(lambda: len(kept(server)) >= len(SEEDS))
    server.kill()
    server.log.write_text("")
    server.start()
    ready(server)
    seconds, after = zip(*(opened(server, seed) for seed in SEEDS), strict=True)
    assert [student.said for student in after] == [[]] * len(SEEDS), "nothing was computed"
    assert [student.strip for student in after] == [student.strip for student in before]
    assert min(seconds) < 0.3, seconds

    server.kill()
    for path in kept(server):
        path.write_bytes(path.read_bytes()[:-5] + b"spoil")
    server.start()
    _, spoilt = opened(server, SEEDS[0])
    assert spoilt.said and spoilt.strip == before[0].strip and spoilt.exceptions == []
    assert "is left out: it is not what was written there" in server.said()
    server.kill()
    server.start()
    assert opened(server, SEEDS[0])[1].said == [], "the new one is good"
