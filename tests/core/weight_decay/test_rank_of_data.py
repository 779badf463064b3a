"""Which columns say the same is a question about the numbers given, not about what a mean has left of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.weight_decay import prepare, ridge_path, study
from core.weight_decay.checks import checks
from core.weight_decay.constraint import constrained_fit, inside, multiplier
from core.weight_decay.four_doors import doors
from core.weight_decay.problems import centred
from core.weight_decay.ridge import spectrum
from tests.sampling import examples


def problem_of(x, y, *, standardise=True):
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    return centred(np.asarray(x, float), np.asarray(y, float), np.arange(len(y)), names, standardise=standardise)


def exact_rank(x):
    """Of whole-number columns once their means are off: elimination in fractions."""
    rows = [[Fraction(int(v)) for v in row] for row in x]
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    rows = [[v - m for v, m in zip(row, means, strict=True)] for row in rows]
    rank = 0
    for column in range(len(means)):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] / rows[rank][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


@pytest.mark.parametrize("n", [3, 6, 10, 15])
@pytest.mark.parametrize("fraction", [0.0, 0.3, 1 / 7])
@pytest.mark.parametrize("standardise", [False, True])
def test_a_year_and_the_years_since_are_one_column(n, fraction, standardise):
    year = 2001.0 + fraction + np.arange(n)
    found = problem_of(np.column_stack([year, 2024 - year]), 2 * year, standardise=standardise)
    decomposed = spectrum(found.x, found.y, found.before)
    assert decomposed.rank == 1
    half = 0.5 if standardise else 1.0
    np.testing.assert_allclose(decomposed.coefficients(0.0), [half, -half], rtol=1e-12)


@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_all_that_is_measured_of_them_holds_together(penalty):
    year = 2001.0 + np.arange(12)
    target = year + np.random.default_rng(0).normal(size=12)
    prepared = prepare(problem_of(np.column_stack([year, 2024 - year]), target))
    run = study(prepared, penalty=penalty, directions=(1, 2))
    assert np.abs(run.w).max() < 1 and run.degrees_of_freedom <= 1 + 1e-12
    assert "fails" not in {check.verdict for check in checks(run)}
    assert all(np.abs(w).max() < 1 for w in doors(prepared.problem, np.array([1e-6, 1.0])).coefficients.values())


def columns(draw, n):
    """Whole numbers far from 0 or near it, and columns that say nothing new."""
    offset = st.sampled_from([0, 7, 2000, -(10**6), 10**8])
    width = draw(st.integers(1, 3))
    free = [
        [draw(offset_of) + v for v in draw(st.lists(st.integers(-50, 50), min_size=n, max_size=n))]
        for offset_of in [offset] * width
    ]
    made = list(free)
    for _ in range(draw(st.integers(0, 3))):
        weights = draw(st.lists(st.integers(-3, 3), min_size=width, max_size=width))
        constant = draw(offset)
        made.append([constant + sum(w * c[i] for w, c in zip(weights, free, strict=True)) for i in range(n)])
    return np.array(draw(st.permutations(made))).T


@settings(deadline=None, max_examples=examples(150))
@given(st.data(), st.integers(3, 16), st.booleans(), st.integers(0, 10**6))
def test_the_rank_is_that_of_the_whole_numbers(data, n, standardise, seed):
    """Whatever the offsets and the units; the shortest solution is then of ordinary size and fits as well as any."""
    x = columns(data.draw, n)
    units = 10.0 ** data.draw(st.lists(st.integers(-9, 9), min_size=x.shape[1], max_size=x.shape[1]).map(np.array))
    if not standardise:
        units[:] = units[0]  # else the smaller units are rightly rounding beside the larger ones
    y = np.random.default_rng(seed).normal(size=n)
    found = problem_of(x * units, y, standardise=standardise)
    decomposed = spectrum(found.x, found.y, found.before)
    assert decomposed.rank == exact_rank(x)
    centred_y = y - y.mean()
    exact = x - x.mean(axis=0)
    exact /= np.maximum(np.linalg.norm(exact, axis=0), 1e-6)
    best = centred_y - exact @ np.linalg.pinv(exact, rcond=1e-9) @ centred_y
    assert decomposed.unreached / n * found.y_scale**2 == pytest.approx(np.mean(best**2), abs=1e-6)


@settings(deadline=None, max_examples=examples(60))
@given(st.integers(4, 40), st.floats(-3, 8), st.integers(0, 10**6))
def test_columns_that_are_not_the_same_are_kept_however_far_from_zero(n, decades, seed):
    """Variation of 1 around 10^decades is far above what rounding has left of it."""
    rng = np.random.default_rng(seed)
    x = 10.0**decades + rng.uniform(-1, 1, (n, 2))
    found = problem_of(x, rng.normal(size=n))
    assert spectrum(found.x, found.y, found.before).rank == 2
    assert np.abs(found.x.mean(axis=0)).max() < 1e-14 * np.abs(found.x).max() * n


@pytest.mark.parametrize("values", [[0.1] * 7, [0.1 + 0.2, 0.3] * 4, [1e8 + 0.1] * 5, [0.0] * 6])
def test_a_column_that_is_constant_but_for_rounding_gets_nothing(values):
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.normal(size=len(values)), values])
    found = problem_of(x, rng.normal(size=len(values)))
    assert found.constant == ("x1",)
    assert spectrum(found.x, found.y, found.before).coefficients(0.0)[1] == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_a_target_at_right_angles_to_every_column_is_nothing_to_learn(seed):
    """Uᵀy is then rounding, which differs from processor to processor, and so would all that is read off ŵ."""
    rng = np.random.default_rng(seed)
    x, y = np.repeat(rng.normal(size=(6, 2)), 2, axis=0), np.tile([1.0, -1.0], 6)  # each row twice, with either sign
    found = problem_of(x, y)
    assert not spectrum(found.x, found.y, found.before).coefficients(0.0).any()
    run = study(prepare(found), penalty=1e-4, directions=(1, 2))
    assert "fails" not in {check.verdict for check in checks(run)}


def test_a_constant_target_is_nothing_to_learn():
    found = problem_of(np.random.default_rng(0).normal(size=(7, 2)), np.full(7, 0.1))
    assert not found.y.any()


@pytest.mark.parametrize("size", [1e-200, 1e-160, 1.0, 1e150, 1e200])
def test_ridge_knows_no_largest_number_whose_square_it_needs(size):
    """X of 10²⁰⁰ gave NaN: d² overflows, λ/d² does not."""
    x, y = size * np.eye(3), np.array([1.0, 2.0, -1.0])
    path = ridge_path(x, y, np.array([0.0, 1.0]))
    np.testing.assert_allclose(path.coefficients[0], y / size, rtol=1e-14)
    kept = 1 / (1 + (np.sqrt(3) / size) ** 2) if size > 1e-150 else 0.0
    np.testing.assert_allclose(path.coefficients[1], kept * (y / size), rtol=1e-14)
    assert path.degrees_of_freedom.tolist() == pytest.approx([3.0, 3 * kept])


@pytest.mark.parametrize("theta", [1e-320, 1e-30, 1e-3, 2.0])
@pytest.mark.parametrize("size", [1e-100, 1.0, 1e150])
def test_no_solution_leaves_the_ball(theta, size):
    """Also where the multiplier is beyond the largest penalty, or beyond floating point."""
    x, y = size * np.eye(3), np.ones(3)
    fit = constrained_fit(x, y, theta)
    norm = np.max(np.abs(fit.w)) * np.linalg.norm(fit.w / np.max(np.abs(fit.w)))
    assert norm <= np.sqrt(theta) * (1 + 1e-15) or norm <= np.sqrt(3) / size * (1 + 1e-15)
    if fit.is_active:
        assert norm == pytest.approx(np.sqrt(theta), rel=1e-9, abs=0)
        if np.isfinite(fit.penalty) and theta > 1e-300:  # a θ with few bits left is not the square of anything near
            assert multiplier(x, y, fit.w) == pytest.approx(fit.penalty, rel=1e-9, abs=0)


def test_a_ball_of_no_size_has_a_multiplier_beyond_all_numbers():
    assert inside(spectrum(np.eye(3), np.ones(3)), 0.0).penalty == np.inf


def test_nothing_to_read_a_multiplier_off_is_refused():
    with pytest.raises(ValueError, match="the number of rows of x must be"):
        multiplier(np.zeros((0, 2)), np.zeros(0), np.ones(2))


def test_whole_numbers_are_taken_as_numbers():
    """Their squares would wrap around: 4 · 10⁹ squared is beyond 64 bits."""
    x = np.array([[4_000_000_000], [-4_000_000_000], [1_000_000_000]])
    as_floats = multiplier(x.astype(float), np.ones(3), np.ones(1))
    raw = getattr(multiplier, "__wrapped__", multiplier)  # the tests check the types in the signature; the app does not
    assert raw(x, np.ones(3, int), np.ones(1, int)) == as_floats
