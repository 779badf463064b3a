"""The study, the twelve shapes, and the checks' teeth: another theory fails, a broken assumption is said."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from core.finite_width import EDGES, checks, dots, log_checks, study
from core.finite_width.checks import BROKEN_ASSUMPTIONS, CHECKS
from core.finite_width.collapse import PAIRS, WIDE, fourth_moment
from core.finite_width.draws import sample_variances
from core.finite_width.law import Law, layer_law
from core.finite_width.study import layers_shown
from tests.core.readings import same
from tests.sampling import WHOLE

SHAPES = {
    "as the page opens": ("linear", (128,) * 32),
    "A": ("linear", (16,) * 4),
    "relu, wide": ("relu", (128,) * 8),
    "relu, negative": ("relu", (64,) * 24),
    "typical": ("linear", (8,) * 64),
    "dead": ("relu", (4,) * 16),
    "half are dead": ("relu", (4,) * 11),
    "nearly all are dead": ("relu", (2,) * 60),
    "leaky": ("leaky", (64,) * 4),
    "a bottleneck": ("linear", (64, 64, 64, 4, 64, 64, 64, 64)),
}


@lru_cache(maxsize=32)
def drawn(name="as the page opens", seed=0, networks=4000):
    activation, widths = SHAPES[name]
    return study(activation, widths, networks=networks, seed=seed)


@lru_cache(maxsize=8)
def twelve(activation="linear", seed=0, networks=4000):
    return dots(activation, networks=networks, seed=seed)


def of(name="as the page opens", **changed):
    run = replace(drawn(name), **changed)
    return {check.id: check for check in (*checks(run, twelve(SHAPES[name][0])), *log_checks(run))}


@pytest.mark.parametrize("name", SHAPES)
def test_every_check_says_what_it_said(name):
    same("finite_width", name, of(name).values())


def test_the_study_is_of_the_networks_that_were_drawn():
    run = drawn()
    assert run.ratio == pytest.approx(1 / 4) and len(run.fourth) == 32 and run.frames == layers_shown(32)
    assert run.frames[0] == 1 and run.frames[-1] == 32 and len(run.frames) == 24
    assert run.fourth[-1] == pytest.approx(np.mean(run.variances**2))
    assert run.expected[-1] == pytest.approx((1 + 2 / 128) ** 32)
    np.testing.assert_allclose(run.orders[:, 0].sum(axis=1), run.orders[0, 0].sum())
    for place in (0, 10, 23):
        off = np.abs(run.outputs[place] - run.exact[place])
        assert (off < 4.5 * np.sqrt(run.exact[place] / 4000) + 1e-3).all() and off.max() > 0
    assert run.mean == pytest.approx(1, abs=0.08) and run.median == np.median(run.variances)
    assert run.outputs.shape == run.exact.shape == (24, len(EDGES) - 1)
    assert not run.is_negative and drawn("relu, negative").is_negative and run.dead == 0


def test_claim_18_the_mean_of_s_is_carried_by_few():
    """Ten thousand networks of width 8: the mean is 1, a sample's mostly below it, and few of them have it."""
    for depth, least, most, top in ((8, 0.93, 1.07, 0.15), (64, 0.1, 0.9, 0.86), (128, 0.0, 0.3, 0.96)):
        found = [sample_variances(layer_law("linear"), (8,) * depth, 10_000, seed)[:, -1] for seed in range(3)]
        assert least < np.median([np.mean(one) for one in found]) < most
        ordered = [np.sort(one)[::-1] for one in found]
        assert np.median([one[:100].sum() / one.sum() for one in ordered]) == pytest.approx(top, abs=0.09)
    run = drawn("typical")
    assert run.top_share == pytest.approx(np.sort(run.variances)[-40:].sum() / run.variances.sum())


def test_the_twelve_lie_on_one_curve():
    for activation in ("linear", "relu", "leaky"):
        found = twelve(activation)
        assert len(found.width) == 12 and set(found.width.tolist()) == set(PAIRS)
        np.testing.assert_allclose(found.exact, (1 + found.c / found.width) ** found.depth, rtol=1e-9)
        seen = found.seen
        off = np.abs(found.measured - found.exact) / found.error
        assert seen.sum() >= 4 and (off[seen] < 5).all() and off.max() > 0.2
    slope, error, shapes = twelve().slope
    wide = twelve().seen & (twelve().width >= WIDE)
    assert shapes == wide.sum() and 0 < error < 0.1 and abs(slope - 2) < 4 * error + 4 / (2 * WIDE)


