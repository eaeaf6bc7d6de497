"""Lesson 08: model the annotator as an agent."""

from __future__ import annotations

from functools import lru_cache
from math import exp, log

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom, norm

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.agency.utilities import CARA
from annolib.contracts.forms import Binary
from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Property,
    Question,
    Rubric,
    Variant,
    between,
)
from annolib.monitors.two_labels import SelfConsistency

EFFORTS = np.linspace(0, 1, 1001)


# --- exercise 1 ---


def _certainty_equivalent(low, high, chance, aversion):
    utility = CARA(aversion)
    expected = chance * utility.utility(high) + (1 - chance) * utility.utility(low)
    return float(utility.wage(expected))


def _equivalent_by_bisection(low, high, chance, aversion):
    """Raise the sure offer until it is as good as the lottery; utility up to a positive line."""
    lottery = chance * exp(-aversion * high) + (1 - chance) * exp(-aversion * low)
    return brentq(lambda wage: exp(-aversion * wage) - lottery, low - 1, high + 1, xtol=1e-14)


def _in_utility(low, high, chance, aversion):
    utility = CARA(aversion).utility
    return float(chance * utility(high) + (1 - chance) * utility(low))


def _by_steps(low, high, chance, aversion):
    """The first of a list of offers, a hundredth of a euro apart, that is accepted."""
    return float(np.ceil(1e4 * _certainty_equivalent(low, high, chance, aversion)) / 1e4)


def _inverse_without_aversion(low, high, chance, aversion):
    return -log(1 - aversion * _in_utility(low, high, chance, aversion))


CERTAINTY_EQUIVALENT = Exercise(
    name="certainty_equivalent",
    reference=_certainty_equivalent,
    oracle=_equivalent_by_bisection,
    probes=(
        Case("a bonus of 54 euros, three times out of ten", 0.0, 0.54, 0.3, 1.0),
        Case("more risk aversion", 0.0, 1.0, 0.5, 2.0),
        Case("a base wage", 0.2, 0.8, 0.75, 0.5),
        Case("no lottery at all", 0.3, 0.3, 0.4, 1.0),
    ),
    mistakes=(
        Mistake(
            "mean wage",
            lambda low, high, chance, aversion: low + chance * (high - low),
            "This is the mean wage. Somebody who dislikes risk takes less than that for sure.",
        ),
        Mistake(
            "left in utility",
            _in_utility,
            "This is the expected utility. One step is missing: which sure wage gives that utility?",
        ),
        Mistake(
            "chances exchanged",
            lambda low, high, chance, aversion: _certainty_equivalent(high, low, chance, aversion),
            "The chances are exchanged: `chance` belongs to the high wage.",
        ),
        Mistake(
            "half the variance",
            lambda low, high, chance, aversion: (
                low + chance * (high - low) - aversion / 2 * chance * (1 - chance) * (high - low) ** 2
            ),
            "Mean less a/2 times the variance is a rule of thumb for small risks. Here the exact wage is asked for.",
        ),
        Mistake(
            "aversion fixed at 1",
            lambda low, high, chance, aversion: _certainty_equivalent(low, high, chance, 1.0),
            "The result does not change with `aversion`. Use it in both directions.",
        ),
        Mistake(
            "aversion squared",
            lambda low, high, chance, aversion: _certainty_equivalent(low, high, chance, aversion**2),
            "Your result is that of a squared risk aversion. The a in the exponent stands once.",
        ),
        Mistake(
            "inverse without 1/a",
            _inverse_without_aversion,
            "The inverse of u divides by a as well. At a = 1 you cannot see it.",
        ),
        Mistake(
            "no a in the inverse",
            lambda low, high, chance, aversion: -log(1 - _in_utility(low, high, chance, aversion)),
            "Your inverse is that of a = 1. Solve v = (1 − e^(−a w))/a for w: the a stands in two places.",
        ),
        Mistake(
            "no 1/a in u",
            lambda low, high, chance, aversion: (
                -log(1 - aversion**2 * _in_utility(low, high, chance, aversion)) / aversion
            ),
            "Your u has no 1/a, and its inverse counts on one: at a = 1 you cannot see it.",
        ),
        Mistake(
            "sign in the exponent",
            lambda low, high, chance, aversion: -_certainty_equivalent(-low, -high, chance, aversion),
            "Your result is above the mean, as if risk were welcome: look at the signs in the exponents.",
        ),
        Mistake(
            "sign of the result",
            lambda low, high, chance, aversion: -_certainty_equivalent(low, high, chance, aversion),
            "The number is right and its sign is not: the logarithm of a number below 1 is negative.",
        ),
        Mistake(
            "premium",
            lambda low, high, chance, aversion: (
                low + chance * (high - low) - _certainty_equivalent(low, high, chance, aversion)
            ),
            "This is what risk costs, the mean less the sure wage. The sure wage itself is asked for.",
        ),
        Mistake(
            "low wage forgotten",
            lambda low, high, chance, aversion: _certainty_equivalent(0.0, high, chance, aversion),
            "Who loses still gets the low wage: its utility is missing in the average.",
        ),
        Mistake(
            "low wage taken off",
            lambda low, high, chance, aversion: _certainty_equivalent(0.0, high - low, chance, aversion),
            "This prices the difference of the wages only. The low wage comes on top.",
        ),
        Mistake(
            "utility of the mean",
            lambda low, high, chance, aversion: float(CARA(aversion).utility(low + chance * (high - low))),
            "This is the utility of the mean wage. Average the utilities, and then ask for the wage.",
        ),
        Mistake(
            "whole variance",
            lambda low, high, chance, aversion: (
                low + chance * (high - low) - aversion * chance * (1 - chance) * (high - low) ** 2
            ),
            "This takes the variance off the mean, without the ½ of the rule of thumb; and here the exact wage is asked for.",
        ),
        Mistake(
            "a coin",
            lambda low, high, chance, aversion: _certainty_equivalent(low, high, 0.5, aversion),
            "The result does not change with `chance`: it is not always a coin.",
        ),
        Mistake(
            "in euros",
            lambda low, high, chance, aversion: 100 * _certainty_equivalent(low, high, chance, aversion),
            "These are euros. Leave the wage in the unit of the arguments, 100 euros.",
        ),
        Mistake(
            "a search",
            _by_steps,
            "You are within a step of a search, and it stops at its step. Here the formula is wanted: the inverse of u.",
            tolerance=1.5e-3,
        ),
    ),
)


