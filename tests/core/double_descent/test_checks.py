from dataclasses import replace

import numpy as np
import pytest

from core.data.datasets import digits
from core.double_descent import epochwise, gaussian_chance, gaussian_sweeps, risk_view, sizes_across
from core.double_descent.allowances import allowed_errors
from core.double_descent.checks import ASSUMPTION_IDS, CHECK_IDS, checks
from core.double_descent.epochwise import epochwise_run
from core.double_descent.gaussian_sweeps import linear_sweep, sample_sweep, weak_features_sweep
from core.double_descent.legendre import legendre_sweep
from core.double_descent.random_features import random_features_sweep
from core.double_descent.risk_formulas import ridge_risk
from core.double_descent.risk_view import PRESETS
from tests.sampling import WHOLE

LOG_TIMES = np.unique(np.round(np.geomspace(1, 1e6, 100)).astype(int))


def verdicts(curve):
    found = checks(curve)
    assert {check.id for check in found} <= set(CHECK_IDS)
    assert {check.broken_assumption for check in found} <= {None, *ASSUMPTION_IDS}
    return {check.id: check.broken_assumption or check.verdict for check in found}


@pytest.fixture(scope="module")
def linear():
    return linear_sweep(50, sizes_across(50, 500, 30), best_ridge=True)


def test_linear(linear):
    assert verdicts(linear) == {
        "exact_variance": "holds",
        "peak_at_threshold": "holds",
        "optimal_ridge_monotone": "holds",
        "exact_bias": "holds",
        "median_risk": "holds",
        "second_descent": "each_size_its_own_model",
    }


def test_samples():
    assert verdicts(sample_sweep(sizes_across(100, 600, 30), 100, best_ridge=True)) == {
        "exact_variance": "holds",
        "peak_at_threshold": "holds",
        "optimal_ridge_monotone": "holds",
        "exact_bias": "holds",
        "median_risk": "holds",
        "sample_rise": "holds",
    }


def test_weak_features():
    found = verdicts(weak_features_sweep(40, 100, np.arange(2, 101, 2), best_ridge=True))
    assert set(found.values()) == {"holds"} and {"second_descent", "median_risk", "exact_variance"} <= set(found)
    loud = verdicts(weak_features_sweep(40, 100, np.arange(2, 101, 2), noise=2.0))
    assert loud["second_descent"] == "single_descent"
    assert "median_risk" not in verdicts(weak_features_sweep(40, 100, np.arange(2, 91, 2)))


def test_digits():
    split = digits(100)
    sides = (split.x, split.y, split.x_test[:500], split.y_test[:500])
    found = verdicts(random_features_sweep(*sides, sizes_across(100, 1500, 30), best_ridge=True))
    assert found.pop("optimal_ridge_monotone") == "not_gaussian"
    assert set(found.values()) == {"holds"} and len(found) == 4
    few = verdicts(random_features_sweep(*sides, sizes_across(100, 300, 20)))
    assert few["kernel_limit_norm"] == few["kernel_limit_risk"] == "too_few_features"


def test_legendre():
    plain = verdicts(legendre_sweep(sizes_across(20, 1000)))
    orthonormal = verdicts(legendre_sweep(sizes_across(20, 1000), scaling="orthonormal"))
    assert plain == {"peak_at_threshold": "holds", "second_descent": "fails"}
    assert verdicts(legendre_sweep(sizes_across(10, 500), n=10))["peak_at_threshold"] == "little_noise"
    assert orthonormal == plain | {"spike_limit": "holds"}


def test_epochs():
    assert set(verdicts(epochwise_run(LOG_TIMES)).values()) == {"holds"}
    assert verdicts(epochwise_run(LOG_TIMES, design="gaussian"))["epochwise_risk"] == "random_design"
    one_group = epochwise_run(LOG_TIMES, np.full(10, 0.5), np.full(10, 1.0))
    assert verdicts(one_group)["epochwise_peak_time"] == "single_descent"


def test_broken_assumptions_are_named():
    sizes = sizes_across(50, 500, 30)
    assert verdicts(linear_sweep(50, sizes, penalty=0.1))["peak_at_threshold"] == "ridge_on"
    assert verdicts(linear_sweep(50, sizes, penalty=0.1))["ridge_risk"] == "holds"
    assert verdicts(linear_sweep(50, sizes, noise=0.0))["peak_at_threshold"] == "little_noise"
    few = verdicts(linear_sweep(50, sizes, repetitions=4, best_ridge=True))
    assert [few.pop(name) for name in ("median_risk", "second_descent")] == ["holds", "each_size_its_own_model"]
    assert set(few.values()) == {"few_repetitions"}
    assert verdicts(linear_sweep(50, [48, 52]))["exact_variance"] == "too_few_sizes"
    assert verdicts(linear_sweep(50, sizes, noise=0.0))["exact_variance"] == "too_few_sizes"
    assert verdicts(linear_sweep(50, [10, 400]))["peak_at_threshold"] == "too_few_sizes"
    assert verdicts(sample_sweep([10, 30, 100], 50, noise=0.0))["sample_rise"] == "little_noise"
    assert verdicts(sample_sweep([30, 100], 50, penalty=1.0))["sample_rise"] == "ridge_on"


