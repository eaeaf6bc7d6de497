"""Answers to lesson 08, written apart from its definition."""

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import binom, norm

import annolib as al

GRID = np.linspace(0, 1, 2001)


def sure_wage(low, high, chance, aversion):
    mean = chance * math.exp(-aversion * high) + (1 - chance) * math.exp(-aversion * low)
    return -math.log(mean) / aversion


def average(low, high, chance, aversion):
    return chance * high + (1 - chance) * low


def expected_utility(low, high, chance, aversion):
    return (1 - math.exp(-aversion * sure_wage(low, high, chance, aversion))) / aversion


def wrong_odds(low, high, chance, aversion):
    return sure_wage(low, high, 1 - chance, aversion)


def one_for_all(low, high, chance, aversion):
    return sure_wage(low, high, chance, 1)


def twice_averse(low, high, chance, aversion):
    return sure_wage(low, high, chance, aversion * aversion)


def rule_of_thumb(low, high, chance, aversion):
    mean = average(low, high, chance, aversion)
    variance = chance * (high - mean) ** 2 + (1 - chance) * (low - mean) ** 2
    return mean - aversion * variance / 2


def half_an_inverse(low, high, chance, aversion):
    return sure_wage(low, high, chance, aversion) * aversion


def utility_of(wage, aversion):
    return (1 - math.exp(-aversion * wage)) / aversion


def inverse_of_one(low, high, chance, aversion):
    return -math.log(1 - chance * utility_of(high, aversion) - (1 - chance) * utility_of(low, aversion))


def half_a_utility(low, high, chance, aversion):
    mean = chance * (1 - math.exp(-aversion * high)) + (1 - chance) * (1 - math.exp(-aversion * low))
    return -math.log(1 - aversion * mean) / aversion


def loves_risk(low, high, chance, aversion):
    return math.log(chance * math.exp(aversion * high) + (1 - chance) * math.exp(aversion * low)) / aversion


def upside_down(low, high, chance, aversion):
    return math.log(chance * math.exp(-aversion * high) + (1 - chance) * math.exp(-aversion * low)) / aversion


def price_of_risk(low, high, chance, aversion):
    return average(low, high, chance, aversion) - sure_wage(low, high, chance, aversion)


def losers_get_nothing(low, high, chance, aversion):
    return sure_wage(0, high, chance, aversion)


def of_the_difference(low, high, chance, aversion):
    return sure_wage(0, high - low, chance, aversion)


def utility_of_average(low, high, chance, aversion):
    return utility_of(average(low, high, chance, aversion), aversion)


def without_the_half(low, high, chance, aversion):
    return 2 * rule_of_thumb(low, high, chance, aversion) - average(low, high, chance, aversion)


def always_a_coin(low, high, chance, aversion):
    return sure_wage(low, high, 1 / 2, aversion)


def raises_the_offer(low, high, chance, aversion):
    """The search of the lesson, from the low wage on."""
    offers = np.arange(low, high + 0.0002, 0.0001)
    return float(
        offers[
            -np.exp(-aversion * offers) >= -math.exp(-aversion * sure_wage(low, high, chance, aversion))
        ].min()
    )


def chance_of(effort, monitor, pay):
    q = monitor.pass_probability(effort)
    return sum(math.comb(pay.n, k) * q**k * (1 - q) ** (pay.n - k) for k in range(pay.threshold, pay.n + 1))


def likes(problem, monitor, pay):
    """The agent's payoff at every effort of the grid."""
    chance = chance_of(GRID, monitor, pay)
    lottery = chance * problem.utility.utility(pay.high) + (1 - chance) * problem.utility.utility(pay.low)
    return lottery - problem.cost.cost(GRID)


def mean_pay(monitor, pay, effort):
    return pay.low + (pay.high - pay.low) * chance_of(effort, monitor, pay)


def top(values):
    return float(GRID[np.argmax(values)])


def answer_by_list(problem, monitor, contract):
    return top(likes(problem, monitor, contract))


