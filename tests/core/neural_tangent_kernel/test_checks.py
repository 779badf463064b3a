"""Every check can fail: just inside and just outside of its tolerance, and with a formula that is wrong by what it says
it would notice. Tolerances have the size that their laws have, neither ten times as much nor a tenth."""

from dataclasses import replace

import numpy as np
import pytest

from core.neural_tangent_kernel import (
    MEASURES,
    TASKS,
    Laziness,
    Settings,
    WidthSweep,
    checks,
    ensemble_checks,
    ensemble_study,
    laziness_checks,
    study,
    sweep_checks,
)
from core.neural_tangent_kernel import settings as settings_of
from core.neural_tangent_kernel.analytic import Kernels
from core.neural_tangent_kernel.network import Factors
from core.neural_tangent_kernel.scatter import ALARM, far, off_mean, off_power, off_spread, spectrum
from core.neural_tangent_kernel.steps import descend, gradient_square
from core.neural_tangent_kernel.widths import travelled
from core.progress import finish

LITTLE = 0.02  # on either side of an edge
STEPS = 30


def found(run):
    return {check.id: check for check in checks(run)}


@pytest.fixture(scope="module")
def plain():
    return finish(study(TASKS["circle"](), Settings(), steps=STEPS))


@pytest.fixture(scope="module")
def many():
    return finish(ensemble_study(TASKS["circle"](), Settings(), count=30, steps=STEPS))


def formula(monkeypatch, *, ntk=lambda kernel, width: kernel, nngp=1.0):
    """The analytic kernels, wrong."""
    right = settings_of.analytic_kernels

    def wrong(*points, width=None, **how):
        kernels = right(*points, width=width, **how)
        return Kernels(ntk(kernels.ntk, width), nngp * kernels.nngp)

    monkeypatch.setattr(settings_of, "analytic_kernels", wrong)


# What each check would notice
NOTICED = {"gradient": 1e-11, "pl_ratio": 0.35, "start_ntk": 0.03, "start_nngp": 0.03, "start_exponent": 0.2}
NOTICED |= {"inside_band": 0.9}  # a law of the science that is a bound says what it would notice, whatever it is


def test_the_first_checks_notice_three_percent(plain):
    run = finish(study(TASKS["circle"](), Settings()))
    said = {name: check.resolution for name, check in found(run).items()}
    assert list(said)[:4] == ["gradient", "pl_ratio", "start_ntk", "start_nngp"]
    assert {name for name, least in (NOTICED | {"pl_ratio": 1e-3}).items() if not said[name] < least} == set()
    assert {name for name, least in NOTICED.items() if not found(plain)[name].resolution < least} == set()


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("name", ["start_ntk", "start_nngp"])
def test_a_kernel_that_is_wrong_by_the_resolution_is_refused(plain, monkeypatch, name, way):
    """In size; and in any other direction by as much, as the distance is one."""
    assert found(plain)[name].verdict == "holds"
    factor = 1 + way * found(plain)[name].resolution * (1 + LITTLE)
    formula(monkeypatch, **({"ntk": lambda k, _: factor * k} if name == "start_ntk" else {"nngp": factor}))
    verdicts = {
        key: check.verdict for key, check in found(finish(study(TASKS["circle"](), Settings(), steps=3))).items()
    }
    other = "start_nngp" if name == "start_ntk" else "start_ntk"
    assert verdicts[name] == "fails" and verdicts[other] == "holds"


def test_a_kernel_of_the_right_size_and_another_shape_is_refused(plain, monkeypatch):
    """Three percent of its size off the diagonal."""
    shape = np.ones((6, 6)) - 2 * np.eye(6)
    formula(monkeypatch, ntk=lambda k, _: k + 0.03 * np.linalg.norm(k) * shape / 6 if k.shape == shape.shape else k)
    assert found(plain)["start_ntk"].verdict == "fails"


def test_the_kernel_that_moves_the_function_is_held_against_the_gradient(plain, monkeypatch):
    right, factor = Factors.kernel, 1 + 3 * found(plain)["gradient"].resolution
    monkeypatch.setattr(Factors, "kernel", lambda self, other: factor * right(self, other))
    run = finish(study(TASKS["circle"](), Settings(), steps=STEPS))
    assert found(run)["gradient"].verdict == "fails"


