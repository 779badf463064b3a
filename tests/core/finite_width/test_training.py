"""Taylor orders and algorithms: polynomials against derivatives, exponents in the width, and what breaks them."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
import torch
from torch.func import jvp

from core.finite_width import (
    POINTS,
    PointsError,
    algorithms,
    ends_checks,
    points_text,
    points_typed,
    sweep_checks,
    taylor_orders,
    taylor_sweep,
)
from core.finite_width.neurons import REAL, SMOOTH, Model, Parameters, start
from core.finite_width.taylor import POINTS as FOUR
from core.finite_width.taylor import STEP_SIZE, TARGET, power
from core.progress import finish
from tests.sampling import WHOLE

RNG = np.random.default_rng(0)
TORCH = {"erf": torch.erf, "relu": torch.relu, "linear": lambda u: u}


def small(activation, order, networks=1, width=5, points=3, d=2):
    begun = start(activation, width, d, networks, np.random.default_rng(1))
    return Model(begun, np.random.default_rng(2).standard_normal((points, d)), order)


@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_an_order_is_the_taylor_polynomial(activation, order):
    """By nested forward derivatives along θ − θ₀, in double precision, on five units."""
    model = small(activation, order)
    dw, da = 0.4 * RNG.standard_normal((1, 5, 2)), 0.4 * RNG.standard_normal((1, 5))
    x, w, a = (torch.tensor(v) for v in (model.x, model.begun.w[0], model.begun.a[0]))
    way = torch.tensor(dw[0]), torch.tensor(da[0])

    def along(t):
        return (a + t * way[1]) @ TORCH[activation]((w + t * way[0]) @ x.T) / np.sqrt(5)

    total, function, factor = torch.zeros(3, dtype=torch.float64), along, 1.0
    for j in range(1, order + 1):
        function = (lambda f: lambda t: jvp(f, (t,), (torch.ones_like(t),))[1])(function)
        factor *= j
        total = total + function(torch.tensor(0.0, dtype=torch.float64)) / factor
    np.testing.assert_allclose(model.outputs(dw, da)[0], total.numpy(), atol=1e-12)


@pytest.mark.parametrize("activation", ["erf", "linear"])
@pytest.mark.parametrize("order", [REAL, 1, 2, 3])
def test_its_gradient_is_its_own(activation, order):
    model, y = small(activation, order, networks=2), np.array([0.3, -0.2, 0.1])
    moved = Parameters(model.begun)
    moved.dw += 0.3 * RNG.standard_normal(moved.dw.shape)
    moved.da += 0.3 * RNG.standard_normal(moved.da.shape)
    _, (by_w, by_a) = moved.gradients(model, y)

    def loss():
        return 0.5 * ((model.outputs(moved.dw, moved.da) - y) ** 2).sum()

    for values, slopes in ((moved.dw, by_w), (moved.da, by_a)):
        for place in np.ndindex(*values.shape):
            before, h = values[place], 1e-6
            values[place] = before + h
            up = loss()
            values[place] = before - h
            down, values[place] = loss(), before
            assert (up - down) / (2 * h) == pytest.approx(slopes[place], abs=1e-8)


def test_claim_14_a_linear_network_is_its_own_order_2_at_every_step():
    """And its order 3; its order 1 is another."""
    begun = start("linear", 16, FOUR, 3, np.random.default_rng(3))
    x, y = np.eye(FOUR), TARGET * np.array([1.0, -1.0, 1.0, -1.0])
    models = [Model(begun, x, order) for order in (REAL, 1, 2, 3)]
    moved = [Parameters(begun) for _ in models]
    for _ in range(40):
        for model, at in zip(models, moved, strict=True):
            at.descend(at.gradients(model, y)[1], STEP_SIZE)
        real, first, second, third = (m.outputs(at.dw, at.da) for m, at in zip(models, moved, strict=True))
        assert np.abs(second - real).max() < 1e-12 and np.abs(third - real).max() < 1e-12
    assert np.abs(first - real).max() > 1e-3


@pytest.mark.parametrize("method", ["descent", "momentum", "adam"])
def test_a_step_is_that_of_torch(method):
    model, y = small("erf", REAL), np.array([0.3, -0.2, 0.1])
    begun = model.begun
    w, a = (torch.tensor(v[0].copy(), requires_grad=True) for v in (begun.w, begun.a))
    x, f0 = torch.tensor(model.x), None
    made = {
        "descent": lambda p: torch.optim.SGD(p, lr=0.1),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    }[method]([w, a])
    moved = Parameters(begun)
    for _ in range(5):
        gradients = moved.gradients(model, y)[1]
        if method == "adam":
            moved.adam(gradients, 0.01)
        else:
            moved.descend(gradients, 0.1, 0.8 if method == "momentum" else 0.0)
        f = a @ torch.erf(w @ x.T) / np.sqrt(5)
        f0 = f.detach() if f0 is None else f0
        loss = 0.5 * ((f - f0 - torch.tensor(y)) ** 2).sum()
        made.zero_grad()
        loss.backward()
        made.step()
    np.testing.assert_allclose(moved.dw[0], w.detach().numpy() - begun.w[0], atol=1e-10)
    np.testing.assert_allclose(moved.da[0], a.detach().numpy() - begun.a[0], atol=1e-10)


@lru_cache
def swept(activation="erf", seed=0):
    few = {} if activation == "erf" else {"widths": (32, 128, 512), "networks": 12}
    return finish(taylor_sweep(activation, seed=seed, **few))


def test_claims_11_and_12_the_powers_of_the_width():
    found = swept()
    for name, expected, off in (
        ("taylor_1", -1, 0.15),
        ("taylor_2", -1, 0.25),
        ("taylor_3", -2, 0.35),
        ("drift", -1, 0.15),
    ):
        assert power(found.widths, found.rows[name]).value == pytest.approx(expected, abs=off), name
    widest = {name: float(np.median(of[-1])) for name, of in found.rows.items()}
    for name, value in (("taylor_1", 2.94e-4), ("taylor_2", 4.3e-5), ("taylor_3", 4e-7), ("drift", 0.0026)):
        assert value / 2.5 < widest[name] < value * 2.5, "other test points, the same size"
    assert {check.verdict for check in sweep_checks(found)} == {"holds"}


def test_claim_13_relu_has_no_second_derivative():
    found = swept("relu")
    assert np.array_equal(found.distance[:, :, 1], found.distance[:, :, 2]), "order 3 is order 2"
    for name in ("taylor_1", "taylor_2", "drift"):
        assert power(found.widths, found.rows[name]).value == pytest.approx(-0.68, abs=0.25)
    assert {check.broken_assumption for check in sweep_checks(found)} == {"not_smooth"}


def test_the_powers_have_teeth():
    found = swept()
    flat = replace(found, distance=found.distance[:, :, [0, 1, 1]])
    assert {c.id: c.verdict for c in sweep_checks(flat)}["taylor_3"] == "fails", "−1 is not −2"
    steep = replace(found, distance=found.distance[:, :, [2, 2, 2]], drift=found.distance[:, :, 2])
    assert [c.verdict for c in sweep_checks(steep)] == ["fails", "fails", "holds", "fails"]
    few = finish(taylor_sweep(widths=(16, 32), networks=2))
    assert {check.broken_assumption for check in sweep_checks(few)} == {"few_widths"}
    line = finish(taylor_sweep("linear", widths=(16, 32, 64), networks=2))
    assert {check.broken_assumption for check in sweep_checks(line)} == {"polynomial"}


def test_claims_15_and_16_what_a_wide_network_forgets():
    found = finish(algorithms())
    for name in ("quarter", "momentum"):
        assert power(found.widths, found.rows[name]).value == pytest.approx(-1, abs=0.2), name
    adam = np.median(found.rows["adam"], axis=1)
    assert adam.min() > 0.02 and adam[2] > 0.7 * adam[0], "it does not vanish"
    verdicts = {check.id: check.verdict for check in ends_checks(found)}
    assert verdicts == {"ends_quarter": "holds", "ends_momentum": "holds", "ends_adam": "does not apply"}
    flat = replace(found, distance=found.distance[[2, 2, 2]])
    assert [check.verdict for check in ends_checks(flat)] == ["fails", "fails", "does not apply"]
    short = replace(found, fitted=np.zeros_like(found.fitted))
    assert ends_checks(short)[0].broken_assumption == "not_converged"
    assert ends_checks(short)[2].broken_assumption == "other_metric"


@pytest.mark.parametrize("seed", range(100, 300 if WHOLE else 101))
def test_no_seed_raises_an_alarm_in_training(seed):
    checks = [*sweep_checks(swept(seed=seed)), *ends_checks(finish(algorithms(seed=seed)))]
    assert "fails" not in {check.verdict for check in checks}, [c for c in checks if c.verdict == "fails"]


def test_arguments_that_make_no_sense():
    for wrong in ({"widths": (1,)}, {"widths": (64, 32)}, {"widths": (4096,)}, {"networks": 1}, {"seed": -1}):
        with pytest.raises(ValueError):
            finish(taylor_sweep(**wrong))
        with pytest.raises(ValueError):
            finish(algorithms(**wrong))
    with pytest.raises(ValueError, match="erf, relu, linear"):
        finish(taylor_sweep("tanh"))


def test_orders_on_own_points_leave_sooner_where_it_is_narrow():
    points = points_typed("-0.8 0.5; -0.3 -0.7; 0.2 0.6; 0.8 -0.4")
    narrow, wide = (taylor_orders(points, width=width, seed=0) for width in (16, 512))
    assert narrow.x.tolist() == [-0.8, -0.3, 0.2, 0.8] and narrow.loss.shape == (4, len(narrow.step))
    assert narrow.loss[0, 0] == pytest.approx(0.5 * (narrow.y**2).sum()) and narrow.loss[0, -1] < narrow.loss[0, 0]
    first, _, third = narrow.left
    assert first >= 0 and (third == -1 or third >= first)
    off = [np.abs(one.function[1] - one.function[0]).max() for one in (narrow, wide)]
    assert off[1] < off[0] / 4 and wide.left[2] == -1
    assert points_typed(points_text(points)) == points and len(points_typed(POINTS)) == 3


def test_an_order_that_flies_off_is_not_a_number_and_no_error():
    for seed in range(6):
        found = taylor_orders(points_typed("-1 1; 0 -1; 0.5 1; 1 -1"), width=4, seed=seed)
        assert np.isfinite(found.loss[0]).all() and len(found.left) == 3


@pytest.mark.parametrize("text", ["", "1", "1 2", "a b", "0 0;" * 9, "nan 0", "0 0 0", "1e9 0", "0,5 1 2"])
def test_points_that_are_none(text):
    with pytest.raises(PointsError):
        points_typed(text)
