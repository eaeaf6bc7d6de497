"""Answers to lesson 10, written apart from its definition."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm


def binomial(checks, chance):
    counts = np.arange(1, checks + 1)
    steps = np.log((checks - counts + 1) / counts) + np.log(chance) - np.log1p(-chance)
    return np.exp(checks * np.log1p(-chance) + np.concatenate([[0.0], np.cumsum(steps)]))


def utility_by_log(base, slope, checks, chance):
    one = np.log(np.asarray(chance) * math.exp(-slope / checks) + 1 - np.asarray(chance))
    return 1 - np.exp(checks * one - base)


def utility_by_recurrence(base, slope, checks, chance):
    one = 1 - np.exp(-base - slope * np.arange(checks + 1) / checks)
    found = np.array([binomial(checks, each) @ one for each in np.atleast_1d(chance)])
    return found if np.ndim(chance) else float(found[0])


def no_base(base, slope, checks, chance):
    return utility_by_log(0, slope, checks, chance)


def base_taken_off(base, slope, checks, chance):
    return 1 - np.exp(base) * (1 - utility_by_log(0, slope, checks, chance))


def as_sure_wage(base, slope, checks, chance):
    return -np.log(1 - utility_by_log(base, slope, checks, chance))


def utility_of_mean(base, slope, checks, chance):
    return 1 - np.exp(-(base + slope * np.asarray(chance)))


def whole_slope(base, slope, checks, chance):
    return 1 - math.exp(-base) * (1 + np.asarray(chance) * (math.exp(-slope) - 1)) ** checks


def one_factor(base, slope, checks, chance):
    return 1 - math.exp(-base) * (1 + np.asarray(chance) * (math.exp(-slope / checks) - 1))


def disutility(base, slope, checks, chance):
    return 1 - utility_by_log(base, slope, checks, chance)


def failures_paid(base, slope, checks, chance):
    return utility_by_log(base, slope, checks, 1 - np.asarray(chance))


def mean_and_variance(base, slope, checks, chance):
    q = np.asarray(chance)
    return base + slope * q - 0.5 * slope * slope * (q - q * q) / checks


def factor_times_n(base, slope, checks, chance):
    return 1 - math.exp(-base) * (1 + np.asarray(chance) * math.expm1(-slope / checks)) * checks


def line_by_ratio(effort, kappa, checks):
    q, steep = 0.5 + 2 * kappa * effort * effort, 4 * kappa * effort
    ratio = effort / (1 - effort * effort / 2) / (checks * steep)  # x / (1 - q x)
    x = ratio / (1 + q * ratio)
    slope = -checks * math.log1p(-x)
    return checks * math.log1p(-q * x) - math.log1p(-effort * effort / 2), slope


def safe_base(effort, kappa, checks):
    slope = line_by_ratio(effort, kappa, checks)[1]
    return -math.log1p(-effort * effort / 2) - slope * (0.5 + 2 * kappa * effort * effort), slope


def utility_slope(effort, kappa, checks):
    slope = effort / (4 * kappa * effort)
    one = 1 - (0.5 + 2 * kappa * effort**2) * (1 - math.exp(-slope / checks))
    return math.log(one**checks / (1 - effort**2 / 2)), slope


def per_agreement(effort, kappa, checks):
    base, slope = line_by_ratio(effort, kappa, checks)
    return base, slope / checks


def unpaid_effort(effort, kappa, checks):
    base, slope = line_by_ratio(effort, kappa, checks)
    return base + math.log1p(-effort * effort / 2), slope


def exchanged(effort, kappa, checks):
    base, slope = line_by_ratio(effort, kappa, checks)
    return slope, base


def straight_all_through(effort, kappa, checks):
    slope = 1 / kappa / 4
    return -math.log1p(-effort * effort / 2) - slope * (0.5 + 2 * kappa * effort * effort), slope


def utility_all_through(effort, kappa, checks):
    return effort * effort / 2 - (0.5 + 2 * kappa * effort * effort) / (4 * kappa), 1 / (4 * kappa)


def line_of_x(x, effort, kappa, checks):
    q = 0.5 + 2 * kappa * effort * effort
    return checks * math.log(1 - q * x) - math.log(1 - effort * effort / 2), -checks * math.log(1 - x)


def same_power(effort, kappa, checks):
    return line_of_x(
        effort / (1 - effort * effort / 2) / (checks * 4 * kappa * effort), effort, kappa, checks
    )


def half_steep(effort, kappa, checks):
    ratio = 1 / ((1 - effort * effort / 2) * checks * 2 * kappa)
    x = ratio / (1 + (0.5 + 2 * kappa * effort * effort) * ratio)
    return line_of_x(x, effort, kappa, checks)


def x_times_n(effort, kappa, checks):
    base, slope = line_by_ratio(effort, kappa, checks)
    return base, -checks * math.expm1(-slope / checks)


def paid_on_top(effort, kappa, checks):
    base, slope = line_by_ratio(effort, kappa, checks)
    return -base, slope


def slope_in_the_limit(effort, kappa, checks):
    slope = 0.25 / kappa / (1 - effort * effort / 2)
    one = 1 + (0.5 + 2 * kappa * effort**2) * math.expm1(-slope / checks)
    return checks * math.log(one) - math.log1p(-effort * effort / 2), slope


def always_the_same_kappa(effort, kappa, checks):
    return line_by_ratio(effort, 0.15, checks)


def constant_by_parts(cost, cost_slope, aversion=1.0):
    steepness = 1 / (1 - aversion * cost)
    return aversion * (steepness * cost_slope) ** 2 / 2


def first_derivative(cost, cost_slope, aversion=1.0):
    return cost_slope**2 / (2 - 2 * aversion * cost)


def no_half(cost, cost_slope, aversion=1.0):
    return aversion * (cost_slope / (1 - aversion * cost)) ** 2


def slope_once(cost, cost_slope, aversion=1.0):
    return aversion * cost_slope / (1 - aversion * cost) ** 2 / 2


def bend_at_zero(cost, cost_slope, aversion=1.0):
    return aversion * cost_slope**2 / 2


def no_aversion(cost, cost_slope, aversion=1.0):
    return (cost_slope / (1 - aversion * cost)) ** 2 / 2


def exchanged_constant(cost, cost_slope, aversion=1.0):
    return constant_by_parts(cost_slope, cost, aversion)


def first_power(cost, cost_slope, aversion=1.0):
    return aversion * first_derivative(cost, cost_slope, aversion)


def first_derivative_whole(cost, cost_slope, aversion=1.0):
    return 2 * first_derivative(cost, cost_slope, aversion)


def always_one(cost, cost_slope, aversion=1.0):
    return constant_by_parts(cost, cost_slope)


def aversion_squared(cost, cost_slope, aversion=1.0):
    return (aversion * cost_slope / (1 - aversion * cost)) ** 2 / 2


def cost_squared(cost, cost_slope, aversion=1.0):
    return constant_by_parts(cost, cost, aversion)


def as_normal_pay(base, slope, checks, chance):
    q = np.asarray(chance)
    sure = base + slope * q - slope**2 * q * (1 - q) / checks / 2
    return 1 - np.exp(-sure)


def option(x):
    return norm.pdf(x) - x * norm.sf(x)


def deposit_euro_by_euro(shortfall, spread):
    deposit = 0
    while spread * option((deposit - shortfall) / spread) > shortfall:
        deposit += 1
    return deposit


def deposit_by_bisection(shortfall, spread):
    low, high = 0, 1
    while spread * option((high - shortfall) / spread) > shortfall:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if spread * option((middle - shortfall) / spread) <= shortfall else (middle, high)
        )
    return float(high)


def exact_deposit(shortfall, spread):
    x = brentq(lambda x: spread * option(x) - shortfall, -shortfall / spread - 1, 30)
    return shortfall + spread * x


def least_whole(enough):
    return lambda shortfall, spread: next(d for d in range(3000) if enough(d, shortfall, spread) or d == 2000)


def unpaid_utility(effort, kappa, checks):
    ratio = effort / (checks * 4 * kappa * effort)
    return line_of_x(ratio / (1 + (0.5 + 2 * kappa * effort**2) * ratio), effort, kappa, checks)


def cost_as_wage(effort, kappa, checks):
    base, slope = line_by_ratio(effort, kappa, checks)
    return base + math.log1p(-effort * effort / 2) + effort * effort / 2, slope


def counts_up(enough):
    """Starts at one euro, as the hint says."""
    return lambda shortfall, spread: next(d for d in range(1, 3000) if enough(d, shortfall, spread))


EFFORTS = np.linspace(0, 1, 2001)


def paid_for(base, slope, checks, floor):
    return [max(base + slope * k / checks, floor) for k in range(checks + 1)]


def laws(kappa, checks, efforts=EFFORTS):
    """Rows of binomial chances, by Pascal's triangle in floats; q = 1 needs care."""
    q = np.minimum(0.5 + 2 * kappa * efforts**2, 1 - 1e-15)[:, None]
    k = np.arange(checks + 1)
    ways = np.array([math.comb(checks, j) for j in k], dtype=float)
    return ways * q**k * (1 - q) ** (checks - k)


