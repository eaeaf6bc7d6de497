"""Answers to lesson 09, written apart from its definition."""

import math

import numpy as np
from scipy.stats import beta, binom, norm

GRID = np.linspace(0, 1, 1001)
SOME = np.linspace(0.05, 1, 951)


def pass_chance(effort, kappa):
    return 0.5 + 2 * kappa * np.square(effort)


def reached(threshold, n, q):
    return binom.sf(threshold - 1, n, q)


def bonus_by_beta(threshold, n, effort, kappa):
    return 1 / (4 * kappa * beta.pdf(pass_chance(effort, kappa), threshold, n - threshold + 1))


def bonus_against_q(threshold, n, effort, kappa):
    return effort / beta.pdf(pass_chance(effort, kappa), threshold, n - threshold + 1)


def bonus_at_threshold(threshold, n, effort, kappa):
    return 1 / (4 * kappa * n * binom.pmf(threshold, n, pass_chance(effort, kappa)))


def bonus_one_short(threshold, n, effort, kappa):
    return 1 / (4 * kappa * n * binom.pmf(threshold - 1, n, pass_chance(effort, kappa)))


def bonus_by_bell(threshold, n, effort, kappa, shift=0.0):
    """c′ over √(n𝓘)·φ(z)."""
    q = pass_chance(effort, kappa)
    information = (4 * kappa * effort) ** 2 / (q * (1 - q))
    z = (n * q - threshold + shift) / math.sqrt(n * q * (1 - q))
    return effort / (math.sqrt(n * information) * norm.pdf(z))


def bonus_by_half_bell(threshold, n, effort, kappa):
    return bonus_by_bell(threshold, n, effort, kappa, shift=0.5)


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


def bonus_of_the_story(threshold, n, effort, kappa):
    return bonus_by_beta(threshold, n, effort, 0.15)


def bonus_inverted(threshold, n, effort, kappa):
    return 1 / bonus_by_beta(threshold, n, effort, kappa)


def payoffs(threshold, bonus, n, kappa):
    return bonus * reached(threshold, n, pass_chance(GRID, kappa)) - GRID * GRID / 2


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


def stop_or_margin(threshold, n, kappa):
    right = 1 / (4 * kappa * beta.pdf(pass_chance(0.511, kappa), threshold, n - threshold + 1))
    return max(stop_by_doubling(threshold, n, kappa), right)


def stop_first_best(threshold, n, kappa):
    effort = 0.510653
    rise = reached(threshold, n, pass_chance(effort, kappa)) - reached(threshold, n, 0.5)
    return float(effort**2 / 2 / rise)


def stop_of_the_story(threshold, n, kappa):
    return stop_by_doubling(threshold, n, 0.15)


def stop_from_nothing(threshold, n, kappa):
    with np.errstate(invalid="ignore"):
        rise = reached(threshold, n, pass_chance(GRID, kappa)) - reached(threshold, n, 0.5)
        return float(np.min(GRID**2 / 2 / rise))


def stop_in_hundredths(threshold, n, kappa):
    some = np.linspace(0.05, 1, 96)
    rise = reached(threshold, n, pass_chance(some, kappa)) - reached(threshold, n, 0.5)
    return float(np.min(some**2 / 2 / rise))


def stop_effort_in_hundredths(threshold, n, kappa):
    return float(SOME[::10][needed(threshold, n, kappa)[::10].argmin()])


def holds(threshold, n, effort, kappa, luck=1):
    """Does the bonus at the margin, by the beta density, pay for the whole effort?"""
    rise = reached(threshold, n, pass_chance(effort, kappa)) - luck * reached(threshold, n, 0.5)
    return bonus_by_beta(threshold, n, effort, kappa) * rise >= effort**2 / 2


def down_from_the_mean(n, effort, kappa):
    threshold = math.floor(n * pass_chance(effort, kappa))
    while not holds(threshold, n, effort, kappa):
        threshold -= 1
    return threshold