def test_a_ridge_that_leaves_the_peak_fails(linear):
    assert verdicts(replace(linear, best_ridge=linear.test))["optimal_ridge_monotone"] == "fails"


def test_a_peak_elsewhere_fails(linear):
    elsewhere = replace(linear, threshold=int(linear.sizes[-10]), theory=linear.mean())
    assert verdicts(elsewhere)["peak_at_threshold"] == "fails"


def test_one_mean_of_many_values_may_be_off_by_four_standard_errors():
    assert allowed_errors(10**6) == pytest.approx(4, abs=1e-3)
    assert allowed_errors(40, 50) > allowed_errors(40) > 4
    assert np.isnan(allowed_errors(1))


def test_sizes_across_hold_the_threshold():
    sizes = sizes_across(300, 3000)
    assert 300 in sizes and sizes[0] == 15 and sizes[-1] == 3000 and len(sizes) == 60
    with pytest.raises(ValueError, match="largest must be a whole number from 300"):
        sizes_across(300, 200)


# What each check would notice
AT_DEFAULTS = {  # the most that the resolution may be at a preset's defaults: about one and a half times what it is
    "gaussian": {
        "exact_variance": 0.0011,
        "peak_at_threshold": 0.051,
        "optimal_ridge_monotone": 0.14,
        "exact_bias": 0.065,
        "median_risk": 0.06,
    },
    "weak": {
        "exact_variance": 0.016,
        "peak_at_threshold": 0.051,
        "optimal_ridge_monotone": 0.07,
        "exact_bias": 0.25,
        "median_risk": 0.22,
        "second_descent": 0.75,
    },
    "samples": {
        "exact_variance": 0.0055,
        "peak_at_threshold": 0.051,
        "optimal_ridge_monotone": 0.1,
        "exact_bias": 0.11,
        "median_risk": 0.5,
        "sample_rise": 0.4,
    },
    "map": {
        "exact_variance": 0.0063,
        "peak_at_threshold": 0.051,
        "optimal_ridge_monotone": 0.13,
        "exact_bias": 0.16,
        "median_risk": 0.2,
    },
    "orthonormal": {"spike_limit": 0.02, "peak_at_threshold": 0.051},
    "epochs": {"epochwise_peak_time": 0.075, "epochwise_risk": 0.12},
}


def drawn(name, **settings):
    """The page's run of a preset at its defaults."""
    preset = "legendre" if name == "orthonormal" else name
    own = PRESETS[preset]
    settings = {"noise": own.default_noise, "repetitions": own.default_repetitions, "seed": 0} | settings
    if preset == "epochs":
        return risk_view.epochs(own.default_n, design="orthogonal", **settings)
    if name == "orthonormal":
        settings["scaling"] = name
    return risk_view.sweep(preset, own.default_n, **settings)


def found(name, check, **settings):
    return next(one for one in checks(drawn(name, **settings)) if one.id == check)


@pytest.mark.parametrize("name", AT_DEFAULTS)
def test_the_tolerances_at_the_defaults_are_no_larger_than_they_need_be(name):
    noticed = {check.id: check.resolution for check in checks(drawn(name)) if check.verdict == "holds"}
    assert set(noticed) == set(AT_DEFAULTS[name])
    assert {check: size for check, size in noticed.items() if not 0 < size <= AT_DEFAULTS[name][check]} == {}


@pytest.mark.parametrize(("name", "most"), [("gaussian", 0.075), ("weak", 0.12), ("samples", 0.075)])
def test_with_a_ridge_they_are_not_much_larger(name, most):
    assert 0 < found(name, "ridge_risk", penalty=0.01).resolution < most


def test_a_peak_too_flat_for_its_repetitions_is_not_timed_and_one_that_stands_out_is():
    flat, seen = (
        next(one for one in checks(drawn("epochs", noise=1.5, repetitions=count)) if one.id == "epochwise_peak_time")
        for count in (10, 50)
    )
    assert flat.broken_assumption == "flat_peak" and seen.verdict == "holds"


