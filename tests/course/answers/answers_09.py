"""Answers to lesson 09, written apart from its definition."""

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import beta, binom, norm

GRID = np.linspace(0, 1, 1001)
SOME = np.linspace(0.05, 1, 951)


def pass_chance(effort, kappa):
    return 0.5 + 2 * kappa * np.square(effort)


def missed_by_law(threshold, n, q):
    return binom.cdf(threshold - 1, n, q)


def reached(threshold, n, q):
    return binom.sf(threshold - 1, n, q)


def at_most(threshold, n, q):
    return binom.cdf(threshold, n, q)


def same_chance(threshold, n, q):
    return binom.cdf(threshold - 1, n, 1 - np.asarray(q))


def too_many_failures(threshold, n, q):
    return binom.sf(threshold - 1, n, 1 - np.asarray(q))


def bell(threshold, n, q):
    return norm.cdf(threshold, n * q, np.sqrt(n * q * (1 - q)))


def corrected_bell(threshold, n, q):
    return norm.cdf(threshold - 0.5, n * q, np.sqrt(n * q * (1 - q)))


def one_minus(threshold, n, q):
    return 1 - reached(threshold, n, q)


def bonus_by_beta(threshold, n, effort, kappa):
    return 1 / (4 * kappa * beta.pdf(pass_chance(effort, kappa), threshold, n - threshold + 1))


def bonus_against_q(threshold, n, effort, kappa):
    return effort / beta.pdf(pass_chance(effort, kappa), threshold, n - threshold + 1)


def bonus_at_threshold(threshold, n, effort, kappa):
    return 1 / (4 * kappa * n * binom.pmf(threshold, n, pass_chance(effort, kappa)))


def bonus_of_one_check(threshold, n, effort, kappa):
    return n * bonus_by_beta(threshold, n, effort, kappa)


def bonus_for_cost(threshold, n, effort, kappa):
    return effort / 2 * bonus_by_beta(threshold, n, effort, kappa)


def bonus_per_chance(threshold, n, effort, kappa):
    return effort / reached(threshold, n, pass_chance(effort, kappa))


def bonus_for_whole_cost(threshold, n, effort, kappa):
    return effort**2 / (2 * reached(threshold, n, pass_chance(effort, kappa)))


def bonus_of_half_slope(threshold, n, effort, kappa):
    return 2 * bonus_by_beta(threshold, n, effort, kappa)


def bonus_inverted(threshold, n, effort, kappa):
    return 1 / bonus_by_beta(threshold, n, effort, kappa)


def payoffs(threshold, bonus, n, kappa):
    return bonus * reached(threshold, n, pass_chance(GRID, kappa)) - GRID * GRID / 2


def best_by_pieces(threshold, bonus, n, kappa):
    def loss(effort):
        return effort**2 / 2 - bonus * reached(threshold, n, pass_chance(effort, kappa))

    ends = np.linspace(0, 1, 21)
    pieces = [
        minimize_scalar(loss, bounds=pair, method="bounded", options={"xatol": 1e-6})
        for pair in zip(ends, ends[1:], strict=False)
    ]
    candidates = [(loss(0.0), 0.0), (loss(1.0), 1.0), *((piece.fun, piece.x) for piece in pieces)]
    return float(min(candidates)[1])


def best_payoff(threshold, bonus, n, kappa):
    return float(payoffs(threshold, bonus, n, kappa).max())


def best_place(threshold, bonus, n, kappa):
    return int(payoffs(threshold, bonus, n, kappa).argmax())


def free_effort(threshold, bonus, n, kappa):
    return float(GRID[np.argmax(payoffs(threshold, bonus, n, kappa) + GRID**2 / 2)])


def dear_effort(threshold, bonus, n, kappa):
    return float(GRID[np.argmax(payoffs(threshold, bonus, n, kappa) - GRID**2 / 2)])


def effort_counted_once(threshold, bonus, n, kappa):
    chance = reached(threshold, n, 0.5 + 2 * kappa * GRID)
    return float(GRID[np.argmax(bonus * chance - GRID**2 / 2)])


def bonus_for_a_miss(threshold, bonus, n, kappa):
    return float(GRID[np.argmax(bonus * missed_by_law(threshold, n, pass_chance(GRID, kappa)) - GRID**2 / 2)])


def first_hump(threshold, bonus, n, kappa):
    payoff = -bonus * missed_by_law(threshold, n, pass_chance(GRID, kappa)) - GRID**2 / 2
    down = np.flatnonzero(np.diff(payoff) > 0)
    return float(GRID[down[-1] + 1]) if down.size else 0.0


def needed(threshold, n, kappa):
    lucky = reached(threshold, n, 0.5)
    return SOME**2 / 2 / (reached(threshold, n, pass_chance(SOME, kappa)) - lucky)


def stop_by_doubling(threshold, n, kappa):
    low, high = 0.0, 50.0
    while high - low > 1e-7:
        bonus = (low + high) / 2
        payoff = payoffs(threshold, bonus, n, kappa)
        low, high = (low, bonus) if payoff[30:].max() > payoff[0] else (bonus, high)
    return high


