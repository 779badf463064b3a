"""Long work: once for all who ask, in turn, and only while somebody waits."""

import threading
import time

import pytest

from core.progress import Progress, finish
from core.version import fingerprint
from ui.work import jobs as work
from ui.work.disk import Disk
from ui.work.engine import Here
from ui.work.jobs import Jobs
from ui.work.results import Results


def counting(to: int, log: list, pause: float = 0.0):
    """Work in ``to`` steps that writes each of them down."""

    def steps():
        for i in range(1, to + 1):
            time.sleep(pause)
            log.append(i)
            yield Progress(i / to, i)

    return steps


def until_finished(jobs: Jobs, key: str, steps, seconds: float = 10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        look = jobs.look(key, steps, wait=0.05)
        if look.finished:
            return look
    raise AssertionError(f"{key} was not finished after {seconds} s")


def until(what, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def test_work_is_done_to_its_end_and_its_result_kept():
    jobs, log = Jobs(), []
    assert until_finished(jobs, "a", counting(5, log)).progress.result == 5
    assert jobs.look("a", counting(5, log)).finished, "asked again, it is there at once"
    assert log == [1, 2, 3, 4, 5], "and was computed once"


def test_two_who_ask_for_the_same_share_one_computation():
    jobs, log, results = Jobs(), [], []
    steps = counting(10, log, pause=0.02)

    def ask():
        results.append(until_finished(jobs, "same", steps).progress.result)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [10] * 8
    assert log == list(range(1, 11))


def test_what_there_is_can_be_seen_before_the_end():
    jobs, seen = Jobs(), []
    steps = counting(20, [], pause=0.02)
    while not (look := jobs.look("a", steps, wait=0.05)).finished:
        seen.append(look.progress.result if look.progress else 0)
    assert len(set(seen)) > 3
    assert seen == sorted(seen)


def test_work_that_is_left_stops_at_its_next_step():
    jobs, log = Jobs(), []
    jobs.look("a", counting(1000, log, pause=0.01), who="me", wait=0.1)
    jobs.leave("a", "me")
    until(lambda: jobs.running == 0)
    done = len(log)
    time.sleep(0.1)
    assert 0 < len(log) == done < 1000


def test_work_goes_on_while_another_still_watches_it():
    jobs, log = Jobs(), []
    steps = counting(30, log, pause=0.01)
    jobs.look("a", steps, who="me", wait=0.05)
    jobs.look("a", steps, who="you", wait=0.05)
    jobs.leave("a", "me")
    time.sleep(0.1)
    assert jobs.look("a", steps, who="you", wait=2).progress.result > 3
    assert until_finished(jobs, "a", steps).progress.result == 30
    assert log == list(range(1, 31))


def test_work_stops_when_whoever_asked_has_vanished(monkeypatch):
    monkeypatch.setattr(work, "PATIENCE", 0.2)
    jobs, log = Jobs(), []
    jobs.look("a", counting(10_000, log, pause=0.005), wait=0.05)
    until(lambda: jobs.running == 0)
    assert len(log) < 200


def test_the_queue_is_served_in_the_order_of_asking_and_says_the_place():
    jobs, log = Jobs(), []
    keys = [f"job {i}" for i in range(4)]
    steps = {key: counting(3, log, pause=0.03) for key in keys}
    places = [jobs.look(key, steps[key]).place for key in keys]
    assert places == [0, 1, 2, 3]
    finished = []
    while len(finished) < len(keys):
        finished += [key for key in keys if key not in finished and jobs.look(key, steps[key], wait=0.01).finished]
    assert finished == keys


def test_a_hundred_at_once_are_served_one_at_a_time():
    jobs, at_once, most = Jobs(), [], []

    def steps():
        at_once.append(1)
        most.append(len(at_once))
        yield Progress(0.5)
        time.sleep(0.002)
        at_once.pop()
        yield Progress(1.0, "whole")

    threads = [threading.Thread(target=until_finished, args=(jobs, f"{i}", steps)) for i in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 100


def test_what_the_work_raises_reaches_who_asked_and_the_queue_goes_on():
    jobs = Jobs()

    def broken():
        yield Progress(0.1)
        raise ValueError("too wide")

    with pytest.raises(ValueError, match="too wide"):
        until_finished(jobs, "broken", broken)
    with pytest.raises(RuntimeError, match="before its result was whole"):
        until_finished(jobs, "short", lambda: iter([Progress(0.5, 1)]))
    assert until_finished(jobs, "good", counting(2, [])).progress.result == 2


def test_finish_returns_the_whole_result_and_refuses_less():
    assert finish(counting(4, [])()) == 4
    with pytest.raises(ValueError, match="before its result was whole"):
        finish(iter([Progress(0.5, 3)]))
    with pytest.raises(ValueError, match="before its result was whole"):
        finish(iter([]))


def test_long_work_lets_the_runs_of_pages_go_first_but_not_for_ever():
    done = []

    def steps():
        for step in range(400):
            time.sleep(0.002)
            done.append(step)
            yield Progress(0.0)
        yield Progress(1.0, "whole")

    run, jobs = threading.Thread(target=time.sleep, args=(0.6,), name=work.RUN), Jobs()
    run.start()
    jobs.look("work", steps)
    run.join()
    meanwhile = len(done)
    assert 0 < meanwhile < 100, "of three hundred"
    while not jobs.look("work", steps, wait=1.0).finished:
        pass
    assert len(done) == 400


def test_long_work_ends_though_the_runs_of_pages_never_do(monkeypatch):
    monkeypatch.setattr(work, "COURTESY", 0.05)
    home, jobs = threading.Event(), Jobs()
    runs = [threading.Thread(target=home.wait, name=work.RUN, daemon=True) for _ in range(2)]  # one watches, one works
    for run in runs:
        run.start()
    try:
        assert until_finished(jobs, "work", counting(20, [], pause=0.005), seconds=5).progress.result == 20
    finally:
        home.set()
        for run in runs:
            run.join()


def test_news_come_often_enough_to_be_seen_and_no_oftener():
    """Each piece wakes all who watch: hundreds in a second took the interpreter from everybody else."""
    jobs, looks = Jobs(), 0
    start = time.perf_counter()
    while not jobs.look("work", counting(2000, [], pause=0.0001), wait=5).finished:
        looks += 1
    assert 2 < looks < 2 * (time.perf_counter() - start) / work.SLICE


def finished_in_turn(jobs: Jobs, wishes: dict, steps) -> list:
    """Everybody's keys in the order in which they are whole. ``wishes``: for each person, one key after another."""
    now, done = {who: list(keys) for who, keys in wishes.items()}, []
    end = time.monotonic() + 20
    while any(now.values()):
        assert time.monotonic() < end
        for who, keys in now.items():
            if keys and jobs.look(keys[0], steps, who=who, wait=0.002).finished:
                done.append(keys.pop(0))
    return done


def test_nobody_is_served_twice_before_everyone_was_once():
    jobs = Jobs()
    wishes = {who: [f"{who}{i}" for i in range(3)] for who in ("greedy", "b", "c", "d")}
    served = finished_in_turn(jobs, wishes, counting(3, [], pause=0.01))
    for turn in range(3):
        assert {key[:-1] for key in served[4 * turn : 4 * turn + 4]} == set(wishes), served


def test_one_who_keeps_changing_their_mind_does_not_keep_the_others_waiting():
    """Work that has begun is a service, whole or not."""
    jobs, log = Jobs(), []
    jobs.look("a 0", counting(1000, [], pause=0.01), who="a", wait=0.05)
    jobs.look("b", counting(3, log, pause=0.01), who="b")
    jobs.look("a 1", counting(1000, [], pause=0.01), who="a")
    until(lambda: jobs.look("b", counting(3, log, pause=0.01), who="b", wait=0.05).finished)
    assert log == [1, 2, 3]


def test_a_newer_wish_replaces_the_older_in_its_place():
    jobs, log, busy = Jobs(), [], counting(40, [], pause=0.01)
    jobs.look("busy", busy, who="z", wait=0.05)

    def says(what):
        return lambda: log.append(what) or iter([Progress(1.0, what)])

    for who in ("a", "b"):
        jobs.look(f"{who} old", says(f"{who} old"), who=who)
        time.sleep(0.02)
    assert jobs.look("a new", says("a new"), who="a").place == 1, "before b, who came later"
    assert jobs.look("b old", says("b old"), who="b").place == 2
    finished_in_turn(jobs, {"z": ["busy"], "a": ["a new"], "b": ["b old"]}, busy)
    assert log == ["a new", "b old"], "in the place of the older wish, which is not computed"


def test_one_wish_of_two_people_stays_where_one_takes_another():
    jobs, busy = Jobs(), counting(20, [], pause=0.01)
    jobs.look("busy", busy, who="z", wait=0.05)
    steps = counting(2, log := [])
    for who in ("a", "b"):
        jobs.look("both", steps, who=who)
    jobs.look("a alone", steps, who="a")
    finished_in_turn(jobs, {"z": ["busy"], "b": ["both"], "a": ["a alone"]}, steps)
    assert log == [1, 2] * 2


def test_who_waits_is_told_for_how_long():
    jobs, steps = Jobs(), counting(20, [], pause=0.01)
    assert jobs.look("first", steps, kind="training").seconds is None, "nobody knows yet"
    until_finished(jobs, "first", steps)
    took = jobs._pace.whole("training")
    assert 0.2 <= took < 1
    keys = [f"{i}" for i in range(4)]
    looks = [jobs.look(key, steps, kind="training") for key in keys]
    for place, look in enumerate(looks[1:], 1):
        assert look.place == place
        assert abs(look.seconds - (place + 1) * took) < 0.6 * took, (place, look.seconds, took)
    last = until_finished(jobs, keys[-1], steps, 10)
    assert last.seconds == 0.0


def test_what_is_kept_is_there_for_the_next_server_in_a_moment(tmp_path):
    log = []
    until_finished(Jobs(Results(Disk(tmp_path))), "a", counting(5, log))
    fingerprint.cache_clear()
    start = time.process_time()  # of a busy machine nothing is asked
    look = Jobs(Results(Disk(tmp_path))).look("a", counting(5, log))
    assert time.process_time() - start < 0.3
    assert look.finished and look.progress.result == 5 and log == [1, 2, 3, 4, 5]


def test_more_hands_work_side_by_side():
    class Two(Here):
        hands = 2

    jobs = Jobs(engine=Two())
    steps, start = counting(10, [], pause=0.03), time.perf_counter()
    assert len(finished_in_turn(jobs, {i: [f"{i}"] for i in range(6)}, steps)) == 6
    assert time.perf_counter() - start < 6 * 0.3 / 1.5