def test_without_noise_the_formula_holds_until_all_is_learned_to_rounding():
    check = found("epochs", "epochwise_risk", noise=0.0)
    assert check.verdict == "holds" and check.tolerance.size < 1e-6


def scaled(function, by):
    return lambda *args, **kwargs: by * np.asarray(function(*args, **kwargs))


FORMULAS = [  # a check, where the theory behind it is computed, the presets and more settings
    ("exact_variance", gaussian_chance, "exact_variance", ("gaussian", "weak", "samples", "map"), {}),
    ("exact_bias", gaussian_chance, "exact_bias", ("gaussian", "weak", "samples", "map"), {}),
    ("ridge_risk", gaussian_chance, "ridge_risk", ("gaussian", "weak", "samples"), {"penalty": 0.01}),
    ("sample_rise", gaussian_sweeps, "expected_risk", ("samples",), {}),
    ("epochwise_risk", epochwise, "epochwise_parts", ("epochs",), {}),
]


@pytest.mark.parametrize(
    ("check", "module", "formula", "name", "settings"),
    [
        pytest.param(c, m, f, n, s, id=f"{c}-{n}")
        for i, (c, m, f, names, s) in enumerate(FORMULAS)
        for n in (names if WHOLE else names[i % len(names) :][:1])  # one for each check
    ],
)
def test_a_formula_wrong_by_the_resolution_turns_the_verdict_and_one_by_less_may_not(
    check, module, formula, name, settings, monkeypatch
):
    true, original = found(name, check, **settings), getattr(module, formula)
    assert true.verdict == "holds"
    slack = 1.15 if true.tolerance.order else 1.001  # what is left out is not wrong with the formula

    def off(share):
        verdicts = []
        for way in (1, -1):
            monkeypatch.setattr(module, formula, scaled(original, 1 + way * share))
            verdicts.append(found(name, check, **settings).verdict)
        return verdicts

    assert off(slack * true.resolution) == ["fails", "fails"]
    assert "holds" in off(true.resolution / slack / 1.001)


@pytest.mark.parametrize("name", ["gaussian", "weak", "samples", "map"])
def test_the_asymptotic_formula_is_not_the_exact_one(name, monkeypatch):
    def asymptotic(n, p, *, noise):
        return np.asarray(ridge_risk(n, p, 0.0, signal=0.0, noise=noise))

    assert found(name, "exact_variance").verdict == "holds"
    monkeypatch.setattr(gaussian_chance, "exact_variance", asymptotic)
    assert found(name, "exact_variance").verdict == "fails"


def test_a_ridge_formula_without_its_finite_size_fails_where_there_are_few_samples(monkeypatch):
    settings = {"penalty": 0.01, "repetitions": 400}
    sizes = np.array([5, 8, 12, 60, 100])
    (true,) = (one for one in checks(linear_sweep(20, sizes, **settings)) if one.id == "ridge_risk")
    monkeypatch.setattr(gaussian_chance, "ridge_correction", lambda n, p, *_, **__: np.zeros(len(sizes)))
    (wrong,) = (one for one in checks(linear_sweep(20, sizes, **settings)) if one.id == "ridge_risk")
    assert (true.verdict, wrong.verdict) == ("holds", "fails")


@pytest.mark.parametrize(("name", "strength"), [("gaussian", "signal"), ("samples", "noise")])
def test_a_law_of_another_strength_turns_the_median(name, strength):
    """Of the one that its median is nearly all due to."""
    curve = drawn(name)
    true = next(one for one in checks(curve) if one.id == "median_risk")
    wrong = replace(curve.law, **{strength: getattr(curve.law, strength) * (1 + 1.6 * true.resolution)})
    assert true.verdict == "holds" and _turned(replace(curve, law=wrong), "median_risk")


def _turned(curve, name):
    return next(one for one in checks(curve) if one.id == name).verdict == "fails"


@pytest.mark.parametrize("quantity", ["norm", "test"])
def test_a_kernel_limit_wrong_by_the_resolution_fails(quantity):
    split = digits(100)
    sides = (split.x, split.y, split.x_test[:500], split.y_test[:500])
    curve = random_features_sweep(*sides, [50, 100, 1000])
    name = f"kernel_limit_{'risk' if quantity == 'test' else quantity}"
    true = next(one for one in checks(curve) if one.id == name)
    assert true.verdict == "holds" and true.tolerance.size / true.predicted <= {"norm": 0.09, "test": 0.16}[quantity]
    for factor in (1 + 1.3 * true.resolution, 1 - 1.3 * true.resolution):
        wrong = replace(curve.expected, **{quantity: factor * getattr(curve.expected, quantity)})
        assert _turned(replace(curve, expected=wrong), name)