@pytest.mark.parametrize(("share", "verdict"), [(1 - LITTLE, "holds"), (1 + LITTLE, "fails")])
def test_pl_just_inside_and_just_outside(plain, monkeypatch, share, verdict):
    """All eigenvalues larger, and the smallest is above what the gradient says."""
    factor, right = 1 + share * found(plain)["pl_ratio"].resolution, Factors.kernel
    monkeypatch.setattr(Factors, "kernel", lambda self, other: factor * right(self, other))
    wrong = finish(study(TASKS["circle"](), Settings(stability=factor * 0.5), steps=STEPS))  # the same steps
    assert found(wrong)["pl_ratio"].verdict == verdict


def test_random_matrices_are_no_tangent_kernels(plain):
    """What C1 was: a Rayleigh quotient of any matrix is above its smallest eigenvalue. The gradient is not."""
    rng = np.random.default_rng(0)
    traces = []
    for trace in plain.traces:
        half = rng.standard_normal(trace.kernel.shape)
        like = half @ half.swapaxes(2, 3) * np.trace(trace.kernel, axis1=2, axis2=3).mean() / 6**2
        traces.append(replace(trace, kernel=like + 2 * like.mean() * np.eye(6)))
    wrong = found(replace(plain, traces=tuple(traces)))
    assert wrong["gradient"].verdict == "fails"


def test_the_gradient_is_what_a_step_moves(plain):
    for trace, scale in ((plain.traces[0], 1e-6), (plain.traces[1], 1e-6)):
        networks = plain.settings.networks(2, trace.width, len(trace.kernel))
        moved, residual = networks.copy(), networks.outputs(plain.task.x) - plain.task.y
        descend(moved, plain.task.x, plain.task.y, scale, 1)
        square = travelled(moved, networks) / scale**2
        np.testing.assert_allclose(gradient_square(Factors(networks, plain.task.x), residual), square, rtol=1e-6)
        np.testing.assert_allclose(trace.gradient[:, 0], square, rtol=1e-6)


@pytest.mark.parametrize(("share", "verdict"), [(1 - LITTLE, "holds"), (1 + LITTLE, "fails")])
@pytest.mark.parametrize("way", [1, -1])
def test_the_fluctuation_just_inside_and_just_outside(plain, share, verdict, way):
    """Networks whose kernels scatter by another power of their width."""
    check = found(plain)["start_exponent"]
    power = way * share * check.tolerance.size + (-0.5 - check.measured)
    starts = [replace(start, fluctuation=start.fluctuation * start.width**power) for start in plain.starts]
    assert found(replace(plain, starts=tuple(starts)))["start_exponent"].verdict == verdict


@pytest.mark.parametrize("way", [1, -1])
def test_a_kernel_that_grows_by_another_power_is_refused(monkeypatch, way):
    standard = Settings(parametrisation="standard")
    run = finish(study(TASKS["circle"](), standard, steps=3))
    check = found(run)["kernel_growth"]
    assert check.verdict == "holds" and check.resolution < 0.03
    power = way * check.predicted * check.resolution * (1 + LITTLE)
    formula(monkeypatch, ntk=lambda k, width: k * width**power)
    assert found(run)["kernel_growth"].verdict == "fails"


@pytest.mark.parametrize("way", [1, -1])
def test_a_band_that_is_wrong_by_the_resolution_is_refused(plain, monkeypatch, way):
    check = found(plain)["inside_band"]
    assert check.verdict == "holds" and check.resolution < 1
    formula(monkeypatch, nngp=(1 + way * check.resolution * (1 + LITTLE)) ** 2)
    assert found(plain)["inside_band"].verdict == "fails"


@pytest.mark.parametrize(("share", "verdict"), [(1 - LITTLE, "holds"), (1 + LITTLE, "fails")])
@pytest.mark.parametrize("way", [1, -1])
def test_a_band_just_inside_and_just_outside(plain, monkeypatch, share, verdict, way):
    check = found(plain)["inside_band"]
    formula(monkeypatch, nngp=((1 + way * share * check.tolerance.size) / check.measured) ** 2)
    assert found(plain)["inside_band"].verdict == verdict