# --- exercise 2 ---


def _chance(effort, monitor, contract):
    return binom.sf(contract.threshold - 1, contract.n, monitor.pass_probability(effort))


def _payoffs(problem, monitor, contract, chance=None):
    low, high = problem.utility.utility(contract.low), problem.utility.utility(contract.high)
    chance = _chance(EFFORTS, monitor, contract) if chance is None else chance
    return low + (high - low) * chance - problem.cost.cost(EFFORTS)


def _best_effort(problem, monitor, contract):
    return float(EFFORTS[np.argmax(_payoffs(problem, monitor, contract))])


def _answer_by_search(problem, monitor, contract):
    """All counts written out on another grid, then bounded search around its best point."""
    a, scale, power = problem.utility.aversion, problem.cost.scale, problem.cost.power
    counts = np.arange(contract.n + 1)
    utilities = (1 - np.exp(-a * contract.wage(counts))) / a

    def payoff(effort):
        q = 0.5 + 2 * monitor.kappa * np.asarray(effort) ** 2
        return binom.pmf(counts, contract.n, q[..., None]) @ utilities - scale * effort**power

    grid = np.linspace(0, 1, 301)
    near = grid[np.argmax(payoff(grid))]
    bounds = (max(near - 0.005, 0), min(near + 0.005, 1))
    found = minimize_scalar(lambda e: -payoff(e), bounds=bounds, method="bounded", options={"xatol": 1e-9}).x
    return float(max((near, found), key=payoff))


def _in_money(problem, monitor, contract):
    pay = contract.low + (contract.high - contract.low) * _chance(EFFORTS, monitor, contract)
    return float(EFFORTS[np.argmax(pay - problem.cost.cost(EFFORTS))])


def _mean_first(problem, monitor, contract):
    pay = contract.low + (contract.high - contract.low) * _chance(EFFORTS, monitor, contract)
    return float(EFFORTS[np.argmax(problem.utility.utility(pay) - problem.cost.cost(EFFORTS))])


def _without_low(problem, monitor, contract):
    won = problem.utility.utility(contract.high) * _chance(EFFORTS, monitor, contract)
    return float(EFFORTS[np.argmax(won - problem.cost.cost(EFFORTS))])


def _utility_of_the_difference(problem, monitor, contract):
    won = problem.utility.utility(contract.high - contract.low) * _chance(EFFORTS, monitor, contract)
    return float(EFFORTS[np.argmax(won - problem.cost.cost(EFFORTS))])


def _for_this_annotator(problem, monitor, contract, aversion=None, cost=None):
    """The best effort with the utility or the cost of the lesson's annotator, whoever is asked about."""
    utility = problem.utility if aversion is None else CARA(aversion)
    toil = problem.cost.cost(EFFORTS) if cost is None else cost
    low, high = utility.utility(contract.low), utility.utility(contract.high)
    return float(EFFORTS[np.argmax(low + (high - low) * _chance(EFFORTS, monitor, contract) - toil)])


