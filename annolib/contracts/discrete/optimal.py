"""Any pay at all with finitely many efforts: one convex programme for each effort that could be worth it, and the bound over them all.

The programme of effort j is in `annolib.contracts.discrete.programme`: its dual value bounds what any contract for j costs, its lottery is a contract. An
effort that loses more than the best gap known even if it is seen needs no programme. So

    suboptimality = best gap − min over efforts of [dual value of j, or loss of j where it was left out],

a proof for the whole class. For a risk-neutral agent the programme is linear, and HiGHS solves it; its own dual prices give the bound.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

from annolib.agency.utilities import RiskNeutral
from annolib.contracts.discrete.family import flat_pay
from annolib.contracts.discrete.programme import Programme, States
from annolib.contracts.discrete.threshold import _left, _proved, binary_pay
from annolib.contracts.forms import Optimal
from annolib.contracts.results import FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.numerics.binomials import log_pmf, log_tails

_LEFT, _RIGHT = (
    40.0,
    14.0,
)  # standard deviations of the count kept below the laziest effort and above the keenest
_EVERY = 3_000  # up to so many checks every count is a state
_RARE = 1e-9  # without a floor: a utility price so near to 0 is a punishment without limit
_ROUNDS, _ADDED = 60, 200


def count_states(law, n):
    """The counts that any effort is likely to show, and their laws."""
    k = np.arange(n + 1.0)
    if n > _EVERY:
        spread = np.sqrt(n * law.success * law.failure)
        low = np.floor(np.min(n * law.success - _LEFT * spread))
        high = np.ceil(np.max(n * law.success + _RIGHT * spread))
        k = np.arange(max(low, 0.0), min(high, n) + 1)
    left_out = 0.0
    if k[0] > 0:
        left_out += float(np.exp(np.max(log_tails(k[0], n, law.success, law.failure)[1])))
    if k[-1] < n:
        left_out += float(np.exp(np.max(log_tails(k[-1] + 1, n, law.success, law.failure)[0])))
    return k, States(log_pmf(k, n, law.success[:, None], law.failure[:, None]), left_out)


def optimal_pay(actions, law, n, tiers=None):
    """The best of all contracts of n checks."""
    k, states = count_states(law, n)
    flat = flat_pay(actions, n, law.counts)
    known = flat
    if np.isfinite(actions.floor) or isinstance(actions.problem.utility, RiskNeutral):
        known = binary_pay(actions, law, n)
    if known.gap == 0 and known.log_gap == -np.inf:
        return replace(known, family="optimal", suboptimality=0.0, converged=True)
    if isinstance(actions.problem.utility, RiskNeutral):
        return best_linear_programme(
            actions, states, n, known, lambda wages: count_contract(actions, law, n, k, wages)
        )
    solutions, low = best_programmes(actions, states, known.log_gap)
    if not np.isfinite(actions.floor) and not (known.log_gap <= low + 1e-9 or solutions):
        raise NoBestContract(_threats(n))
    if not np.isfinite(actions.floor) and solutions:
        _refuse_threats(actions, states, solutions[0], n)
    return assembled(
        actions, states, n, known, solutions, low, lambda s: priced_contract(actions, law, n, s)
    )  # fmt: skip


def best_programmes(actions, states, log_gap):
    """The programmes of all efforts that may be worth it, the best first, and the log of a bound below every other contract."""
    solutions, low, best = [], np.inf, log_gap
    for j in np.argsort(actions.loss, kind="stable"):
        with np.errstate(divide="ignore"):
            least = float(np.log(actions.loss[j]))
        if not least < best:
            low = min(low, least)
            continue
        solution = Programme(actions, states, int(j)).solve(best, best)
        low = min(low, max(solution.log_bound, least))
        if np.isfinite(solution.log_gap) or solution.log_gap == -np.inf:
            solutions.append(solution)
            best = min(best, solution.log_gap)
    return sorted(solutions, key=lambda s: s.log_gap), low


def assembled(actions, states, n, known, solutions, low, contract, family="optimal"):
    """The result of the best programme, or what was known if that earns as much."""
    solution = solutions[0] if solutions else None
    if solution is None or not solution.log_gap < known.log_gap:
        left = _left(known.log_gap, low)
        return _proved(replace(known, family=known.family if known.family == "flat" else family), left)
    j = solution.effort
    certificate = actions.certificate(
        j, solution.expected, _left(solution.log_gap, solution.log_bound), solution.rent
    )
    certificate = replace(certificate, left_out=states.left_out)
    binding = [PARTICIPATION] * bool(solution.participation > 0) + [NO_SHIRKING] * bool(solution.active)
    binding += [FLOOR] * bool(np.any(solution.utilities <= actions.floor))
    fair = solution.residual <= 1e-9 * (1 + abs(solution.top))
    found = actions.result(
        j, log_gap=solution.log_gap, family=family if solution.active else "flat", n=n, rent=solution.rent, contract=contract(solution),
        binding=binding, certificate=certificate, converged=bool(fair), iterations=solution.steps, residual=solution.residual,
        message="solved" if fair else "another effort gains; see residual",
    )  # fmt: skip
    return _proved(found, _left(solution.log_gap, low))


def priced_contract(actions, law, n, solution):
    """The contract with h′(v_k) = max(h′(u_f), λ + Σ ν_i(1 − M_i P_ik/P_jk)) at every count k."""
    utility, floor, j = actions.problem.utility, actions.floor, solution.effort
    active = list(solution.active)
    log_mass = np.log(actions.growth[active] / actions.growth[j])
    x = float(utility.marginal_wage(solution.top))
    q, r = law.success, law.failure

    def pay(k):
        k = np.asarray(k, dtype=float)[..., None]
        with np.errstate(all="ignore"):
            per_pass, per_fail = np.log(q[active] / q[j]), np.log(r[active] / r[j])
            ratio = np.where(k > 0, k * per_pass, 0.0) + np.where(k < n, (n - k) * per_fail, 0.0)
            tau = np.exp(np.minimum(solution.log_prices + log_mass + ratio, 690.0)).sum(axis=-1)
            v = np.maximum(solution.top - utility.utility_fall(x, tau), floor)
        return utility.wage(v)

    prices = tuple(float(nu) for nu in np.exp(solution.log_prices))
    return Optimal(
        solution.participation, 0.0, tuple(float(actions.efforts[i]) for i in active), prices, float(actions.efforts[j]), n, law.counts, _pay=pay
    )  # fmt: skip


def count_contract(actions, law, n, k, wages):
    """Any wages of the counts k, as a contract; counts outside are paid like the nearest."""
    return Optimal(
        np.nan, 0.0, (), (), np.nan, n, law.counts, _pay=lambda seen: wages[np.clip(np.asarray(seen - k[0], dtype=int), 0, k.size - 1)]
    )  # fmt: skip


def _refuse_threats(actions, states, solution, n):
    """Without a floor: a contract that rests on punishments which hardly ever happen is none."""
    if not solution.active:
        return
    x = actions.problem.utility.marginal_wage(solution.utilities)
    if np.min(x) <= _RARE * np.max(x):
        raise NoBestContract(_threats(n))


def _threats(n):
    return (
        f"optimal pay without a floor rests, at n = {n}, on fines for counts that almost never happen (Mirrlees). Give a floor, or "
        "ask for 'linear'."
    )


def best_linear_programme(actions, states, n, known, contract, family="optimal"):
    """A risk-neutral agent: the cheapest wages for each effort by linear programming, states added where they would pay."""
    law, problem = states.law, actions.problem
    floor = problem.floor if problem.floor is not None else None
    best, low, rounds = (known.gap, None), np.inf, 0
    for j in np.argsort(actions.loss, kind="stable"):
        loss = float(actions.loss[j])
        if not loss < best[0]:
            low = min(low, loss)
            continue
        cost, wages, bound, tried = _cheapest_wages(law, actions.reservation, int(j), floor)
        rounds += tried
        extra = cost - float(actions.reservation[j])
        extra = 0.0 if abs(extra) <= 1e-13 * (1 + abs(cost)) else extra
        low = min(low, loss + max(bound - float(actions.reservation[j]), 0.0))
        if loss + extra < best[0] - 1e-13 * (1 + abs(cost)):
            best = (loss + extra, (int(j), wages))
    left = max(best[0] - low, 0.0)
    scale = 1 + abs(problem.outside) + abs(best[0])
    left = 0.0 if left <= 1e-12 * scale and best[0] > 1e-6 * scale else left
    if best[1] is None:
        return _proved(replace(known, family=known.family if known.family == "flat" else family), left)
    j, wages = best[1]
    expected = law @ wages
    certificate = actions.certificate(j, expected)
    rent = max(float(certificate.participation_slack), 0.0)
    binding = (
        [PARTICIPATION] * (rent <= 1e-9)
        + [FLOOR] * bool(floor is not None and np.any(wages <= floor + 1e-12))
        + [NO_SHIRKING]
    )
    with np.errstate(divide="ignore"):
        found = actions.result(
            j, log_gap=np.log(best[0]), family=family, n=n, rent=rent, contract=contract(wages), binding=binding, certificate=certificate,
            converged=certificate.gain <= 1e-9 * (1 + np.max(np.abs(wages))), iterations=rounds, residual=max(certificate.gain, 0.0),
            message="solved: a linear programme, as the agent is risk neutral",
        )  # fmt: skip
    missed = float(max(certificate.gain, -certificate.participation_slack, 0.0))
    if missed > 1e-12 * scale:  # the programme's own tolerance, which a gap so small does not survive
        left = max(left, best[0], missed)
    return _proved(found, left)


def _cheapest_wages(law, need, j, floor):
    """The least E_j w with E_j w ≥ r_j, E_j w − E_i w ≥ r_j − r_i, w ≥ floor: (cost, wages of all states, bound below, rounds)."""
    states, others = law.shape[1], [i for i in range(need.size) if i != j]
    rows = np.vstack([law[j], law[j] - law[others]])
    targets = np.r_[need[j], need[j] - need[others]]
    base = 0.0 if floor is None else floor
    spare = targets - rows.sum(axis=1) * base
    columns = np.unique(np.round(np.linspace(0, states - 1, min(states, _ADDED))).astype(int))
    wages, bound, rounds = np.full(states, base), -np.inf, 0
    for rounds in range(1, _ROUNDS + 1):
        solved = linprog(
            law[j][columns], A_ub=-rows[:, columns], b_ub=-spare, bounds=(None, None) if floor is None else (0, None), method="highs"
        )  # fmt: skip
        if solved.status == 2 and columns.size < states:
            columns = np.unique(
                np.round(np.linspace(0, states - 1, min(4 * columns.size, states))).astype(int)
            )
            continue
        if solved.status != 0:
            return np.inf, wages, np.inf if solved.status == 2 else -np.inf, rounds
        prices = np.maximum(-solved.ineqlin.marginals, 0.0)
        reduced = law[j] - prices @ rows  # of every state: below 0 where paying there would save
        wages = np.full(states, base)
        wages[columns] += _polished(rows[:, columns], spare, solved, floor is None)
        bound = (
            float(prices @ targets + base * reduced.sum()) if floor is not None else float(prices @ targets)
        )
        worst = np.argsort(reduced)[:_ADDED]
        worst = worst[reduced[worst] < -1e-13]
        if floor is None or not worst.size or np.isin(worst, columns).all():
            break
        columns = np.union1d(columns, worst)
    return float(law[j] @ wages), wages, bound, rounds


def _polished(rows, spare, solved, free):
    """The vertex that a linear programme ended in, to all digits: its basic columns solve its tight rows."""
    x = solved.x
    tight = np.abs(solved.slack) <= 1e-7 * (1 + np.max(np.abs(spare)))
    basic = np.abs(x) > 1e-9 * np.max(np.abs(x), initial=0.0)
    if free or not tight.any() or basic.sum() != tight.sum():
        return x
    try:
        exact = np.linalg.solve(rows[np.ix_(tight, basic)], spare[tight])
    except np.linalg.LinAlgError:
        return x
    new = np.zeros_like(x)
    new[basic] = exact
    fair = np.all(exact >= 0) and np.all(rows @ new >= spare - 1e-13 * (1 + np.max(np.abs(spare))))
    return new if fair else x
