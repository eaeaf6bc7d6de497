"""Lesson 08: model the annotator as an agent."""

from __future__ import annotations

from math import exp, log

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom

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
            "inverse without 1/a",
            _inverse_without_aversion,
            "The inverse of u divides by a as well. At a = 1 you cannot see it.",
        ),
    ),
)


# --- exercise 2 ---


def _best_by_search(problem):
    """Golden section on the profit, with utility inverted by hand."""
    a, scale, power = problem.utility.aversion, problem.cost.scale, problem.cost.power

    def loss(effort):
        return log(1 - a * (problem.outside + scale * effort**power)) / -a - problem.value(effort)

    return float(minimize_scalar(loss, bounds=(0, 1), method="bounded", options={"xatol": 1e-10}).x)


def _best_on_grid(profit_of):
    return lambda problem: float(EFFORTS[np.argmax(profit_of(problem))])


FIRST_BEST_EFFORT = Exercise(
    name="first_best_effort",
    reference=lambda problem: first_best(problem).effort,
    oracle=_best_by_search,
    probes=(
        Case("Halyard's annotator", reference_problem()),
        Case("a better job elsewhere", reference_problem(outside=0.3)),
        Case("effort costs more", reference_problem(scale=0.8)),
        Case("more risk aversion, a steeper cost", reference_problem(aversion=2.0, scale=0.3, power=3)),
    ),
    tolerance=2e-3,
    mistakes=(
        Mistake(
            "cost taken for money",
            _best_on_grid(lambda p: p.value(EFFORTS) - p.outside - p.cost.cost(EFFORTS)),
            "The cost of effort is in utility. Which wage pays for it? `problem.utility.wage` tells.",
        ),
        Mistake(
            "wage forgotten",
            _best_on_grid(lambda p: p.value(EFFORTS)),
            "Full effort is worth most, but Halyard has to pay for it. Subtract the wage.",
        ),
        Mistake(
            "outside option forgotten",
            _best_on_grid(lambda p: p.value(EFFORTS) - p.utility.wage(p.cost.cost(EFFORTS))),
            "The wage has to pay for the effort and for what the annotator could have elsewhere: u₀ is missing.",
        ),
        Mistake(
            "profit instead of effort",
            lambda problem: first_best(problem).profit,
            "This is the largest profit. The question is at which effort it is reached: `np.argmax`.",
        ),
        Mistake(
            "position instead of effort",
            lambda problem: int(round(1000 * first_best(problem).effort)),
            "This is the position in the grid. Read the effort that stands there.",
        ),
        Mistake(
            "grid of hundredths",
            lambda problem: round(100 * _best_by_search(problem)) / 100,
            "Your grid of efforts is too coarse: its steps are hundredths. Take a thousand.",
        ),
    ),
)


# --- exercise 3 ---


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
        q = 0.5 + 2 * monitor.kappa * effort**2
        return float(binom.pmf(counts, contract.n, q) @ utilities) - scale * effort**power

    grid = np.linspace(0, 1, 301)
    near = grid[np.argmax([payoff(effort) for effort in grid])]
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


REFERENCE, MONITOR = reference_problem(), SelfConsistency(kappa=0.15)

BEST_EFFORT = Exercise(
    name="best_effort",
    reference=_best_effort,
    oracle=_answer_by_search,
    probes=(
        Case("60 euros for 18 of 30", REFERENCE, MONITOR, Binary(18, 0.0, 0.6, 30)),
        Case("a flat wage", REFERENCE, MONITOR, Binary(18, 0.14, 0.14, 30)),
        Case("checks that see nothing", REFERENCE, SelfConsistency(kappa=0.0), Binary(18, 0.0, 0.54, 30)),
        Case("a bonus too small", REFERENCE, MONITOR, Binary(18, 0.0, 0.3, 30)),
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
    ),
)


# --- exercise 4 ---


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


