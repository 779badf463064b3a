"""Steps: each optimiser ends at the margin of its own norm, and no gradient is ever too small."""

import threading
import time

import numpy as np
import pytest
import torch

from core.data.separable_data import DATA
from core.max_margin.losses import EXPONENTIAL, LOGISTIC, loss_named, polynomial
from core.max_margin.norm_margin import NORMS, norm_margin, norm_of
from core.max_margin.steepest_descent import adam, gradient_descent, kept_steps, path_length, steepest_descent

pytestmark = pytest.mark.delicate

FIGURE_1 = DATA["figure_1"]().z
ASYMMETRIC = np.array([(0.5, 1.5)] + [(1.5, 0.5)] * 3)
ONE_SUPPORT = np.array([(2.0, 1.0), (3.0, 2.5), (4.0, 0.5)])


def torch_path(z, loss, optimiser, steps=300):
    w, rows = torch.nn.Parameter(torch.zeros(z.shape[1], dtype=torch.float64)), torch.tensor(z)
    optimiser, path = optimiser([w]), []
    for k in range(1, steps + 1):
        u = (rows @ w).detach().numpy()
        w.grad = torch.tensor(-np.exp(loss.log_slope(u)) @ z)
        for group in optimiser.param_groups:
            group["lr"] = group["first"] / np.sqrt(k) if "first" in group else group["lr"]
        optimiser.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)[kept_steps(steps) - 1]


@pytest.mark.parametrize("loss", [LOGISTIC, EXPONENTIAL, polynomial(2)], ids=lambda loss: loss.name)
def test_gradient_descent_heavy_ball_and_adam_are_torchs(loss):
    options = {"z": FIGURE_1, "loss": loss, "steps": 300}
    ours = gradient_descent(**options, step_size=0.01)
    np.testing.assert_allclose(ours.w, torch_path(FIGURE_1, loss, lambda p: torch.optim.SGD(p, lr=0.01)))
    ours = gradient_descent(**options, step_size=0.01, momentum=0.8)
    theirs = torch_path(FIGURE_1, loss, lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.8))
    np.testing.assert_allclose(ours.w, theirs)
    ours = adam(**options, step_size=0.2)
    first = 0.2 / np.abs(FIGURE_1).sum(axis=1).max()

    def group(p):
        return [{"params": p, "first": first}]

    theirs = torch_path(FIGURE_1, loss, lambda p: torch.optim.Adam(group(p), betas=(0.9, 0.99), eps=1e-300))
    np.testing.assert_allclose(ours.w, theirs, rtol=1e-9)


@pytest.mark.parametrize(("norm", "end"), [("l2", (0.8944, 0.4472)), ("linf", (0.7071, 0.7071)), ("l1", (1.0, 0.0))])
def test_every_norm_has_an_end_of_its_own(norm, end):
    """Claim 8, with plain numpy beside it for the first steps."""
    run = steepest_descent(ONE_SUPPORT, norm, loss=LOGISTIC, step_size=1.0, steps=3000)
    w = run.w[-1] / np.linalg.norm(run.w[-1])
    np.testing.assert_allclose(w, end, atol=0.01)
    best = norm_margin(ONE_SUPPORT, norm)
    assert (ONE_SUPPORT @ run.w[-1]).min() / norm_of(run.w[-1], norm) == pytest.approx(best.margin, rel=0.01)


def test_adam_without_epsilon_ends_like_sign_descent():
    """Claim 8."""
    run = adam(ONE_SUPPORT, loss=LOGISTIC, step_size=0.3, steps=3000)
    np.testing.assert_allclose(run.w[-1] / np.linalg.norm(run.w[-1]), [0.7071, 0.7071], atol=0.01)


def test_the_first_steps_are_what_they_are_called():
    z, slope = ASYMMETRIC, 0.5 * ASYMMETRIC.sum(axis=0)
    total = 4 * np.log(2)
    first = {
        norm: steepest_descent(z, norm, loss=LOGISTIC, step_size=1.0, steps=1).w[0] for norm in ("l2", "linf", "l1")
    }
    np.testing.assert_allclose(first["l2"], slope / total / (z**2).sum(axis=1).max())
    np.testing.assert_allclose(first["linf"], [0.5, 0.5])  # |z|₁ is 2: no margin moves by more than one
    np.testing.assert_allclose(first["l1"], [1 / 1.5, 0])


