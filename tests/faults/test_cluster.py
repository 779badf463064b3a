"""Long work on a cluster of its own: a scheduler and two workers, whichever of them dies."""

import logging
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="requirements-cluster.txt is not installed")

from distributed import Client

from hosting.cluster import READY, Machines, machines
from tests.faults.sleeping import at_once, begun, failing, sleeping
from tests.faults.watching import Watcher
from ui.work import cluster as work
from ui.work.cluster import Cluster
from ui.work.engine import Here
from ui.work.hands import chosen
from ui.work.jobs import Jobs, Look


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    with machines(2, "--no-nanny", log=tmp_path_factory.mktemp("machines") / "log.txt") as found:
        yield found


@pytest.fixture
def engine(two):
    return ready(Cluster(two.address))


@pytest.fixture
def marks(tmp_path):
    (tmp_path / "marks").mkdir()
    return tmp_path / "marks"


def ready(engine: Cluster) -> Cluster:
    assert engine._first.wait(30) and not engine.is_here
    return engine


def until(what, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def whole(jobs: Jobs, steps: dict, seconds: float = 60.0) -> tuple[dict, list[Look]]:
    """Ask for all until all are whole: their results, and what there was to see meanwhile."""
    end, results, seen = time.monotonic() + seconds, {}, []
    while len(results) < len(steps):
        assert time.monotonic() < end, "it was not whole in time"
        for key in steps.keys() - results.keys():
            seen.append(look := jobs.look(key, steps[key], who=key, wait=0.02))
            if look.finished:
                results[key] = look.progress.result
    return results, seen


def naps(folder: Path, count: int, steps: int = 10, pause: float = 0.05) -> dict:
    return {f"{folder} {i}": partial(sleeping, str(folder), steps, pause, i) for i in range(count)}


def test_two_workers_do_nearly_twice_as_much_as_one(engine, marks):
    """One alone does one piece at a time, at best. (``bench.cluster`` has the seconds, on idle cores.)"""
    jobs = Jobs(engine=engine)
    for name, count in (("first", 4), ("then", 8)):
        (marks / name).mkdir()
        results, _ = whole(jobs, naps(marks / name, count, steps=20))
        assert sorted(result[-1] for result in results.values()) == list(range(count))
    assert len({process for process, _ in begun(marks / "then")}) == 2
    assert 1.8 < at_once(marks / "then") <= 2.0


def test_progress_and_partial_results_come_and_then_the_whole(engine, marks):
    steps = partial(sleeping, str(marks), 40, 0.05, 7)
    results, seen = whole(Jobs(engine=engine), {str(marks): steps})
    shares = [look.progress.done for look in seen if look.progress]
    parts = {len(look.progress.result) for look in seen if look.progress and look.progress.result}
    assert shares == sorted(shares) and len(set(shares)) > 4
    assert len(parts) >= 3 and results[str(marks)] == [7] * 40


def test_two_replicas_that_ask_for_the_same_have_it_computed_once(two, engine, marks):
    other, steps = ready(Cluster(two.address)), naps(marks, 1, steps=20)
    first, second = Jobs(engine=engine), Jobs(engine=other)
    [(key, one)] = steps.items()
    until(lambda: all([jobs.look(key, one, wait=0.05).finished for jobs in (first, second)]))
    assert len(begun(marks)) == 1
    third = Jobs(engine=ready(Cluster(two.address)))
    assert whole(third, steps)[0][key] == [0] * 20
    assert len(begun(marks)) == 1, "and whoever comes later has it, too"


def test_what_nobody_waits_for_stops_and_can_be_asked_for_again(engine, marks):
    [(key, steps)] = naps(marks, 1, steps=200).items()
    jobs = Jobs(engine=engine)
    until(lambda: jobs.look(key, steps, who="me", wait=0.05).progress and begun(marks))
    jobs.leave(key, "me")
    until(lambda: jobs.running == 0, 5)
    time.sleep(0.5)
    before = begun(marks)
    time.sleep(0.5)
    assert begun(marks) == before and before[0][1] < 100
    again = naps(marks, 1, steps=3)
    assert whole(jobs, again)[0][key] == [0] * 3, "the same key, begun anew"


def test_what_the_work_raises_reaches_who_asked(engine):
    with pytest.raises(ValueError, match="too wide: 3"):
        whole(Jobs(engine=engine), {"failing": partial(failing, "abc")})


def test_work_that_cannot_be_sent_is_done_here(engine, marks, caplog):
    lock = threading.Lock()

    def steps():
        with lock:
            yield from sleeping(str(marks), 2, 0.01, 5)

    with caplog.at_level(logging.WARNING, logger="basin"):
        assert whole(Jobs(engine=engine), {"local": steps})[0]["local"] == [5, 5]
    assert "the server does" in caplog.text


def test_a_worker_with_another_version_is_not_asked(engine, marks, monkeypatch, caplog):
    monkeypatch.setattr(work, "fingerprint", lambda: "0" * 64)
    assert whole(Jobs(engine=engine), naps(marks, 1))[0]
    assert [process for process, _ in begun(marks)] == [os.getpid()]
    assert "has version" in caplog.text


def test_a_worker_that_dies_costs_a_retry_and_nothing_else(marks, tmp_path):
    with machines(2, "--no-nanny", log=tmp_path / "log.txt") as two:
        jobs, pieces = Jobs(engine=ready(Cluster(two.address))), naps(marks, 2, steps=40)
        until(lambda: [jobs.look(key, steps, wait=0.05) for key, steps in pieces.items()] and len(begun(marks)) == 2)
        victim = begun(marks)[0][0]
        next(worker for worker in two.workers if worker.pid == victim).kill()
        results, _ = whole(jobs, pieces)
        assert sorted(result[-1] for result in results.values()) == [0, 1]
        assert len(begun(marks)) == 3 and sorted(steps for _, steps in begun(marks))[1:] == [40, 40]


def test_a_scheduler_that_dies_leaves_the_work_to_this_server_with_a_word(marks, tmp_path, caplog):
    with machines(2, "--no-nanny", log=tmp_path / "log.txt") as two:
        engine, pieces = ready(Cluster(two.address)), naps(marks, 3, steps=20)
        jobs = Jobs(engine=engine)
        until(lambda: [jobs.look(key, steps, wait=0.05) for key, steps in pieces.items()] and len(begun(marks)) >= 2)
        two.scheduler.kill()
        start = time.perf_counter()
        results, seen = whole(jobs, pieces)
        assert sorted(result[-1] for result in results.values()) == [0, 1, 2]
        assert time.perf_counter() - start < 20
    assert any(look.is_cut_off for look in seen) and "is lost" in caplog.text
    assert engine.is_here and engine.hands == 1


def test_a_connection_that_another_thread_gives_up_leaves_the_work_to_this_server(engine, marks, monkeypatch):
    def given_up(news, is_over):
        news._client.close()
        raise RuntimeError("IOLoop is closed")

    monkeypatch.setattr(work.News, "latest", given_up)
    steps = naps(marks, 2, steps=2)
    assert whole(Jobs(engine=engine), steps)[0].keys() == steps.keys()


def test_a_scheduler_that_comes_back_is_found_again(marks, monkeypatch, tmp_path):
    monkeypatch.setattr(work, "AGAIN", 0.1)
    nobody = Machines()
    nobody.stop()
    engine = Cluster(nobody.address)
    jobs = Jobs(engine=engine)
    assert whole(jobs, naps(marks, 1))[0] and engine.is_cut_off, "nobody was ever there"
    monkeypatch.setattr("hosting.cluster.free_port", lambda: int(nobody.address.rsplit(":", 1)[1]))
    (tmp_path / "again").mkdir()
    with machines(1, "--no-nanny"):
        for turn in range(20):
            whole(jobs, {f"again {turn}": partial(sleeping, str(tmp_path / "again"), 1, 0.01, turn)})
            if not engine.is_here:
                break
            time.sleep(0.5)
        assert not engine.is_here and not engine.is_cut_off


def test_the_setting_chooses_the_engine(two, monkeypatch):
    monkeypatch.delenv("BASIN_SCHEDULER", raising=False)
    assert isinstance(chosen(), Here)
    monkeypatch.setenv("BASIN_SCHEDULER", two.address)
    assert isinstance(chosen(), Cluster)


def test_without_the_library_the_server_works_by_itself(monkeypatch, caplog):
    monkeypatch.setenv("BASIN_SCHEDULER", "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "ui.work.cluster", None)
    assert isinstance(chosen(), Here) and "requirements-cluster.txt is not installed" in caplog.text


def test_pages_go_on_where_the_scheduler_is_killed(serve, tmp_path):
    link = "model=digits&epochs=100&width=32&networks=1&seed={}"
    with machines(1, *READY, log=tmp_path / "machines.txt") as one:
        server = serve(BASIN_SCHEDULER=one.address)
        with Watcher(server.port, "dropout", link.format(1)) as student:
            assert student.strip and student.exceptions == []
        with Client(one.address, set_as_default=False) as client:
            assert any(name.startswith("basin-") for name in client.who_has()), "a worker has computed it"
        one.scheduler.kill()
        with Watcher(server.port, "dropout", link.format(2)) as student:
            assert student.strip and student.exceptions == []
        assert "is lost" in server.said() or "cannot be reached" in server.said()
        assert any("this server computes by itself" in told for told in student.said), student.said
