"""The best threshold bonus with finitely many efforts: everything but the threshold in closed form, and a proof over all thresholds.

A low wage of utility L, and L + Δ from t passes on. With P_i = P(X ≥ t) and F_i = 1 − P_i at effort i, effort j is a best answer iff

    Δ(P_j − P_i) ≥ c_j − c_i  for every i:      Δ_least ≤ Δ ≤ Δ_most,

a lower bound from each cheaper effort and an upper one from each dearer effort that passes more often. A larger bonus is a riskier one, so the least
is best. Then, with the floor u_f,

    rent = max(u_f − r_i + ΔP_i, 0)   for the effort i that gives Δ_least: what it leaves to i, it leaves to j,
    gap  = [loss of j] + [h(r_j + rent) − h(r_j)] + [E_j h(v) − h(E_j v)].

Checks tell efforts apart at an exponential rate, so all is reckoned in logs.

Proof. On thresholds a ≤ t ≤ b: Δ ≥ max (c_j − c_i)/(P_j(a) − P_i(b)), rent ≥ max (u_f − r_i + ΔP_i(b)), F_j(a) ≤ F_j ≤ F_j(b). What a lottery of spread Δ
and mean r_j wastes rises with F while F < φ, φ the mean position of h″ between the two utilities (at least ½ for CARA, min(½, γ) for CRRA, where h″ is a
power); elsewhere h″ at its smallest bounds it. With the low utility at the floor it is concave in F, so its ends bound it. Boxes of thresholds are halved until
each loses more than the best one known, or is a single threshold, which is computed. Efforts that lose more than that if seen are left out.

Where a list of efforts has one that costs more and passes less often, a bonus for failures may buy it: both counts are tried (`either_count`).

With cost in money the agent's certainty equivalent counts: y = e^(−aw) is what is linear there, δ = 1 − y_high/y_low takes the place of Δ,

    δ ≥ (e^(ad) − 1)/(e^(ad)P_j − P_i),  d = c_j − c_i,      w_low = max(w_f, h(u₀) + c_j + log(1 − δP_j)/a),

and every threshold is tried.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

import numpy as np

from annolib.agency.utilities import CRRA, RiskNeutral
from annolib.contracts.discrete.family import SHOWN, flat_pay
from annolib.contracts.forms import Binary
from annolib.contracts.results import FLOOR, NO_SHIRKING, PARTICIPATION, NoBestContract
from annolib.numerics.binomials import log_tails

ALL = 400  # up to here every threshold is tried
_NO_FLOOR = 47  # up to here a fine without limit may have a best size
_RARE = 1e-3
_MOST_MONEY = 20_000
_COARSE, _SCANNED = 64, 6
_ROUNDS, _MOST = 60, 40_000
_NO_GAP = -1e10  # a log gap below all that occur


class Bonuses:
    """Threshold contracts for the efforts of `actions`, n checks of law `law`; arrays over thresholds."""

    def __init__(self, actions, law, n):
        self.actions, self.law, self.n = actions, law, n
        self.q, self.r = law.success, law.failure
        self.utility, self.floor = actions.problem.utility, actions.floor
        self.need = actions.reservation
        if isinstance(self.utility, RiskNeutral):
            self.even_share = 1.0
        else:
            self.even_share = min(0.5, self.utility.aversion) if isinstance(self.utility, CRRA) else 0.5

    def tails(self, i, t):
        """log P(X ≥ t) and log P(X < t), (efforts i) × (thresholds t)."""
        i = np.atleast_1d(i)
        return log_tails(np.asarray(t, dtype=float), self.n, self.q[i, None], self.r[i, None])

    def price(self, j, t):
        """Log gap, bonus, rent and failure of effort j at each threshold: a dict of arrays; log gap +∞ where no bonus will do."""
        t = np.atleast_1d(np.asarray(t, dtype=float))
        every = np.arange(self.q.size)
        log_pass, log_fail = self.tails(every, t)
        saved = self.need[j] - self.need
        with np.errstate(all="ignore"):
            cheaper = every[(saved > 0)]
            log_least, tempting = np.full(t.size, -np.inf), np.full(t.size, j)
            if cheaper.size:
                rise = _log_rise(log_pass[j], log_fail[j], log_pass[cheaper], log_fail[cheaper])
                rise = np.where((self.q[cheaper] < self.q[j])[:, None], rise, -np.inf)
                least = np.log(saved[cheaper])[:, None] - rise
                at = np.argmax(least, axis=0)
                log_least, tempting = least[at, np.arange(t.size)], cheaper[at]
            above = every[(self.q > self.q[j]) & (saved <= 0) & (every != j)]
            log_most = np.full(t.size, np.inf)
            if above.size:
                rise = _log_rise(log_pass[above], log_fail[above], log_pass[j], log_fail[j])
                log_most = np.min(np.log(-saved[above])[:, None] - rise, axis=0)
            chance = log_pass[tempting, np.arange(t.size)]
            priced = self._gap(
                j, log_least, self.floor - self.need[tempting], chance, log_pass[j], log_fail[j]
            )
        feasible = log_least <= log_most + 1e-12
        return {
            **priced, "log_gap": np.where(feasible, priced["log_gap"], np.inf), "log_bonus": log_least, "log_fail": log_fail[j],
            "log_pass": log_pass[j], "tempting": tempting,
        }  # fmt: skip

    def _gap(self, j, log_bonus, room, log_luck, log_pass, log_fail):
        """The gap from the bonus, where the rent is max(room + Δ·luck, 0)."""
        utility, wanted, loss = self.utility, float(self.need[j]), float(self.actions.loss[j])
        room = np.where(np.abs(room) < 1e-15 * (1 + abs(wanted)), 0.0, room)
        rent = np.maximum(room + np.exp(log_bonus + log_luck), 0.0)
        log_rent = np.where(room == 0, log_bonus + log_luck, np.log(rent))
        bonus, fail = np.exp(log_bonus), np.exp(log_fail)
        mean = wanted + rent
        reachable = np.isfinite(bonus) & (mean + bonus * fail < utility.highest)
        safe_mean, safe = np.where(reachable, mean, wanted), np.where(reachable, bonus, 0.0)
        log_risk = _log_waste(utility, safe_mean, safe, log_pass, log_fail)
        share = np.where(rent > 0, utility.wage_rise(wanted, rent) / np.maximum(rent, 1e-300), 0.0)
        slope = float(utility.marginal_wage(wanted))
        log_gap = np.logaddexp(log_risk, log_rent + np.log(np.where(rent > 1e-290, share, slope)))
        if loss > 0:
            log_gap = np.logaddexp(log_gap, np.log(loss))
        known = reachable & ~np.isnan(log_gap)
        return {
            "log_gap": np.where(known, log_gap, np.inf),
            "log_rent": log_rent,
            "rent": rent,
            "bonus": bonus,
        }

    def floor_of_gap(self, j, first, last):
        """The log of what every threshold from `first` to `last` loses at least with effort j."""
        utility, wanted, loss = self.utility, float(self.need[j]), float(self.actions.loss[j])
        saved = self.need[j] - self.need
        known = self._few(j)
        with np.errstate(all="ignore"):
            own = self.tails(j, first), self.tails(j, last)
            (pass_a, fail_a), (pass_b, fail_b) = ((a[0], b[0]) for a, b in own)
            luck, no_luck = self.tails(known, last)
            rise = _log_rise(pass_a, fail_a, luck, no_luck)
            log_bonus = np.max(np.log(saved[known])[:, None] - rise, axis=0)
            room = self.floor - self.need[known]
            room = np.where(np.abs(room) < 1e-15 * (1 + abs(wanted)), 0.0, room)
            rents = room[:, None] + np.exp(log_bonus + luck)
            rent = np.maximum(np.max(rents, axis=0), 0.0)
            at_zero = np.where(room[:, None] == 0, log_bonus + luck, -np.inf).max(axis=0)
            log_rent = np.maximum(np.where(rent > 0, np.log(rent), -np.inf), at_zero)
            bonus = np.exp(log_bonus)
            f_a, f_b, p_a, p_b = (np.exp(x) for x in (fail_a, fail_b, pass_a, pass_b))
            beyond = ~np.isfinite(bonus) | (wanted + rent + bonus * f_a >= utility.highest)
            safe = np.where(beyond, 0.0, bonus)
            # participation binds: mean r_j
            even = _log_waste(utility, wanted, safe, pass_a, fail_a)
            ends = (
                wanted - safe * p_a,
                np.minimum(wanted + safe * f_b, wanted + 0.999999 * (utility.highest - wanted)),
            )
            bend = np.minimum(*(utility.wage_curvature(np.maximum(x, utility.lowest)) for x in ends))
            crude = np.log(0.5 * bend) + 2 * log_bonus + np.log(np.minimum(f_a * p_a, f_b * p_b))
            bound = np.where(f_b <= self.even_share, even, np.where(np.isfinite(crude), crude, -np.inf))
            bound = np.where(np.isnan(bound), -np.inf, bound)
            # the floor binds: the rent, and a lottery from the floor
            if np.isfinite(self.floor):
                wastes = [
                    _log_waste(utility, self.floor + safe * np.exp(p), safe, p, f)
                    for p, f in ((pass_a, fail_a), (pass_b, fail_b))
                ]
                low = np.minimum(*(np.where(np.isnan(w), -np.inf, w) for w in wastes))
                share = np.where(
                    rent > 1e-290,
                    utility.wage_rise(wanted, rent) / np.maximum(rent, 1e-300),
                    float(utility.marginal_wage(wanted)),
                )
                paid = np.logaddexp(log_rent + np.log(share), low)
                bound = np.maximum(bound, np.where(log_rent > -np.inf, paid, -np.inf))
            bound = np.where(beyond, np.inf, bound)
            above = self._next_above(j)
            if above is not None and saved[above] <= 0:  # a dearer effort must not be better
                up_b, down_b = (x[0] for x in self.tails(above, last))
                least_rise = _log_rise(up_b, down_b, pass_a, fail_a)
                never = log_bonus > np.log(-saved[above]) - least_rise + 1e-9
                bound = np.where(never & (up_b > pass_a), np.inf, bound)
        return np.logaddexp(bound, np.log(loss)) if loss > 0 else bound

    def _few(self, j):
        """A few of the cheaper efforts: the cheapest, the nearest, and some between."""
        saved = self.need[j] - self.need
        known = np.flatnonzero((saved > 0) & (self.q < self.q[j]))
        known = known[np.argsort(saved[known])]
        pick = np.unique(np.r_[0, 1, known.size // 2, known.size - 1])
        return known[pick[pick < known.size]]

    def _next_above(self, j):
        above = np.flatnonzero(self.q > self.q[j])
        return None if not above.size else int(above[np.argmin(self.need[above])])

    def possible(self, j):
        """Does every cheaper effort pass less often?"""
        saved = self.need[j] - self.need
        return bool(np.all(self.q[saved > 0] < self.q[j])) and bool(np.any(saved > 0))


def _log_rise(log_p, log_f, log_luck, log_no_luck):
    """log(P − P_i) from the tails that are not near 1, so that nothing cancels."""
    return np.where(
        log_luck < np.log(0.5),
        log_p + np.log1p(-np.exp(np.minimum(log_luck - log_p, 0))),
        log_no_luck + np.log1p(-np.exp(np.minimum(log_f - log_no_luck, 0))),
    )


def _log_waste(utility, mean, bonus, log_pass, log_fail):
    """log of E h(v) − h(E v) for v = mean + Δ·F with P, mean − Δ·P with F."""
    lost = utility.waste(mean, -bonus * np.exp(log_pass))
    won = utility.waste(mean, bonus * np.exp(log_fail))
    return np.logaddexp(log_fail + np.log(lost), log_pass + np.log(won))


def best_bonus(bonuses, targets=None, ceiling=np.inf):
    """The best (effort, threshold), its price, the log of a proved bound below all others, and how many boxes that took."""
    n = bonuses.n
    loss = bonuses.actions.loss
    targets = range(loss.size) if targets is None else targets
    targets = sorted((j for j in targets if bonuses.possible(j)), key=lambda j: loss[j])
    best = (ceiling, None, None)
    boxes, floors, looked = [], [], 0
    for j in targets:
        if not _below(loss[j], best[0]):
            break
        points = np.arange(1.0, n + 1) if n <= ALL else _coarse(bonuses, j)
        best, looked = _tried(bonuses, j, points, best), looked + points.size
        if n > ALL:
            best = _closed_in(bonuses, j, best)
            boxes.append((j, 1.0, float(n)))
    lowest = np.inf
    for j, a, b in boxes:
        first, last = np.array([a]), np.array([b])
        for _ in range(_ROUNDS):
            if not first.size:
                break
            looked += first.size
            single = first == last
            bound = bonuses.floor_of_gap(j, first, last)
            open_ = ~(bound >= best[0] + np.log1p(-SHOWN / 2)) if np.isfinite(best[0]) else bound < np.inf
            lowest = min(lowest, float(np.min(bound[~open_], initial=np.inf)))
            alone = first[open_ & single]
            if alone.size:
                best = _tried(bonuses, j, alone, best)
            first, last = first[open_ & ~single], last[open_ & ~single]
            if looked > _MOST:
                floors.append(float(np.min(bound[open_], initial=np.inf)))
                break
            middle = np.floor((first + last) / 2)
            first, last = np.concatenate([first, middle + 1]), np.concatenate([middle, last])
    return (*best, min([lowest, best[0], *floors]), looked)


def _below(loss, log_gap):
    with np.errstate(divide="ignore"):
        return np.log(loss) < log_gap


def _coarse(bonuses, j):
    n, q = bonuses.n, bonuses.q
    spread = np.sqrt(n * q[j] * bonuses.r[j])
    lowest = q.min()
    points = np.r_[
        np.linspace(n * lowest, n * q[j], _COARSE), n * q[j] - spread * np.linspace(-2, 12, 29),
        n * lowest + spread * np.linspace(-6, 6, 13), np.linspace(1, n, 33),
    ]  # fmt: skip
    return np.unique(np.clip(np.round(points), 1, n))


def _tried(bonuses, j, points, best):
    """The best of what was known and effort j at these thresholds; of several without any gap the smallest bonus."""
    priced = bonuses.price(j, points)
    order = np.where(priced["log_gap"] == -np.inf, _NO_GAP + priced["log_bonus"], priced["log_gap"])
    i = int(np.argmin(order))
    known = best[0] if best[2] is None else best[2]["order"]
    if not order[i] < known:
        return best
    one = {name: float(value[i]) for name, value in priced.items()}
    return float(priced["log_gap"][i]), (j, int(points[i])), {**one, "order": float(order[i])}


def _closed_in(bonuses, j, best):
    """The best threshold known for j, improved among its neighbours at ever smaller distances."""
    if best[1] is None or best[1][0] != j:
        return best
    step = max(bonuses.n // _COARSE, 1)
    while True:
        before = best[1]
        near = np.clip(before[1] + np.round(step * np.linspace(-1, 1, 9)), 1, bonuses.n)
        best = _tried(bonuses, j, np.unique(near), best)
        if best[1] == before:
            if step == 1:
                return best
            step = max(step // 4, 1)


def either_count(solve):
    """A solver of pay that rises with a count, made to take the better of passes and failures, where both may buy an effort."""

    @wraps(solve)
    def both(actions, law, n, tiers=None):
        found = solve(actions, law, n, tiers)
        turned = law.turned
        saved = actions.reservation[:, None] - actions.reservation  # row j: what each effort i costs less
        misses = turned.success[:, None] > turned.success
        if not np.any((saved > 0).any(axis=1) & ((saved <= 0) | misses).all(axis=1)):
            return found
        other = solve(actions, turned, n, tiers)
        best, rest = (found, other) if found.log_gap <= other.log_gap else (other, found)
        left = rest.suboptimality - (rest.gap - best.gap)
        return _proved(best, left) if left > best.suboptimality * (1 + 1e-9) else best

    return both


@either_count
def binary_pay(actions, law, n, tiers=None):
    """The best threshold contract, or flat pay where none earns more."""
    flat = flat_pay(actions, n, law.counts)
    if actions.problem.in_money and not isinstance(actions.problem.utility, RiskNeutral):
        return _in_money(actions, law, n, flat)
    unlimited = not np.isfinite(actions.floor) and not isinstance(actions.problem.utility, RiskNeutral)
    if unlimited and n > _NO_FLOOR:
        raise NoBestContract(_MIRRLEES)
    bonuses = Bonuses(actions, law, n)
    log_gap, where, priced, low, looked = best_bonus(bonuses, ceiling=flat.log_gap)
    left = _left(log_gap, low)
    if where is None:
        message = "no bonus is worth paying at this n: flat pay"
        return _proved(replace(flat, message=message, iterations=looked), left)
    found = report(bonuses, where, priced, looked)
    if unlimited:
        if np.exp(priced["log_fail"]) < _RARE:
            raise NoBestContract(_MIRRLEES)
        fine = f"solved without a floor: {found.contract.low:.4g} is paid with probability {np.exp(priced['log_fail']):.2g}, and must be bearable"
        found = replace(found, message=fine)
    return _proved(found, left)


_MIRRLEES = (
    "binary pay without a floor has no best contract that could be kept: nothing limits the fine for a rare failure (Mirrlees). "
    "Give a floor: the lowest wage that may really be paid."
)


def _left(log_gap, low):
    """How much more another contract may earn: e^log_gap − e^low ≥ 0."""
    return abs(float(np.exp(log_gap) * np.expm1(min(low - log_gap, 0.0)))) if log_gap > -np.inf else 0.0


def _proved(found, left):
    """The result with its bound; solved if that is next to nothing."""
    if left <= SHOWN * found.gap or left == 0:
        return replace(found, suboptimality=left)
    message = f"{found.message}; another one may earn up to {left:.2g} more"
    return replace(found, suboptimality=left, converged=False, message=message)


def report(bonuses, where, priced, looked):
    """The result for an effort and a threshold."""
    actions = bonuses.actions
    rent, bonus = priced["rent"], priced["bonus"]
    low = max(actions.floor, actions.reservation[where[0]] + rent - bonus * -np.expm1(priced["log_fail"]))
    return _result(
        actions,
        bonuses.law,
        bonuses.n,
        where,
        priced["log_gap"],
        rent,
        low,
        bonus,
        int(priced["tempting"]),
        looked,
    )


def _result(actions, law, n, where, log_gap, rent, low, bonus, tempting, looked):
    j, t = where
    problem = actions.problem
    wages = problem.utility.wage(np.array([low, low + bonus]))
    contract = Binary(t, float(wages[0]), float(wages[1]), n, law.counts)
    chances = log_tails(float(t), n, law.success, law.failure)
    # E_i v from the side that is not near 1
    expected = low + bonus * np.exp(chances[0])
    certificate = actions.certificate(j, expected)
    binding = [PARTICIPATION] * (rent <= 1e-12) + [FLOOR] * bool(low <= actions.floor + 1e-12)
    binding += [NO_SHIRKING] * (tempting != j)
    converged = bool(certificate.gain <= 1e-9 * (1 + abs(bonus)))
    return actions.result(
        j, log_gap=log_gap, family="binary", n=n, rent=rent, contract=contract, binding=binding, certificate=replace(certificate, participation_slack=rent),
        converged=converged, iterations=looked, residual=max(certificate.gain, 0.0), message="solved" if converged else "another effort gains",
    )  # fmt: skip


def _in_money(actions, law, n, flat):
    """Every threshold, for a CARA agent who pays for effort out of the wage."""
    problem = actions.problem
    if n > _MOST_MONEY:
        raise ValueError(
            f"n must be at most {_MOST_MONEY:,} for threshold pay where cost is in money; saw {n:,}. Ask for fewer checks."
        )
    a, cost = problem.utility.aversion, np.log(actions.growth) / problem.utility.aversion
    start = float(problem.utility.wage(problem.outside))
    floor = -np.inf if problem.floor is None else problem.floor
    if problem.floor is None and n > _NO_FLOOR:
        raise NoBestContract(_MIRRLEES)
    t = np.arange(1.0, n + 1)
    log_pass, log_fail = log_tails(t, n, law.success[:, None], law.failure[:, None])
    p, f = np.exp(log_pass), np.exp(log_fail)
    best = (flat.log_gap, None)
    for j in np.argsort(actions.loss):
        if not _below(actions.loss[j], best[0]):
            break
        grown = np.expm1(a * (cost[j] - cost))[:, None]  # e^(ad) − 1
        with np.errstate(all="ignore"):
            # e^(ad)P_j − P_i = (e^(ad) − 1) + F_i − e^(ad)F_j
            edge = grown + f - (1 + grown) * f[j]
            share = grown / edge
            least = np.max(np.where(grown > 0, np.where(edge > 0, share, np.inf), 0.0), axis=0)
            above = (grown <= 0) & (edge < 0)
            above[j] = False
            most = np.min(np.where(above, share, np.inf), axis=0)
            step = -np.log1p(-least) / a
            low = np.maximum(floor, start + cost[j] + np.log1p(-least * p[j]) / a)
            paid = np.where((least < 1) & (least <= most * (1 + 1e-12)), low + p[j] * step, np.inf)
            premium = paid - start - cost[j]
        i = int(np.argmin(premium))
        with np.errstate(all="ignore"):
            log_gap = float(np.log(max(premium[i], 0.0) + actions.loss[j]))
        if log_gap < best[0]:
            best = (log_gap, (int(j), int(t[i]), float(low[i]), float(step[i])))
    if best[1] is None:
        return _proved(
            replace(flat, message="no bonus is worth paying at this n: flat pay", iterations=n), 0.0
        )
    j, threshold, low, step = best[1]
    utilities = problem.utility.utility(np.array([low, low + step]))
    k = threshold - 1
    expected = utilities[0] + (utilities[1] - utilities[0]) * p[:, k]
    rent = max(float(actions.payoffs(expected)[j]), 0.0)
    found = _result(
        actions,
        law,
        n,
        (j, threshold),
        best[0],
        rent,
        float(utilities[0]),
        float(utilities[1] - utilities[0]),
        -1,
        n,
    )
    if not np.isfinite(floor):
        found = replace(
            found,
            message=f"solved without a floor: {low:.4g} is paid with probability {f[j, k]:.2g}, and must be bearable",
        )
    return _proved(found, 0.0)