def stop_without_luck(threshold, n, kappa):
    return float(np.min(SOME**2 / 2 / reached(threshold, n, pass_chance(SOME, kappa))))


def stop_effort(threshold, n, kappa):
    return float(SOME[needed(threshold, n, kappa).argmin()])


def stop_by_slope(threshold, n, kappa):
    return float(np.min(needed(threshold, n, kappa) * 2 / SOME))


def stop_full(threshold, n, kappa):
    return float(0.5 / (reached(threshold, n, pass_chance(1, kappa)) - reached(threshold, n, 0.5)))


def stop_largest(threshold, n, kappa):
    return float(needed(threshold, n, kappa).max())


def best_in_hundredths(threshold, bonus, n, kappa):
    return float(GRID[::10][payoffs(threshold, bonus, n, kappa)[::10].argmax()])


def stop_first_best(threshold, n, kappa):
    effort = 0.510653
    rise = reached(threshold, n, pass_chance(effort, kappa)) - reached(threshold, n, 0.5)
    return float(effort**2 / 2 / rise)


def stop_in_hundredths(threshold, n, kappa):
    some = np.linspace(0.05, 1, 96)
    rise = reached(threshold, n, pass_chance(some, kappa)) - reached(threshold, n, 0.5)
    return float(np.min(some**2 / 2 / rise))


def stop_effort_in_hundredths(threshold, n, kappa):
    return float(SOME[::10][needed(threshold, n, kappa)[::10].argmin()])


def leniency(n, information, slope, cost):
    return np.sqrt(np.log(np.asarray(n) * information * (cost / slope) ** 2 / (2 * math.pi)))


def gap_by_survival(n, information, slope, cost, waste):
    return waste * norm.sf(leniency(n, information, slope, cost))


def gap_density(n, information, slope, cost, waste):
    return waste * slope / (cost * np.sqrt(np.asarray(n) * information))


def gap_other_tail(n, information, slope, cost, waste):
    return waste * norm.cdf(leniency(n, information, slope, cost))


def gap_square(n, information, slope, cost, waste):
    return waste * norm.sf(leniency(n, information, slope, cost) ** 2)


def gap_half(n, information, slope, cost, waste):
    return waste * norm.sf(np.sqrt(leniency(n, information, slope, cost) ** 2 / 2))


def gap_no_pi(n, information, slope, cost, waste):
    return waste * norm.sf(np.sqrt(np.log(np.asarray(n) * information * (cost / slope) ** 2)))


def gap_no_root(n, information, slope, cost, waste):
    inside = np.asarray(n) * information * cost / (slope * math.sqrt(2 * math.pi))
    return waste * norm.sf(np.sqrt(2 * np.log(inside)))


def gap_by_law(n, information, slope, cost, waste):
    return waste * slope / cost / np.sqrt(information * np.asarray(n) * np.log(n))


def gap_chance(n, information, slope, cost, waste):
    return norm.sf(leniency(n, information, slope, cost))


RIGHT = {
    "failure_chance": [missed_by_law],
    "local_bonus": [bonus_by_beta],
    "best_effort": [best_by_pieces],
    "stopping_bonus": [stop_by_doubling],
    "lenient_gap": [gap_by_survival],
}
WRONG = {
    "failure_chance": {
        "chance of passing": reached,
        "threshold counted as missed": at_most,
        "chance not turned round": same_chance,
        "counts not turned round": too_many_failures,
        "normal approximation": bell,
        "normal approximation at the half": corrected_bell,
    },
    "local_bonus": {
        "slope in q": bonus_against_q,
        "pmf at the threshold": bonus_at_threshold,
        "number of checks forgotten": bonus_of_one_check,
        "cost in place of its slope": bonus_for_cost,
        "chance in place of its slope": bonus_per_chance,
        "whole cost over the chance": bonus_for_whole_cost,
        "slope of q halved": bonus_of_half_slope,
        "upside down": bonus_inverted,
    },
    "best_effort": {
        "payoff returned": best_payoff,
        "place returned": best_place,
        "cost forgotten": free_effort,
        "cost doubled": dear_effort,
        "effort not squared in q": effort_counted_once,
        "bonus for missing": bonus_for_a_miss,
        "the first hump from above": first_hump,
        "grid of hundredths": best_in_hundredths,
    },
    "stopping_bonus": {
        "luck forgotten": stop_without_luck,
        "effort returned": stop_effort,
        "slope of the cost": stop_by_slope,
        "full effort only": stop_full,
        "largest": stop_largest,
        "first-best effort only": stop_first_best,
        "grid of hundredths": stop_in_hundredths,
    },
    "lenient_gap": {
        "density, not tail": gap_density,
        "the other tail": gap_other_tail,
        "z not rooted": gap_square,
        "factor 2 forgotten": gap_half,
        "√(2π) forgotten": gap_no_pi,
        "root of n forgotten": gap_no_root,
        "the law for large z": gap_by_law,
        "waste forgotten": gap_chance,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["stopping_bonus"]["wrong"]["effort returned"] = (stop_effort_in_hundredths, "effort returned")
ANSWERS["failure_chance"]["wrong"]["digits lost"] = (one_minus, "keeps the digits of a tiny chance")