def pays_off(wages, kappa, efforts=EFFORTS, toil=0.5):
    utilities = [1 - math.exp(-wage) for wage in wages]
    return laws(kappa, len(wages) - 1, efforts) @ np.array(utilities) - toil * efforts**2


def highest(payoff, efforts=EFFORTS):
    return float(efforts[np.argmax(payoff)])


def bought_by_list(base, slope, checks, kappa, floor):
    return highest(pays_off(paid_for(base, slope, checks, floor), kappa))


def bought_in_two_looks(base, slope, checks, kappa, floor):
    """A coarse grid, then a fine one around its best place."""
    wages, coarse = paid_for(base, slope, checks, floor), np.linspace(0, 1, 201)
    near = highest(pays_off(wages, kappa, coarse), coarse)
    fine = np.linspace(max(near - 0.01, 0), min(near + 0.01, 1), 401)
    return highest(pays_off(wages, kappa, fine), fine)


def bought_uncut(base, slope, checks, kappa, floor):
    return bought_by_list(base, slope, checks, kappa, -1e9)


def bought_by_mean(base, slope, checks, kappa, floor):
    mean = base + slope * (0.5 + 2 * kappa * EFFORTS**2)
    return highest(1 - np.exp(-np.where(mean > floor, mean, floor)) - EFFORTS**2 / 2)


