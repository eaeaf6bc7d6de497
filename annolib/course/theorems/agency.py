"""The principal and the agent: first best, second best, joint presence, and when both sides gain."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from annolib.agency.costs import ConvexCost, PowerCost
from annolib.agency.problem import Problem, first_best
from annolib.agency.reference import reference_problem, reference_value
from annolib.agency.utilities import CARA, CRRA
from annolib.contracts.best_answers import best_answer
from annolib.contracts.forms import Flat
from annolib.contracts.optimal.first_order import first_order_wages
from annolib.contracts.solve import second_best
from annolib.course.theorems.entries import HERE, PAPER, Counter, Entry, Seen, Shown
from annolib.monitors.two_labels import SelfConsistency

REPEATS = SelfConsistency(0.15)


def _first_best():
    """Against the best of a fine grid of efforts, with wages by hand."""
    grid = np.linspace(0, 1, 1_000_001)
    profit = np.max(0.6 * grid * (2 - grid) + np.log1p(-(grid**2) / 2))
    return Seen(None, float(first_best(reference_problem()).profit / profit - 1))


def _unseen_flat():
    problem = reference_problem()
    best = first_best(problem)
    answer = best_answer(problem, REPEATS, Flat(best.wage, 1000))
    words = f"the same wage when effort is not seen: effort {answer.effort:.0f}, and a loss of {-100 * answer.profit:.1f} euros"
    return Counter(answer.effort == 0, words)


def _second_best():
    """What the agent gains by any effort of a fine grid, by sums over the passes."""
    problem, n = reference_problem(), 1000
    pay = second_best(problem, REPEATS, n, "optimal")
    v = problem.utility.utility(pay.contract.wage(np.arange(n + 1)))
    efforts = np.append(np.linspace(0, 1, 1001), pay.effort)
    law = binom.pmf(np.arange(n + 1), n, REPEATS.pass_probability(efforts)[:, None])
    payoff = law @ v - efforts**2 / 2
    return Seen(n, float(max(payoff.max() - payoff[-1], -payoff[-1], 0.0)))


def _slope_alone():
    problem, n = reference_problem(), 1000
    target = first_best(problem).effort
    v = problem.utility.utility(first_order_wages(problem, REPEATS, n, target))
    idle, works = (
        binom.pmf(np.arange(n + 1), n, REPEATS.pass_probability(e)) @ v - e**2 / 2 for e in (0.0, target)
    )
    words = f"the local condition alone, 1,000 checks: the agent gains {idle - works:.4f} by effort 0"
    return Counter(idle > works + 1e-3, words)


def _left_over(prices):
    """h′ of the best pay for 60 checks, floor 0, less the nearest sum of so many of 1, score, 1 − P(idle)/P; the largest."""
    problem, n = reference_problem(), 60
    pay = second_best(problem, REPEATS, n, "optimal")
    k, q = np.arange(n + 1), float(REPEATS.pass_probability(pay.effort))
    score = float(REPEATS.slope(pay.effort)) * (k - n * q) / (q * (1 - q))
    wages = pay.contract.wage(k)
    idle = 1 - binom.pmf(k, n, 0.5) / binom.pmf(k, n, q)
    paid, parts = wages > wages.min() + 1e-9, np.stack([np.ones(n + 1), score, idle], axis=1)[:, :prices]
    price = np.asarray(problem.utility.marginal_wage(problem.utility.utility(wages)))
    found = np.linalg.lstsq(parts[paid], price[paid], rcond=None)[0]
    return float(np.max(np.abs(parts[paid] @ found - price[paid])))


def _without_idling():
    left = _left_over(2)
    return Counter(left > 0.01, f"the price of idling left out: h' is off by up to {left:.3f}")


def _bend(utility, outside):
    """How far the best pay for 200 checks is from a straight line in the passes, relative to its range, above the floor."""
    problem = Problem(utility, PowerCost(0.5, 2), value=reference_value, outside=outside, floor=0.02)
    wages = second_best(problem, REPEATS, 200, "optimal").contract.wage(np.arange(201))
    k = np.flatnonzero(wages > wages.min() + 1e-9)
    line = np.polynomial.Polynomial.fit(k, wages[k], 1)
    return float(np.max(np.abs(line(k) - wages[k])) / np.ptp(wages[k]))


def _bent():
    bend = _bend(CARA(1.0), float(CARA(1.0).utility(0.2)))
    return Counter(bend > 0.005, f"u(w) = 1 - exp(-w): off a line by {bend:.1%} of the range of pay")


def _presence():
    """Flat pay beside checks, a bonus beside checks that tell nothing, both: the effort must be 0, 0 and what is asked."""
    problem, n = reference_problem(), 1000
    pay = second_best(problem, REPEATS, n, "binary")
    flat = best_answer(problem, REPEATS, Flat(pay.expected_wage, n)).effort
    blind = best_answer(problem, SelfConsistency(0.0), pay.contract).effort
    both = best_answer(problem, REPEATS, pay.contract).effort
    return Seen(n, float(max(flat, blind, abs(both / pay.effort - 1))))


def _own_drive():
    cost = ConvexCost(lambda e: np.maximum(e - 0.3, 0) ** 2 / 2, lambda e: np.maximum(e - 0.3, 0))
    problem = Problem(CARA(1.0), cost, value=reference_value, outside=0.0, floor=0.0)
    effort = best_answer(problem, REPEATS, Flat(0.05, 1000)).effort
    return Counter(
        effort > 0.25, f"somebody to whom care costs nothing up to 0.3: flat pay buys effort {effort:.2f}"
    )


def _both_gain():
    """Profit above flat pay's and rent, by sums over the passes; the error is that of the rent."""
    problem, n = reference_problem(), 30
    pay = second_best(problem, REPEATS, n, "binary")
    t, high = pay.contract.threshold, pay.contract.high
    efforts = np.linspace(0, 1, 1_000_001)
    chance = binom.sf(t - 1, n, REPEATS.pass_probability(efforts))
    rent = float(np.max(-np.expm1(-high) * chance - efforts**2 / 2))
    gained = pay.profit > second_best(problem, REPEATS, n, "flat").profit and rent > 0
    return Seen(n, pay.rent / rent - 1 if gained else np.inf)