def all_numbers(n, effort, kappa):
    """All of 1 to n; the bonus is infinite where nobody can get."""
    numbers, q = np.arange(1, n + 1), pass_chance(effort, kappa)
    with np.errstate(all="ignore"):
        bonus = 1 / (4 * kappa * n * binom.pmf(numbers - 1, n - 1, q))
        rise = reached(numbers, n, q) - reached(numbers, n, 0.5)
        return int(np.flatnonzero(bonus * rise >= effort**2 / 2)[-1]) + 1


def by_halving(n, effort, kappa):
    """Between luck and the mean it holds up to one number and not beyond."""
    low, high = n // 2, math.floor(n * pass_chance(effort, kappa)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle, n, effort, kappa) else (low, middle)
    return low


def rounded_crossing(n, effort, kappa):
    """The curves cross between the last threshold that holds and the next: go on in hundredths, and round."""

    def holds_between(t):
        q = pass_chance(effort, kappa)
        rise = beta.cdf(q, t, n - t + 1) - beta.cdf(0.5, t, n - t + 1)
        return rise >= beta.pdf(q, t, n - t + 1) * 4 * kappa * effort * effort / 2

    start = down_from_the_mean(n, effort, kappa)
    steps = [start + k / 1000 for k in range(1001)]
    return round(max(t for t in steps if holds_between(t)))


def rounded_bell(n, effort, kappa):
    q = pass_chance(effort, kappa)
    information = (4 * kappa * effort) ** 2 / (q * (1 - q))
    return round(z_as_threshold(effort**2 / 2, effort, n, q, information))


def as_a_float(n, effort, kappa):
    return float(down_from_the_mean(n, effort, kappa))


def one_too_strict(n, effort, kappa):
    return down_from_the_mean(n, effort, kappa) + 1


def expected_passes(n, effort, kappa):
    return math.floor(n * pass_chance(effort, kappa))