PROFIT = Exercise(
    name="profit",
    reference=_profit,
    oracle=_profit_by_counts,
    probes=(
        Case("60 euros for 18 of 30", 0.6, REFERENCE, MONITOR, Binary(18, 0.0, 0.6, 30)),
        Case("no effort", 0.0, REFERENCE, MONITOR, Binary(18, 0.0, 0.6, 30)),
        Case("a base wage", 0.7, REFERENCE, MONITOR, Binary(11, 0.1, 0.5, 20)),
        Case("a flat wage", 0.3, REFERENCE, MONITOR, Binary(3, 0.2, 0.2, 5)),
    ),
    mistakes=(
        Mistake(
            "low wage forgotten",
            lambda effort, problem, monitor, contract: float(
                problem.value(effort) - contract.high * _chance(effort, monitor, contract)
            ),
            "Who misses the threshold still gets the low wage.",
        ),
        Mistake(
            "high on top of low",
            lambda effort, problem, monitor, contract: float(
                problem.value(effort) - contract.low - contract.high * _chance(effort, monitor, contract)
            ),
            "The high wage is paid instead of the low one, not on top of it.",
        ),
        Mistake(
            "odds exchanged",
            lambda effort, problem, monitor, contract: float(
                problem.value(effort)
                - contract.high
                + (contract.high - contract.low) * _chance(effort, monitor, contract)
            ),
            "The odds are exchanged: the high wage belongs to reaching the threshold.",
        ),
        Mistake(
            "paid in utility",
            _paid_in_utility,
            "Halyard pays euros and not utilities. Leave u to the annotator.",
        ),
        Mistake(
            "bonus paid for sure",
            lambda effort, problem, monitor, contract: float(problem.value(effort) - contract.high),
            "You pay the high wage each time. It is paid only if the threshold is reached.",
        ),
    ),
)


# --- exercise 5 ---


def _worlds(problem, monitor, contract, effort_in=None, flat=None):
    blind = SelfConsistency(kappa=0.0)
    flat = Binary(contract.threshold, contract.low, contract.low, contract.n) if flat is None else flat
    effort_in = _best_effort if effort_in is None else effort_in
    return np.array(
        [
            [_profit(effort_in(problem, seen, pay), problem, seen, pay) for pay in (flat, contract)]
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


def _asked_for(problem, monitor, contract):
    """In each world the effort that would be best for Halyard."""
    return _worlds(problem, monitor, contract, effort_in=_for_halyard)


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
            "Halyard chooses the effort",
            _asked_for,
            "In each world you took the effort that suits Halyard. The annotator chooses: `best_effort`.",
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


CRITIQUE = Rubric(
    name="judge_the_bonus",
    criteria=(
        "It says what the model supports, with a number, and under which assumption.",
        "It names a motive that the model leaves out, and which way that could turn the result.",
        "It sees the careful annotator who misses the threshold by bad luck.",
        "It names a way to pass the checks without care.",
        "It proposes a trial that could prove the plan wrong.",
    ),
    model_answer=(
        "If people weigh only pay against toil, the bonus earns about 15 euros a batch, where flat pay earns nothing. "
        "Some now read with care because they are trusted; a test with a price on it can end that, and the gain with it. "
        "Even at the effort that the bonus asks for, three careful batches in ten go unpaid, and people will call that unfair. "
        "Always saying tie passes every check, swapped or not. "
        "Give the bonus to a random half for a month, with a margin in the bonus, and compare care, complaints and leavers before anybody else gets it."
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
        "With five times the checks, the best bonus changes. What happens to the annotator's rent here?",
        ("It grows.", "It shrinks.", "It stays."),
        "It shrinks.",
        "A clicker passes less often by luck, so less has to be left on the table.",
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
    minutes_to_read=40,
    minutes_to_do=65,
    exercises=(CERTAINTY_EQUIVALENT, FIRST_BEST_EFFORT, BEST_EFFORT, PROFIT, FOUR_WORLDS),
    quiz=QUIZ,
    rubrics=(CRITIQUE,),
    variants=VARIANTS,
)
