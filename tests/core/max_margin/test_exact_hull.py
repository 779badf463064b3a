"""Exact arithmetic: hulls, ties and programs, against floating point where that is good enough."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from core.max_margin.exact_algebra import dot, solved, whole_rows
from core.max_margin.exact_hull import nearest_to_origin, tied
from core.max_margin.exact_program import widest_exactly
from core.max_margin.norm_margin import norm_of
from tests.sampling import examples

SETS = st.lists(st.tuples(*[st.integers(-4, 4)] * 3), min_size=1, max_size=9)


@settings(max_examples=examples(200), deadline=None)
@given(SETS)
def test_the_nearest_point_meets_its_own_condition(rows):
    """Made of the rows by weights that sum to one, and no row is behind the plane through it."""
    found = nearest_to_origin(rows)
    assert sum(found.weights.values()) == 1 and min(found.weights.values()) > 0
    made = [sum(weight * rows[i][j] for i, weight in found.weights.items()) for j in range(3)]
    assert tuple(made) == found.x
    assert all(dot(row, found.x) >= dot(found.x, found.x) for row in rows)


@settings(max_examples=examples(150), deadline=None)
@given(SETS)
def test_tied_rows_are_those_that_no_w_moves(rows):
    """By a program for each row: the largest wᵀz_i of all w in the box with every wᵀz ≥ 0."""
    z = np.array(rows, float)
    for i, row in enumerate(z):
        best = -linprog(-row, A_ub=-z, b_ub=np.zeros(len(z)), bounds=[(-1, 1)] * 3, method="highs").fun
        assert (i in tied(rows)) == (best < 1e-6), "the smallest that whole numbers up to 4 allow is 0.01"


@settings(max_examples=examples(100), deadline=None)
@given(SETS, st.sampled_from(["linf", "l1"]))
def test_the_widest_street_is_linear_programmings(rows, norm):
    z, d = np.array(rows, float), 3
    w = np.array([float(value) for value in widest_exactly(rows, norm)])
    assert norm_of(w, norm) <= 1 + 1e-12
    if norm == "linf":
        upper, bound, limits = np.hstack([-z, np.ones((len(z), 1))]), np.zeros(len(z)), [(-1, 1)] * d
    else:
        upper = np.vstack([np.hstack([-z, z, np.ones((len(z), 1))]), np.r_[np.ones(2 * d), 0.0]])
        bound, limits = np.r_[np.zeros(len(z)), 1.0], [(0, None)] * (2 * d)
    cost = np.r_[np.zeros(len(limits)), -1.0]
    theirs = -linprog(cost, A_ub=upper, b_ub=bound, bounds=[*limits, (None, None)], method="highs").fun
    assert max((z @ w).min(), 0.0) == pytest.approx(max(theirs, 0.0), abs=1e-7)


def test_whole_rows_lose_nothing():
    z = np.array([(0.1, -3e300), (5e-324, 7.0)])
    rows, unit = whole_rows(z)
    assert [[value * unit for value in row] for row in rows] == [[Fraction(float(v)) for v in row] for row in z]


def test_equations_are_solved_exactly():
    hilbert = [[Fraction(1, i + j + 1) for j in range(8)] for i in range(8)]
    x = solved(hilbert, [1] * 8)
    assert [dot(row, x) for row in hilbert] == [1] * 8