def _no_floor():
    pay = second_best(reference_problem(), REPEATS, 1000, "linear", floor=None)
    return Counter(
        abs(pay.rent) < 1e-12,
        "no floor, 1,000 checks: the firm's base pay takes all, and the agent's rent is 0",
    )


ENTRIES = (
    Entry(
        name="First best",
        statement=r"If effort is seen, the firm asks for $\eta^* = \arg\max V(\eta) - h(u_0 + c(\eta))$ and pays the flat wage $h(\bar u)$. The error is "
        "against the best of a million efforts.",
        condition="effort can be seen, and a contract can name it",
        source=PAPER + ", first best",
        shown=(
            Shown(8, "search and library agree"),
            Shown(8, "a little more effort is worth what it costs"),
        ),
        check=_first_best,
        allowed=1e-9,
        counter=_unseen_flat,
    ),
    Entry(
        name="Second best",
        statement=r"The best contract on $X$ meets participation and **global** incentive compatibility: the error is the most that any other "
        "effort, or leaving, gains under the best pay of all.",
        condition="every effort is looked at, not only neighbours",
        source=PAPER + ", second best",
        shown=(
            Shown(9, "no effort gains more than 1e-12"),
            Shown(11, "effort 0 gains 0.0056"),
        ),
        check=_second_best,
        allowed=1e-7,
        counter=_slope_alone,
    ),
    Entry(
        name="Pay follows the score",
        statement=r"The best pay for $k$ passes has $h'(v_k) = \lambda + \mu s_k + \nu\,(1 - P_k(0)/P_k(\eta))$ above the lowest wage, with one price each for coming, "
        "for the slope and for idling; 60 checks, floor 0; the error is what such a sum leaves of $h'$.",
        condition="every tempting effort has its price; here only idling tempts",
        source="Holmström, doi 10.2307/3003320, and the conditions of Karush, Kuhn and Tucker; executed here",
        shown=(Shown(11, "a sum of three, and at most the lowest price elsewhere"),),
        check=lambda: Seen(60, _left_over(3)),
        allowed=1e-7,
        counter=_without_idling,
    ),
    Entry(
        name="A straight line is best",
        statement="For an agent with logarithmic utility the best pay of all is a straight line in the passes wherever it is above the floor.",
        condition="u is a logarithm, and no effort far away tempts",
        source=HERE,
        proof=r"Then $h'(v) = w$, which is $\lambda + \mu s_k$, and the score is straight in $k$.",
        shown=(),
        check=lambda: Seen(200, _bend(CRRA(1.0), float(np.log(0.2)))),
        allowed=1e-9,
        counter=_bent,
    ),
    Entry(
        name="Joint presence",
        statement="Monitoring with flat pay buys effort 0, a bonus without monitoring buys effort 0, only both together buy effort.",
        condition="effort costs something from the first bit on",
        source=PAPER + ", joint presence",
        shown=(
            Shown(8, "only both levers together earn anything"),
            Shown(8, "on a base wage it buys nothing"),
        ),
        check=_presence,
        allowed=1e-6,
        counter=_own_drive,
    ),
    Entry(
        name="Both sides gain",
        statement="With a floor and 30 checks the best bonus leaves the firm more than flat pay, and the agent a rent above 0; the error is "
        "that of the rent.",
        condition="a floor that binds, or a base pay that shares the surplus",
        source=PAPER + ", win-win",
        shown=(
            Shown(8, "both sides gain"),
            Shown(8, "the rent is what a clicker gets"),
        ),
        check=_both_gain,
        allowed=1e-6,
        counter=_no_floor,
    ),
)
