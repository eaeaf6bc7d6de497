"""A crowd that nobody has seen before: a table to audit, two pay rules to learn from, and a truth that stays closed.

Two labels. The checks' strength κ, what effort costs and how people feel about risk are drawn from ranges; what a batch is worth is known.

- The table: trusted people work with full care, 20 others as they like, one presses the left button, one takes the longer answer. Each
  person's items come twice, far apart, on sides drawn anew; an item serves one person, so that its pair is one check.
- The past: two groups of people worked under two straight lines, pay = base + slope·X/n, and their passes were counted. The lines hold
  people's target efforts `PAST` and are rounded to cents; all are of the one kind that the truth says, and take their best answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from annolib.agency.costs import PowerCost
from annolib.agency.problem import Problem
from annolib.agency.utilities import CARA
from annolib.annotators.behaviours import AlwaysLeft, Attentive, LongerOne
from annolib.annotators.crowds import Crowd
from annolib.annotators.items import Items
from annolib.contracts.best_answers import best_answer
from annolib.contracts.design.learning import estimate_cost
from annolib.contracts.forms import Contract, Linear
from annolib.contracts.gaps.rates import pilot
from annolib.monitors.evidence.unknown_strength import MonitorRange
from annolib.monitors.two_labels import SelfConsistency
from annolib.tables.tallies import tally
from annolib.validation import one_whole

KAPPAS, AVERSIONS, COSTS = (0.12, 0.18), (0.008, 0.012), (45.0, 55.0)  # κ; a and c of c·η², in euros
TRUSTED, PAIRS = 10, 100  # people who are known to care, and checks of each
OTHERS, FEW = 20, 40
PAST, PAST_CHECKS, PAST_BATCHES = (0.35, 0.6), 100, 400
WORTH = 60.0  # V(η) = WORTH·η(2 − η)
_SPREAD = 3.0  # how alike the items are


def worth(effort):
    """What a batch at this effort is worth, in euros: 60·η(2 − η)."""
    return WORTH * effort * (2 - effort)


@dataclass(frozen=True, repr=False, eq=False)
class UnseenCrowd:
    """What the firm is given of a crowd; `open` shows the rest.

    Attributes
    ----------
    table : pandas.DataFrame
        Tidy: task, worker, label, left, right; each task comes twice.
    trusted : tuple of str
        Workers who are known to care.
    lines : tuple of Linear
        Two pay rules of the past, in euros a batch of 100 checks.
    passes : tuple of numpy.ndarray
        Passes of each batch under them.
    """

    table: pd.DataFrame
    trusted: tuple
    lines: tuple
    passes: tuple
    _truth: Problem = field(repr=False)
    _kappa: float = field(repr=False)

    def __repr__(self):
        people = self.table["worker"].nunique()
        return (
            f"UnseenCrowd({len(self.table):,} judgements of {people} people, {len(self.trusted)} of them trusted; "
            f"{len(self.passes[0])} batches under each of two pay rules)"
        )

    def work_for(self, contract, batches=400, *, rng):
        """Passes of so many batches of honest people under a contract: a trial in the field.

        Parameters
        ----------
        contract : Contract
            On repeats.
        batches : int
        rng : numpy.random.Generator or int

        Returns
        -------
        numpy.ndarray of int, shape (batches,); empty if people refuse.

        Examples
        --------
        >>> crowd = unseen_crowd(1)
        >>> bool(abs(crowd.work_for(crowd.lines[1], rng=1).mean() - crowd.passes[1].mean()) < 2)
        True
        """
        if not isinstance(contract, Contract):
            raise TypeError(f"contract must be one on repeats, such as Binary; saw {contract!r}.")
        return _batches(
            self._truth, self._kappa, contract, one_whole("batches", batches, 1), np.random.default_rng(rng)
        )

    def pilot(self):
        """(passes, checks) of the repeats of trusted people.

        Examples
        --------
        >>> unseen_crowd(13).pilot()
        (843, 1000)
        """
        pairs = tally(self.table).to_frame().loc[list(self.trusted)]
        return int(pairs["repeat_agreements"].sum()), int(pairs["repeat_pairs"].sum())

    def estimate(self, deposit=0.0):
        """What the firm may believe: (problem, strengths), from the pilot and from the two pay rules of the past.

        Cost and risk aversion are those of `annolib.estimate_cost` at the strength that the pilot shows, with three digits; the range is
        that strength ± ζ standard errors, ζ the caution of `annolib.rates.pilot`, with three decimals. The floor is −deposit.

        Examples
        --------
        >>> problem, strengths = unseen_crowd(13).estimate(deposit=10)
        >>> problem.cost, problem.utility, strengths.low
        (PowerCost(scale=53.2, power=2.0), CARA(aversion=0.0112), SelfConsistency(kappa=0.157))
        """
        passes, checks = self.pilot()
        seen = SelfConsistency((passes / checks - 0.5) / 2)
        found = estimate_cost(seen, self.lines, self.passes)
        utility, cost = CARA(float(f"{found.aversion:.3g}")), PowerCost(float(f"{found.scale:.3g}"), 2)
        problem = Problem(utility, cost, value=worth, floor=-float(deposit))
        known = pilot(problem, seen, checks)
        away = known.caution * known.error * seen.kappa
        low, high = (round(end, 3) for end in (seen.kappa - away, min(seen.kappa + away, 0.25)))
        return problem, MonitorRange(SelfConsistency(low), SelfConsistency(high))

    def open(self):
        """The truth, as (problem, monitor): what effort costs these people, and what a repeat is."""
        return self._truth, SelfConsistency(self._kappa)


def unseen_crowd(seed) -> UnseenCrowd:
    """A crowd of one's own to learn on: the same seed, the same crowd.

    Parameters
    ----------
    seed : int

    Returns
    -------
    UnseenCrowd

    Examples
    --------
    >>> unseen_crowd(13)
    UnseenCrowd(3,760 judgements of 32 people, 10 of them trusted; 400 batches under each of two pay rules)
    """
    rng = np.random.default_rng(one_whole("seed", seed, 0))
    kappa = float(rng.uniform(*KAPPAS))
    problem = Problem(
        CARA(float(rng.uniform(*AVERSIONS))), PowerCost(float(rng.uniform(*COSTS)), 2), value=worth
    )
    table, trusted = _table(kappa, rng)
    lines = tuple(_line(problem, kappa, effort) for effort in PAST)
    passes = tuple(_batches(problem, kappa, line, PAST_BATCHES, rng) for line in lines)
    return UnseenCrowd(table, trusted, lines, passes, problem, kappa)


def _batches(problem, kappa, contract, batches, rng):
    monitor = SelfConsistency(kappa)
    answer = best_answer(problem, monitor, contract)
    if not answer.accepts:
        return np.empty(0, dtype=int)
    return rng.binomial(contract.n, float(monitor.pass_probability(answer.effort)), size=batches)


def _line(problem, kappa, effort):
    """The line under which `effort` is a best answer and leaves two euros' worth above the outside option, to cents.

    With x = 1 − exp(−a·slope/n): exp(−a·base)(1 − qx)ⁿ = 1 − a(u₀ + c + rent), and n·x·q′/(1 − qx) = a·c′/(1 − a(u₀ + c + rent)).
    """
    a, n = problem.utility.aversion, PAST_CHECKS
    q, slope = 0.5 + 2 * kappa * effort**2, 4 * kappa * effort
    left = 1 - a * (problem.outside + float(problem.cost.cost(effort)) + 2.0)
    ratio = a * float(problem.cost.slope(effort)) / left
    x = ratio / (n * slope + ratio * q)
    return Linear(
        round(float((n * np.log1p(-q * x) - np.log(left)) / a), 2), round(float(-n * np.log1p(-x) / a), 2), None, n=n
    )  # fmt: skip


def _table(kappa, rng):
    """Judgements of everybody, each item twice and by one person."""
    trusted = [f"t{i:02d}" for i in range(1, TRUSTED + 1)]
    others = [f"a{i:02d}" for i in range(1, OTHERS + 3)]
    efforts = rng.uniform(0.1, 0.9, size=OTHERS).round(2)
    kinds = [AlwaysLeft(), LongerOne(0.02), *(Attentive(float(effort)) for effort in efforts)]
    behaviours = {name: Attentive(1.0) for name in trusted}
    behaviours |= {others[i]: kind for i, kind in zip(rng.permutation(len(others)), kinds, strict=True)}
    owner = np.repeat([*trusted, *others], [PAIRS] * TRUSTED + [FEW] * len(others))
    number = owner.size
    lean = np.sqrt(rng.beta(4 * kappa * _SPREAD, (1 - 4 * kappa) * _SPREAD, size=number)) / 2
    items = Items.from_probability(
        0.5 + rng.choice([-1.0, 1.0], number) * lean,
        longer=rng.choice([-1, 1], number),
    )
    items = Items(items.law, items.longer, *[[f"q{i:04d}{side}" for i in range(number)] for side in "ab"])
    rounds = [rng.permutation(number) for _ in range(2)]
    task = np.concatenate(rounds)
    design = pd.DataFrame({"worker": owner[task], "task": task, "swapped": rng.random(task.size) < 0.5})
    table = Crowd(behaviours).annotate(items, design, rng=rng)
    table["task"] = [f"q{i:04d}" for i in task]
    return table, tuple(trusted)