def test_the_slope_weighs_depths_of_one_width_as_they_share_their_networks():
    """Over a hundred draws its scatter is what is said of it."""
    found = [dots("linear", networks=500, seed=seed).slope for seed in range(60)]
    slopes, errors, _ = np.array(found).T
    assert np.std(slopes) == pytest.approx(np.mean(errors), rel=0.3)


def test_what_is_known_of_a_mean_of_s_squared():
    moment = fourth_moment(layer_law("linear"), (16,) * 4, 500)
    means = np.array([np.mean(study_squares(seed)) for seed in range(400)])
    assert moment.mean == pytest.approx(1.6018, abs=1e-4)
    assert np.std(means) == pytest.approx(moment.error, rel=0.15)
    assert moment.skew > 0 and np.mean(((means - moment.mean) / moment.error) ** 3) > 0


def study_squares(seed):
    return sample_variances(layer_law("linear"), (16,) * 4, 500, seed)[:, -1] ** 2


def test_a_law_that_is_off_is_noticed():
    run = drawn()
    assert {check.verdict for check in of().values()} == {"holds"}
    assert of()["layer_factor"].resolution < 0.03
    off = of(law=Law(1.0, 0.5))  # c is 2.6
    assert off["layer_factor"].verdict == "fails" and off["log_variance"].verdict == "fails"
    assert of(fourth=run.fourth * 1.35)["moment"].verdict == "fails"
    assert of(fourth=run.fourth * 0.7)["moment"].verdict == "fails"
    assert of(variances=run.variances * 1.1)["typical"].verdict == "fails"
    assert of(variances=run.variances**1.1)["log_variance"].verdict == "fails"
    assert of(distance=run.distance * 2.5)["order_one"].verdict == "fails"
    wrong = replace(twelve(), measured=twelve().measured ** 1.6)
    assert checks(run, wrong)[2].verdict == "fails"
    dead = drawn("dead")
    alive = dead.variances.copy()
    alive[np.flatnonzero(alive == 0)[:200]] = 1.0
    assert of("dead", variances=alive)["dead"].verdict == "fails"


BROKEN = {
    "too_few_networks": ("moment", "typical"),
    "too_few_dead": ("dead", "relu, wide"),
    "all_dead": ("log_variance", "nearly all are dead"),
    "negative_density": ("order_one", "relu, negative"),
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_assumption_is_said(why):
    check, name = BROKEN[why]
    assert (of(name)[check].broken_assumption, of(name)[check].verdict) == (why, "does not apply")


def test_every_assumption_and_check_is_tried():
    assert set(BROKEN) == set(BROKEN_ASSUMPTIONS)
    assert {*of("dead")} == set(CHECKS) and "dead" not in of()
    assert of("half are dead")["typical"].broken_assumption == "all_dead", "the median is between dead and alive"
    assert of("dead")["typical"].predicted == of("dead")["typical"].measured == 0


SEEDS = 200 if WHOLE else 12


@pytest.mark.parametrize("name", ["as the page opens", "relu, wide", "dead", "leaky", "a bottleneck"])
def test_no_seed_raises_an_alarm(name):
    """Tolerances are four standard errors; of a skewed mean some more."""
    activation, widths = SHAPES[name]
    off = []
    for seed in range(100, 100 + SEEDS):
        run = study(activation, widths, networks=1000, seed=seed)
        for check in (*checks(run, dots(activation, networks=1000, seed=seed)), *log_checks(run)):
            assert check.verdict != "fails", (check.id, seed, check)
            if check.id == "layer_factor":
                off.append((check.measured - check.predicted) / check.tolerance.size)
    assert 0.08 < np.std(off) < 0.5, "neither slack nor tight"


def test_arguments_that_make_no_sense():
    for wrong in (((), {}), ((4,) * 129, {}), ((1,), {}), ((4,), {"networks": 10**6}), ((4,), {"seed": -1})):
        with pytest.raises(ValueError):
            study("linear", wrong[0], **wrong[1])
    with pytest.raises(ValueError, match="activation"):
        dots("tanh")
