"""The search for the agent's best answer finds it, and its bound holds."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.incentives import deviations
from annolib.contracts.incentives.deviations import (
    Part,
    _box_bounds,
    _evaluate,
    most_tempting_deviation,
    proved_optimum,
)
from annolib.contracts.incentives.parts import curve_part, split_parts, step_part
from annolib.contracts.incentives.pass_law import PassLaw


@pytest.mark.parametrize("seed", range(12))
def test_against_a_dense_grid(naive, seed):
    rng = np.random.default_rng(seed)
    problem, monitor = naive.random_problem(rng)
    evidence, n = PassLaw.from_monitor(monitor), int(rng.integers(2, 120))
    scale = float(problem.cost.cost(1.0))
    thresholds = np.sort(rng.choice(np.arange(1, n + 1), size=min(3, n), replace=False))
    parts = [step_part(evidence, n, int(t), scale * rng.uniform(0.1, 1.5)) for t in thresholds]
    answer = proved_optimum(problem, evidence, parts)
    efforts = np.linspace(0, 1, 20001)
    payoff = sum(part.value(efforts) for part in parts) - problem.cost.cost(efforts)
    assert answer.payoff == pytest.approx(payoff.max(), abs=1e-7)
    assert payoff.max() <= answer.bound <= answer.payoff + 1e-9


@pytest.mark.parametrize("n", [20, 500, 20_000])
def test_curves_with_a_kink(reference, n):
    problem, monitor = reference
    evidence = PassLaw.from_monitor(monitor)
    kink = 0.55 * n
    part = curve_part(evidence, n, lambda k: 0.9 * np.log1p(3 * np.maximum(k - kink, 0) / n), kink)
    answer = proved_optimum(problem, evidence, [part])
    efforts = np.linspace(0, 1, 2001)
    payoff = part.value(efforts) - problem.cost.cost(efforts)
    assert payoff.max() <= answer.bound and answer.payoff >= payoff.max() - 1e-12
    assert answer.bound - answer.payoff < 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_pay_of_any_shape(naive, seed):
    """Utilities that rise and fall at random: both parts sum to the expectation, and no effort exceeds the bound."""
    rng = np.random.default_rng(40 + seed)
    problem, monitor = naive.random_problem(rng)
    evidence, n = PassLaw.from_monitor(monitor), int(rng.choice([1, 2, 9, 60, 400, 3000]))
    knots = rng.normal(0, 1, 7) * float(problem.cost.cost(1.0))
    v = np.interp(np.arange(n + 1), np.linspace(0, n, 7), knots)
    parts = split_parts(evidence, n, v)
    answer = proved_optimum(problem, evidence, parts)
    efforts = np.linspace(0, 1, 1001)
    pmf = stats.binom.pmf(np.arange(n + 1), n, evidence.success(efforts)[:, None])
    payoff = pmf @ v - problem.cost.cost(efforts)
    np.testing.assert_allclose(sum(part.value(efforts) for part in parts), pmf @ v, atol=1e-10)
    assert payoff.max() <= answer.bound + 1e-10
    assert answer.bound - answer.payoff < 1e-9 and answer.payoff >= payoff.max() - 1e-10


@pytest.mark.parametrize("n", [20, 40, 300])
def test_optimal_pay_that_falls_at_the_top_is_proved_too(reference, n):
    """Few checks: a perfect record hints at more effort than is wanted, and pays less."""
    pay = al.second_best(*reference, n, "optimal")
    wages = pay.contract.wage(np.arange(n + 1))
    assert wages.max() > wages[-1] + 0.1
    assert pay.certificate.gain_bound < 1e-11 and "convex and a concave part" in pay.certificate.search


def test_bounds_of_boxes_where_a_part_falls(reference):
    """Coarse boxes, evidence quadratic in effort, pay that falls with the count: no payoff exceeds its box's bound."""
    problem, monitor = reference
    evidence, n, points = PassLaw.from_monitor(monitor), 30, np.linspace(0, 1, 4)
    for v in (-((np.arange(n + 1) / n) ** 2), -np.sqrt(np.arange(n + 1) / n), np.cos(np.arange(n + 1))):
        parts = split_parts(evidence, n, v)
        _no_payoff_exceeds_its_box(problem, evidence, parts, points)


def _no_payoff_exceeds_its_box(problem, evidence, parts, points):
    known = _evaluate(problem, evidence, parts, points)
    left = {name: value[..., :-1] for name, value in known.items()}
    right = {name: value[..., 1:] for name, value in known.items()}
    bounds = _box_bounds(parts, left, right)
    for i, (low, high) in enumerate(zip(points, points[1:], strict=False)):
        inner = _evaluate(problem, evidence, parts, np.linspace(low, high, 200))["payoff"]
        assert inner.max() <= bounds[i] + 1e-12