def answer_refined(problem, monitor, contract):
    """The best of a grid, refined around it: next to 0 it finds a number of the size 1e-9, not 0."""

    def loss(effort):
        chance = chance_of(effort, monitor, contract)
        low, high = problem.utility.utility(contract.low), problem.utility.utility(contract.high)
        return problem.cost.cost(effort) - low - (high - low) * chance

    near = answer_by_list(problem, monitor, contract)
    around = (max(near - 0.0005, 0.0), min(near + 0.0005, 1.0))
    return minimize_scalar(loss, bounds=around, method="bounded").x


def answer_next_to_nothing(problem, monitor, contract):
    """A list of efforts that starts at a thousandth."""
    efforts = np.linspace(0.001, 1, 1000)
    low, high = (problem.utility.utility(wage) for wage in (contract.low, contract.high))
    payoff = low + (high - low) * chance_of(efforts, monitor, contract) - problem.cost.cost(efforts)
    return efforts[payoff.argmax()]


def from_one_in_a_hundred(problem, monitor, contract):
    return float(GRID[20:][np.argmax(likes(problem, monitor, contract)[20:])])


def answer_of_the_library(problem, monitor, contract):
    return al.best_answer(problem, monitor, contract).effort


def answer_bounded(problem, monitor, contract):
    """SciPy's search between two bounds, for functions with one hill."""
    low, high = (problem.utility.utility(wage) for wage in (contract.low, contract.high))
    return minimize_scalar(
        lambda e: problem.cost.cost(e) - low - (high - low) * chance_of(e, monitor, contract),
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-8},
    ).x


def which(problem, monitor, contract):
    return int(np.argmax(likes(problem, monitor, contract)[::2]))


def best_of(problem, contract, chance, toil=None):
    low, high = problem.utility.utility(contract.low), problem.utility.utility(contract.high)
    return top(low * (1 - chance) + high * chance - (problem.cost.cost(GRID) if toil is None else toil))


def tops_the_threshold(problem, monitor, contract):
    return best_of(
        problem, contract, 1 - binom.cdf(contract.threshold, contract.n, monitor.pass_probability(GRID))
    )


def under_a_bell(problem, monitor, contract, step=0.0):
    q = monitor.pass_probability(GRID)
    z = (contract.threshold - step - contract.n * q) / (np.sqrt(contract.n * q * (1 - q)) + 1e-200)
    return best_of(problem, contract, norm.cdf(-z))


def tires_by_slope(problem, monitor, contract):
    return best_of(problem, contract, chance_of(GRID, monitor, contract), problem.cost.slope(GRID))


def never_rests(problem, monitor, contract):
    return best_of(problem, contract, chance_of(GRID, monitor, contract), -problem.cost.cost(GRID))


def unhappiest(problem, monitor, contract):
    return float(GRID[likes(problem, monitor, contract).argmin()])


def pays_for_toil(problem, monitor, contract):
    chance, toil = chance_of(GRID, monitor, contract), problem.cost.cost(GRID)
    u = problem.utility.utility
    return top(chance * u(contract.high - toil) + (1 - chance) * u(contract.low - toil))


def of_the_offer(problem, monitor, contract):
    return answer_by_list(problem, monitor, al.contracts.Binary(18, 0.0, 0.54, 30))


def of_the_text(problem, monitor, contract):
    return answer_by_list(problem, al.SelfConsistency(0.15), contract)


def as_ordered(problem, monitor, contract):
    return al.first_best(problem).effort


def works_if_there_is_a_hill(problem, monitor, contract):
    payoff = likes(problem, monitor, contract)
    for place in range(1999, 0, -1):
        if payoff[place] >= payoff[place + 1] and payoff[place] > payoff[place - 1]:
            return float(GRID[place])
    return top(payoff)


def counts_euros(problem, monitor, contract):
    return top(mean_pay(monitor, contract, GRID) - problem.cost.cost(GRID))


def averages_first(problem, monitor, contract):
    return top(problem.utility.utility(mean_pay(monitor, contract, GRID)) - problem.cost.cost(GRID))


def never_tires(problem, monitor, contract):
    return top(mean_pay(monitor, contract, GRID))


def obeys(problem, monitor, contract):
    return top(problem.value(GRID) - mean_pay(monitor, contract, GRID))