@pytest.mark.parametrize("factor", [1 / 5, 1 / 3, 2, 5])
def test_the_bands_that_once_held_do_not(plain, monkeypatch, factor):
    formula(monkeypatch, nngp=factor**2)
    assert found(plain)["inside_band"].verdict == "fails"


@pytest.mark.parametrize(("share", "verdict"), [(1 - LITTLE, "holds"), (1 + LITTLE, "fails")])
def test_a_drift_that_falls_too_slowly_is_refused(plain, share, verdict):
    """Every kernel's move, made larger by a power of the width."""
    check = found(plain)["drift_exponent"]
    power, traces = -0.5 - check.measured + share * check.tolerance.size, []
    for trace in plain.traces:
        start = trace.kernel[:, :1]
        traces.append(replace(trace, kernel=start + (trace.kernel - start) * float(trace.width) ** power))
    assert found(replace(plain, traces=tuple(traces)))["drift_exponent"].verdict == verdict


@pytest.mark.parametrize(("share", "verdict"), [(1 - LITTLE, "holds"), (1 + LITTLE, "fails")])
def test_a_departure_that_falls_too_slowly_is_refused(plain, share, verdict):
    check = found(plain)["departure_exponent"]
    power, wide = -0.5 - check.measured + share * check.tolerance.size, plain.traces[-1].width
    traces = [
        replace(t, departure=t.departure * (t.width / wide) ** power) for t in plain.traces
    ]  # the wide stays lazy
    assert found(replace(plain, traces=tuple(traces)))["departure_exponent"].verdict == verdict


def test_an_ensemble_is_of_networks_of_width_128(many):
    assert many.width == 128


def test_what_the_mean_of_an_ensemble_learns_does_not_depend_on_the_outputs_scale():
    task = TASKS["circle"]()
    plain, small = (
        finish(ensemble_study(task, Settings(output_scale=scale), width=8, count=2, steps=50)) for scale in (1.0, 0.3)
    )
    np.testing.assert_allclose(small.mean, plain.mean, rtol=1e-9, atol=1e-12)


# The longer work
@pytest.mark.parametrize("way", [1, -1])
def test_an_ensemble_notices_what_it_says(many, way):
    right = {check.id: check for check in ensemble_checks(many, Settings())}
    assert {check.verdict for check in right.values()} == {"holds"}
    mean = (1 + way * right["ensemble_mean"].resolution * (1 + LITTLE)) * many.mean
    band = (1 + way * right["ensemble_spread"].resolution * (1 + LITTLE)) ** 2 * many.covariance
    wrong = (
        ensemble_checks(replace(many, mean=mean), Settings()),
        ensemble_checks(replace(many, covariance=band), Settings()),
    )
    assert wrong[0][0].verdict == "fails" and wrong[1][1].verdict == "fails"


@pytest.mark.parametrize(("share", "verdict"), [(1 - LITTLE, "holds"), (1 + LITTLE, "fails")])
@pytest.mark.parametrize("way", [1, -1])
def test_the_powers_of_a_sweep_just_inside_and_just_outside(share, verdict, way):
    widths, scattered = np.array([16, 32, 64, 128, 256]), np.linspace(0.8, 1.2, 10)

    def swept(by):
        powers = [power + by.get(m, 0.0) for m, power in MEASURES.items()]
        each = np.array([[w**p * scattered for p in powers] for w in widths.astype(float)])
        return sweep_checks(WidthSweep(widths, each, tuple(each[:, 0])), Settings(depth=2))

    allowed = {check.id.removeprefix("sweep_"): check.tolerance.size for check in swept({})}
    bounds = {"drift", "departure"}
    result = swept({measure: way * share * size for measure, size in allowed.items()})
    for check in result:
        measure = check.id.removeprefix("sweep_")
        least = allowed[measure] if measure != "fluctuation" else check.tolerance.size  # its own scatter is a term
        assert check.tolerance.size == pytest.approx(least)
        expected = "holds" if measure in bounds and way < 0 else verdict
        assert measure == "fluctuation" or check.verdict == expected