def _for_chance(problem, contract, chance):
    return float(EFFORTS[np.argmax(_payoffs(problem, None, contract, chance))])


def _for_cost(problem, monitor, contract, toil):
    return _for_this_annotator(problem, monitor, contract, cost=toil)


def _bell(monitor, contract, step=0.0):
    q = monitor.pass_probability(EFFORTS)
    spread = np.sqrt(contract.n * q * (1 - q)) + 1e-300
    return norm.sf((contract.threshold - step - contract.n * q) / spread)


def _cost_in_money(problem, monitor, contract):
    chance, cost, utility = (
        _chance(EFFORTS, monitor, contract),
        problem.cost.cost(EFFORTS),
        problem.utility.utility,
    )
    return float(
        EFFORTS[
            np.argmax(chance * utility(contract.high - cost) + (1 - chance) * utility(contract.low - cost))
        ]
    )


def _upper_hill(problem, monitor, contract):
    payoff = _payoffs(problem, monitor, contract)
    hills = np.flatnonzero((payoff[1:-1] > payoff[:-2]) & (payoff[1:-1] >= payoff[2:]))
    return float(EFFORTS[hills[-1] + 1]) if hills.size else float(EFFORTS[np.argmax(payoff)])


def _free_effort(problem, monitor, contract):
    chance = _chance(EFFORTS, monitor, contract) * (contract.high > contract.low)
    return float(EFFORTS[np.argmax(np.round(chance, 12))])


def _for_halyard(problem, monitor, contract):
    paid = contract.low + (contract.high - contract.low) * _chance(EFFORTS, monitor, contract)
    return float(EFFORTS[np.argmax(problem.value(EFFORTS) - paid)])


def _nearest_hill(problem, monitor, contract):
    payoff = _payoffs(problem, monitor, contract)
    falls = np.flatnonzero(np.diff(payoff) <= 0)
    return float(EFFORTS[falls[0]]) if falls.size else 1.0


def _one_hill(problem, monitor, contract):
    """What a search that knows one hill finds, SciPy's bounded one."""
    low, high = problem.utility.utility(contract.low), problem.utility.utility(contract.high)

    def loss(effort):
        return problem.cost.cost(effort) - low - (high - low) * _chance(effort, monitor, contract)

    return float(minimize_scalar(loss, bounds=(0, 1), method="bounded").x)


REFERENCE, MONITOR = reference_problem(), SelfConsistency(kappa=0.15)
OFFER = Binary(18, 0.0, 0.54, 30)
TWO_HILLS = (
    "The payoff has two hills here, and your search stopped on the lower one: effort 0 is better. "
    "Compare the payoffs of all efforts, 0 included."
)