@pytest.mark.parametrize(("norm", "dual"), [("linf", 1), ("l1", np.inf)])
def test_steps_shorten_as_one_over_the_root(norm, dual):
    """And none moves a margin by more than that."""
    run = steepest_descent(FIGURE_1, norm, loss=LOGISTIC, step_size=0.7, steps=40)
    early = run.step[run.step <= 8]
    taken = np.diff(np.vstack([np.zeros(2), run.w[: len(early)]]), axis=0)
    longest = 0.7 / np.linalg.norm(FIGURE_1, ord=dual, axis=1).max()
    assert early.tolist() == list(range(1, 9))
    np.testing.assert_allclose(norm_of(taken, norm), longest / np.sqrt(early))
    assert (np.abs(taken @ FIGURE_1.T).max(axis=1) <= 0.7 / np.sqrt(early) * (1 + 1e-12)).all()


def test_normalised_steps_close_the_gap_as_one_over_the_root():
    """Claim 9: steps of 0.3/√t of ∇L/L."""
    run = steepest_descent(ASYMMETRIC, "l2", loss=EXPONENTIAL, step_size=0.3 * 2.5, steps=10_000)
    gap = np.sqrt(2) - (run.w @ ASYMMETRIC.T).min(axis=1) / np.linalg.norm(run.w, axis=1)
    at = {int(k): g * np.sqrt(k) for k, g in zip(run.step, gap, strict=True)}
    np.testing.assert_allclose([at[100], at[1000], at[10_000]], [0.711, 0.682, 0.658], atol=6e-4)
    tau = path_length(0.3 * 2.5, run.step, np.sqrt(2.5))
    assert tau[-1] == pytest.approx(0.3 * (1 / np.sqrt(np.arange(1, 10_001))).sum())


@pytest.mark.parametrize("norm", ["l2", "linf", "l1"])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_path_is_the_same_at_every_scale_and_never_stalls(norm, scale, recwarn):
    run = steepest_descent(scale * FIGURE_1, norm, loss=LOGISTIC, step_size=4.0, steps=5000)
    once = steepest_descent(FIGURE_1, norm, loss=LOGISTIC, step_size=4.0, steps=5000)
    np.testing.assert_allclose(scale * run.w, once.w, rtol=1e-6, atol=0.05)  # coordinate: ties are broken by rounding
    assert (np.diff((run.w @ FIGURE_1.T).min(axis=1)[-40:]) > 0).all() and run.log_loss[-1] < -70
    assert not recwarn.list


def test_gradients_far_below_the_smallest_number():
    """A loss of e^−5000: plain gradients would be 0/0."""
    for run in (
        steepest_descent(FIGURE_1, "l2", loss=LOGISTIC, step_size=500.0, steps=3000),
        steepest_descent(FIGURE_1, "l1", loss=EXPONENTIAL, step_size=500.0, steps=300),
    ):
        assert np.isfinite(run.w).all() and run.log_loss[-1] < -4000
    run = adam(FIGURE_1, loss=LOGISTIC, step_size=500.0, steps=3000)  # its memory of the first gradient is all it has
    assert np.isfinite(run.w).all() and run.log_loss[-1] < -500
    run = adam(FIGURE_1, loss=LOGISTIC, step_size=0.3, steps=3000)
    assert (np.diff(run.log_loss[-30:]) < 0).all()


@pytest.mark.parametrize(
    "take",
    [lambda z, norm=norm: steepest_descent(z, norm, loss=LOGISTIC, steps=200) for norm in ("l2", "linf", "l1")]
    + [lambda z: adam(z, loss=LOGISTIC, steps=200), lambda z: gradient_descent(z, LOGISTIC, 0.1, 200)],
    ids=["l2", "linf", "l1", "adam", "plain"],
)
@pytest.mark.parametrize("signs", [(-1, -1), (-1, 1), (1, -1)])
def test_data_mirrored_are_paths_mirrored(take, signs):
    run, mirrored = take(ASYMMETRIC), take(ASYMMETRIC * signs)
    np.testing.assert_allclose(mirrored.w, run.w * signs, rtol=1e-9)
    np.testing.assert_allclose(mirrored.log_loss, run.log_loss, rtol=1e-9)


