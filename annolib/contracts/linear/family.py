"""The cheapest line for each of many efforts η: every pair of equations that may hold at it is tried.

    minimise E w over (base, slope), w as in `annolib.contracts.linear.equations`, subject to

    d/dη E u(w) = c′(η)  (≥ at η = 1),    E u(w) ≥ ū,    E u(w) − c(η) ≥ E u(w | e) − c(e) for every effort e.

There are two unknowns, so at a solution two equations hold. Inside (0, 1) the local incentive is one of them. The other is

- participation, E u(w) = ū: `_at_participation`;
- where the agent would then rather shirk, indifference to the tempting effort: `_against_shirking`;
- dE w/dE u = 0 along the lines with the local incentive: a floor can make a richer line cheaper, since more of its wages lie above the
  floor, so that it may be flatter: `_richer`;
- a corner: the knot at a whole count, a line above the floor at X = n only (`_perfect_record`), or one of base 0 (`corners`).

At full effort the local incentive is an inequality, so that the rent and indifference are tried together: `_at_full_effort`.
Candidates that the agent refuses or deviates from are thrown out (`kept_incentive_compatible`), and the smallest gap is kept. This is a
search. That no line earns more is proved elsewhere: `annolib.contracts.linear.bound` with a floor, `annolib.contracts.linear.uncut` without.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.linear.corners import lines_with_zero_base, stops_short
from annolib.contracts.linear.equations import LineBatch, LineEquations
from annolib.numerics.binomials import ALL, log_density

_KNOTS_IN_DEVIATIONS = np.array(
    [2.5, 1.5, 0.75, 0.0, -0.75, -1.5, -2.5, -4.0, -8.0, -16.0]
)  # knots, in standard deviations
_RENTS = np.geomspace(1e-2, 2, 4)
_MOVES = 5  # times the most tempting deviation is followed
_TEMPTING = np.linspace(0.0, 1.0, 41)  # efforts that may tempt; `certify` looks at all
_SLACK = 1e-11  # a gain from shirking below this is rounding


@dataclass(frozen=True, eq=False)
class Lines(LineEquations):
    """The class of linear contracts for one problem, evidence and n.

    Where methods take `deviations`, these are the other efforts known to tempt: the first is 0, further ones were found on the way.
    A `hint` is one line of an effort near by.
    """

    ceiling: float = np.inf  # efforts that lose more than this gap are of no interest

    def cheapest(self, effort, deviations=(0.0,), hint=None):
        """The cheapest line found for each effort against these deviations; `gap` is inf where there is none.

        A `hint`, one line of an effort near by, says where to begin; lines richer than needed are then sought near it only.
        """
        effort = np.asarray(effort, dtype=float)
        hopeful = self.problem.loss(effort, self.best) < self.ceiling
        hopeful &= self.problem.reservation(effort) < self.problem.utility.highest
        hopeful &= self.evidence.success(effort) * self.evidence.failure(effort) > 0
        lines = LineBatch.none(effort)
        if not hopeful.any():
            return lines
        found = self._at_participation(effort[hopeful], tuple(deviations), hint)
        return _merge(lines, hopeful, self._with_rent_or_at_corners(found, tuple(deviations), hint))

    def _at_participation(self, effort, deviations, hint):
        """Lines that leave the agent no more than participation or the temptation to shirk asks for.

        First participation. Where the agent then shirks, or no such line exists, indifference to a deviation takes its place.
        """
        lines = LineBatch.none(effort)
        if hint is not None and np.isfinite(
            hint.shirking
        ):  # most likely it is the same temptation that counts
            lines = self._against_shirking(effort, deviations, self._from_hint(effort, hint), hint.shirking)
        ask = ~(np.isfinite(lines.gap) & (lines.rent > 1e-9))
        if not ask.any():
            return lines
        poorest = self._least_rent(effort[ask], hint)
        lines = _merge(
            lines, ask, lines.take(ask).better(self.kept_incentive_compatible(poorest, deviations))
        )
        begin = _merge(LineBatch.none(effort), ask, poorest)
        for group in (np.isfinite(begin.gap), ~np.isfinite(begin.gap)):
            rows = group & ask & ~np.isfinite(lines.gap) & self._not_pruned(lines)
            if rows.any():
                part = begin.take(rows)
                if hint is None and self.problem.floor is not None and not np.isfinite(part.gap).any():
                    part = self._along_knots(part)
                start = self._start(part) if hint is None else self._from_hint(part.effort, hint)
                lines = _merge(lines, rows, self._against_shirking(part.effort, deviations, start))
        return lines

    def _least_rent(self, effort, hint):
        """The lines that keep the local incentive and leave the least rent: none, if a line can; else the line of base 0."""
        lines, wanted = LineBatch.none(effort), self.problem.reservation(effort)
        edge = stops_short(self, effort)
        if edge.any():
            lines = _merge(lines, edge, lines_with_zero_base(self, effort[edge]))
        possible = ~edge & self._just_payable(effort)
        for start in (None,) if hint is None else (hint, None):
            ask = ~np.isfinite(lines.gap) & possible
            if ask.any():
                begin = self._from_hint(effort[ask], start)
                lines = _merge(
                    lines, ask, self.solve(effort[ask], ("local", 0.0), ("mean", wanted[ask]), begin)
                )
        return lines

    def _just_payable(self, effort):
        """With a floor: may a line that leaves no rent have the local incentive?

        Let y_k = u(w_k) − u(w_floor) ≥ 0. Then d/dη E y = Σ P_k (P_k′/P_k) y_k ≤ (n q′/q)·E y, as the score P_k′/P_k rises in k to n q′/q at
        k = n. Without rent E y = ū − u(w_floor), so c′ can be no more than n q′/q times that; a bonus for a perfect record attains it.
        """
        if self.problem.floor is None:
            return np.ones(effort.shape, bool)
        beyond = self.problem.reservation(effort) - self.problem.floor_utility
        most = beyond * self.n * self.evidence.slope(effort) / self.evidence.success(effort)
        return self.problem.cost.slope(effort) <= most * (1 + 1e-9)

    def _with_rent_or_at_corners(self, lines, deviations, hint):
        """The other candidates, where they may be better: a perfect record, more rent, base 0; and full effort."""
        problem, effort = self.problem, lines.effort
        if problem.floor is not None:
            if self.n <= ALL:
                lines = lines.better(self.kept_incentive_compatible(self._perfect_record(effort), deviations))
            rivals = self._not_pruned(lines)
            if rivals.any():
                lines = _merge(lines, rivals, self._richer(lines.take(rivals), deviations, hint))
        elif np.isfinite(problem.utility.lowest_wage):
            lines = lines.better(
                self.kept_incentive_compatible(lines_with_zero_base(self, effort), deviations)
            )
        full = (effort == 1) & self._not_pruned(lines)
        return (
            _merge(lines, full, self._at_full_effort(lines.take(full), deviations)) if full.any() else lines
        )

    def _not_pruned(self, lines):
        """Efforts that may still win: what they lose without any rent or risk is below the least gap so far."""
        return self.problem.loss(lines.effort, self.best) < min(np.min(lines.gap), self.ceiling)

    def kept_incentive_compatible(self, lines, deviations):
        """Lines that the agent refuses or deviates from are none.

        With more than the first deviation known, inner ones matter: then a grid of them is looked at.
        """
        refused = ~(lines.rent >= -1e-12)
        known = np.isfinite(lines.gap) & ~refused
        if known.any():
            others = deviations if len(deviations) == 1 else (*deviations, *_TEMPTING)
            refused[known] = ~(self.gains(lines.take(known), others).max(axis=1) <= _SLACK)
        return lines.excluding(refused | ~known)

    def _against_shirking(self, effort, deviations, start, first=None):
        """Lines that leave the agent indifferent to one deviation, and hold against the others.

        `first`: the deviation to begin with, if one is known to count.
        """
        best, seeds = LineBatch.none(effort), deviations if first is None else (first,)
        for other in seeds:
            lines = self.solve(effort, ("local", 0.0), ("shirk", other), start)
            again = ~np.isfinite(lines.gap)
            if again.any():
                lines = _merge(lines, again, self.solve(effort[again], ("local", 0.0), ("shirk", other)))
            known = np.isfinite(lines.gap)
            start = tuple(
                np.where(known, a, b) for a, b in zip((lines.centre, lines.slope), start, strict=True)
            )
            best = best.better(self.kept_incentive_compatible(lines, deviations))
        return best if len(deviations) == 1 else best.better(self._follow(lines, deviations))

    def _follow(self, lines, deviations):
        """An inner deviation moves with the line: follow the most tempting one of each line."""
        best, other = LineBatch.none(lines.effort), None
        for _ in range(_MOVES):
            known = np.isfinite(lines.gap)
            if not known.any():
                break
            part, old = lines.take(known), other
            gains = self.gains(part, _TEMPTING)
            gains[np.abs(_TEMPTING - part.effort[:, None]) < 0.03] = -np.inf
            other = self.nearby_deviation(part, _TEMPTING[np.argmax(gains, axis=1)])
            moved = self.solve(part.effort, ("local", 0.0), ("shirk", other), (part.centre, part.slope))
            lines = _merge(lines, known, moved)
            if old is not None and old.shape == other.shape and np.max(np.abs(old - other)) < 1e-7:
                break
        return best.better(self.kept_incentive_compatible(lines, deviations))

    @staticmethod
    def _from_hint(effort, hint):
        return (
            None if hint is None else (np.full(effort.shape, hint.centre), np.full(effort.shape, hint.slope))
        )

    def _richer(self, lines, deviations, hint):
        """Where more rent lowers the expected wage, or no line was found: a look along knots, then the equations that may hold."""
        found = np.isfinite(lines.gap)
        ask = ~found
        if found.any():
            part = lines.take(found)
            ask[found] = ~(self.wage_slope(part.effort, part.centre, part.slope)[0] >= 0)
        if not ask.any():
            return lines
        part = lines.take(ask)
        if hint is None:
            part = part.better(self._along_knots(part, deviations))
            begin = self._start(part)
        else:
            begin = self._from_hint(part.effort, hint)
        return _merge(lines, ask, self._polished(part, begin, deviations))

    def _along_knots(self, lines, deviations=()):
        """The cheapest of a few lines with the local incentive, by the count at which they leave the floor (`_KNOTS_IN_DEVIATIONS`).

        Without deviations given, the agent need only accept the line.
        """
        n, m = self.n, lines.effort.size
        q, r = self.evidence.success(lines.effort), self.evidence.failure(lines.effort)
        knots = np.clip(n * q + np.sqrt(n * q * r) * _KNOTS_IN_DEVIATIONS[:, None], -2.0 * n, n - 0.5)
        many = self.solve(
            np.tile(lines.effort, _KNOTS_IN_DEVIATIONS.size), ("local", 0.0), ("knot", knots.ravel())
        )
        many = (
            self.kept_incentive_compatible(many, deviations)
            if deviations
            else many.excluding(many.rent < -1e-12)
        )
        best = lines
        for i in range(_KNOTS_IN_DEVIATIONS.size):
            best = best.better(many.take(slice(i * m, (i + 1) * m)))
        return best

    def _polished(self, lines, begin, deviations):
        """From the lines to begin with, each second equation that may hold at the cheapest one: the best that holds."""
        effort, local = lines.effort, ("local", 0.0)
        ways = [
            self.at_stationary_wage(effort, begin),
            self.solve(effort, local, ("mean", self.problem.reservation(effort)), begin),
        ]
        ways += [self.solve(effort, local, ("shirk", other), begin) for other in deviations]
        if self.n <= ALL:  # the expected wage has a corner where the knot passes a count
            knot = self.kink(self.evidence.success(effort), *begin)
            near = np.round(knot)
            for count in (near, np.where(near > knot, near - 1, near + 1)):
                ways.append(
                    self.solve(effort, local, ("knot", np.clip(count, -2.0 * self.n, self.n - 1.0)), None)
                )
        for way in ways:
            lines = lines.better(self.kept_incentive_compatible(way, deviations))
        return lines

    def _start(self, lines):
        """Where Newton's method may begin: the lines found, else its own first guess."""
        guess = self._first_guess(lines.effort, [("mean", self.problem.reservation(lines.effort))])
        found = np.isfinite(lines.gap)
        return tuple(np.where(found, a, b) for a, b in zip((lines.centre, lines.slope), guess, strict=True))

    def _perfect_record(self, effort):
        """The line that lies above the floor at X = n only: the local incentive fixes what a perfect record earns.

        E u(w) = u(w_floor) + B·qⁿ, so B = c′/(n qⁿ⁻¹q′) in utility; the flattest such line meets the floor at n − 1.
        """
        problem, utility, n = self.problem, self.problem.utility, self.n
        q, r = self.evidence.success(effort), self.evidence.failure(effort)
        steep = np.exp(log_density(float(n), n, q, r)) * self.evidence.slope(effort)
        bonus = problem.cost.slope(effort) / steep
        top = problem.floor_utility + bonus
        reachable = (top < utility.highest) & np.isfinite(bonus) & (bonus > 0)
        top = np.where(reachable, top, problem.floor_utility)
        slope = n * (utility.wage(top) - problem.floor)
        chance = q**n
        mean = problem.floor_utility + (top - problem.floor_utility) * chance
        rent = mean - problem.reservation(effort)
        paid, p = np.maximum(rent, 0.0), np.stack([chance, -np.expm1(n * np.log(q))], axis=-1)
        offsets = np.stack([(1 - chance), -chance], axis=-1) * (top - problem.floor_utility)[:, None]
        gap = problem.gap(self.best, effort, paid, problem.reservation(effort) + paid, p, offsets)
        none = np.full(effort.shape, np.nan)
        centre = problem.floor + slope * (q - 1) + slope / n
        gap = np.where(reachable & np.isfinite(gap), gap, np.inf)
        return LineBatch(effort, gap, rent, centre, slope, 0 * q, np.zeros(q.shape, int), none)

    def _at_full_effort(self, lines, deviations):
        """Full effort needs only that more effort would not hurt: participation, or a given rent, with indifference to a deviation."""
        effort, wanted = lines.effort, self.problem.reservation(lines.effort)
        rents = (0.0,) if self.problem.floor is None else (0.0, *_RENTS)
        for rent in rents:
            for other in deviations:
                for start in (None, self._start(lines)):
                    new = self.solve(effort, ("mean", wanted + rent), ("shirk", other), start)
                    lines = lines.better(self.kept_incentive_compatible(new, (*deviations, 1 - 1e-6)))
        return lines


def _put(whole, where, part):
    out = np.array(whole)
    out[where] = part
    return out


def _merge(lines, where, part):
    """`part` in the rows `where`."""
    return LineBatch(**{name: _put(old, where, part.__dict__[name]) for name, old in lines.__dict__.items()})