BEST_EFFORT = Exercise(
    name="best_effort",
    reference=_best_effort,
    oracle=_answer_by_search,
    probes=(
        Case("60 euros for 18 of 30", REFERENCE, MONITOR, Binary(18, 0.0, 0.6, 30)),
        Case("a flat wage", REFERENCE, MONITOR, Binary(18, 0.14, 0.14, 30)),
        Case("checks that see nothing", REFERENCE, SelfConsistency(kappa=0.0), Binary(18, 0.0, 0.54, 30)),
        Case("two hills, one euro short", REFERENCE, MONITOR, Binary(18, 0.0, 0.53, 30)),
        Case("a bonus too small", REFERENCE, MONITOR, Binary(18, 0.0, 0.3, 30)),
        Case("less than nothing for a miss", REFERENCE, MONITOR, Binary(54, -0.06, 0.21, 100)),
        Case("all must pass", REFERENCE, SelfConsistency(kappa=0.25), Binary(30, 0.0, 4.0, 30)),
        Case(
            "another annotator",
            reference_problem(aversion=2.0, scale=0.3),
            SelfConsistency(kappa=0.2),
            Binary(28, 0.1, 0.7, 50),
        ),
    ),
    tolerance=2e-3,
    mistakes=(
        Mistake(
            "money instead of utility",
            _in_money,
            "The annotator weighs utilities against the cost, and you weigh euros. Send both wages through u.",
        ),
        Mistake(
            "utility of the mean wage",
            _mean_first,
            "This is the utility of the mean wage, as if the annotator got the mean for sure. "
            "Average the utilities instead.",
        ),
        Mistake(
            "effort for free",
            _free_effort,
            "The cost of effort is missing.",
        ),
        Mistake(
            "Halyard's choice",
            _for_halyard,
            "This is the effort that Halyard would like best. The annotator chooses.",
        ),
        Mistake(
            "first hill",
            _nearest_hill,
            "You stopped at the first hill. The payoff can fall and rise again: look at the whole range of effort.",
        ),
        Mistake("one hill", _one_hill, TWO_HILLS),
        Mistake(
            "the upper hill",
            _upper_hill,
            "You take the hill of work wherever there is one. Effort 0 may be better: compare the payoffs.",
        ),
        Mistake(
            "more passes than the threshold",
            lambda problem, monitor, contract: _for_chance(
                problem, contract, binom.sf(contract.threshold, contract.n, monitor.pass_probability(EFFORTS))
            ),
            "Exactly the threshold earns the bonus too: `binom.sf(t - 1, n, q)` is the chance of t or more.",
        ),
        Mistake(
            "normal approximation",
            lambda problem, monitor, contract: _for_chance(problem, contract, _bell(monitor, contract)),
            "This takes the normal law for the count. With 30 checks it is not near enough: add up the exact chances.",
        ),
        Mistake(
            "normal approximation, half a check lower",
            lambda problem, monitor, contract: _for_chance(problem, contract, _bell(monitor, contract, 0.5)),
            "The normal law with its half step is near, and not exact: add up the chances of the counts.",
        ),
        Mistake(
            "nobody works",
            lambda problem, monitor, contract: _for_cost(
                problem, monitor, contract, problem.cost.slope(EFFORTS)
            ),
            "Nobody works in any of these cases. Is the chance that of reaching the threshold, and the cost c(η) itself, and not its slope?",
        ),
        Mistake(
            "cost added",
            lambda problem, monitor, contract: _for_cost(
                problem, monitor, contract, -problem.cost.cost(EFFORTS)
            ),
            "The cost has the wrong sign: it makes effort worse.",
        ),
        Mistake(
            "smallest payoff",
            lambda problem, monitor, contract: float(
                EFFORTS[np.argmin(_payoffs(problem, monitor, contract))]
            ),
            "This is the effort with the smallest payoff. The annotator takes the largest.",
        ),
        Mistake(
            "cost in money",
            _cost_in_money,
            "You take the cost off the wage, before u. Here effort costs utility: subtract it after.",
        ),
        Mistake(
            "the lesson's contract",
            lambda problem, monitor, contract: _best_effort(problem, monitor, OFFER),
            "The result does not change with `contract`: use the argument, and not `offer`.",
        ),
        Mistake(
            "the lesson's monitor",
            lambda problem, monitor, contract: _best_effort(problem, MONITOR, contract),
            "The strength is always 0.15: use the argument `monitor`.",
        ),
        Mistake(
            "first best",
            lambda problem, monitor, contract: first_best(problem).effort,
            "This is the effort of the first best, which nobody can order. What is best for the annotator under this contract?",
        ),
        Mistake(
            "effort 0 left out",
            lambda problem, monitor, contract: float(
                EFFORTS[10:][np.argmax(_payoffs(problem, monitor, contract)[10:])]
            ),
            "Your list of efforts starts above 0. Not to work at all is an answer too.",
        ),
        Mistake(
            "place instead of effort",
            lambda problem, monitor, contract: int(np.argmax(_payoffs(problem, monitor, contract))),
            "This is the place in the list of efforts. Read the effort that stands there.",
        ),
        Mistake(
            "payoff instead of effort",
            lambda problem, monitor, contract: float(_payoffs(problem, monitor, contract).max()),
            "This is the best payoff. The question is at which effort it is reached.",
        ),
        Mistake(
            "low wage forgotten",
            _without_low,
            "Who misses the threshold still gets the low wage: u(low) is missing.",
        ),
        Mistake(
            "utility of the difference",
            _utility_of_the_difference,
            "u(high − low) is not u(high) − u(low): on top of a wage the same euros are worth less.",
        ),
        Mistake(
            "grid of hundredths",
            lambda problem, monitor, contract: float(
                EFFORTS[::10][np.argmax(_payoffs(problem, monitor, contract)[::10])]
            ),
            "Your grid of efforts is too coarse: its steps are hundredths. Take a thousand.",
        ),
        Mistake(
            "both typed in",
            lambda *world: _for_this_annotator(*world, aversion=1.0, cost=EFFORTS**2 / 2),
            "Right for the annotator of this lesson only. Use `problem.utility` and `problem.cost`, not their formulas.",
        ),
        Mistake(
            "utility typed in",
            lambda *world: _for_this_annotator(*world, aversion=1.0),
            "The utility is always that of a = 1. Use `problem.utility`: another annotator has another a.",
        ),
        Mistake(
            "cost typed in",
            lambda *world: _for_this_annotator(*world, cost=EFFORTS**2 / 2),
            "The cost is always η²/2. Use `problem.cost`: another annotator tires differently.",
        ),
    ),
)