def counts_as_here(problem, monitor, contract, utility=None, cost=None):
    """The annotator of the lesson in place of the one that is asked about."""
    asked = al.Problem(utility or problem.utility, cost or problem.cost, value=problem.value, floor=None)
    return answer_by_list(asked, monitor, contract)


def all_typed_in(problem, monitor, contract):
    return counts_as_here(problem, monitor, contract, al.CARA(1.0), al.PowerCost(0.5, 2))


def utility_typed_in(problem, monitor, contract):
    return counts_as_here(problem, monitor, contract, utility=al.CARA(1.0))


def cost_typed_in(problem, monitor, contract):
    return counts_as_here(problem, monitor, contract, cost=al.PowerCost(0.5, 2))


def walks_uphill(problem, monitor, contract):
    payoff, here = likes(problem, monitor, contract), 0
    while here < 2000 and payoff[here + 1] > payoff[here]:
        here += 1
    return float(GRID[here])


def how_happy(problem, monitor, contract):
    return float(max(likes(problem, monitor, contract)))


def profit_by_mean(effort, problem, monitor, contract):
    return problem.value(effort) - mean_pay(monitor, contract, effort)


def feels(effort, problem, monitor, contract):
    chance, utility = chance_of(effort, monitor, contract), problem.utility.utility
    lottery = chance * utility(contract.high) + (1 - chance) * utility(contract.low)
    return lottery - problem.cost.cost(effort)


def pays_utilities(effort, problem, monitor, contract):
    chance, utility = chance_of(effort, monitor, contract), problem.utility.utility
    return problem.value(effort) - chance * utility(contract.high) - (1 - chance) * utility(contract.low)


def worlds(problem, monitor, contract, choose=answer_by_list, flat="low", count=profit_by_mean):
    rows = []
    for kappa in (0.0, monitor.kappa):
        row = []
        for high in (getattr(contract, flat), contract.high):
            low = high if flat == "high" and not row else contract.low
            pay = al.contracts.Binary(contract.threshold, low, high, contract.n)
            seen = al.SelfConsistency(kappa=kappa)
            row.append(count(choose(problem, seen, pay), problem, seen, pay))
        rows.append(row)
    return rows


def table_of_worlds(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract))


def same_effort(problem, monitor, contract):
    effort = answer_by_list(problem, monitor, contract)
    return np.array(worlds(problem, monitor, contract, choose=lambda *_: effort))


def other_way_round(problem, monitor, contract):
    return np.array(list(zip(*worlds(problem, monitor, contract), strict=True)))


def high_for_all(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, flat="high"))


def blind_pays_nothing(problem, monitor, contract):
    table = worlds(problem, monitor, contract)
    return np.array([[table[0][0]] * 2, table[1]])


def obedient_worlds(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, choose=obeys))


def worlds_without_pay(problem, monitor, contract):
    table = worlds(problem, monitor, contract)
    return np.array([[0.0, row[1]] for row in table])


def worlds_of_worth(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, count=lambda e, p, *world: p.value(e)))


def worlds_after_toil(problem, monitor, contract):
    def count(effort, *world):
        return profit_by_mean(effort, *world) - world[0].cost.cost(effort)

    return np.array(worlds(problem, monitor, contract, count=count))


def unseen_unpaid(problem, monitor, contract):
    (flat, _), second = worlds(problem, monitor, contract)
    return np.array([[flat, 0.0], second])


def worlds_of_effort(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, count=lambda effort, *world: effort))


def worlds_in_utility(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, count=pays_utilities))


def worlds_of_the_annotator(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, count=feels))


def worlds_in_euros(problem, monitor, contract):
    return 100 * table_of_worlds(problem, monitor, contract)


def worlds_with_a_flat_wage(problem, monitor, contract):
    """No bonus written as what it is, a flat contract; and the functions read the wages of it."""
    flat = al.contracts.Flat(contract.low, n=contract.n)
    table = np.empty((2, 2))
    for row, seen in enumerate((al.SelfConsistency(kappa=0.0), monitor)):
        for column, pay in enumerate((flat, contract)):
            table[row, column] = profit_by_mean(answer_by_list(problem, seen, pay), problem, seen, pay)
    return table