def test_long_is_not_yet_lost():
    """A step of a length whose square is still a number is kept."""
    run = gradient_descent(np.array([(1.0, 0.0), (2.0, 1.0)]), EXPONENTIAL, 1e90, 3)
    assert np.isfinite(run.w).all() and np.abs(run.w[-1]).max() > 1e90


def test_a_run_that_flies_off_is_reported(recwarn):
    z = np.array([(1.0, 0.0), (-0.9, 0.1)])
    run = gradient_descent(z, EXPONENTIAL, 500.0, 100)
    assert np.isnan(run.w[-1]).all() and np.isnan(run.log_loss[-1]) and np.isfinite(run.w[0]).all()
    assert not recwarn.list


@pytest.mark.parametrize("rows", [[(0.0, 0.0)], [(1.0, 0.5), (-1.0, -0.5)], [(1.0, 1.0)] * 5], ids=str)
def test_odd_sets(rows, recwarn):
    for norm in ("l2", "linf", "l1"):
        assert np.isfinite(steepest_descent(np.array(rows), norm, loss=loss_named("polynomial", 2), steps=50).w).all()
    assert np.isfinite(adam(np.array(rows), loss=LOGISTIC, steps=50).w).all()
    assert not recwarn.list


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="steps must be a whole number from 1 to 1000000, got 0"):
        gradient_descent(FIGURE_1, LOGISTIC, 0.1, 0)
    with pytest.raises(ValueError, match="step_size must be"):
        gradient_descent(FIGURE_1, LOGISTIC, -0.1, 10)
    with pytest.raises(ValueError, match="norm must be one of l2, linf, l1; got 'l0'"):
        steepest_descent(FIGURE_1, "l0", loss=LOGISTIC)


@pytest.mark.parametrize("norm", ["l2", "linf", "l1"])
def test_the_steps_leave_the_interpreter_to_others(norm):
    """What is computed for one person stands still for nobody else: a lock released too often is never handed over."""
    z, gaps, is_over = ASYMMETRIC, [], threading.Event()

    def beat():
        while not is_over.is_set():
            start = time.perf_counter()
            time.sleep(0.001)
            gaps.append(time.perf_counter() - start)

    heart = threading.Thread(target=beat)
    heart.start()
    start = time.perf_counter()
    for _ in range(3):
        steepest_descent(z, norm, loss=LOGISTIC, steps=10_000)
    lasted = time.perf_counter() - start
    is_over.set()
    heart.join()
    assert len(gaps) > lasted / 0.05, "another thread was let in less than every fiftieth of a second"


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_the_first_step_is_not_made_of_rounding(order):
    """The first column adds up to zero: 2.8e-17 by one order of adding, 0 by another. A sign must not care."""
    z = np.array([(0.1, 1.0), (0.2, 1.0), (-0.3, 1.0)])[order]
    for walked in (
        steepest_descent(z, "linf", loss=LOGISTIC, steps=1),
        steepest_descent(z, "l1", loss=LOGISTIC, steps=1),
        adam(z, loss=LOGISTIC, steps=1),
    ):
        assert walked.w[0, 0] == 0 and walked.w[0, 1] > 0


@pytest.mark.parametrize("norm", NORMS)
def test_pushes_that_cancel_move_no_optimiser(norm):
    z = np.array([(0.1, 0.7), (0.2, -0.1), (-0.3, -0.6)])
    for walked in (
        steepest_descent(z, norm, loss=LOGISTIC, steps=100),
        adam(z, loss=LOGISTIC, steps=100),
        gradient_descent(z, LOGISTIC, 1.0, 100, momentum=0.9),
    ):
        assert not walked.w.any() and walked.log_loss[-1] == pytest.approx(np.log(3 * np.log(2)))