# --- what Halyard earns: given in the lesson ---


def _profit(effort, problem, monitor, contract):
    chance = _chance(effort, monitor, contract)
    return float(problem.value(effort) - contract.low - (contract.high - contract.low) * chance)


def _profit_by_counts(effort, problem, monitor, contract):
    """What is paid for each count, weighed with its chance from repeated convolution."""
    q = 0.5 + 2 * monitor.kappa * effort**2
    law = np.ones(1)
    for _ in range(contract.n):
        law = np.convolve(law, [1 - q, q])
    wages = [contract.high if k >= contract.threshold else contract.low for k in range(contract.n + 1)]
    return float(0.6 * effort * (2 - effort) - law @ wages)


def _paid_in_utility(effort, problem, monitor, contract):
    low, high = problem.utility.utility(contract.low), problem.utility.utility(contract.high)
    return float(problem.value(effort) - low - (high - low) * _chance(effort, monitor, contract))


# --- exercise 3 ---


def _worlds(problem, monitor, contract, effort_in=None, flat=None, profit=_profit):
    blind = SelfConsistency(kappa=0.0)
    flat = Binary(contract.threshold, contract.low, contract.low, contract.n) if flat is None else flat
    effort_in = _best_effort if effort_in is None else effort_in
    return np.array(
        [
            [profit(effort_in(problem, seen, pay), problem, seen, pay) for pay in (flat, contract)]
            for seen in (blind, monitor)
        ]
    )


def _worlds_by_search(problem, monitor, contract):
    """Each world with its own name, from the two searching oracles."""
    blind, flat = SelfConsistency(kappa=0.0), Binary(1, contract.low, contract.low, contract.n)
    worlds = {
        (0, 0): (blind, flat),
        (0, 1): (blind, contract),
        (1, 0): (monitor, flat),
        (1, 1): (monitor, contract),
    }
    table = np.empty((2, 2))
    for place, (seen, pay) in worlds.items():
        table[place] = _profit_by_counts(_answer_by_search(problem, seen, pay), problem, seen, pay)
    return table


def _effort_kept(problem, monitor, contract):
    effort = _best_effort(problem, monitor, contract)
    return _worlds(problem, monitor, contract, effort_in=lambda *world: effort)


def _flat_at_high(problem, monitor, contract):
    flat = Binary(contract.threshold, contract.high, contract.high, contract.n)
    return _worlds(problem, monitor, contract, flat=flat)


def _no_blind_bonus(problem, monitor, contract):
    table = _worlds(problem, monitor, contract)
    table[0, 1] = table[0, 0]
    return table


def _nothing_blind(problem, monitor, contract):
    table = _worlds(problem, monitor, contract)
    table[0, 1] = 0.0
    return table


def _asked_for(problem, monitor, contract):
    """In each world the effort that would be best for Halyard."""
    return _worlds(problem, monitor, contract, effort_in=_for_halyard)


def _payoff_of_one(effort, problem, monitor, contract):
    low, high = problem.utility.utility(contract.low), problem.utility.utility(contract.high)
    return float(low + (high - low) * _chance(effort, monitor, contract) - problem.cost.cost(effort))


