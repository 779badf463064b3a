"""Whose turn it is."""

from ui.work import people as work
from ui.work.people import People


def ranked(people: People, *whos: str) -> list[str]:
    return sorted(whos, key=lambda who: people.rank(who, 0.0))


def at(monkeypatch, seconds: float) -> None:
    monkeypatch.setattr(work.time, "monotonic", lambda: seconds)


def test_who_was_never_served_comes_before_who_was_and_of_those_who_waits_longest(monkeypatch):
    people = People()
    for second, who in enumerate("abc"):
        at(monkeypatch, 100.0 + second)
        people.wishes(who, "x")
    people.are_served(["a"])
    assert ranked(people, "a", "c", "b") == ["b", "c", "a"]
    people.are_served(["c"])
    people.are_served(["b"])
    assert ranked(people, "a", "b", "c") == ["a", "c", "b"]


def test_the_place_is_kept_from_wish_to_wish_but_not_by_one_who_has_gone_away(monkeypatch):
    people = People()
    at(monkeypatch, 100.0)
    assert people.wishes("a", "x") is None
    at(monkeypatch, 101.0)
    people.wishes("b", "y")
    at(monkeypatch, 102.0)
    assert people.wishes("a", "z") == "x"
    assert ranked(people, "a", "b") == ["a", "b"]
    at(monkeypatch, 102.5 + work.BACK)
    people.wishes("a", "z")
    assert ranked(people, "a", "b") == ["b", "a"]


def test_who_has_what_they_wished_for_begins_to_wait_anew(monkeypatch):
    people = People()
    at(monkeypatch, 100.0)
    people.wishes("a", "x")
    at(monkeypatch, 101.0)
    people.wishes("b", "y")
    people.has_it("a")
    people.wishes("a", "z")
    assert people.rank("a", 0.0) == people.rank("b", 0.0) == (0, 101.0)


def test_not_all_who_ever_came_are_remembered():
    people = People()
    for number in range(2 * work.MOST):
        people.wishes(number, "x")
    assert len(people._known) == work.MOST
