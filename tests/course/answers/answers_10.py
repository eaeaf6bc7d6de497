"""Answers to lesson 10, written apart from its definition."""

import math

import numpy as np


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


def counts_as_sample(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    return float(np.cov(utilities, 4 * kappa * effort * (np.arange(n + 1) - n * q) / (q * (1 - q)))[0, 1])


def counts_correlated(utilities, effort, kappa):
    return float(np.corrcoef(utilities, np.arange(len(utilities)))[0, 1])


def passes_alone(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) * (1 - 0.5 - 2 * kappa * effort**2)


def covariance_from_means(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    chances = binomial(n, q)
    score = 4 * kappa * effort * (np.arange(n + 1) / q - (n - np.arange(n + 1)) / (1 - q))
    pay = np.asarray(utilities) - chances @ utilities
    return float(chances @ (pay * (score - chances @ score)))


def score_about_q(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) / (4 * kappa * effort)


def correlated(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    chances = binomial(n, q)
    spread = chances @ (utilities - chances @ utilities) ** 2
    if spread < 1e-20:
        return 0.0
    information = n * (4 * kappa * effort) ** 2 / (q * (1 - q))
    return covariance_from_means(utilities, effort, kappa) / float(np.sqrt(spread * information))


def equal_weights(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    score = 4 * kappa * effort * (np.arange(n + 1) - n * q) / (q * (1 - q))
    return float(np.cov(utilities, score, bias=True)[0, 1])


def one_check_score(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) / (len(utilities) - 1)


def standardised(utilities, effort, kappa):
    q = 0.5 + 2 * kappa * effort**2
    return covariance_from_means(utilities, effort, kappa) * math.sqrt(q - q * q)


def surplus_alone(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    return float(binomial(n, q) @ (utilities * (4 * kappa * effort * (np.arange(n + 1) - n * q))))


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


def budget_in_steps(constant, information, price):
    n = math.sqrt(constant / information / price)
    return n, constant / (n * information) + n * price


def squared_checks(constant, information, price):
    n, loss = budget_in_steps(constant, information, price)
    return n * n, loss


def risk_alone(constant, information, price):
    n, loss = budget_in_steps(constant, information, price)
    return n, price * n


def uninformed(constant, information, price):
    n = math.sqrt(constant / price)
    return n, 2 * n * price


def dear_and_many(constant, information, price):
    n, loss = budget_in_steps(constant, information, price)
    return n * price, loss


def unpriced(constant, information, price):
    n, _ = budget_in_steps(constant, information, price)
    return n, constant / (n * information) + n


def with_loss(checks, constant, information, price):
    return checks, constant / information / checks + price * checks


def squared_with_loss(constant, information, price):
    return with_loss(constant / price / information, constant, information, price)


def dear_with_loss(constant, information, price):
    return with_loss(math.sqrt(constant * price / information), constant, information, price)


def telling_loses(constant, information, price):
    return budget_in_steps(constant, 1 / information, price)


def telling_buys(constant, information, price):
    return with_loss(math.sqrt(constant * information / price), constant, information, price)


def uninformed_with_loss(constant, information, price):
    return with_loss(math.sqrt(constant / price), constant, information, price)


def loss_first(constant, information, price):
    n, loss = budget_in_steps(constant, information, price)
    return loss, n


def in_whole_checks(constant, information, price):
    n = int(math.sqrt(constant / information / price) + 0.5)
    return with_loss(n, constant, information, price)


RIGHT = {
    "expected_utility": [utility_by_log, utility_by_recurrence],
    "line_for": [line_by_ratio],
    "score_covariance": [covariance_from_means],
    "linear_constant": [constant_by_parts],
    "checks_to_buy": [budget_in_steps],
}
WRONG = {
    "expected_utility": {
        "utility of the mean wage": utility_of_mean,
        "not divided by the checks": whole_slope,
        "one check only": one_factor,
        "forgot one minus": disutility,
        "chances exchanged": failures_paid,
        "base forgotten": no_base,
        "base with the wrong sign": base_taken_off,
        "certainty equivalent": as_sure_wage,
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
    },
    "score_covariance": {
        "slope of q left out": score_about_q,
        "correlation": correlated,
        "counts not weighted": equal_weights,
        "score of one check": one_check_score,
        "divided by the standard deviation": standardised,
        "q(1 − q) left out": surplus_alone,
        "np.cov": counts_as_sample,
        "np.corrcoef": counts_correlated,
        "1 − q left out of the score": passes_alone,
    },
    "linear_constant": {
        "h prime": first_derivative,
        "half forgotten": no_half,
        "slope not squared": slope_once,
        "bend at zero": bend_at_zero,
        "aversion forgotten": no_aversion,
    },
    "checks_to_buy": {
        "root forgotten": squared_checks,
        "half of the loss": risk_alone,
        "information forgotten": uninformed,
        "price on top": dear_and_many,
        "checks not priced": unpriced,
        "no root, and the loss from it": squared_with_loss,
        "price on top, and the loss from it": dear_with_loss,
        "information upside down": telling_loses,
        "information on top in n": telling_buys,
        "information left out of n": uninformed_with_loss,
        "loss first": loss_first,
        "whole checks": in_whole_checks,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
