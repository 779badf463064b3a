"""What holds for all tests: signatures are checked, also of functions within functions, and BLAS has one thread."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl
from jaxtyping import Float, TypeCheckError, jaxtyped

from tests import shapes


def pairing(what):
    """Defines its function anew each time, as a function with another one within does."""

    @jaxtyped(typechecker=shapes.checks)
    def pairs(a: Float[np.ndarray, " n"], b: Float[np.ndarray, " n"]) -> what:
        return a + b

    return pairs


def test_a_function_within_a_function_is_checked_each_time_and_looked_into_once(monkeypatch):
    looked = []
    monkeypatch.setattr(shapes, "CHECKS", {})
    monkeypatch.setattr(shapes, "beartype", lambda given, make=shapes.beartype: looked.append(given) or make(given))
    for _ in range(3):
        pairs = pairing(Float[np.ndarray, " n"])
        assert pairs(np.ones(2), np.ones(2)).tolist() == [2, 2]
        with pytest.raises(TypeCheckError):
            pairs(np.ones(2), np.ones(3))
    assert [given.__name__ for given in looked].count("pairs") == 2, "one for what goes in, one for what comes out"
    with pytest.raises(TypeCheckError):
        pairing(Float[np.ndarray, "n n"])(np.ones(2), np.ones(2))


def test_core_is_checked():
    from core.double_descent import measured_risk_map

    with pytest.raises(TypeCheckError):
        measured_risk_map(np.ones((2, 2), dtype=int), np.ones(2, dtype=int))


def test_of_many_calls_the_first_and_some_of_the_others_are_checked(monkeypatch):
    monkeypatch.setattr(shapes, "CALLS", Counter())

    @shapes.sparing(typechecker=shapes.checks)
    def length(a: Float[np.ndarray, " n"]) -> int:
        """How many."""
        return a.size

    def refused():
        try:
            return length(np.ones((1, 1))) != 1
        except TypeCheckError:
            return True

    seen = [refused() for _ in range(200)]
    assert all(seen[: shapes.FIRST]) and sum(seen[shapes.FIRST :]) == 200 // shapes.THEN
    assert length.__name__ == "length" and length.__doc__ == "How many."
    shapes.CALLS.clear()  # as before every test
    assert refused()


def test_every_test_begins_with_no_calls():
    from core.formulas.expressions import parse

    parse("x")
    assert 0 < max(shapes.CALLS.values()) < shapes.FIRST


def test_blas_has_one_thread():
    threads = {Path(blas["filepath"]).parent.name: blas["num_threads"] for blas in threadpoolctl.threadpool_info()}
    assert {threads[f"{library}.libs"] for library in ("numpy", "scipy")} == {1}