FOUR_WORLDS = Exercise(
    name="four_worlds",
    reference=_worlds,
    oracle=_worlds_by_search,
    probes=(
        Case("60 euros for 18 of 30", REFERENCE, MONITOR, Binary(18, 0.0, 0.6, 30)),
        Case("a base wage", REFERENCE, MONITOR, Binary(18, 0.05, 0.7, 30)),
        Case("a bonus too small", REFERENCE, MONITOR, Binary(18, 0.0, 0.3, 30)),
        Case("many checks", REFERENCE, SelfConsistency(kappa=0.2), Binary(110, 0.0, 0.4, 200)),
    ),
    tolerance=2e-3,
    mistakes=(
        Mistake(
            "effort kept",
            _effort_kept,
            "The effort is the same in all four worlds. The annotator answers to each of them anew.",
        ),
        Mistake(
            "rows and columns exchanged",
            lambda problem, monitor, contract: _worlds(problem, monitor, contract).T,
            "Rows and columns are exchanged: the first row is the world without monitoring.",
        ),
        Mistake(
            "flat pay is the high wage",
            _flat_at_high,
            "Without a bonus everybody gets the low wage, and not the high one.",
        ),
        Mistake(
            "no bonus without monitoring",
            _no_blind_bonus,
            "Without monitoring the bonus is still paid, by luck. Only what it depends on has gone.",
        ),
        Mistake(
            "no monitoring, no pay",
            _nothing_blind,
            "You pay nothing in the world without monitoring. The bonus is paid there as well, by the toss of a coin.",
        ),
        Mistake(
            "columns exchanged",
            lambda problem, monitor, contract: _worlds(problem, monitor, contract)[:, ::-1],
            "The columns are exchanged: the first one is the world without a bonus.",
        ),
        Mistake(
            "rows exchanged",
            lambda problem, monitor, contract: _worlds(problem, monitor, contract)[::-1],
            "The rows are exchanged: the second one is the world with this monitor.",
        ),
        Mistake(
            "wages forgotten",
            lambda problem, monitor, contract: _worlds(
                problem, monitor, contract, profit=lambda e, p, *world: float(p.value(e))
            ),
            "This is what the labels are worth. Take off what Halyard pays: `profit` does both.",
        ),
        Mistake(
            "toil paid twice",
            lambda problem, monitor, contract: _worlds(
                problem,
                monitor,
                contract,
                profit=lambda e, *world: _profit(e, *world) - float(world[0].cost.cost(e)),
            ),
            "You take the cost of effort off Halyard's profit. The annotator bears it; Halyard pays wages.",
        ),
        Mistake(
            "the lesson's monitor",
            lambda problem, monitor, contract: _worlds(problem, MONITOR, contract),
            "The second row always has the strength 0.15: use the argument `monitor`.",
        ),
        Mistake(
            "the lesson's contract",
            lambda problem, monitor, contract: _worlds(problem, monitor, OFFER),
            "The result does not change with `contract`: use the argument, and not `offer`.",
        ),
        Mistake(
            "no bonus, no pay",
            lambda problem, monitor, contract: _worlds(
                problem, monitor, contract, flat=Binary(contract.threshold, 0.0, 0.0, contract.n)
            ),
            "Without a bonus everybody still gets the low wage, `contract.low`.",
        ),
        Mistake(
            "efforts",
            lambda problem, monitor, contract: _worlds(
                problem, monitor, contract, profit=lambda e, *world: e
            ),
            "These are the efforts. What is left to Halyard at each of them? `profit` tells.",
        ),
        Mistake(
            "paid in utility",
            lambda problem, monitor, contract: _worlds(problem, monitor, contract, profit=_paid_in_utility),
            "Halyard pays euros and not utilities. Leave u to the annotator.",
        ),
        Mistake(
            "the annotator's gain",
            lambda problem, monitor, contract: _worlds(problem, monitor, contract, profit=_payoff_of_one),
            "This is what the annotator gains, in utility. Asked for is Halyard's profit, in money.",
        ),
        Mistake(
            "Halyard chooses the effort",
            _asked_for,
            "In each world you took the effort that suits Halyard. The annotator chooses: `best_effort`.",
        ),
        Mistake(
            "euros",
            lambda problem, monitor, contract: 100 * _worlds(problem, monitor, contract),
            "These are euros. Leave the profit in the unit of `profit`, which is 100 euros.",
            tolerance=0.01,
        ),
    ),
    properties=(
        Property(
            "without a bonus, monitoring changes nothing",
            lambda worlds: bool(
                np.ptp(np.asarray(worlds(REFERENCE, MONITOR, Binary(18, 0.0, 0.6, 30)))[:, 0]) < 1e-9
            ),
            "The pay is the same there whatever the checks say.",
        ),
    ),
)


# --- exercise 4 ---


def _dearer(percent, outside=0.0):
    return reference_problem(scale=0.5 * (1 + percent / 100), outside=outside)


@lru_cache(maxsize=4096)
def _worker_at(percent, monitor, contract):
    return _best_effort(_dearer(percent), monitor, contract)


def _percent_it_stands(monitor, contract):
    for percent in range(61):
        if _worker_at(percent, monitor, contract) < 0.05:
            return percent - 1
    return 60


def _percent_by_search(monitor, contract):
    """Bisection on the cost at which the best hill and effort 0 are as good, with all counts written out."""
    if _answer_by_search(_dearer(0), monitor, contract) < 0.05:
        return -1
    low, high = 0.0, 61.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        works = _answer_by_search(_dearer(middle), monitor, contract) >= 0.05
        low, high = (middle, high) if works else (low, middle)
    return int(low)


def _stands_while(works):
    def answer(monitor, contract):
        kept = [works(percent, monitor, contract) for percent in range(61)]
        return (kept.index(False) if False in kept else 61) - 1

    return answer


def _beyond_sixty(monitor, contract):
    percent = 0
    while percent < 1000 and _worker_at(percent, monitor, contract) >= 0.05:
        percent += 1
    return percent - 1