def worlds_refined(problem, monitor, contract):
    return np.array(worlds(problem, monitor, contract, choose=answer_refined))


def losers_forgotten(problem, monitor, contract):
    return top(
        problem.utility.utility(contract.high) * chance_of(GRID, monitor, contract) - problem.cost.cost(GRID)
    )


def bonus_alone(problem, monitor, contract):
    worth = problem.utility.utility(contract.high - contract.low)
    return top(worth * chance_of(GRID, monitor, contract) - problem.cost.cost(GRID))


def answer_in_hundredths(problem, monitor, contract):
    return float(GRID[::20][np.argmax(likes(problem, monitor, contract)[::20])])


def dearer(percent):
    return al.Problem(
        al.CARA(1.0), al.PowerCost(0.5 * (1 + percent / 100), 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0
    )


def percents(monitor, contract, kept, most=60):
    """The last percentage of 0, 1, 2, … up to which `kept` holds without a break, -1 if never."""
    last = -1
    while last < most and kept(dearer(last + 1), monitor, contract):
        last += 1
    return last


def works(problem, monitor, contract):
    return answer_by_list(problem, monitor, contract) > 0.05


def stands(monitor, contract):
    return percents(monitor, contract, works)


def stands_by_library(monitor, contract):
    return percents(monitor, contract, lambda *world: al.best_answer(*world).effort > 0.05)


def breaks(monitor, contract):
    return stands(monitor, contract) + 1


def stands_at_full_effort(monitor, contract):
    wanted = answer_by_list(dearer(0), monitor, contract)
    return percents(
        monitor,
        contract,
        lambda *world: works(*world) and answer_by_list(*world) >= wanted - 1e-9,
    )


def stands_while_it_earns(monitor, contract):
    def earns(problem, monitor, contract):
        effort = answer_by_list(problem, monitor, contract)
        return profit_by_mean(effort, problem, monitor, contract) > 0

    return percents(monitor, contract, earns)


def stands_cheaper(monitor, contract):
    efforts = [answer_by_list(dearer(-percent), monitor, contract) for percent in range(61)]
    return next((percent for percent, effort in enumerate(efforts) if effort < 0.05), 61) - 1


def never_negative(monitor, contract):
    return max(0, stands(monitor, contract))


def stops_at_failure(monitor, contract):
    percent = 0
    while percent < 60 and works(dearer(percent), monitor, contract):
        percent += 1
    return percent


def has_a_hill(monitor, contract):
    return percents(monitor, contract, lambda *world: works_if_there_is_a_hill(*world) > 0.05)


def falls_at_all(monitor, contract):
    wanted = answer_by_list(dearer(0), monitor, contract)
    return percents(monitor, contract, lambda *world: answer_by_list(*world) >= wanted - 1e-9)


def stands_as_share(monitor, contract):
    return stands(monitor, contract) / 100


def sixty_left_out(monitor, contract):
    for percent in range(60):
        if not works(dearer(percent), monitor, contract):
            return percent - 1
    return 59


def end_forgotten(monitor, contract):
    fails = [percent for percent in range(61) if not works(dearer(percent), monitor, contract)]
    return fails[0] - 1 if fails else -1


def no_return_at_the_end(monitor, contract):
    for percent in range(61):
        if not works(dearer(percent), monitor, contract):
            return percent - 1


def largest_of_nothing(monitor, contract):
    return max(percent for percent in range(61) if works(dearer(percent), monitor, contract))


def falls_by_five_hundredths(monitor, contract):
    least = answer_by_list(dearer(0), monitor, contract) - 0.05
    return percents(monitor, contract, lambda *world: answer_by_list(*world) > least)


RIGHT = {
    "certainty_equivalent": [sure_wage],
    "best_effort": [answer_by_list, answer_refined, answer_of_the_library, answer_next_to_nothing],
    "four_worlds": [table_of_worlds, worlds_refined, worlds, worlds_with_a_flat_wage],
    "percent_it_stands": [stands, stands_by_library],
}
WRONG = {
    "certainty_equivalent": {
        "mean wage": average,
        "left in utility": expected_utility,
        "chances exchanged": wrong_odds,
        "half the variance": rule_of_thumb,
        "aversion fixed at 1": one_for_all,
        "aversion squared": twice_averse,
        "inverse without 1/a": half_an_inverse,
        "no a in the inverse": inverse_of_one,
        "no 1/a in u": half_a_utility,
        "sign in the exponent": loves_risk,
        "sign of the result": upside_down,
        "premium": price_of_risk,
        "low wage forgotten": losers_get_nothing,
        "low wage taken off": of_the_difference,
        "utility of the mean": utility_of_average,
        "whole variance": without_the_half,
        "a coin": always_a_coin,
        "in euros": lambda *lottery: 100 * sure_wage(*lottery),
        "a search": raises_the_offer,
    },
    "best_effort": {
        "money instead of utility": counts_euros,
        "utility of the mean wage": averages_first,
        "effort for free": never_tires,
        "Halyard's choice": obeys,
        "first hill": walks_uphill,
        "one hill": answer_bounded,
        "the upper hill": works_if_there_is_a_hill,
        "more passes than the threshold": tops_the_threshold,
        "normal approximation": under_a_bell,
        "normal approximation, half a check lower": lambda *world: under_a_bell(*world, step=0.5),
        "nobody works": tires_by_slope,
        "cost added": never_rests,
        "smallest payoff": unhappiest,
        "cost in money": pays_for_toil,
        "the lesson's contract": of_the_offer,
        "the lesson's monitor": of_the_text,
        "first best": as_ordered,
        "effort 0 left out": from_one_in_a_hundred,
        "place instead of effort": which,
        "payoff instead of effort": how_happy,
        "low wage forgotten": losers_forgotten,
        "utility of the difference": bonus_alone,
        "grid of hundredths": answer_in_hundredths,
        "both typed in": all_typed_in,
        "utility typed in": utility_typed_in,
        "cost typed in": cost_typed_in,
    },
    "four_worlds": {
        "effort kept": same_effort,
        "rows and columns exchanged": other_way_round,
        "flat pay is the high wage": high_for_all,
        "no bonus without monitoring": blind_pays_nothing,
        "no monitoring, no pay": unseen_unpaid,
        "columns exchanged": lambda *world: table_of_worlds(*world)[:, [1, 0]],
        "rows exchanged": lambda *world: table_of_worlds(*world)[[1, 0]],
        "wages forgotten": worlds_of_worth,
        "toil paid twice": worlds_after_toil,
        "the lesson's monitor": lambda problem, monitor, contract: table_of_worlds(
            problem, al.SelfConsistency(0.15), contract
        ),
        "the lesson's contract": lambda problem, monitor, contract: table_of_worlds(
            problem, monitor, al.contracts.Binary(18, 0.0, 0.54, 30)
        ),
        "no bonus, no pay": worlds_without_pay,
        "efforts": worlds_of_effort,
        "paid in utility": worlds_in_utility,
        "the annotator's gain": worlds_of_the_annotator,
        "Halyard chooses the effort": obedient_worlds,
        "euros": worlds_in_euros,
    },
    "percent_it_stands": {
        "first that fails": breaks,
        "any fall of effort": stands_at_full_effort,
        "profit in place of work": stands_while_it_earns,
        "cheaper in place of dearer": stands_cheaper,
        "negative not told": never_negative,
        "a share": stands_as_share,
        "first that fails, 60 at the end": stops_at_failure,
        "the lesson's contract": lambda monitor, contract: stands(
            monitor, al.contracts.Binary(18, 0.0, 0.54, 30)
        ),
        "the lesson's monitor": lambda monitor, contract: stands(al.SelfConsistency(0.15), contract),
        "the upper hill": has_a_hill,
        "beyond 60": lambda monitor, contract: percents(monitor, contract, works, most=1000),
        "any loss of effort, even from nothing": falls_at_all,
        "60 never tried": sixty_left_out,
        "-1 where it stands to the end": end_forgotten,
        "nothing in the list": largest_of_nothing,
        "fall from the effort at 0": falls_by_five_hundredths,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["percent_it_stands"]["wrong"]["nothing at the end"] = (
    no_return_at_the_end,
    "Does every path end in return?",
)
