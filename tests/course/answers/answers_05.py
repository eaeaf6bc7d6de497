"""Answers to lesson 05, written apart from its definition."""

import math

import numpy as np


def agree_item_by_item(effort, p, e):
    total = 0.0
    for own, other in zip(p, e, strict=True):
        left = 0.5 * (1 - effort) + own * effort
        total += left * other + (1 - left) * (1 - other)
    return total / len(p)


def effort_twice(effort, p, e):
    return 0.5 + 2 * effort * effort * np.dot(p - 0.5, e - 0.5) / len(p)


def averages_first(effort, p, e):
    return 0.5 + 2 * effort * (p.mean() - 0.5) * (e.mean() - 0.5)


def by_np_cov(effort, p, e):
    return 0.5 + 2 * effort * np.cov(p, e)[0][1]


def means_taken_away(effort, p, e):
    return 0.5 + 2 * effort * np.mean(p * e) - 2 * effort * p.mean() * e.mean()


def half_of_rho(effort, p, e):
    return 0.5 + effort * np.dot(p - 0.5, e - 0.5) / len(p)


def signs_lost(effort, p, e):
    return 0.5 + 2 * effort * np.abs((p - 0.5) * (e - 0.5)).mean()


def judged_only(effort, p, e):
    return effort * (1 - p - e + 2 * p * e).mean()


def sides_only(effort, p, e):
    return (1 - effort) / 2 + effort * ((p > 0.5) == (e > 0.5)).mean()


def closed_form(effort, kappa):
    return 64 * kappa**2 * np.square(effort) / (1 - 16 * kappa**2 * np.power(effort, 4))


def spread(effort, kappa):
    return 0.25 - 4 * kappa**2 * np.power(effort, 4)


def single_slope(effort, kappa):
    return 4 * kappa * np.asarray(effort) / spread(effort, kappa)


def variance_of_one(effort, kappa):
    return np.divide(spread(effort, kappa), np.square(4 * kappa * np.asarray(effort)))


def squared_slope(effort, kappa):
    return 16 * kappa**2 * np.square(effort)


def half_slope(effort, kappa):
    return closed_form(effort, kappa) / 4


def by_rate(effort, kappa):
    return 16 * kappa**2 * np.square(effort) / (0.5 + 2 * kappa * np.square(effort))


def straight_line(effort, kappa):
    return 4 * kappa**2 / (0.25 - 4 * kappa**2 * np.square(effort))


def price_in_one_line(effort, kappa, rho):
    own = 4 * kappa**2 * effort**2 * (1 - 16 * rho**2 * effort**2)
    return rho**2 * (1 - 16 * kappa**2 * effort**4) / own


def worth_of_a_self_check(effort, kappa, rho):
    return math.inf if rho == 0 else 1 / price_in_one_line(effort, kappa, rho)


def worth_that_divides(effort, kappa, rho):
    own = 4 * kappa**2 * effort**2 * (1 - 16 * rho**2 * effort**2)
    return own / (rho**2 * (1 - 16 * kappa**2 * effort**4))


def price_in_euros(effort, kappa, rho):
    return price_in_one_line(effort, kappa, rho) / 5


def rooted(effort, kappa, rho):
    return price_in_one_line(effort, kappa, rho) ** 0.5


def slope_price(effort, kappa, rho):
    return rho**2 / (4 * kappa**2 * effort**2)


def strength_price(effort, kappa, rho):
    return rho**2 / kappa**2


def sorted_by_distance(p, budget):
    return sorted(range(len(p)), key=lambda item: min(p[item], 1 - p[item]))[:budget]


def high_p(p, budget):
    return sorted(range(len(p)), key=lambda item: -p[item])[:budget]


def torn(p, budget):
    return sorted(range(len(p)), key=lambda item: abs(p[item] - 0.5))[:budget]


def their_p(p, budget):
    return [float(p[item]) for item in sorted_by_distance(p, budget)]


def everything(p, budget):
    return sorted_by_distance(p, len(p))


def as_listed(p, budget):
    return sorted(sorted_by_distance(p, budget))


def array_of_numbers(p, budget):
    return np.argsort(-((np.asarray(p) - 0.5) ** 2))[:budget]


def one_based(p, budget):
    return [item + 1 for item in sorted_by_distance(p, budget)]


def worst_first(p, budget):
    return list(np.argsort(abs(p - 0.5))[-budget:])


def all_for_nothing(p, budget):
    return list(np.argsort(abs(p - 0.5))[-budget:][::-1])


def slope_forgotten(effort, kappa):
    q = 0.5 + 2 * kappa * effort**2
    return 1 / (q - q**2)


def times_variance(effort, kappa):
    q = 0.5 + 2 * kappa * effort**2
    return (4 * kappa * effort) ** 2 * (q - q**2)


def price_times_five(effort, kappa, rho):
    expert = 16 * rho**2 / (1 - 16 * rho**2 * effort**2)
    return 5 * expert / closed_form(effort, kappa)


def at_least_one(effort, kappa, rho):
    return max(1, price_times_five(effort, kappa, rho) / 5)


RIGHT = {
    "expert_pass_probability": [agree_item_by_item],
    "self_information": [closed_form],
    "break_even_price": [price_in_one_line],
    "best_items": [sorted_by_distance, array_of_numbers],
}
WRONG = {
    "expert_pass_probability": {
        "effort squared": effort_twice,
        "product of means": averages_first,
        "np.cov": by_np_cov,
        "covariance": means_taken_away,
        "factor 2 missing": half_of_rho,
        "distances alone": signs_lost,
        "no coin flips": judged_only,
        "certain sides": sides_only,
    },
    "self_information": {
        "slope not squared": single_slope,
        "upside down": variance_of_one,
        "only the squared slope": squared_slope,
        "no slope": slope_forgotten,
        "multiplied by the variance": times_variance,
        "slope of the wrong curve": half_slope,
        "divided by q": by_rate,
        "the expert's": straight_line,
    },
    "break_even_price": {
        "turned round": worth_of_a_self_check,
        "turned round, and divided by nothing": worth_that_divides,
        "in euros": price_in_euros,
        "standard errors": rooted,
        "times Halyard's price": price_times_five,
        "never below one": at_least_one,
        "slopes": slope_price,
        "strengths": strength_price,
    },
    "best_items": {
        "largest p": high_p,
        "torn items": torn,
        "preferences, not numbers": their_p,
        "budget ignored": everything,
        "counted from one": one_based,
        "the best one last": worst_first,
        "everything for nothing": all_for_nothing,
        "in the order of the list": as_listed,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