@pytest.mark.parametrize(
    ("power", "verdict"), [(-0.981, "holds"), (-0.979, "fails"), (-1.019, "holds"), (-1.021, "fails")]
)
def test_laziness_just_inside_and_just_outside(power, verdict):
    scales = np.array([1.0, 3, 10, 30])
    (check,) = laziness_checks(Laziness(scales, np.array([512]), 0.5 * scales[None] ** power), "erf")
    assert check.verdict == verdict and (verdict == "fails" or check.resolution < 0.05)


def test_the_next_order_in_laziness_is_allowed_for():
    scales = np.array([1.0, 3, 10, 30])
    for second in (-0.9, 0.9):
        (check,) = laziness_checks(Laziness(scales, np.array([512]), (1 + second / scales)[None] / scales), "erf")
        assert check.verdict == "holds" and check.measured != pytest.approx(-1, abs=0.01)


# The laws behind the tolerances
@pytest.mark.parametrize("weights", [[1.0], [1.0, 1.0, 1.0], [1.0, 0.3, 0.1, 0.1], [1.0] + [0.01] * 30])
def test_a_sum_of_weighted_squares_exceeds_its_quantile_as_often_as_it_should(weights):
    rng, weights = np.random.default_rng(1), np.array(weights)
    sums = rng.chisquare(1, (200_000, len(weights))) @ weights
    for alarm in (0.1, 0.01, 0.001):
        assert np.mean(sums > far(weights, alarm)) == pytest.approx(alarm, rel=0.3)


def share_refused(off, allowed):
    return np.mean(np.array(off) > np.array(allowed))


@pytest.mark.parametrize("alarm", [0.05, 0.01])
def test_means_and_powers_are_refused_as_often_as_they_should_be(monkeypatch, alarm):
    monkeypatch.setattr("core.neural_tangent_kernel.scatter.ALARM", alarm)
    rng, shape = np.random.default_rng(2), np.array([1.0, 0.6, 0.3])
    means, powers, widths = [], [], np.array([8, 64, 1024])
    for _ in range(3000):
        vectors = rng.standard_normal((64, 3)) * shape
        means.append((np.linalg.norm(vectors.mean(axis=0)), off_mean(spectrum(vectors), 64, 1.0, 0.0).size))
        values = [np.linalg.norm(rng.standard_normal((64, 3)) * shape, axis=1) / w**0.5 for w in widths]
        slope = np.polyfit(np.log(widths), [0.5 * np.log(np.mean(v**2)) for v in values], 1)[0]
        powers.append((abs(slope + 0.5), off_power(widths, values, more=0.0, alarm=alarm).size))
    assert share_refused(*zip(*means, strict=True)) == pytest.approx(alarm, rel=0.5)
    assert share_refused(*zip(*powers, strict=True)) == pytest.approx(alarm, rel=0.5)


def test_a_spread_is_allowed_the_farther_of_its_sides():
    rng = np.random.default_rng(3)
    ratio = 1 / np.sqrt(rng.chisquare(45, 400_000) / 45)
    size = off_spread(45, 9, 0.0, "").size
    assert np.mean(ratio > 1 + size) == pytest.approx(ALARM / 2, rel=0.6) and np.mean(ratio < 1 - size) <= ALARM / 2
    assert off_spread(45, 9, 100.0, "").size > size, "what is added makes the networks spread more"


@pytest.mark.parametrize(
    ("measure", "inside", "outside"),
    [("drift", -0.41, -0.39), ("departure", -0.41, -0.39), ("first", -0.31, -0.29), ("travel", 0.19, 0.21)],
)
def test_what_is_left_out_of_a_power_is_allowed_for_and_no_more(measure, inside, outside):
    """Networks that do not scatter at all."""
    widths = np.array([16.0, 64.0, 256.0])
    for power, verdict in ((inside, "holds"), (outside, "fails")):
        each = np.array([[[w**power] * 3 for _ in MEASURES] for w in widths])
        swept = sweep_checks(WidthSweep(widths.astype(int), each, tuple(each[:, 0])), Settings())
        assert {check.id: check.verdict for check in swept}[f"sweep_{measure}"] == verdict