def smallest_that_holds(n, effort, kappa):
    return next(t for t in range(n // 2, n) if holds(t, n, effort, kappa))


def place_from_one(n, effort, kappa):
    return list(range(1, n + 1)).index(down_from_the_mean(n, effort, kappa))


def lenient_up_to_but_not(n, effort, kappa):
    end = math.floor(n * pass_chance(effort, kappa))
    return [t for t in range(n // 2, end) if holds(t, n, effort, kappa)][-1]


def lenient_in_the_story(n, effort, kappa):
    return down_from_the_mean(n, effort, 0.15)


def lenient_without_luck(n, effort, kappa):
    numbers = range(n // 2, math.floor(n * pass_chance(effort, kappa)) + 1)
    return max(t for t in numbers if holds(t, n, effort, kappa, luck=0))


def walk_to_z(cost, slope, n, q, information, luck=1.0):
    """Up from −1 in thousandths until working is worth its cost."""
    spread, z = math.sqrt(n * q * (1 - q)), -1.0
    while z < 8:
        bonus = slope / (math.sqrt(n * information) * norm.pdf(z))
        clicker = norm.sf((n * q - z * spread - n / 2) / math.sqrt(n / 4))
        if bonus * (1 - norm.sf(z) - luck * clicker) >= cost:
            return z
        z += 0.005
    return 8.0


def z_swapped(cost, slope, n, q, information):
    return walk_to_z(slope, cost, n, q, information)


def z_without_luck(cost, slope, n, q, information):
    return walk_to_z(cost, slope, n, q, information, luck=0.0)


def z_of_many(cost, slope, n, q, information):
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.log(n * information * (cost / slope) ** 2 / (2 * np.pi))))


def z_no_information(cost, slope, n, q, information):
    spread = math.sqrt(n * q * (1 - q))
    z = np.linspace(-1, 8, 9001)
    bonus = slope / (math.sqrt(n) * norm.pdf(z))
    clicker = norm.sf((n * q - z * spread - n / 2) / math.sqrt(n / 4))
    return float(z[np.argmax(bonus * (norm.cdf(z) - clicker) >= cost)])


def z_unrooted(cost, slope, n, q, information):
    spread = math.sqrt(n * q * (1 - q))
    z = np.linspace(-1, 8, 9001)
    bonus = slope / (n * information * norm.pdf(z))
    clicker = norm.sf((n * q - z * spread - n / 2) / math.sqrt(n / 4))
    return float(z[np.argmax(bonus * (norm.cdf(z) - clicker) >= cost)])


def z_of(cost, slope, n, q, information, z, clicker):
    """The first of these z that is enough, with the chance of a clicker as a function of z."""
    bonus = slope / (math.sqrt(n * information) * norm.pdf(z))
    return float(z[np.argmax(bonus * (norm.cdf(z) - clicker(z)) >= cost)])


def z_with_one_spread(cost, slope, n, q, information):
    def clicker(z):
        return norm.sf((n * q - n / 2) / (math.sqrt(n) / 2) - z)

    return z_of(cost, slope, n, q, information, np.linspace(-1, 8, 9001), clicker)


def luck_of(n, q, sign=-1):
    return lambda z: norm.cdf(sign * ((q - 0.5) * n - z * math.sqrt(n * q * (1 - q))) * 2 / math.sqrt(n))


def z_with_luck_turned(cost, slope, n, q, information):
    return z_of(cost, slope, n, q, information, np.linspace(-1, 8, 9001), luck_of(n, q, 1))


def z_from_nothing(cost, slope, n, q, information):
    return z_of(cost, slope, n, q, information, np.linspace(0, 8, 8001), luck_of(n, q))


def z_to_three(cost, slope, n, q, information):
    return z_of(cost, slope, n, q, information, np.linspace(-1, 3, 8001), luck_of(n, q))


def z_in_tenths(cost, slope, n, q, information):
    return z_of(cost, slope, n, q, information, np.linspace(-1, 8, 91), luck_of(n, q))


def z_upside_down(cost, slope, n, q, information):
    return -walk_to_z(cost, slope, n, q, information)


def z_as_threshold(cost, slope, n, q, information):
    return n * q - walk_to_z(cost, slope, n, q, information) * math.sqrt(n * q * (1 - q))


def z_by_distribution(cost, slope, n, q, information):
    spread = math.sqrt(n * q * (1 - q))
    z = np.linspace(-1, 8, 9001)
    bonus = slope / (math.sqrt(n * information) * norm.cdf(z))
    clicker = norm.sf((n * q - z * spread - n / 2) / math.sqrt(n / 4))
    return float(z[np.argmax(bonus * (norm.cdf(z) - clicker) >= cost)])


def behaviour(contract, kappa):
    """Best effort and whether the contract is taken, on the grid."""
    low, high = (1 - math.exp(-wage) for wage in (contract.low, contract.high))
    chance = reached(contract.threshold, contract.n, pass_chance(GRID, kappa))
    payoff = low + (high - low) * chance - GRID * GRID / 2
    return float(GRID[payoff.argmax()]), bool(payoff.max() >= -1e-12)


def strengths_that_hold(contract, holds):
    tried = [round(0.15 - k / 1000, 3) for k in range(31)]
    kept = [holds(*behaviour(contract, kappa)) for kappa in tried]
    return tried[: kept.index(False)] if False in kept else tried


def weakest_on_grid(contract):
    kept = strengths_that_hold(contract, lambda effort, taken: taken and effort > 0.05)
    return kept[-1] if kept else math.nan


def weakest_of_anybody(contract):
    kept = strengths_that_hold(contract, lambda effort, taken: effort > 0.05)
    return kept[-1] if kept else math.nan


def weakest_that_is_taken(contract):
    kept = strengths_that_hold(contract, lambda effort, taken: taken)
    return kept[-1] if kept else math.nan


def strength_of_no_work(contract):
    kept = strengths_that_hold(contract, lambda effort, taken: taken and effort > 0.05)
    return kept[-1] - 0.001 if kept else 0.15


def kept_of(contract, thousandths):
    kept = float("nan")
    for thousandth in thousandths:
        effort, taken = behaviour(contract, thousandth / 1000)
        if not (taken and effort > 0.05):
            return kept
        kept = thousandth / 1000
    return kept


def weakest_from_149(contract):
    return kept_of(contract, range(149, 119, -1))


def weakest_to_121(contract):
    return kept_of(contract, range(150, 120, -1))


def weakest_of_all(contract):
    return kept_of(contract, range(150, 0, -1))


def weakest_or_150(contract):
    kept = kept_of(contract, range(150, 119, -1))
    return 0.15 if math.isnan(kept) else kept


def margin_only(contract):
    return 0.15 - weakest_on_grid(contract)


def weakest_or_zero(contract):
    kept = strengths_that_hold(contract, lambda effort, taken: taken and effort > 0.05)
    return kept[-1] if kept else 0.0


RIGHT = {
    "local_bonus": [bonus_by_beta],
    "stopping_bonus": [stop_by_doubling],
    "lenient_threshold": [down_from_the_mean, by_halving, as_a_float],
    "leniency": [walk_to_z],
    "weakest_strength": [weakest_on_grid],
}
WRONG = {
    "local_bonus": {
        "slope in q": bonus_against_q,
        "pmf at the threshold": bonus_at_threshold,
        "one short of n checks": bonus_one_short,
        "normal density": bonus_by_bell,
        "normal density, half a check lower": bonus_by_half_bell,
        "number of checks forgotten": bonus_of_one_check,
        "cost in place of its slope": bonus_for_cost,
        "chance in place of its slope": bonus_per_chance,
        "whole cost over the chance": bonus_for_whole_cost,
        "slope of q halved": bonus_of_half_slope,
        "kappa of the story": bonus_of_the_story,
        "upside down": bonus_inverted,
    },
    "stopping_bonus": {
        "luck forgotten": stop_without_luck,
        "effort returned": stop_effort,
        "slope of the cost": stop_by_slope,
        "cost doubled": lambda threshold, n, kappa: 2 * stop_by_doubling(threshold, n, kappa),
        "full effort only": stop_full,
        "largest": stop_largest,
        "first-best effort only": stop_first_best,
        "the larger of two bonuses": stop_or_margin,
        "kappa of the story": stop_of_the_story,
        "effort 0 too": stop_from_nothing,
        "grid of hundredths": stop_in_hundredths,
    },
    "lenient_threshold": {
        "all numbers": all_numbers,
        "round()": rounded_crossing,
        "round() of the normal formula": rounded_bell,
        "rounded up": one_too_strict,
        "the mean": expected_passes,
        "one short of the range": lenient_up_to_but_not,
        "kappa of the story": lenient_in_the_story,
        "smallest threshold": smallest_that_holds,
        "place in the list": place_from_one,
        "luck forgotten": lenient_without_luck,
    },
    "leniency": {
        "cost and slope exchanged": z_swapped,
        "luck forgotten": z_without_luck,
        "formula for many checks": z_of_many,
        "root forgotten": z_unrooted,
        "information forgotten": z_no_information,
        "sign": z_upside_down,
        "threshold returned": z_as_threshold,
        "holds from the start": z_by_distribution,
        "the luck's spread for both": z_with_one_spread,
        "luck turned round": z_with_luck_turned,
        "from 0 on": z_from_nothing,
        "up to 3": z_to_three,
        "grid of tenths": z_in_tenths,
    },
    "weakest_strength": {
        "refusals forgotten": weakest_of_anybody,
        "only refusals": weakest_that_is_taken,
        "first that fails": strength_of_no_work,
        "distance from the plan": margin_only,
        "0 in place of nothing": weakest_or_zero,
        "0.150 never tried": weakest_from_149,
        "0.120 never tried": weakest_to_121,
        "below 0.120": weakest_of_all,
        "0.150 for nothing": weakest_or_150,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["stopping_bonus"]["wrong"]["effort returned"] = (stop_effort_in_hundredths, "effort returned")
