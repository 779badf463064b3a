"""What goes wrong in a lecture hall: servers die, students vanish, everybody starts the slowest page at once.

``BASIN_ROOM`` is how many start it at once, 40 unless told.
"""

import os
import re
import threading
import time

import pytest

from core.progress import Progress
from tests.faults.watching import SLOW, Leaver, Watcher, until
from ui.page.frame import cached
from ui.work import jobs as work

ROOM = int(os.environ.get("BASIN_ROOM", "40"))


def test_a_killed_server_comes_back_with_every_setting(serve):
    server = serve()
    student = Watcher(server.port, "weight_decay", "data=polynomial&seed=7")
    student.slide("weight_decay-step_size", 30)
    before, link = student.strip, student.query
    assert "step_size" in link and "seed=7" in link and before
    server.kill()
    with pytest.raises(Exception, match="close"):
        student.rerun(timeout=5)
    server.start()
    again = Watcher(server.port, "weight_decay", link)
    assert (again.strip, again.query) == (before, link)
    again.states = student.states  # a browser that has waited sends what its widgets show as well
    again.rerun()
    assert (again.strip, again.exceptions) == (before, [])


def test_a_training_stops_when_whoever_watched_it_has_vanished(lasting):
    server = lasting
    student = Leaver(server.port, "dropout", SLOW)
    busy = server.processor_seconds()
    until(lambda: server.processor_seconds() - busy > 0.3)  # the training is long enough to be left
    student.vanish()

    def is_quiet() -> bool:
        spent = server.processor_seconds()
        time.sleep(1.0)
        return server.processor_seconds() - spent < 0.1

    until(is_quiet, 40)  # of a training that lasts for a minute, and longer on a busy machine
    assert Watcher(server.port, "lipschitz").strip, "and the server serves"


def test_two_who_ask_for_the_same_have_it_computed_once():
    asked, results, together = [], [], threading.Barrier(8)

    def square(x: float) -> float:
        asked.append(x)
        time.sleep(0.2)
        return x * x

    def ask() -> None:
        together.wait()
        results.append(cached(square)(3.0))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == [9.0] * 8 and asked == [3.0]


def test_two_sessions_with_the_same_link_train_once(lasting):
    server = lasting
    link = "model=digits&seed={}&epochs=50"
    Watcher(server.port, "dropout", link.format(1)).close()  # torch is there now

    def cost(*seeds: int) -> float:
        spent = server.processor_seconds()
        threads = [threading.Thread(target=Watcher, args=(server.port, "dropout", link.format(s))) for s in seeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return server.processor_seconds() - spent

    apart, same = cost(2, 3, 4, 5), cost(6, 6, 6, 6)
    assert same < 0.7 * apart, f"{same:.2f} s of the processor for one result, {apart:.2f} s for four"


def test_a_room_that_starts_the_slowest_page_at_once_is_served_in_turn(lasting):
    server = lasting
    Watcher(server.port, "dropout", "model=digits&epochs=50").close()
    before, room, failed = server.megabytes(), [], []

    def enter(seed: int) -> None:
        try:
            room.append(Leaver(server.port, "dropout", f"{SLOW}&seed={seed}"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=enter, args=(seed,)) for seed in range(1, ROOM + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == [] and len(room) == ROOM
    places = [int(found[0]) for student in room if (found := re.findall(r"\d+", student.said[0]))]
    assert max(places) > ROOM / 2, f"who waits is told how many are served before: {sorted(places)}"
    assert len(set(places)) > ROOM / 2, "and not all are told the same"
    assert server.megabytes() - before < 250, "one trains at a time, whoever asks"
    for student in room:
        student.vanish()
    with Watcher(server.port, "dropout", "model=digits&epochs=50&seed=2") as last:
        assert last.strip, "nobody waits for those who have gone"


def test_a_change_of_the_clock_changes_nothing(monkeypatch):
    jobs, day, ticks = work.Jobs(), 86_400.0, []
    clock = time.time

    def steps():
        for i in range(1, 11):
            monkeypatch.setattr(time, "time", lambda i=i: clock() + (-1) ** i * i * day)
            time.sleep(0.02)
            ticks.append(i)
            yield Progress(i / 10, i)

    until(lambda: jobs.look("a", steps, wait=0.05).finished, 5)
    assert jobs.look("a", steps).progress.result == 10 and ticks == list(range(1, 11))


def test_the_machines_language_and_time_zone_change_no_number(lasting, serve):
    odd = serve(
        LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="utf-8", TZ="Asia/Kathmandu"
    )
    for slug in ("weight_decay", "gradient_descent"):
        one, other = Watcher(lasting.port, slug, "lang=zh"), Watcher(odd.port, slug, "lang=zh")
        assert one.strip == other.strip != ""
        assert one.exceptions == other.exceptions == []