@pytest.mark.parametrize("cost", [*(al.PowerCost(0.4, p) for p in (1.0, 1.5, 2.0, 3.0)), "convex"])
@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.2), al.Expert(0.2)], ids=["quadratic", "linear"])
def test_bounds_of_boxes_whatever_the_cost(reference, cost, monitor):
    """Coarse boxes; costs convex and concave in q, and 0.3η + 2η⁴, which is neither where q is quadratic."""
    if cost == "convex":
        cost = al.ConvexCost(lambda e: 0.3 * e + 2 * e**4, lambda e: 0.3 + 8 * e**3)
    problem = replace(reference[0], cost=cost)
    evidence, n, points = PassLaw.from_monitor(monitor), 12, np.linspace(0, 1, 4)
    for v in (np.sqrt(np.arange(n + 1)), np.arange(n + 1.0) ** 2, np.arange(n + 1.0), np.zeros(n + 1)):
        _no_payoff_exceeds_its_box(problem, evidence, split_parts(evidence, n, v), points)


@pytest.mark.parametrize("n", [1, 50, 5000])
@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_an_agent_indifferent_among_all_efforts_is_settled_at_once(reference, n, power):
    """Pay linear in the count, as dear as effort: the payoff is the same everywhere, or best at an end."""
    problem = replace(reference[0], cost=al.PowerCost(0.3, power))
    evidence = PassLaw.from_monitor(al.SelfConsistency(0.2))
    unit = 0.3 / evidence.gain
    part = Part(lambda x: unit * evidence.success(x), lambda x: np.full(np.shape(x), unit), 2.0, 2.0)
    answer = proved_optimum(problem, evidence, [part])
    assert answer.bound - answer.payoff < 1e-13 and answer.points < 100


def test_a_line_that_leaves_the_agent_indifferent(naive):
    """Risk-neutral agent, q and c quadratic: the firm is sold to the agent, every effort is as good to it."""
    problem, monitor = naive.random_problem(np.random.default_rng(49), floor=True)
    pay = al.second_best(problem, monitor, 2239, "linear")
    assert pay.gap == pytest.approx(0, abs=1e-12) and pay.certificate.gain_bound < 1e-13


@pytest.mark.parametrize("stops", ["tolerance", "_LIMIT", "_ROUNDS"])
def test_a_proof_that_stops_early_bounds_what_it_left_open(reference, monkeypatch, stops):
    """Stopped by its tolerance, by too many boxes or by the last round, it has seen less than the best effort gives."""
    problem, monitor = reference
    evidence, early = PassLaw.from_monitor(monitor), 0
    if stops != "tolerance":
        monkeypatch.setattr(deviations, stops, {"_LIMIT": 0, "_ROUNDS": 1}[stops])
    for threshold in (18, 21, 24):
        parts = [step_part(evidence, 30, threshold, 0.8)]
        answer = proved_optimum(problem, evidence, parts, tolerance=0.02 if stops == "tolerance" else 1e-13)
        efforts = np.linspace(0, 1, 2001)
        most = (parts[0].value(efforts) - problem.cost.cost(efforts)).max()
        early += answer.payoff < most - 1e-6
        assert answer.bound >= most
    assert early


def test_bounds_of_boxes_where_a_part_only_rises_or_is_infinitely_steep(reference):
    """Between its turns a part may do anything but fall; a tangent of infinite slope is none."""
    problem, monitor = reference
    evidence, points = PassLaw.from_monitor(monitor), np.linspace(0, 1, 4)
    q0, gain = evidence.at_no_effort, evidence.gain

    def share(x):
        return (evidence.success(x) - q0) / gain

    def steep(x):
        return np.where(x > 0, 0.5 / np.sqrt(np.maximum(share(x), 1e-300)) / gain, np.inf)

    def steep_at_full(x):
        return np.where(x < 1, -0.5 / np.sqrt(np.maximum(1 - share(x), 1e-300)) / gain, -np.inf)

    leap = Part(lambda x: 0.3 * np.tanh(40 * (share(x) - 0.2)), lambda x: 0 * x, q0, 1.0)
    root = Part(lambda x: 0.4 * np.sqrt(share(x)), lambda x: 0.4 * steep(x), 0.0, 0.0)
    falling = Part(
        lambda x: 0.4 * np.sqrt(np.maximum(1 - share(x), 0)), lambda x: 0.4 * steep_at_full(x), 0.0, 0.0
    )
    for parts in ([leap], [root], [falling], [leap, root, falling]):
        with np.errstate(all="ignore"):
            _no_payoff_exceeds_its_box(problem, evidence, parts, points)


def test_a_peak_is_not_lost_behind_a_plateau():
    """Where effort hardly costs anything the payoff is level but for rounding: that is one peak and not one for each point."""
    noise = np.random.default_rng(1)

    def payoff(e):
        level = 1e-18 * noise.standard_normal(np.shape(e)) - 0.1 * e**8
        return (
            level
            + 0.02 * np.exp(-(((e - 0.7331) / 4e-3) ** 2))
            + 0.02 * np.exp(-(((e - 0.7434) / 2e-3) ** 2))
        )

    other, gain = most_tempting_deviation(payoff, 0.7434, 0.0097)
    assert other == pytest.approx(0.7331, abs=2e-4)
    assert gain == pytest.approx(float(payoff(other) - payoff(0.7434)), abs=1e-12) and gain > 0