def _list_of_those_that_stand(monitor, contract):
    found = _percent_it_stands(monitor, contract)
    return max(percent for percent in range(61) if percent <= found)


PERCENT_IT_STANDS = Exercise(
    name="percent_it_stands",
    reference=_percent_it_stands,
    oracle=_percent_by_search,
    seconds=60.0,
    probes=(
        Case("a margin of a few euros", MONITOR, Binary(18, 0.0, 0.6, 30)),
        Case("one euro short", MONITOR, Binary(18, 0.0, 0.53, 30)),
        Case("a large margin", MONITOR, Binary(18, 0.0, 0.7, 30)),
        Case("another threshold", MONITOR, Binary(16, 0.0, 0.62, 30)),
        Case("stronger items", SelfConsistency(kappa=0.2), Binary(18, 0.0, 0.5, 30)),
        Case("it stands to the end", SelfConsistency(kappa=0.25), Binary(18, 0.0, 1.5, 30)),
    ),
    mistakes=(
        Mistake(
            "first that fails",
            lambda monitor, contract: _percent_it_stands(monitor, contract) + 1,
            "This is the first percentage at which nobody works. The last at which the bonus still stands is one less.",
        ),
        Mistake(
            "first that fails, 60 at the end",
            lambda monitor, contract: min(_percent_it_stands(monitor, contract) + 1, 60),
            "Your loop hands back the percentage at which it stops, the first without work. The one before is the last that stood.",
        ),
        Mistake(
            "profit in place of work",
            _stands_while(
                lambda percent, monitor, contract: (
                    _profit(_worker_at(percent, monitor, contract), _dearer(percent), monitor, contract) > 0
                )
            ),
            "You ask whether Halyard earns something. Asked for is whether the annotator works.",
        ),
        Mistake(
            "cheaper in place of dearer",
            _stands_while(lambda percent, monitor, contract: _worker_at(-percent, monitor, contract) > 0.05),
            "Effort gets cheaper in your loop. The danger is on the other side.",
        ),
        Mistake(
            "negative not told",
            lambda monitor, contract: max(_percent_it_stands(monitor, contract), 0),
            "One euro short the bonus buys nothing even at today's cost. Return -1 there.",
        ),
        Mistake(
            "a share",
            lambda monitor, contract: _percent_it_stands(monitor, contract) / 100,
            "This is a share. Return the percentage, a whole number.",
        ),
        Mistake(
            "60 never tried",
            lambda monitor, contract: min(_percent_it_stands(monitor, contract), 59),
            "Your search ends before 60 (`range(60)` leaves 60 out), and a generous bonus still stands there.",
        ),
        Mistake(
            "-1 where it stands to the end",
            lambda monitor, contract: (
                -1 if _percent_it_stands(monitor, contract) == 60 else _percent_it_stands(monitor, contract)
            ),
            "A generous bonus stands all 60 percent. Your loop then ends without a break: return 60 there.",
        ),
        Mistake(
            "nothing in the list",
            _list_of_those_that_stand,
            "Where nobody works even at 0, your list is empty and has no largest entry. Return -1 there.",
        ),
        Mistake(
            "fall from the effort at 0",
            _stands_while(
                lambda percent, monitor, contract: (
                    _worker_at(percent, monitor, contract) > _worker_at(0, monitor, contract) - 0.05
                )
            ),
            "You compare with the effort at 0%. Work means an effort above 0.05 itself, so nobody works where it is 0 from the start.",
            tolerance=0.1,  # by how much it fell depends on the grid of efforts
        ),
        Mistake(
            "the lesson's contract",
            lambda monitor, contract: _percent_it_stands(monitor, OFFER),
            "The result does not change with `contract`: use the argument, and not `offer`.",
        ),
        Mistake(
            "the lesson's monitor",
            lambda monitor, contract: _percent_it_stands(MONITOR, contract),
            "The strength is always 0.15: use the argument `monitor`.",
        ),
        Mistake(
            "the upper hill",
            _stands_while(
                lambda percent, monitor, contract: _upper_hill(_dearer(percent), monitor, contract) > 0.05
            ),
            "You ask whether there is a hill of work. The annotator may be better off on the other one: ask `best_effort`.",
        ),
        Mistake(
            "beyond 60",
            _beyond_sixty,
            "Your search goes on beyond 60. Where people still work at 60, return 60.",
        ),
        Mistake(
            "any loss of effort, even from nothing",
            _stands_while(
                lambda percent, monitor, contract: (
                    _worker_at(percent, monitor, contract) >= _worker_at(0, monitor, contract) - 1e-9
                )
            ),
            "You stop at the first fall of effort, however small. The bonus stands as long as people work, above 0.05.",
            tolerance=2.5,
        ),
        Mistake(
            "any fall of effort",
            _stands_while(
                lambda percent, monitor, contract: (
                    _worker_at(percent, monitor, contract) >= _worker_at(0, monitor, contract) - 1e-9
                    and _worker_at(0, monitor, contract) > 0.05
                )
            ),
            "You stop where effort falls a little. The bonus stands as long as there is any work, above 0.05.",
            tolerance=2.5,  # where it first falls depends on the learner's grid of efforts
        ),
    ),
)


