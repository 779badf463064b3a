"""A turn at computing: few at a time, in order, and nobody who has moved on."""

import threading
import time

import pytest

from ui.work.turn import LONG, Line, in_turn


def all_of(*work) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_a_hundred_compute_two_at_a_time():
    line, here, most = Line(2), [], []

    def compute():
        with line.turn():
            here.append(1)
            most.append(len(here))
            time.sleep(0.002)
            here.pop()

    all_of(*[compute] * 100)
    assert len(most) == 100 and max(most) == 2


def test_they_are_served_in_the_order_they_came():
    line, served = Line(1), []

    def compute(number):
        with line.turn():
            served.append(number)

    with line.turn():
        threads = [threading.Thread(target=compute, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
            time.sleep(0.005)
    for thread in threads:
        thread.join(10)
    assert served == list(range(20))


def test_one_who_fails_gives_the_turn_on():
    line, served = Line(1), []
    with pytest.raises(ValueError, match="too wide"), line.turn():
        raise ValueError("too wide")
    with line.turn():
        served.append(1)
    assert served == [1]


def test_one_who_has_moved_on_leaves_the_line(monkeypatch):
    class MovedOn(BaseException):
        """As Streamlit ends a run."""

    class Session:
        def get(self, _):
            raise MovedOn

    monkeypatch.setattr("ui.work.turn.st.session_state", Session())
    line = Line(1)

    def wait_in_vain():
        with pytest.raises(MovedOn), line.turn():
            pytest.fail("it was not their turn")

    with line.turn():
        all_of(wait_in_vain)
        assert len(line._here) == 1


def spend(seconds: float) -> float:
    """Keep the processor busy."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return seconds


def test_what_took_long_lines_up_the_next_time_and_what_did_not_never_waits():
    line = Line(1)
    long, short = in_turn(lambda: spend(1.2 * LONG), line), in_turn(lambda: spend(0.0), line)
    for work in (long, short):
        work()
    waiting = threading.Thread(target=long)
    with line.turn():
        waiting.start()
        assert short() == 0.0, "a short one goes past"
        waiting.join(0.2)
        assert waiting.is_alive() and len(line._here) == 2
    waiting.join(10)
    assert not waiting.is_alive() and not line._here


def test_a_function_in_line_is_still_itself():
    assert in_turn(spend).__name__ == "spend" and in_turn(spend).__wrapped__ is spend