def bought_by_cut_utility(base, slope, checks, kappa, floor):
    values = [max(1 - math.exp(-base - slope * k / checks), floor) for k in range(checks + 1)]
    return highest(laws(kappa, checks) @ np.array(values) - EFFORTS**2 / 2)


def bought_or_nothing(base, slope, checks, kappa, floor):
    wages = [base + slope * k / checks for k in range(checks + 1)]
    return highest(pays_off([wage if wage >= floor else 0.0 for wage in wages], kappa))


def bought_from_above(base, slope, checks, kappa, floor):
    return highest(pays_off([min(base + slope * k / checks, floor) for k in range(checks + 1)], kappa))


def bought_for_money(base, slope, checks, kappa, floor):
    return highest(laws(kappa, checks) @ np.array(paid_for(base, slope, checks, floor)) - EFFORTS**2 / 2)


def bought_if_a_hill(base, slope, checks, kappa, floor):
    payoff = pays_off(paid_for(base, slope, checks, floor), kappa)
    for place in range(1999, 0, -1):
        if payoff[place] >= payoff[place + 1] and payoff[place] > payoff[place - 1]:
            return float(EFFORTS[place])
    return highest(payoff)


def bought_place(base, slope, checks, kappa, floor):
    efforts = EFFORTS[::2]
    return int(np.argmax(pays_off(paid_for(base, slope, checks, floor), kappa, efforts)))


def bought_on(efforts):
    return lambda base, slope, checks, kappa, floor: highest(
        pays_off(paid_for(base, slope, checks, floor), kappa, efforts), efforts
    )


def bought_without_the_last(base, slope, checks, kappa, floor):
    wages = paid_for(base, slope, checks, floor)
    return highest(pays_off([*wages[:-1], 0.0], kappa))


def bought_with_toil(toil):
    return lambda base, slope, checks, kappa, floor: highest(
        pays_off(paid_for(base, slope, checks, floor), kappa, toil=toil)
    )