def test_the_limit_itself_is_not_what_is_expected_of_a_thousand_features():
    """The terms of order n/N are there: without them the error of true features is too large at n/N = 1/6."""
    split = digits(300)
    sides = (split.x, split.y, split.x_test[:500], split.y_test[:500])
    curve = random_features_sweep(*sides, [150, 300, 1800])
    risk = {one.id: one.verdict for one in checks(curve)}
    assert risk["kernel_limit_risk"] == risk["kernel_limit_norm"] == "holds"
    assert _turned(replace(curve, expected=curve.limit), "kernel_limit_risk")
    assert _turned(replace(curve, expected=curve.limit), "kernel_limit_norm")


def test_spikes_with_another_limit_fail():
    curve = drawn("orthonormal")
    true = next(one for one in checks(curve) if one.id == "spike_limit")
    for factor in (1 + 1.05 * true.resolution, 1 - 1.05 * true.resolution):
        assert _turned(replace(curve, limit=replace(curve.limit, test=factor * curve.limit.test)), "spike_limit")


def test_a_clock_wrong_by_the_resolution_fails(monkeypatch):
    true, parts = found("epochs", "epochwise_peak_time"), epochwise.epochwise_parts
    for factor in (1 + 1.15 * true.resolution, 1 - 1.15 * true.resolution):
        monkeypatch.setattr(epochwise, "epochwise_parts", lambda t, *a, by=factor, **k: parts(t / by, *a, **k))
        assert found("epochs", "epochwise_peak_time").verdict == "fails"


def test_the_peak_is_timed_between_the_times_that_are_looked_at():
    """One grid is three times as fine as the other, and the formula's peak is where it is."""
    fine = np.geomspace(20, 200, 4000)
    settings = {"n": 400, "noise": 8.0, "step_size": 0.1}
    top = epochwise.epochwise_risk(fine, epochwise.SINGULAR_VALUES, epochwise.COEFFICIENTS, **settings).argmax()
    assert found("epochs", "epochwise_peak_time").predicted == pytest.approx(fine[top], rel=2e-3)


def test_a_threshold_elsewhere_by_more_than_the_tolerance_is_not_the_peaks():
    curve = drawn("gaussian")
    true = next(one for one in checks(curve) if one.id == "peak_at_threshold")
    assert not _turned(replace(curve, threshold=42), "peak_at_threshold")
    assert _turned(replace(curve, threshold=43), "peak_at_threshold") and true.tolerance.size == 2


@pytest.mark.parametrize(("inside", "outside"), [(0.999, 1.001)])
def test_an_end_higher_by_the_resolution_is_no_second_descent(inside, outside):
    curve = drawn("weak")
    true = next(one for one in checks(curve) if one.id == "second_descent")
    for share, turned in ((inside, False), (outside, True)):
        test = curve.test.copy()
        test[:, -1] += share * true.resolution * true.predicted
        assert _turned(replace(curve, test=test), "second_descent") == turned


def test_a_best_ridge_that_rises_by_more_than_is_allowed_is_not_monotone():
    curve = drawn("samples")
    true = next(one for one in checks(curve) if one.id == "optimal_ridge_monotone")
    rising = curve.best_ridge + np.linspace(0, 4 * true.resolution + 1.5, len(curve.sizes)) * true.scale
    assert not _turned(curve, true.id) and _turned(replace(curve, best_ridge=rising), true.id)


@pytest.mark.parametrize("name", [*AT_DEFAULTS])
def test_just_inside_and_just_outside_of_every_tolerance(name):
    for check in checks(drawn(name)):
        if check.verdict == "holds":
            edge = check.tolerance.size if check.relation != "at_least" else -check.tolerance.size
            just = [replace(check, measured=check.predicted + edge * share) for share in (0.999, 1.001)]
            assert [one.verdict for one in just] == ["holds", "fails"], check.id


def test_checks_at_one_place_name_a_size_of_the_picture_and_its_number():
    for name in ("gaussian", "weak", "samples", "orthonormal"):
        curve = drawn(name)
        for check in checks(curve):
            if check.id in ("median_risk", "second_descent"):
                place = int(np.flatnonzero(curve.sizes == check.at)[0])
                assert check.measured == curve.median()[place], f"{check.id} of {name} is not what is drawn"


def test_the_sharpest_come_first():
    for name, noticed in AT_DEFAULTS.items():
        ids = [check.id for check in checks(drawn(name))]
        first = {"orthonormal": "spike_limit", "epochs": "epochwise_peak_time"}.get(name, "exact_variance")
        assert ids[0] == first == min(noticed, key=noticed.get)