CRITIQUE = Rubric(
    name="judge_the_bonus",
    criteria=(
        "It says what the model supports, with a number after the price of the checks (9 euros for the 54, 9.7 for the solver's 53.25), and under which assumption.",
        "It names a motive that the model leaves out, and which way that could turn the result.",
        "It sees the careful annotator who misses the threshold by bad luck.",
        "It names a way to pass the checks without care.",
        "It proposes a margin, and tells what is left of the profit then, after the price of the checks.",
    ),
    model_answer=(
        "If people weigh only pay against toil, the bonus earns about 15 euros a batch, 9 after the checks, where flat pay loses what it costs. "
        "Some now read with care because they are trusted; a test with a price on it can end that, and the gain with it. "
        "Even at the effort that the bonus asks for, three careful batches in ten go unpaid, and people will call that unfair. "
        "Pressing the longer answer each time passes every check, swapped or not: the bonus then comes without care, and the gain is gone. "
        "54 euros stand at a cliff, so I would offer 59, which stands 7% more cost and leaves 4 euros after the checks; "
        "64 would leave a loss."
    ),
)

QUIZ = (
    Question(
        "Why does a higher flat wage buy no effort from this annotator?",
        (
            "The annotator is lazy by nature.",
            "The wage comes in either way, so effort only costs.",
            "The wage is below the outside option.",
        ),
        "The wage comes in either way, so effort only costs.",
        "u(w) − c(η) falls in η, whatever w is.",
    ),
    Question(
        "A bonus is paid to one annotator in five, drawn by lot. What does it change?",
        ("The effort.", "Only who has the money.", "The effort of those who dislike risk."),
        "Only who has the money.",
        "The chance of the bonus does not move with effort, so the best effort stays at 0.",
    ),
    Question(
        "Why must the best bonus leave the annotator a gain here?",
        (
            "The law asks for it.",
            "No wage may be below 0, and a clicker wins the bonus sometimes.",
            "The annotator dislikes risk.",
        ),
        "No wage may be below 0, and a clicker wins the bonus sometimes.",
        "Working must be as good as clicking, and clicking brings Δ·P(X ≥ t | effort 0) without any toil.",
    ),
    Question(
        "So much for each agreement, from the first on, instead of the bonus: what does that buy from this lesson's annotator (a = 1)?",
        (
            "Every agreement pays, so the annotator works a little.",
            "Nothing: effort stays at 0, at any rate.",
            "The annotator works as under the bonus.",
        ),
        "Nothing: effort stays at 0, at any rate.",
        "A clicker is paid for half of the checks. On top of that pay more euros are worth less to this annotator, "
        "and at no rate as much as they tire. Somebody far less risk-averse (a = 0.1) would work, at a loss to Halyard.",
    ),
    Question(
        "Effort costs this annotator 5% more than Halyard thinks. What does the best bonus buy then?",
        ("5% less effort.", "No effort at all.", "The same effort at a higher wage."),
        "No effort at all.",
        "The best bonus leaves the annotator at a tie. A little more cost, and clicking is better.",
    ),
)

VARIANTS = (
    Variant(
        "certainty_equivalent",
        "A lottery pays {high:.1f} with chance {chance:.2f}, else {low:.1f}. Which sure wage is as good to somebody with "
        "u(w) = (1 − e^(−a w))/a and a = {aversion:.2f}? Give three decimals.",
        lambda rng: {
            "low": between(rng, 0.0, 1.0, 1),
            "high": between(rng, 2.0, 5.0, 1),
            "chance": between(rng, 0.2, 0.8, 2),
            "aversion": between(rng, 0.3, 1.5, 2),
        },
    ),
)

LESSON = LessonDefinition(
    number=8,
    title="Model the annotator as an agent",
    minutes_to_read=35,
    minutes_to_do=40,
    exercises=(CERTAINTY_EQUIVALENT, BEST_EFFORT, FOUR_WORLDS, PERCENT_IT_STANDS),
    quiz=QUIZ,
    rubrics=(CRITIQUE,),
    variants=VARIANTS,
)
