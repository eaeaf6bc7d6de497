"""Answers to lesson 13, written apart from its definition."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq, fsolve, minimize_scalar
from scipy.stats import binom, norm


def by_isf(passes, checks, price, profit):
    """The density of the normal law turned round by a root search, on the log."""
    q = passes / checks
    kappa, sigma = q / 2 - 1 / 4, np.sqrt(q - q * q) / np.sqrt(4 * checks)
    goal = np.log(price * sigma / profit)
    if norm.logpdf(0) <= goal:
        return kappa, sigma, np.nan
    zeta = brentq(lambda z: norm.logpdf(z) - goal, 0, 50, xtol=1e-14)
    return kappa, sigma, kappa - zeta * sigma


def by_logs(passes, checks, price, profit):
    q = passes / checks
    sigma = 0.5 * (q * (1 - q) / checks) ** 0.5
    square = 2 * (np.log(profit) - np.log(price) - np.log(sigma)) - np.log(2 * np.pi)
    zeta = np.sqrt(square) if square > 0 else np.nan
    return np.array([(q - 0.5) / 2, sigma, (q - 0.5) / 2 - zeta * sigma])


def _cautious(passes, checks, price, profit, half=0.5, kappa_of=lambda q: (q - 0.5) / 2, zeta_of=None, up=-1):
    q = passes / checks
    kappa, sigma = kappa_of(q), half * np.sqrt(q * (1 - q) / checks)

    def usual(sigma):
        inside = profit / (price * sigma * np.sqrt(2 * np.pi))
        return np.sqrt(2 * np.log(inside)) if inside > 1 else np.nan

    zeta = usual(sigma) if zeta_of is None else zeta_of(price, sigma, profit)
    return kappa, sigma, kappa + up * zeta * sigma


def share_error(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, half=1.0)


def one_check(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, half=0.5 * np.sqrt(checks))


def doubled(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, kappa_of=lambda q: q - 0.5)


def no_chance(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, kappa_of=lambda q: q / 2)


def _where(inside, root):
    return root(np.log(inside)) if inside > 1 else np.nan


def no_two(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit,
                     zeta_of=lambda a, s, p: _where(p / (a * s * np.sqrt(2 * np.pi)), np.sqrt))  # fmt: skip


def no_root(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit,
                     zeta_of=lambda a, s, p: _where(p / (a * s * np.sqrt(2 * np.pi)), lambda x: 2 * x))  # fmt: skip


def no_two_pi(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit,
                     zeta_of=lambda a, s, p: _where(p / (a * s), lambda x: np.sqrt(2 * x)))  # fmt: skip


def no_error_in_ratio(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit,
                     zeta_of=lambda a, s, p: _where(p / (a * np.sqrt(2 * np.pi)), lambda x: np.sqrt(2 * x)))  # fmt: skip


def upwards(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, up=1)


def two_sided(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, zeta_of=lambda *_: 1.96)


def one_sided(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit, zeta_of=lambda *_: 1.645)


def not_in_errors(passes, checks, price, profit):
    kappa, sigma, design = by_isf(passes, checks, price, profit)
    return kappa, sigma, kappa - (kappa - design) / sigma


def zeta_itself(passes, checks, price, profit):
    kappa, sigma, design = by_isf(passes, checks, price, profit)
    return kappa, sigma, (kappa - design) / sigma


def never_nan(passes, checks, price, profit):
    kappa, sigma, design = by_isf(passes, checks, price, profit)
    return kappa, sigma, kappa if np.isnan(design) else design


def by_polyfit(lines, shares, kappa):
    """A straight line through two points: mean pay, log(4κ·slope)."""
    lines = np.asarray(lines, dtype=float)
    pay = lines[:, 0] + lines[:, 1] * np.asarray(shares)
    aversion, start = np.polyfit(pay, np.log(4 * kappa * lines[:, 1]), 1)
    return np.exp(start), aversion


def by_fsolve(lines, shares, kappa):
    """Both first-order conditions at once, in units in which all is about 1."""
    unit = lines[0][1]

    def off(z):
        return [
            4 * kappa * slope / unit - z[0] * np.exp(z[1] * (base + slope * share) / unit)
            for (base, slope), share in zip(lines, shares, strict=True)
        ]

    cost, aversion = fsolve(off, [4 * kappa, 0.5], xtol=1e-13)
    return cost * unit, aversion / unit


def turned(lines, shares, kappa):
    return by_polyfit(lines, shares, kappa)[::-1]


def _two(lines, shares, kappa, pay=lambda b, s, q: b + s * q):
    w = [pay(b, s, q) for (b, s), q in zip(lines, shares, strict=True)]
    a = np.log(lines[1][1] / lines[0][1]) / (w[1] - w[0])
    return w, a


def no_base(lines, shares, kappa):
    w, a = _two(lines, shares, kappa, lambda b, s, q: s * q)
    return 4 * kappa * lines[0][1] * np.exp(-a * w[0]), a


def all_agree(lines, shares, kappa):
    w, a = _two(lines, shares, kappa, lambda b, s, q: b + s)
    return 4 * kappa * lines[0][1] * np.exp(-a * w[0]), a


def two_kappa(lines, shares, kappa):
    w, a = _two(lines, shares, kappa)
    return 2 * kappa * lines[0][1] * np.exp(-a * w[0]), a


def wrong_sign(lines, shares, kappa):
    w, a = _two(lines, shares, kappa)
    return 4 * kappa * lines[0][1] * np.exp(a * w[0]), -a


def worth_more(lines, shares, kappa):
    w, a = _two(lines, shares, kappa)
    return 4 * kappa * lines[0][1] * np.exp(a * w[0]), a


def differences(lines, shares, kappa):
    w, _ = _two(lines, shares, kappa)
    a = (lines[1][1] - lines[0][1]) / (w[1] - w[0])
    return 4 * kappa * lines[0][1] * np.exp(-a * w[0]), a


def tens(lines, shares, kappa):
    w, a = _two(lines, shares, kappa)
    a = a / np.log(10)
    return 4 * kappa * lines[0][1] * np.exp(-a * w[0]), a


def still_log(lines, shares, kappa):
    cost, a = by_polyfit(lines, shares, kappa)
    return np.log(cost), a


def mixed(lines, shares, kappa):
    w, a = _two(lines, shares, kappa)
    return 4 * kappa * lines[1][1] * np.exp(-a * w[0]), a


def neutral(lines, shares, kappa):
    _, a = _two(lines, shares, kappa)
    return 4 * kappa * lines[0][1], a


def by_root(threshold, checks, bonus, work):
    if work > bonus:
        return np.nan
    if work <= 0:
        return 0
    return brentq(lambda g: bonus * binom.sf(threshold - 1, checks, g) - work, 0, 1, xtol=1e-13)


def by_halving(threshold, checks, bonus, work):
    low, high = 0.0, 1.0
    if work > bonus:
        return float("nan")
    for _ in range(60):
        middle = (low + high) / 2
        missed = sum(binom.pmf(k, checks, middle) for k in range(threshold))
        low, high = (middle, high) if bonus * (1 - missed) < work else (low, middle)
    return low if work > 0 else 0.0


def _root_of(chance):
    def wrong(threshold, checks, bonus, work):
        if work > bonus:
            return np.nan
        if work <= 0:
            return 0.0
        for end in (0.0, 1.0):  # as brentq looks first
            if chance(threshold, checks, np.array(end)) * bonus == work:
                return end
        g = np.linspace(0, 1, 4001)
        values = bonus * chance(threshold, checks, g) - work
        turns = np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:]))
        if not turns.size:
            return np.nan
        i = turns[0]
        return brentq(
            lambda one: bonus * chance(threshold, checks, np.array(one)) - work, g[i], g[i + 1], xtol=1e-13
        )

    return wrong


def _normal(t, n, g):
    return norm.sf(t, n * g, np.sqrt(np.maximum(n * g * (1 - g), 1e-12)))


def ratio(threshold, checks, bonus, work):
    return np.nan if work > bonus else max(work, 0) / bonus


def share(threshold, checks, bonus, work):
    return np.nan if work > bonus else 0 if work <= 0 else threshold / checks


def proportion(threshold, checks, bonus, work):
    return np.nan if work > bonus else max(work, 0) / bonus * threshold / checks


def one_for_nan(threshold, checks, bonus, work):
    found = by_root(threshold, checks, bonus, work)
    return 1.0 if np.isnan(found) else found


def nan_where_as_good(threshold, checks, bonus, work):
    return np.nan if bonus <= work else by_root(threshold, checks, bonus, work)


def nan_for_nothing(threshold, checks, bonus, work):
    return np.nan if work <= 0 else by_root(threshold, checks, bonus, work)


def pay(checks, threshold, low, high):
    return {"checks": checks, "threshold": threshold, "low": low, "high": high}


def least_by_minimize(passes, checks, price, profit):
    """The loss itself, made least: no formula for ζ. Digits enough for the check."""
    q = passes / checks
    sigma = np.sqrt(q * (1 - q) / checks) / 2
    if profit * norm.pdf(0) <= price * sigma:
        return (q - 0.5) / 2, sigma, np.nan
    found = minimize_scalar(lambda z: price * sigma * z + profit * norm.sf(z), bounds=(0, 12), method="bounded",
                            options={"xatol": 1e-10})  # fmt: skip
    return (q - 0.5) / 2, sigma, (q - 0.5) / 2 - found.x * sigma


def newsvendor(passes, checks, price, profit):
    return _cautious(passes, checks, price, profit,
                     zeta_of=lambda a, s, p: norm.ppf(1 - a * s / p) if a * s < p else np.nan)  # fmt: skip


def kappa_spread(passes, checks, price, profit):
    kappa = (passes / checks - 0.5) / 2
    sigma = np.sqrt(kappa * (1 - kappa) / checks)
    inside = profit / (price * sigma * np.sqrt(2 * np.pi))
    return kappa, sigma, kappa - (np.sqrt(2 * np.log(inside)) if inside > 1 else np.nan) * sigma


def twice_the_price(passes, checks, price, profit):
    kappa, sigma, _ = by_logs(passes, checks, price, profit)
    return kappa, sigma, by_logs(passes, checks, 2 * price, profit)[2]


def times_effort(lines, shares, kappa):
    cost, a = by_polyfit(lines, shares, kappa)
    return cost * ((shares[0] - 0.5) / (2 * kappa)) ** 0.5, a


def bare_root(threshold, checks, bonus, work):
    return brentq(lambda g: binom.sf(threshold - 1, checks, g) * bonus - work, 0.0, 1.0, xtol=1e-13)


def no_lower_guard(threshold, checks, bonus, work):
    return np.nan if work > bonus else bare_root(threshold, checks, bonus, work)


def no_upper_guard(threshold, checks, bonus, work):
    return 0.0 if work <= 0 else bare_root(threshold, checks, bonus, work)


def on_a_grid(threshold, checks, bonus, work):
    if work <= 0 or work > bonus:
        return 0.0 if work <= 0 else np.nan
    g = np.linspace(0, 1, 1001)
    return g[np.argmax(bonus * binom.sf(threshold - 1, checks, g) >= work)]


RIGHT = {
    "cautious_strength": [by_logs, least_by_minimize],
    "cost_from_lines": [by_polyfit, by_fsolve],
    "tempting_chance": [by_root, by_halving],
    "contract": [pay(60, 32, -10, 22.83), pd.Series(pay(80, 43, -9.0, 23))],
}
WRONG = {
    "cautious_strength": {
        "error of the share": share_error,
        "error without the root of checks": one_check,
        "strength twice as large": doubled,
        "chance level forgotten": no_chance,
        "two in the root forgotten": no_two,
        "root forgotten": no_root,
        "root of two pi forgotten": no_two_pi,
        "error left out of the ratio": no_error_in_ratio,
        "added": upwards,
        "five per cent": two_sided,
        "five per cent, one side": one_sided,
        "caution not in errors": not_in_errors,
        "caution handed back": zeta_itself,
        "no caution where there is no best one": never_nan,
        "the tail in place of the density": newsvendor,
        "spread of the strength": kappa_spread,
        "price doubled": twice_the_price,
    },
    "cost_from_lines": {
        "order": turned,
        "base forgotten": no_base,
        "share forgotten": all_agree,
        "half": two_kappa,
        "sign": wrong_sign,
        "a euro worth more": worth_more,
        "no logarithm": differences,
        "base ten": tens,
        "logarithm of the cost": still_log,
        "effort left in": times_effort,
        "two lines mixed": mixed,
        "risk forgotten": neutral,
    },
    "tempting_chance": {
        "more than the threshold": _root_of(lambda t, n, g: binom.sf(t, n, g)),
        "one less": _root_of(lambda t, n, g: binom.sf(t - 2, n, g)),
        "exactly so many": _root_of(lambda t, n, g: binom.pmf(t, n, g)),
        "density one below": _root_of(lambda t, n, g: binom.pmf(t - 1, n, g)),
        "the chance to miss": _root_of(lambda t, n, g: binom.cdf(t - 1, n, g)),
        "normal law": _root_of(_normal),
        "normal law, half a pass in between": _root_of(lambda t, n, g: _normal(t - 0.5, n, g)),
        "chance of the bonus": ratio,
        "share of the threshold": share,
        "mean pay": proportion,
        "a root search without guards": bare_root,
        "a root search without the lower guard": no_lower_guard,
        "a root search without the upper guard": no_upper_guard,
        "a grid": on_a_grid,
        "one at most": one_for_nan,
        "a sure trick forgotten": nan_where_as_good,
        "nothing left": nan_for_nothing,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["contract"] = {
    "right": RIGHT["contract"],
    "wrong": {
        "a tuple": ((60, 32, -10, 23), "a dict of four numbers"),
        "a share for the threshold": (pay(60, 0.53, -10, 23), "whole numbers"),
        "a large deposit": (pay(60, 32, -20, 23), "10 euros at most"),
        "a fine": (pay(60, 32, 23, -10), "must be above the lower one"),
        "textbook": (pay(60, 33, -8.58, 23.24), "refuse"),
        "naive": (pay(60, 36, 0, 14), "come and idle"),
        "generous": (pay(60, 32, -10, 40), "paid more than needed"),
        "over the budget": (pay(90, 48, -10, 23), "these are 80 repeats"),
        "little work at the left": (pay(60, 31, -10, 23), "at the left: people work little"),
        "contract B": (pay(60, 32, -10.0, 22.76), "as contract B does"),
    },
}