@pytest.mark.parametrize("apart", [-3.2, -1.43, 0.8, 1.7, 2.3])
def test_a_peak_between_standard_deviations_is_found(apart):
    """Two thresholds make a payoff turn within a standard deviation of the count."""
    scale, here = 0.0028, 0.4213

    def payoff(e):
        peaks = 1e-3 * np.exp(-(((e - here) / (0.3 * scale)) ** 2))
        return (
            peaks
            + 1.02e-3 * np.exp(-(((e - here - apart * scale) / (0.3 * scale)) ** 2))
            - 0.1 * (e - here) ** 2
        )

    other, gain = most_tempting_deviation(payoff, here, scale)
    assert (other - here) / scale == pytest.approx(apart, abs=0.02)
    assert gain == pytest.approx(2e-5 - 0.1 * (apart * scale) ** 2, abs=2e-6)


@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.2), al.Expert(0.2)], ids=["quadratic", "linear"])
@pytest.mark.parametrize("n", [300, 20_000])
def test_a_step_steeper_than_any_box_is_not_missed(reference, monitor, n):
    """The step rises and turns within one box of the first round, wherever it is: the peak behind it is found."""
    problem, _ = reference
    evidence, rng = PassLaw.from_monitor(monitor), np.random.default_rng(n)
    for place in rng.uniform(0.15, 0.9, 12):
        q = float(evidence.success(place))
        threshold = round(n * q)
        part = step_part(evidence, n, threshold, 0.05 + 2 * float(problem.cost.cost(place)))
        hits = q + np.sqrt(q * (1 - q) / n) * np.linspace(-6, 6, 2001)
        near = evidence.effort(np.clip(hits, evidence.at_no_effort, evidence.success(1.0)))
        answer, highest = (
            proved_optimum(problem, evidence, [part]),
            (part.value(near) - problem.cost.cost(near)).max(),
        )
        assert highest > 1e-3 and answer.bound >= highest and answer.payoff >= highest - 1e-9
        assert answer.bound - answer.payoff < 1e-12


def test_a_box_that_ends_at_a_turn_has_the_shape_of_its_inside(reference):
    """A turn that rounding puts a hair to the wrong side of the end of a box changes no bound."""
    problem = reference[0]
    evidence, seen = PassLaw(0.01, 0.9, 3, "passes"), set()
    far = evidence.gain * 0.15
    for share in np.linspace(0.2, 0.8, 61):
        turn = evidence.at_no_effort + evidence.gain * share
        end = float(evidence.effort(turn))
        seen.add(float(np.sign(evidence.success(end) - turn)))
        part = Part(
            lambda x, turn=turn: (
                np.sinh((evidence.success(x) - turn) / far) * -1 + 1.3 * (evidence.success(x) - turn) / far
            ),
            lambda x, turn=turn: (1.3 - np.cosh((evidence.success(x) - turn) / far)) / far,
            turn,
            turn,
        )
        for points in (np.array([end - 0.15, end]), np.array([end, min(end + 0.15, 1.0)])):
            _no_payoff_exceeds_its_box(problem, evidence, [part], points)
    assert seen == {-1.0, 0.0, 1.0}


def test_pay_beyond_measure_is_not_searched_for_its_rounding(reference):
    """Utilities of 10^14 are known to a few hundredths: where no box can tell more, none is cut."""
    problem, monitor = reference
    evidence, n = PassLaw.from_monitor(monitor), 40
    parts = split_parts(evidence, n, -1e14 * np.exp(-0.7 * np.arange(n + 1)) + np.sqrt(np.arange(n + 1)))
    answer = proved_optimum(problem, evidence, parts)
    efforts = np.linspace(0, 1, 2001)
    payoff = sum(part.value(efforts) for part in parts) - problem.cost.cost(efforts)
    assert answer.bound >= payoff.max() and answer.points < 2_000


def test_the_most_tempting_deviation_is_another_effort():
    """The best of two other peaks; where no other effort tempts, the nearest one, above or below."""

    def peaks(x):
        return (
            np.exp(-(((x - 0.7) / 0.05) ** 2)) + 0.8 * np.exp(-(((x - 0.2) / 0.05) ** 2)) + 0.5 * (x < 0.01)
        )

    other, gain = most_tempting_deviation(peaks, 0.7)
    assert other == pytest.approx(0.2, abs=1e-6) and gain == pytest.approx(-0.2, abs=1e-9)
    other, gain = most_tempting_deviation(peaks, 0.45)
    assert other == pytest.approx(0.7, abs=1e-6) and gain == pytest.approx(1, abs=1e-9)
    for effort, sign in ((1.0, 1), (0.0, -1)):
        other, gain = most_tempting_deviation(lambda x, sign=sign: sign * x, effort)
        assert 0 < abs(other - effort) < 0.01 and gain == pytest.approx(-abs(other - effort))
