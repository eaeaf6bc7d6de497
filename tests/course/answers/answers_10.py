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


RIGHT = {
    "expected_utility": [utility_by_log],
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
    },
    "line_for": {
        "no premium for risk": safe_base,
        "utility taken for money": utility_slope,
        "slope per agreement": per_agreement,
        "effort cost left out": unpaid_effort,
        "slope first": exchanged,
    },
    "score_covariance": {
        "slope of q left out": score_about_q,
        "correlation": correlated,
        "counts not weighted": equal_weights,
        "score of one check": one_check_score,
        "divided by the standard deviation": standardised,
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
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
