"""Answers to lesson 08, written apart from its definition."""

import math

import numpy as np

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


def rule_of_thumb(low, high, chance, aversion):
    mean = average(low, high, chance, aversion)
    variance = chance * (high - mean) ** 2 + (1 - chance) * (low - mean) ** 2
    return mean - aversion * variance / 2


def half_an_inverse(low, high, chance, aversion):
    return sure_wage(low, high, chance, aversion) * aversion


def climb(function, start=0.0, end=1.0):
    """The highest point of a function with one hill, by thirds."""
    for _ in range(80):
        one, two = (2 * start + end) / 3, (start + 2 * end) / 3
        start, end = (one, end) if function(one) < function(two) else (start, two)
    return (start + end) / 2


def left_over(problem, effort):
    return problem.value(effort) - float(problem.utility.wage(problem.outside + problem.cost.cost(effort)))


def best_by_thirds(problem):
    return climb(lambda effort: left_over(problem, effort))


def pays_in_utility(problem):
    return climb(lambda effort: problem.value(effort) - problem.cost.cost(effort))


def all_out(problem):
    return 1.0


def no_alternative(problem):
    return climb(lambda e: problem.value(e) - float(problem.utility.wage(problem.cost.cost(e))))


def how_much(problem):
    return left_over(problem, best_by_thirds(problem))


def where(problem):
    return int(np.argmax([left_over(problem, effort) for effort in GRID[::2]]))


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


def counts_euros(problem, monitor, contract):
    return top(mean_pay(monitor, contract, GRID) - problem.cost.cost(GRID))


def averages_first(problem, monitor, contract):
    return top(problem.utility.utility(mean_pay(monitor, contract, GRID)) - problem.cost.cost(GRID))


def never_tires(problem, monitor, contract):
    return top(mean_pay(monitor, contract, GRID))


def obeys(problem, monitor, contract):
    return top(problem.value(GRID) - mean_pay(monitor, contract, GRID))


def walks_uphill(problem, monitor, contract):
    payoff, here = likes(problem, monitor, contract), 0
    while here < 2000 and payoff[here + 1] > payoff[here]:
        here += 1
    return float(GRID[here])


def how_happy(problem, monitor, contract):
    return float(max(likes(problem, monitor, contract)))


def profit_by_mean(effort, problem, monitor, contract):
    return problem.value(effort) - mean_pay(monitor, contract, effort)


def winners_only(effort, problem, monitor, contract):
    return problem.value(effort) - chance_of(effort, monitor, contract) * contract.high


def both_wages(effort, problem, monitor, contract):
    return winners_only(effort, problem, monitor, contract) - contract.low


def losers_win(effort, problem, monitor, contract):
    chance = chance_of(effort, monitor, contract)
    return problem.value(effort) - chance * contract.low - (1 - chance) * contract.high


def pays_utilities(effort, problem, monitor, contract):
    chance, utility = chance_of(effort, monitor, contract), problem.utility.utility
    return problem.value(effort) - chance * utility(contract.high) - (1 - chance) * utility(contract.low)


def generous(effort, problem, monitor, contract):
    return problem.value(effort) - contract.high


def worlds(problem, monitor, contract, choose=answer_by_list, flat="low"):
    rows = []
    for kappa in (0.0, monitor.kappa):
        row = []
        for high in (getattr(contract, flat), contract.high):
            low = high if flat == "high" and not row else contract.low
            pay = al.contracts.Binary(contract.threshold, low, high, contract.n)
            seen = al.SelfConsistency(kappa=kappa)
            row.append(profit_by_mean(choose(problem, seen, pay), problem, seen, pay))
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


def losers_forgotten(problem, monitor, contract):
    return top(
        problem.utility.utility(contract.high) * chance_of(GRID, monitor, contract) - problem.cost.cost(GRID)
    )


def bonus_alone(problem, monitor, contract):
    worth = problem.utility.utility(contract.high - contract.low)
    return top(worth * chance_of(GRID, monitor, contract) - problem.cost.cost(GRID))


def hundredths(problem):
    return max(np.linspace(0, 1, 101), key=lambda effort: left_over(problem, effort))


def answer_in_hundredths(problem, monitor, contract):
    return float(GRID[::20][np.argmax(likes(problem, monitor, contract)[::20])])


RIGHT = {
    "certainty_equivalent": [sure_wage],
    "first_best_effort": [best_by_thirds],
    "best_effort": [answer_by_list],
    "profit": [profit_by_mean],
    "four_worlds": [table_of_worlds],
}
WRONG = {
    "certainty_equivalent": {
        "mean wage": average,
        "left in utility": expected_utility,
        "chances exchanged": wrong_odds,
        "half the variance": rule_of_thumb,
        "aversion fixed at 1": one_for_all,
        "inverse without 1/a": half_an_inverse,
    },
    "first_best_effort": {
        "cost taken for money": pays_in_utility,
        "wage forgotten": all_out,
        "outside option forgotten": no_alternative,
        "profit instead of effort": how_much,
        "position instead of effort": where,
        "grid of hundredths": hundredths,
    },
    "best_effort": {
        "money instead of utility": counts_euros,
        "utility of the mean wage": averages_first,
        "effort for free": never_tires,
        "Halyard's choice": obeys,
        "first hill": walks_uphill,
        "payoff instead of effort": how_happy,
        "low wage forgotten": losers_forgotten,
        "utility of the difference": bonus_alone,
        "grid of hundredths": answer_in_hundredths,
    },
    "profit": {
        "low wage forgotten": winners_only,
        "high on top of low": both_wages,
        "odds exchanged": losers_win,
        "paid in utility": pays_utilities,
        "bonus paid for sure": generous,
    },
    "four_worlds": {
        "effort kept": same_effort,
        "rows and columns exchanged": other_way_round,
        "flat pay is the high wage": high_for_all,
        "no bonus without monitoring": blind_pays_nothing,
        "Halyard chooses the effort": obedient_worlds,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
