"""The study of three widths: what it shows, what it checks, and that no setting breaks it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from core.neural_tangent_kernel import (
    ACTIVATIONS,
    TASKS,
    Settings,
    TaskError,
    as_text,
    checks,
    linearised_predictions,
    own,
    sharpness,
    study,
)
from core.neural_tangent_kernel.powers import departure, drift, exponent
from core.neural_tangent_kernel.tasks import MOST_POINTS, MOST_TEXT
from core.progress import finish
from tests.sampling import examples


def verdicts(run):
    return {check.id: check.broken_assumption or check.verdict for check in checks(run)}


@pytest.fixture(scope="module")
def plain():
    return finish(study(TASKS["circle"](), Settings()))


def test_the_wide_network_follows_its_linearisation_and_the_narrow_one_does_not(plain):
    far = departure(plain)
    assert far[0] > 0.2 and far[2] < 0.03 and far[0] > far[1] > far[2]
    assert drift(plain)[0] > 20 * drift(plain)[2]
    assert set(verdicts(plain).values()) == {"holds"}


def test_everything_is_there_at_every_frame(plain):
    frames, points = len(plain.step), len(plain.task.grid)
    for trace, limit in zip(plain.traces, plain.limits, strict=True):
        for lines in (trace.function, trace.linear, trace.middle, limit.mean, limit.deviation):
            assert lines.shape == (frames, points) and np.isfinite(lines).all()
        assert (trace.function[0] == trace.linear[0]).all(), "they begin as one"
        assert (trace.drift[:, 0] == 0).all() and (trace.departure[:, 0] == 0).all()
        np.testing.assert_allclose(trace.start_line, trace.start_line.T, rtol=1e-10)
    np.testing.assert_allclose(plain.time, plain.step_size * plain.step)
    assert plain.step[0] == 0 and plain.step[-1] == 1000


def test_pl_holds_in_every_network_at_every_frame(plain):
    """½‖∇L‖²/L ≥ λ_min(Θ̂_t), and late it comes down to it."""
    for trace in plain.traces:
        r = trace.fitted - plain.task.y
        ratio = np.einsum("rti,rtij,rtj->rt", r, trace.kernel, r) / np.sum(r**2, axis=2)
        smallest = np.linalg.eigvalsh(trace.kernel)[..., 0]
        assert (ratio >= smallest * (1 - 1e-9)).all()
    assert ratio[0, 0] > 3 * smallest[0, 0] and ratio[0, -1] < 1.05 * smallest[0, -1]


def test_the_loss_falls_at_least_as_fast_as_pl_promises():
    """L(t) ≤ e^{−2μt} L(0) for the flow; in steps the factor is (1 − ημ)², with μ the smallest λ_min on the way."""
    run = finish(study(TASKS["circle"](), Settings(stability=0.05), steps=300))
    for trace in run.traces:
        loss = 0.5 * np.sum((trace.fitted - run.task.y) ** 2, axis=2)
        smallest = np.linalg.eigvalsh(trace.kernel)[..., 0].min(axis=1, keepdims=True)
        assert (loss <= loss[:, :1] * np.exp(-2 * smallest * run.time) * 1.02 + 1e-12).all()


def test_the_step_is_from_the_largest_kernel_that_was_drawn():
    """With the analytic λ_max alone, narrow networks are trained beyond the limit of stability."""
    run = finish(study(TASKS["circle"](), Settings(stability=1.5), steps=300))
    largest = max(np.linalg.eigvalsh(trace.kernel[:, 0])[:, -1].max() for trace in run.traces)
    assert run.step_size * largest == pytest.approx(1.5) and (sharpness(run) <= 1.5 + 1e-9).all()
    assert not run.diverged.any()
    assert largest > 1.3 * run.limits[0].modes.values[-1], "it would have been another step"


def test_beyond_the_limit_the_narrow_networks_escape_and_far_beyond_all_fly_off():
    catapult = finish(study(TASKS["circle"](), Settings(stability=8.0), steps=300))
    assert {c.id: c for c in checks(catapult)}["flown_off"].verdict == "fails"
    assert not catapult.diverged.any() and np.abs(catapult.traces[2].linear[-1]).max() > 1e3
    lost = finish(study(TASKS["circle"](), Settings(stability=16.0), steps=300))
    found = {c.id: c for c in checks(lost)}
    assert lost.diverged.all() and found["flown_off"].measured == found["flown_off"].predicted == 3
    assert np.isfinite(lost.traces[0].function[0]).all() and np.isnan(lost.traces[0].function[-1]).all()
    assert verdicts(lost)["drift_exponent"] == "unstable_steps"


def test_scaling_the_output_is_scaling_the_targets_the_other_way():
    """α(f − f₀) learning y is f − f₀ learning y/α: the linearisation is the same function whatever α is."""
    small, large = (
        finish(study(TASKS["circle"](), Settings(output_scale=a, centred=True), steps=200)) for a in (0.05, 20.0)
    )
    for a, b in zip(small.traces, large.traces, strict=True):
        np.testing.assert_allclose(a.linear, b.linear, atol=1e-9)
        np.testing.assert_allclose(a.function[0], 0, atol=1e-12)
    assert (drift(small) > 20 * drift(large)).all()
    np.testing.assert_allclose(small.limits[0].mean, large.limits[0].mean, atol=1e-9)
    assert (large.limits[0].deviation == 0).all()


def test_the_linearisation_is_of_the_kernel_at_the_start(plain):
    trace = plain.traces[0]
    again = linearised_predictions(
        trace.kernel[0, 0], trace.kernel[0, 0], trace.fitted[0, 0], trace.fitted[0, 0], plain.task.y,
        plain.time, plain.step_size,
    )  # fmt: skip
    at = [int(np.abs(plain.task.grid_place - p).argmin()) for p in plain.task.place]
    assert np.abs(again - trace.linear[:, at]).max() < 0.2, "the line passes near every sample"


def test_in_the_standard_parametrisation_the_kernel_grows_with_the_width():
    run = finish(study(TASKS["circle"](), Settings(parametrisation="standard"), steps=100))
    check = {c.id: c for c in checks(run)}["kernel_growth"]
    assert check.verdict == "holds" and 0.8 < check.predicted < 1.05
    assert "kernel_growth" not in verdicts(finish(study(TASKS["circle"](), Settings(), steps=10)))


def test_partial_results_are_the_beginning_of_the_whole():
    steps = list(study(TASKS["wave"](), Settings(), steps=120))
    parts = [s.result for s in steps if s.result is not None]
    assert len(parts) > 3 and steps[-1].done == 1
    for part in parts:
        k = len(part.step)
        np.testing.assert_array_equal(part.traces[0].function, parts[-1].traces[0].function[:k])
        assert checks(part)
    assert all(a.done <= b.done + 1e-12 for a, b in itertools.pairwise(steps))


def test_the_same_seed_is_the_same_study_and_another_is_not():
    one, two, three = (finish(study(TASKS["steps"](), Settings(seed=s), steps=20)) for s in (4, 4, 5))
    assert (one.traces[0].function == two.traces[0].function).all()
    assert not (one.traces[0].function == three.traces[0].function).all()


ODD = {
    "one point": own("0.5 1"),
    "at the origin": own("0 1"),
    "twice the same": own("1 0.5; 1 -0.5; -1 0"),
    "no targets": own("1 0; -1 0"),
    "large": own("-100 100; 100 -100"),
    "many": own(";".join(f"{i} {i % 3}" for i in range(MOST_POINTS))),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("depth", [0, 1, 10])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_odd_points_and_depths_are_answered(name, depth, activation):
    run = finish(study(ODD[name], Settings(depth=depth, activation=activation, bias_std=0.0), steps=12))
    assert np.isfinite(run.limits[0].mean).all()
    assert all(np.isfinite(trace.function).all() for trace in run.traces)
    assert verdicts(run)["pl_ratio"] != "fails" and "flown_off" not in verdicts(run)
    if depth == 0:
        assert verdicts(run)["drift_exponent"] == "linear_model"
        for trace in run.traces:
            np.testing.assert_allclose(trace.function, trace.linear, atol=1e-9 * max(1, np.abs(trace.linear).max()))


def test_a_singular_kernel_learns_the_mean_of_contradicting_targets():
    run = finish(study(ODD["twice the same"], Settings(), steps=3000))
    assert run.limits[-1].modes.condition == np.inf
    np.testing.assert_allclose(run.traces[2].fitted[0, -1], [0, 0, 0], atol=0.02)
    assert verdicts(run)["pl_ratio"] == "holds"


@effort(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(list(TASKS)), st.sampled_from(list(ACTIVATIONS)), st.integers(0, 3), st.floats(0, 3),
    st.floats(0, 2), st.floats(0.01, 100), st.booleans(), st.floats(0.05, 8), st.integers(0, 9999),
)  # fmt: skip
def test_no_setting_breaks_a_study(task, activation, depth, w, b, alpha, centred, stability, seed):
    settings = Settings(activation, depth, w, b, alpha, centred, "ntk", stability, seed)
    run = finish(study(TASKS[task](), settings, steps=8))
    assert len(verdicts(run)) in (8, 9)
    assert {verdicts(run)[check] for check in ("gradient", "pl_ratio")} <= {"holds", "nothing_learned"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"weight_std": -1.0}, "weight_std"), ({"bias_std": float("inf")}, "bias_std"),
        ({"output_scale": 0.0}, "output"),
        ({"stability": 0.0}, "stability"), ({"depth": 99}, "depth"), ({"activation": "cos"}, "activation"),
        ({"parametrisation": "mean field"}, "parametrisation"), ({"seed": -1}, "seed"),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(more, said):
    with pytest.raises(ValueError, match=said):
        finish(study(TASKS["wave"](), Settings(**more), steps=2))
    with pytest.raises(ValueError, match="steps"):
        finish(study(TASKS["wave"](), Settings(), steps=0))


def test_an_exponent_is_the_slope_on_log_axes():
    widths = np.array([8, 64, 1024])
    assert exponent(widths, 3.0 * widths**-0.7) == pytest.approx(-0.7)
    assert np.isnan(exponent(widths, np.array([1.0, 0.0, 1.0]))) and np.isnan(exponent(widths, np.full(3, np.inf)))


def test_points_go_into_a_text_and_come_back():
    task = own(as_text([(-1.23456, 0.5), (1e-5, -2.0), (100.0, 3.0)]))
    assert task.place.tolist() == [-1.235, 1e-5, 100] and task.y.tolist() == [0.5, -2, 3], "to four digits"
    for points in ([], [(0.0, 101.0)], [(0.0, math.nan)], [(1.0, 1.0)] * (MOST_POINTS + 1)):
        with pytest.raises(TaskError):
            as_text(points)


def test_own_points_are_read():
    task = own(" -1  0.5; 0.25,−2 \n 3 1e0 ;; ")
    np.testing.assert_array_equal(task.x[:, 0], [-1, 0.25, 3])
    np.testing.assert_array_equal(task.y, [0.5, -2, 1])
    comma = own("-1 0,5; 0,25 −2\n3 1")
    np.testing.assert_array_equal((comma.x[:, 0], comma.y), (task.x[:, 0], task.y))
    assert task.grid_place[0] < -1 and task.grid_place[-1] > 3 and task.middle == 1


@pytest.mark.parametrize(
    ("text", "code", "number"),
    [
        ("", "none", 0), (" ; ;\n", "none", 0), ("1", "not_a_pair", 1), ("1 2; 3 4 5", "not_a_pair", 2),
        ("1 2; x 4", "not_a_number", 2), ("1 nan", "too_large", 1), ("1 inf", "too_large", 1),
        ("101 0", "too_large", 1),
        ("1 1;" * (MOST_POINTS + 1), "too_many", 0), ("1" * (MOST_TEXT + 1), "too_long", 0),
        ("0 1_0_", "not_a_number", 1),
    ],
)  # fmt: skip
def test_what_is_no_list_of_points_is_named(text, code, number):
    with pytest.raises(TaskError) as error:
        own(text)
    assert (error.value.code, error.value.number) == (code, number)