RIGHT = {
    "expected_utility": [utility_by_log, utility_by_recurrence],
    "line_for": [line_by_ratio],
    "linear_constant": [constant_by_parts],
    "deposit_for": [deposit_euro_by_euro, deposit_by_bisection],
    "effort_bought": [bought_by_list, bought_in_two_looks],
}
WRONG = {
    "expected_utility": {
        "utility of the mean wage": utility_of_mean,
        "normal pay": as_normal_pay,
        "not divided by the checks": whole_slope,
        "one check only": one_factor,
        "forgot one minus": disutility,
        "chances exchanged": failures_paid,
        "base forgotten": no_base,
        "base with the wrong sign": base_taken_off,
        "certainty equivalent": as_sure_wage,
        "mean minus half the variance": mean_and_variance,
        "n times instead of power n": factor_times_n,
    },
    "line_for": {
        "no premium for risk": safe_base,
        "utility taken for money": utility_slope,
        "slope per agreement": per_agreement,
        "effort cost left out": unpaid_effort,
        "slope first": exchanged,
        "all in straight lines": straight_all_through,
        "all in utility": utility_all_through,
        "power n in both": same_power,
        "logarithm forgotten": x_times_n,
        "base with the wrong sign": paid_on_top,
        "slope of q halved": half_steep,
        "slope of many checks": slope_in_the_limit,
        "one less the cost forgotten": unpaid_utility,
        "cost in the base": cost_as_wage,
        "kappa of the text": always_the_same_kappa,
    },
    "linear_constant": {
        "cost and slope exchanged": exchanged_constant,
        "a squared": aversion_squared,
        "the cost squared": cost_squared,
        "h prime": first_derivative,
        "half forgotten": no_half,
        "slope not squared": slope_once,
        "bend at zero": bend_at_zero,
        "aversion forgotten": no_aversion,
        "bracket not squared": first_power,
        "no half, and h prime": first_derivative_whole,
        "aversion nowhere": always_one,
    },
    "deposit_for": {
        "rounded to the nearest": lambda m, sd: round(exact_deposit(m, sd)),
        "rounded down": lambda m, sd: int(exact_deposit(m, sd)),
        "not whole": exact_deposit,
        "one standard deviation": lambda m, sd: math.ceil(sd),
        "a standard deviation below the mean": lambda m, sd: math.ceil(sd + m),
        "the cut from 0": least_whole(lambda d, m, sd: sd * option(d / sd) <= m),
        "the cut on the other side": least_whole(lambda d, m, sd: sd * option((d + m) / sd) <= m),
        "the cut on the other side, from 1 on": counts_up(lambda d, m, sd: sd * option((d + m) / sd) <= m),
        "the other tail": counts_up(
            lambda d, m, sd: sd * (norm.pdf((d - m) / sd) - (d - m) / sd * norm.cdf((d - m) / sd)) <= m
        ),
        "no standard deviation in front": least_whole(lambda d, m, sd: option((d - m) / sd) <= m),
        "the density alone": least_whole(lambda d, m, sd: sd * norm.pdf((d - m) / sd) <= m),
        "the chance of the cut": least_whole(lambda d, m, sd: sd * norm.sf((d - m) / sd) <= m),
        "the shortfall alone": lambda m, sd: math.ceil(m),
        "arguments exchanged": lambda m, sd: deposit_euro_by_euro(sd, m),
        "one euro more": lambda m, sd: deposit_euro_by_euro(m, sd) + 1,
    },
    "effort_bought": {
        "floor forgotten": bought_uncut,
        "the mean is cut": bought_by_mean,
        "the utility is cut": bought_by_cut_utility,
        "nothing below the floor": bought_or_nothing,
        "the sign of the floor": lambda base, slope, checks, kappa, floor: bought_by_list(
            base, slope, checks, kappa, -floor
        ),
        "the smaller of both": bought_from_above,
        "money in place of utility": bought_for_money,
        "the hill of work": bought_if_a_hill,
        "effort for free": bought_with_toil(0.0),
        "cost doubled": bought_with_toil(1.0),
        "slope for one agreement": lambda base, slope, checks, kappa, floor: bought_by_list(
            base, slope * checks, checks, kappa, floor
        ),
        "payoff instead of effort": lambda base, slope, checks, kappa, floor: float(
            pays_off(paid_for(base, slope, checks, floor), kappa).max()
        ),
        "place instead of effort": bought_place,
        "kappa of the text": lambda base, slope, checks, kappa, floor: bought_by_list(
            base, slope, checks, 0.15, floor
        ),
        "grid of hundredths": bought_on(np.linspace(0, 1, 101)),
        "effort 0 left out": bought_on(np.linspace(0.01, 1, 1981)),
        "efforts from .3 on": bought_on(np.linspace(0.3, 1, 1401)),
        "last count left out": bought_without_the_last,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
