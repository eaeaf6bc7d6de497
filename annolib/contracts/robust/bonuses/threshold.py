"""The best threshold bonus for agents of several kinds, by branch and bound over thresholds and bonuses.

For a threshold t and a bonus Δ every kind i has a best answer η_i(Δ), and with it P_i = P(X ≥ t | η_i) and the payoff G_i(Δ) = ΔP_i − c_i(η_i),
which rise with Δ (`annolib.contracts.robust.bonuses.steps`). The low wage is the least that every kind accepts, in utility

    u_L(Δ) = max(u_f, max_i (u₀_i − G_i(Δ))),   which falls with Δ,

and kind i leaves   π_i = V_i(η_i) − h(u_L) − [h(u_L + Δ) − h(u_L)]·P_i.   The firm's aim is min_i π_i or Σ p_i π_i.

On a box Δ₁ ≤ Δ ≤ Δ₂ without a jump inside, since h is convex and increasing,

    π_i ≤ V_i(η_i(Δ₂)) − h(a) − [h(a + Δ₁) − h(a)]·P_i(Δ₁),   a = u_L(Δ₂),

a bound that tightens as the box shrinks; faster where π_i is level, with a bound of its slope from either end:

    dπ_i/d log Δ = V_i′·η̇ − [h′(u_L + Δ)(Δ − s)P_i − h′(u_L)·s·(1 − P_i)] − (R/Δ)c_i′·η̇,   η̇ = dη_i/d log Δ = η_i/elasticity of D,

R = h(u_L + Δ) − h(u_L), and s = ΔP of the kind that only just accepts, or 0 where the floor is what is paid. And by Jensen π_i ≤ V_i − h(u₀_i + c_i):
where nobody works, flat pay is best. Jumps are box ends: there a kind that is indifferent counts as the firm likes it best, so that the
bound holds for every way to break ties. Boxes that may hold more than the best bonus known are cut until none does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.agency.costs import PowerCost
from annolib.agency.utilities import RiskNeutral
from annolib.contracts.forms import Binary
from annolib.contracts.results import NoBestContract
from annolib.contracts.robust.bonuses.steps import StepAnswers
from annolib.contracts.robust.family import Found
from annolib.contracts.robust.whole_range import HAIR

_BOXES = 400_000  # in all
_ROUNDS = 70
_LEAST = 1e-9  # the smallest bonus, as a share of the cost of full effort, that gets a box of its own
_FEW, _THRESHOLDS = (
    2_000,
    40_000,
)  # up to so many checks all thresholds; never more than so many of them, else a sample
_NEAR = 300  # thresholds on either side of the best of a sample
_ABOVE = 1e-9  # of the log of a bonus: so much above the last cliff
_PRICELESS = 40.0  # log of the largest, where no budget limits it


@dataclass(frozen=True, eq=False)
class Bonus:
    """A threshold and log Δ, which kinds work for it (K,), and what it earns.

    `worth` is its aim, reached in the limit if it stands at a cliff; `bound` is a proved bound for every other.
    """

    threshold: float
    log_bonus: float
    works: np.ndarray
    worth: float
    bound: float
    boxes: int


class Bonuses:
    """Threshold bonuses before some kinds of agents."""

    def __init__(self, kinds, n):
        self.kinds, self.n = kinds, n
        self.answers = [StepAnswers(kind.problem, kind.evidence, n) for kind in kinds.kinds]

    def best(self, thresholds, known, tolerance):
        """The best bonus at these thresholds that earns more than `known`; with a proof to `tolerance`."""
        t = np.asarray(thresholds, dtype=float)
        with np.errstate(all="ignore"):
            self._prepare(t, known)
            return self._branch_and_bound(t, known, tolerance)

    # ------------------------------------------------------------------ the table of turns, and nodes

    def _prepare(self, t, known):
        tables = [answers.turns(t) for answers in self.answers]
        self.turns = {name: np.stack([table[name] for table in tables]) for name in tables[0]}
        self.top = self._largest(t, known)

    def _largest(self, t, known):
        """log of a bonus beyond which no threshold bonus earns more than `known`, or no effort changes.

        Full effort is the answer to all that is above both D(1) and the cliff: where the bridge of the hull ends at full effort, D falls
        towards it and the cliff is the higher of the two. A hair more leaves a box above the last cliff.
        """
        kinds, utility = self.kinds, self.kinds.utility
        own = np.array([a.log_bonus(t, np.ones(t.shape)) for a in self.answers])
        cliffs = np.where(np.isfinite(self.turns["cliff"]), self.turns["cliff"], -np.inf)
        full = np.maximum(own, cliffs).max(axis=0) + _ABOVE
        low = kinds.floor_utility
        if np.isfinite(low):
            # some kind works, so it passes with probability P(η_b) or more, and is paid no more than what it may cost
            worth = kinds.most_valuable() - known
            chance = np.max(
                [a.tails(t, s)[0] for a, s in zip(self.answers, self.turns["start"], strict=True)], axis=0
            )
            spent = kinds.budget(worth) / np.maximum(chance, 1e-300)
            most = utility.utility(utility.wage(low) + np.maximum(spent, 0.0)) - low
            full = np.fmin(full, np.log(most))
        return np.where(np.isfinite(full), full, np.log(kinds.dearest()) + _PRICELESS)

    def _node(self, row, x, works, low=None, high=None):
        """What happens at log bonuses x (B,) of thresholds in these rows: efforts, P, G of every kind (K, B)."""
        t = self.t[row]
        effort, success, gain = (np.empty((len(self.answers), x.size)) for _ in range(3))
        for i, answers in enumerate(self.answers):
            up = works[i]
            turns = {name: table[i, row] for name, table in self.turns.items()}
            e = np.zeros(x.size)
            if up.any():
                a = turns["start"] if low is None else np.maximum(low[i], turns["start"])
                b = np.ones(x.size) if high is None else high[i]
                e[up] = answers.upper(t[up], x[up], a[up], np.maximum(a, b)[up])
            down = ~up
            if down.any():
                e[down] = np.minimum(
                    answers.best_low_effort(t[down], x[down], turns["fall_start"][down]), turns["lower"][down]
                )
            effort[i] = e
            success[i], _, gain[i] = answers.payoff(t, x, e)
        return {"x": x, "effort": effort, "success": success, "gain": gain}

    def _profits(self, node):
        """π_i at a node (K, B)."""
        low = self.kinds.low_utility(node["gain"])
        return self.kinds.value(node["effort"]) - self._wages(low, np.exp(node["x"]), node["success"])

    def _wages(self, low, bonus, success):
        utility = self.kinds.utility
        reached = low + bonus < utility.highest
        rise = utility.wage_rise(np.where(reached, low, 0.0), np.where(reached, bonus, 0.0))
        return np.where(reached, utility.wage(low) + rise * success, np.inf)

    def _bound(self, row, left, right):
        """The aim on boxes, bounded from the ends of everything that rises, and from the slope at either end."""
        kinds, width = self.kinds, right["x"] - left["x"]
        bound = kinds.aim(
            kinds.value(right["effort"])
            - self._wages(kinds.low_utility(right["gain"]), np.exp(left["x"]), left["success"])
        )
        bound = np.fmin(bound, kinds.aim(kinds.value(right["effort"]) - self._flat_wages(left["effort"])))
        least, most = self._slopes(row, left, right)
        if kinds.expected:
            for end, slope in ((left, kinds.aim(most)), (right, -kinds.aim(least))):
                bound = np.fmin(bound, kinds.aim(self._profits(end)) + np.maximum(slope, 0.0) * width)
        else:
            for end, slope in ((left, most), (right, -least)):
                bound = np.fmin(bound, kinds.aim(self._profits(end) + np.maximum(slope, 0.0) * width))
        return bound

    def _flat_wages(self, efforts):
        """h(ū_i + c_i(η)) (K, B): nobody works so much for a lower expected wage (Jensen); where nobody works at all, flat pay is best."""
        wanted = [kind.problem.reservation(e) for kind, e in zip(self.kinds.kinds, efforts, strict=True)]
        return self.kinds.utility.wage(np.stack(wanted))

    def _slopes(self, row, left, right):
        """Between what dπ_i/d log Δ lies on boxes (K, B): the formula at the top of the file, each factor at its end."""
        kinds, utility, t = self.kinds, self.kinds.utility, self.t[row]
        bonus = np.exp(left["x"]), np.exp(right["x"])
        low = kinds.low_utility(right["gain"]), kinds.low_utility(left["gain"])
        # u_L falls by Δ·P of the kind that only just accepts, or stays at the floor
        sinks = (
            np.where(low[0] > kinds.floor_utility, bonus[0] * left["success"].min(axis=0), 0.0),
            np.where(low[1] > kinds.floor_utility, bonus[1] * right["success"].max(axis=0), 0.0),
        )
        reached = low[1] + bonus[1] < utility.highest
        base = [utility.marginal_wage(np.where(reached, x, 0.0)) for x in low]
        top = [utility.marginal_wage(np.where(reached, x + b, 0.0)) for x, b in zip(low, bonus, strict=True)]
        rise = [
            utility.wage_rise(np.where(reached, x, 0.0), np.where(reached, b, 0.0))
            for x, b in zip(low, bonus, strict=True)
        ]
        least, most = np.empty_like(left["effort"]), np.empty_like(left["effort"])
        for i, answers in enumerate(self.answers):
            quick, slow = answers.growth(
                t, left["effort"][i], right["effort"][i]
            )  # dη/d log Δ, at most and at least
            p, q = left["success"][i], right["success"][i]
            problem = answers.problem
            up = problem.cost.slope(left["effort"][i]), problem.cost.slope(right["effort"][i])
            value = problem._value_slope(right["effort"][i]), problem._value_slope(left["effort"][i])
            # [h′(u_L + Δ)·(Δ − sinks)·P − h′(u_L)·sinks·(1 − P)] + (R/Δ)·c′·dη/d log Δ
            net = bonus[0] - sinks[1], bonus[1] - sinks[0]
            paid_low = np.where(net[0] > 0, top[0] * p, top[1] * q) * net[0] - base[1] * sinks[1] * (1 - p)
            paid_high = np.where(net[1] > 0, top[1] * q, top[0] * p) * net[1] - base[0] * sinks[0] * (1 - q)
            paid_low = paid_low + rise[0] / bonus[1] * up[0] * slow
            paid_high = paid_high + rise[1] / bonus[0] * up[1] * quick
            most[i] = value[1] * quick - paid_low
            least[i] = value[0] * slow - paid_high
        known = reached & (left["x"] > -700)
        return np.where(known & ~np.isnan(least), least, -np.inf), np.where(
            known & ~np.isnan(most), most, np.inf
        )

    # ------------------------------------------------------------------ branch and bound

    def _first_boxes(self, t):
        """Boxes between the cliffs of the kinds: (row, works (K, B), left x, right x)."""
        cliffs = self.turns["cliff"]
        least = np.log(_LEAST * self.kinds.dearest())
        rows, lefts, rights, works = [], [], [], []
        order = np.sort(np.maximum(cliffs, least - 1.0), axis=0)
        ends = np.concatenate([np.full((1, t.size), -745.0), order, self.top[None]])
        for left, right in zip(ends[:-1], ends[1:], strict=True):
            right = np.minimum(right, self.top)
            some = np.flatnonzero(right > left)
            rows.append(some)
            lefts.append(left[some])
            rights.append(right[some])
            works.append(cliffs[:, some] <= left[some])
        return (
            np.concatenate(rows),
            np.concatenate(works, axis=1),
            np.concatenate(lefts),
            np.concatenate(rights),
        )

    def _branch_and_bound(self, t, known, tolerance):
        self.t = t
        row, works, x_left, x_right = self._first_boxes(t)
        left, right = self._node(row, x_left, works), self._node(row, x_right, works)
        best = Bonus(np.nan, np.nan, np.zeros(0, bool), known, np.inf, 0)
        best = self._improve(best, row, works, left)
        best = self._improve(best, row, works, right)
        closed, looked = -np.inf, 0
        for round_ in range(_ROUNDS):
            bounds = self._bound(row, left, right)
            looked += row.size
            goal = best.worth + tolerance
            open_ = bounds > goal
            narrow = right["x"] - left["x"] < 4e-16 * np.abs(left["x"])
            closed = max(closed, bounds[~open_ | narrow].max(initial=-np.inf))
            open_ &= ~narrow
            if not open_.any():
                break
            if looked > _BOXES or round_ == _ROUNDS - 1:
                closed = max(closed, bounds[open_].max())
                break
            row, works = row[open_], works[:, open_]
            left, right = _take(left, open_), _take(right, open_)
            pieces = 2 if row.size > 3000 else 4 if row.size > 300 else 8
            begin, end = left["x"], right["x"]
            begin = np.where(
                begin < -700, np.minimum(end - 1.0, np.log(_LEAST * self.kinds.dearest())), begin
            )
            nodes = [left]
            for j in range(1, pieces):
                x = begin + (end - begin) * (j / pieces)
                node = self._node(row, x, works, nodes[-1]["effort"], right["effort"])
                best = self._improve(best, row, works, node)
                nodes.append(node)
            nodes.append(right)
            left, right = _join(nodes[:-1]), _join(nodes[1:])
            row, works = np.tile(row, pieces), np.tile(works, pieces)
        return Bonus(best.threshold, best.log_bonus, best.works, best.worth, max(closed, best.worth), looked)

    def _improve(self, best, row, works, node):
        worth = self.kinds.aim(self._profits(node))
        i = int(np.argmax(np.where(np.isnan(worth), -np.inf, worth)))
        if not worth[i] > best.worth:
            return best
        return Bonus(
            float(self.t[row[i]]), float(node["x"][i]), works[:, i].copy(), float(worth[i]), np.inf, 0
        )


def _take(node, where):
    return {name: value[..., where] for name, value in node.items()}


def _join(nodes):
    return {name: np.concatenate([node[name] for node in nodes], axis=-1) for name in nodes[0]}


# ---------------------------------------------------------------------- put together


def best_bonus(kinds, n, known, tolerance):
    """The best threshold bonus for these kinds that earns more than `known` (flat pay): a `Found`."""
    refuse_endless_fines(kinds, "binary")
    bonuses = Bonuses(kinds, n)
    thresholds, every = likely_thresholds(kinds, n, known)
    best = bonuses.best(thresholds, known, tolerance)
    if not every and best.works.size:
        near = np.arange(max(best.threshold - _NEAR, 1), min(best.threshold + _NEAR, n) + 1)
        best = bonuses.best(near, known, tolerance)
    proved = every and all(isinstance(kind.problem.cost, PowerCost) for kind in kinds.kinds)
    bound = best.bound if proved else np.inf
    if not best.works.size:
        return Found(None, known, bound, best.boxes, False, "flat")
    with np.errstate(all="ignore"):
        contract, at_floor = _contract(bonuses, best)
    return Found(contract, best.worth, bound, best.boxes, at_floor, "binary")


def _contract(bonuses, best):
    """The wages; at a cliff a hair beyond it, so that no kind is indifferent, and a hair above what all accept."""
    kinds, n = bonuses.kinds, bonuses.n
    t = np.array([best.threshold])
    x = best.log_bonus
    cliffs = np.array([float(answers.turns(t)["cliff"][0]) for answers in bonuses.answers])
    for cliff, works in zip(cliffs, best.works, strict=True):
        if abs(cliff - x) < HAIR:
            x = cliff + (2 if works else -2) * HAIR
    bonuses._prepare(t, best.worth)
    bonuses.t = t
    node = bonuses._node(np.array([0]), np.array([x]), best.works[:, None])
    low = float(kinds.low_utility(node["gain"])[0])
    at_floor = low <= kinds.floor_utility
    low = kinds.floor_utility if at_floor else low + HAIR * kinds.dearest()
    wages = kinds.utility.wage(np.array([low, low + np.exp(x)]))
    return Binary(
        int(best.threshold), float(wages[0]), float(wages[1]), n, kinds.kinds[0].evidence.counts
    ), at_floor


def refuse_endless_fines(kinds, family):
    """Without a floor a risk-averse agent is best threatened with a fine that is never paid."""
    if not np.isfinite(kinds.floor_utility) and not isinstance(kinds.utility, RiskNeutral):
        raise NoBestContract(
            f"{family} pay without a floor has no best contract that could be kept: nothing limits the fine for a rare failure "
            "(Mirrlees). Give a floor: the lowest wage that may really be paid."
        )


def likely_thresholds(kinds, n, known):
    """The thresholds that can earn more than `known`, and whether these are all of them or a sample.

    In the worst case the weakest kind works too: V(η) − h(u₀ + c(η)) > known leaves efforts η₁ to η₂. A threshold 12 standard deviations
    below the passes of η₁ has P′ < 1e-30 there, and the bonus c′/P′ is beyond all budgets; one as far above those of η₂ is passed with such
    a probability, and where utility is bounded no bonus is worth the effort.
    """
    first, last = 1, n
    if not kinds.expected and n > _FEW:
        weak = kinds.kinds[0]
        efforts = np.linspace(0, 1, 401)
        kept = np.flatnonzero(weak.problem.flat_profit(efforts) > known)
        low, high = efforts[[max(kept[0] - 1, 0), min(kept[-1] + 1, 400)]] if kept.size else (0.0, 1.0)
        q = weak.evidence.success(np.array([low, high]))
        spread = 12 * np.sqrt(n * q * (1 - q))
        if low > 0 and np.isfinite(kinds.floor_utility):
            first = max(int(n * q[0] - spread[0]), 1)
        if np.isfinite(kinds.utility.highest):
            last = min(int(n * q[1] + spread[1]) + 2, n)
    step = max((last - first) // _THRESHOLDS, 1)
    return np.arange(first, last + 1, step), step == 1
