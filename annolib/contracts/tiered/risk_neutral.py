"""Tiers for a risk-neutral agent, by linear programmes.

Does an agent whom no risk bothers need tiers? One bonus for a rare record leaves him the least rent (`annolib.contracts.optimal.risk_neutral`),
as long as he has no use for more effort than is asked. Where he has, pay must be less convex in the count. Then several efforts tempt at once,
and pay takes about as many steps.

For thresholds and one effort η the cheapest wages solve a linear programme in the masses x_i = P_i (v_i − f) of the cells, f the floor:

    minimise Σ x_i   subject to   Σ P_i v_i ≥ ū,   Σ P_i′ v_i = c′(η),   Σ (P_i − P_i(d)) v_i ≥ c(η) − c(d),   x_i ≥ 0 if there is a floor.

Thresholds are tried: those where the best pay of all steps, those of the bonus with one more, then their neighbours, each at the best effort
of the last. That is a search. Its proof is the bound that holds for any pay; where the best pay of all has no more steps than were asked for,
it is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linprog, minimize_scalar

from annolib.contracts.incentives.cheapest_lottery import Lottery
from annolib.contracts.incentives.parts import MOST
from annolib.contracts.optimal.risk_neutral import risk_neutral_best
from annolib.contracts.optimal.wage_programme import polished_vertex
from annolib.contracts.results import NoBestContract
from annolib.contracts.tiered.family import Tiers

_TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_SAME = 1e-13  # deviations so close are one
_STEP = 1e-9  # of the range of pay: a smaller step is none
_AWAY = np.array(
    [-6, -4, -3, -2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 3, 4, 6]
)  # standard deviations of the count
_MOVES = (1, 2, 4, 8, 16)
_TUPLES, _KEPT = 60, 2  # thresholds tried at first, and those that are bettered
_TURNS = 8
_NEAR, _CLOSER = (
    0.05,
    (1e-6, 1e-10),
)  # efforts that are looked at around the last one; at the end, where the gap may have a corner


@dataclass(frozen=True, eq=False)
class NeutralTiers(Tiers):
    """Tiers of a risk-neutral agent: what differs is the programme of one effort."""

    def cheapest(self, programme, start, ceiling=np.inf):
        """The cheapest utilities of a programme, a `Lottery`; `start` and `ceiling` are of no use to it.

        `converged` is False where no wages meet the constraints.
        """
        floored = bool(np.isfinite(programme.floor_utility))
        level = programme.floor_utility if floored else 0.0
        p, signed = programme.probabilities, programme.signed
        rows = programme.weights / p
        targets = programme.targets - programme.weights.sum(axis=1) * level
        size = np.maximum(np.abs(rows).max(axis=0), 1.0)  # a rare cell is paid much
        rows, price = rows / size, 1 / size
        if not floored:  # fines too
            rows, price = np.hstack([rows, -rows]), np.r_[price, -price]
        equal = ~signed
        solved = linprog(
            price, A_ub=-rows[signed], b_ub=-targets[signed], A_eq=rows[equal] if equal.any() else None,
            b_eq=targets[equal] if equal.any() else None, bounds=(0, None), method="highs-ds", options=_TIGHT,
        )  # fmt: skip
        if solved.status != 0:
            nothing = np.full(targets.size, np.nan)
            return Lottery(nothing, nothing, nothing, False, int(solved.nit), np.inf, np.inf, -np.inf)
        prices = np.empty(targets.size)
        prices[signed] = np.maximum(-solved.ineqlin.marginals, 0.0)
        if equal.any():
            prices[equal] = solved.eqlin.marginals
        mass, prices = polished_vertex(rows, price, targets, signed, solved.x, prices)
        mass = mass if floored else mass[: p.size] - mass[p.size :]
        utilities = level + mass / size / p
        slacks = programme.weights @ utilities - programme.targets
        residual = float(np.max(np.where(signed, np.maximum(-slacks, 0.0), np.abs(slacks))))
        left, bound = float(np.abs(prices * slacks).sum()), float(prices @ targets) + level
        return Lottery(prices, utilities, slacks, residual < 1e-8, int(solved.nit), residual, left, bound)

    def _against(self, pay, other):
        """The same thresholds and effort against one more deviation. All are kept: where several wages cost the same, one that costs nothing deters."""
        if min(abs(d - other) for d in pay.deviations) < _SAME:
            return None
        return self.implement(pay.thresholds, pay.effort, (*pay.deviations, other))


def neutral_tiers(problem, evidence, n, best, tiers, bonus):
    """The best tiers found, and the least gap that any pay at all can have.

    Parameters
    ----------
    bonus : SecondBest
        The best contract with one threshold, as tiers.

    Returns
    -------
    NeutralTiers, TierPay or None, and float
        None if nothing found earns more than the bonus.
    """
    family = NeutralTiers(problem, evidence, n, best, -np.inf)
    try:
        any_pay = risk_neutral_best(problem, evidence, n, best)
    except NoBestContract:  # then no bound but the first best
        any_pay, least = bonus, 0.0
    else:
        least = max(any_pay.gap - any_pay.suboptimality, 0.0)
    thresholds, effort, pay = getattr(bonus.contract, "thresholds", ()), bonus.effort, None
    with np.errstate(all="ignore"):
        for m in range(2, tiers + 1):
            if (bonus if pay is None else pay).gap <= least * (1 + 1e-12):
                break
            tried = []
            for at in {any_pay.effort, effort if effort > 0 else best.effort} - {0.0}:
                for tuple_ in {*_of_any_pay(any_pay, n, m), *_one_more(evidence, n, thresholds, at, m)}:
                    tried.append(family.implement_on_grid(tuple_, at))
            tried = sorted((one for one in tried if one is not None), key=lambda one: one.gap)
            for one in tried[:_KEPT]:
                pay = _less(pay, _descended(family, one))
            if pay is not None:
                thresholds, effort = pay.thresholds, pay.effort
    return family, pay if pay is not None and pay.gap < bonus.gap else None, least


def _less(one, other):
    """The one with the smaller gap; either may be None."""
    return min((pay for pay in (one, other) if pay is not None), key=lambda pay: pay.gap, default=None)


def _of_any_pay(pay, n, m):
    """m of the thresholds at which the best pay of all steps, its largest steps first; all if there are no more."""
    if n > MOST:
        return []
    wages = np.asarray(pay.contract._wage(np.arange(n + 1.0)), dtype=float)  # by what is counted
    steps = np.abs(np.diff(wages))
    places = np.argsort(-steps, kind="stable")[: m + 4]
    places = np.sort(places[steps[places] > _STEP * max(steps.max(initial=0.0), 1e-300)]) + 1
    if places.size <= m:
        rest = [t for t in range(1, n + 1) if t not in places][: m - places.size]  # steps of height 0
        return [tuple(sorted(int(t) for t in (*places, *rest)))]
    return [tuple(int(t) for t in chosen) for chosen in combinations(places, m)]


def _one_more(evidence, n, thresholds, effort, m):
    """The thresholds known, with one more some standard deviations away from them or from the mean; two more where m asks for it."""
    q, r = float(evidence.success(effort)), float(evidence.failure(effort))
    spread = max(np.sqrt(n * q * r), 1.0)
    around = np.concatenate(
        [np.array([n * q, *thresholds])[:, None] + spread * _AWAY, [[1.0], [n]]], axis=None
    )
    places = np.unique(np.clip(np.round(around), 1, n).astype(int))
    new = combinations([int(t) for t in places if t not in thresholds], m - len(thresholds))
    return [tuple(sorted((*thresholds, *more))) for more in new][:_TUPLES]


def _descended(family, pay):
    """From one pay to one that no move of a threshold and no other effort near by betters; None if it deters no deviation."""
    for _ in range(_TURNS):
        pay, before = _best_effort(family, pay), pay.gap
        for i, step in (
            (i, way * by) for i in range(len(pay.thresholds)) for by in _MOVES for way in (1, -1)
        ):
            moved = list(pay.thresholds)
            moved[i] += step
            if min(moved) >= 1 and max(moved) <= family.n and np.all(np.diff(moved) > 0):
                pay = _less(pay, family.implement_on_grid(tuple(moved), pay.effort, pay.deviations))
        if not pay.gap < before * (1 - 1e-9):
            break
    pay = family.implement_everywhere(pay)
    for near in _CLOSER if pay is not None else ():
        pay = _best_effort(family, pay, near, exact=True)
    return pay


def _best_effort(family, pay, near=_NEAR, exact=False):
    """The same thresholds at the best effort near by, a kink of the cost and full effort among them; `exact`: against every other effort."""
    low, high = max(pay.effort - near, 1e-9), min(pay.effort + near, 1.0)
    best = [pay]

    def gap(effort):
        found = family.implement_on_grid(pay.thresholds, float(effort), best[0].deviations)
        found = family.implement_everywhere(found) if exact and found is not None else found
        best[0] = _less(best[0], found)
        return np.inf if found is None else found.gap

    for effort in (*family.problem.cost.kinks, 1.0):
        if low <= effort <= high:
            gap(effort)
    minimize_scalar(gap, bounds=(low, high), method="bounded", options={"xatol": near * 1e-7})
    return best[0]
