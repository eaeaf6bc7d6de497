"""Answers to lesson 11, written apart from its definition."""

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import binom, norm


def covariance_from_means(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    counts = np.arange(n + 1)
    chances = binom.pmf(counts, n, q)
    score = 4 * kappa * effort * (counts / q - (n - counts) / (1 - q))
    pay = np.asarray(utilities) - chances @ utilities
    return float(chances @ (pay * (score - chances @ score)))


def slope_by_differences(utilities, effort, kappa):
    n, step, total = len(utilities) - 1, 1e-4, 0.0
    for k, value in enumerate(utilities):
        up, down = (binom.pmf(k, n, 0.5 + 2 * kappa * (effort + d) ** 2) for d in (step, -step))
        total += value * (up - down) / (2 * step)
    return total


def _parts(utilities, effort, kappa):
    n, q = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    counts = np.arange(n + 1)
    return n, q, counts, 4 * kappa * effort * (counts - n * q) / (q * (1 - q))


def score_about_q(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) / (4 * kappa * effort)


def correlated(utilities, effort, kappa):
    n, q, counts, _ = _parts(utilities, effort, kappa)
    chances = binom.pmf(counts, n, q)
    spread = chances @ (utilities - chances @ utilities) ** 2
    if spread < 1e-20:
        return 0.0
    information = n * (4 * kappa * effort) ** 2 / (q * (1 - q))
    return covariance_from_means(utilities, effort, kappa) / float(np.sqrt(spread * information))


def equal_weights(utilities, effort, kappa):
    return float(np.cov(utilities, _parts(utilities, effort, kappa)[3], bias=True)[0, 1])


def mean_of_products(utilities, effort, kappa):
    return float(np.mean(_parts(utilities, effort, kappa)[3] * np.asarray(utilities)))


def sum_of_products(utilities, effort, kappa):
    return float(_parts(utilities, effort, kappa)[3] @ np.asarray(utilities))


def by_normal_density(utilities, effort, kappa):
    n, q, counts, score = _parts(utilities, effort, kappa)
    return float(norm.pdf(counts, n * q, math.sqrt(n * q * (1 - q))) @ (score * np.asarray(utilities)))


def one_check_score(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) / (len(utilities) - 1)


def standardised(utilities, effort, kappa):
    q = 0.5 + 2 * kappa * effort**2
    return covariance_from_means(utilities, effort, kappa) * math.sqrt(q - q * q)


def surplus_alone(utilities, effort, kappa):
    n, q, counts, _ = _parts(utilities, effort, kappa)
    return float(binom.pmf(counts, n, q) @ (np.asarray(utilities) * (4 * kappa * effort * (counts - n * q))))


def counts_as_sample(utilities, effort, kappa):
    return float(np.cov(utilities, _parts(utilities, effort, kappa)[3])[0, 1])


def counts_correlated(utilities, effort, kappa):
    with np.errstate(all="ignore"):
        return float(np.corrcoef(utilities, np.arange(len(utilities)))[0, 1])


def passes_alone(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) * (1 - 0.5 - 2 * kappa * effort**2)


def half_slope(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, kappa) / 2


def surplus_in_sd(utilities, effort, kappa):
    n, q, counts, _ = _parts(utilities, effort, kappa)
    away = (counts - n * q) / math.sqrt(n * q * (1 - q))
    return float(binom.pmf(counts, n, q) @ (away * np.asarray(utilities)))


def checks_miscounted(utilities, effort, kappa):
    n, q = len(utilities), 0.5 + 2 * kappa * effort**2
    counts = np.arange(n)
    score = 4 * kappa * effort * (counts - n * q) / (q * (1 - q))
    return float(binom.pmf(counts, n, q) @ (score * np.asarray(utilities)))


def strength_forgotten(utilities, effort, kappa):
    return covariance_from_means(utilities, effort, 0.15)


def wages_one_by_one(scores, lam, mu, lowest, aversion=1.0):
    found = []
    for score in scores:
        price = lam + mu * score
        cut = price <= 0 or math.log(price) / aversion < lowest
        found.append(lowest if cut else math.log(price) / aversion)
    return np.array(found)


def wages_cut_last(scores, lam, mu, lowest, aversion=1.0):
    price = lam + mu * np.asarray(scores)
    return np.maximum(np.log(np.where(price > 0, price, 1e-300)) / aversion, lowest)


def as_utilities(scores, lam, mu, lowest, aversion=1.0):
    return (1 - 1 / np.maximum(lam + mu * np.asarray(scores), np.exp(aversion * lowest))) / aversion


def as_prices(scores, lam, mu, lowest, aversion=1.0):
    return np.maximum(math.exp(aversion * lowest), lam + mu * np.asarray(scores))


def straight(scores, lam, mu, lowest, aversion=1.0):
    return np.clip(lam + mu * np.asarray(scores), lowest, None)


def never_cut(scores, lam, mu, lowest, aversion=1.0):
    with np.errstate(all="ignore"):
        return np.log(lam + mu * np.asarray(scores)) / aversion


def cut_at_zero(scores, lam, mu, lowest, aversion=1.0):
    return np.log(np.maximum(1.0, lam + mu * np.asarray(scores))) / aversion


def cut_at_a_wage(scores, lam, mu, lowest, aversion=1.0):
    with np.errstate(all="ignore"):
        return np.log(np.maximum(lowest, lam + mu * np.asarray(scores))) / aversion


def cut_without_a(scores, lam, mu, lowest, aversion=1.0):
    return np.log(np.maximum(np.exp(lowest), lam + mu * np.asarray(scores))) / aversion


def no_aversion(scores, lam, mu, lowest, aversion=1.0):
    return wages_one_by_one(scores, lam, mu, lowest)


def multiplied(scores, lam, mu, lowest, aversion=1.0):
    return np.log(as_prices(scores, lam, mu, lowest, aversion)) * aversion


def divided_twice(scores, lam, mu, lowest, aversion=1.0):
    price = lam + mu * np.asarray(scores)
    return np.maximum(np.log(np.where(price > 0, price, 1e-300)) / aversion / aversion, lowest)


def swapped(scores, lam, mu, lowest, aversion=1.0):
    return wages_cut_last(scores, mu, lam, lowest, aversion)


def falling(scores, lam, mu, lowest, aversion=1.0):
    return wages_cut_last(-np.asarray(scores), lam, mu, lowest, aversion)


def plain_utilities(scores, lam, mu, lowest, aversion=1.0):
    return 1 - np.exp(-wages_one_by_one(scores, lam, mu, lowest, aversion))


def nan_below(scores, lam, mu, lowest, aversion=1.0):
    price = lam + mu * np.asarray(scores)
    return np.array([math.log(p) / aversion if p > math.exp(aversion * lowest) else np.nan for p in price])


def cut_and_added(scores, lam, mu, lowest, aversion=1.0):
    return lowest + np.log(np.clip(lam + mu * np.asarray(scores), 1, None)) / aversion


def wages_as_list(scores, lam, mu, lowest, aversion=1.0):
    return wages_one_by_one(scores, lam, mu, lowest, aversion).tolist()


def payoffs_of(wages, efforts, kappa):
    n, efforts = len(wages) - 1, np.asarray(efforts, dtype=float)
    law = binom.pmf(np.arange(n + 1), n, 0.5 + 2 * kappa * efforts[:, None] ** 2)
    return law @ (1 - np.exp(-np.asarray(wages))) - efforts**2 / 2


def payoff_of(wages, effort, kappa):
    return float(payoffs_of(wages, [effort], kappa)[0])


def gain_on_a_grid(wages, asked, kappa):
    tried = payoffs_of(wages, np.append(np.linspace(0, 1, 501), asked), kappa)
    return float(tried.max() - tried[-1])


def gain_by_pieces(wages, asked, kappa):
    """A search in each tenth of [0, 1]."""
    best = payoff_of(wages, asked, kappa)
    for low in np.arange(10) / 10:
        found = minimize_scalar(
            lambda e: -payoff_of(wages, e, kappa), bounds=(low, low + 0.1), method="bounded"
        )
        best = max(best, -found.fun, payoff_of(wages, low, kappa), payoff_of(wages, low + 0.1, kappa))
    return best - payoff_of(wages, asked, kappa)


def idle_only(wages, asked, kappa):
    return payoff_of(wages, 0.0, kappa) - payoff_of(wages, asked, kappa)


def idle_or_nothing(wages, asked, kappa):
    return max(0.0, idle_only(wages, asked, kappa))


def ends_only(wages, asked, kappa):
    return max(
        0.0, idle_only(wages, asked, kappa), payoff_of(wages, 1.0, kappa) - payoff_of(wages, asked, kappa)
    )


def near_by(wages, asked, kappa):
    efforts = np.linspace(max(asked - 0.05, 0), min(asked + 0.05, 1), 101)
    tried = payoffs_of(wages, [*efforts, asked], kappa)
    return float(tried.max() - tried[-1])


def best_payoff(wages, asked, kappa):
    return gain_on_a_grid(wages, asked, kappa) + payoff_of(wages, asked, kappa)


def cost_forgotten(wages, asked, kappa):
    efforts = np.append(np.linspace(0, 1, 1001), asked)
    worth = payoffs_of(wages, efforts, kappa) + efforts**2 / 2
    return float(worth.max() - worth[-1])


def _other_worth(worth):
    def answer(wages, asked, kappa):
        n, efforts = len(wages) - 1, np.append(np.linspace(0, 1, 1001), asked)
        means = binom.pmf(np.arange(n + 1), n, 0.5 + 2 * kappa * efforts[:, None] ** 2) @ np.asarray(wages)
        payoffs = worth(means) - efforts**2 / 2
        return float(payoffs.max() - payoffs[-1])

    return answer


def where_it_is(wages, asked, kappa):
    efforts = np.linspace(0, 1, 2001)
    return float(efforts[np.argmax(payoffs_of(wages, efforts, kappa))])


def one_hill(wages, asked, kappa):
    found = minimize_scalar(lambda e: -payoff_of(wages, e, kappa), bounds=(0, 1), method="bounded")
    return max(0.0, -found.fun - payoff_of(wages, asked, kappa))


def _on_grid(size):
    def answer(wages, asked, kappa):
        tried = payoffs_of(wages, np.linspace(0, 1, size), kappa)
        return max(0.0, float(tried.max()) - payoff_of(wages, asked, kappa))

    return answer


def _costing(cost):
    def answer(wages, asked, kappa):
        efforts = np.append(np.linspace(0, 1, 1001), asked)
        worth = payoffs_of(wages, efforts, kappa) + efforts**2 / 2 - cost(efforts)
        return float(worth.max() - worth[-1])

    return answer


def gain_at_015(wages, asked, kappa):
    return gain_on_a_grid(wages, asked, 0.15)


def kept_from_means(cuts):
    edges = [-np.inf, *sorted(cuts), np.inf]
    kept = 0.0
    for a, b in zip(edges, edges[1:], strict=False):
        mass = norm.cdf(b) - norm.cdf(a)
        kept += mass * ((norm.pdf(a) - norm.pdf(b)) / mass) ** 2
    return float(kept)


def kept_by_distortion(cuts):
    """One minus the mean squared distance to the mean of the cell."""
    edges = np.concatenate([[-9.0], np.sort(np.asarray(cuts, dtype=float)), [9.0]])
    lost = 0.0
    for a, b in zip(edges, edges[1:], strict=False):
        x, w = np.polynomial.legendre.leggauss(200)
        x, w = (a + b) / 2 + x * (b - a) / 2, w * (b - a) / 2
        mass = w @ norm.pdf(x)
        lost += w @ (norm.pdf(x) * (x - (w @ (x * norm.pdf(x))) / mass) ** 2)
    return 1 - float(lost)


def _cells(cuts):
    edges = np.concatenate([[-np.inf], np.sort(np.asarray(cuts, dtype=float)), [np.inf]])
    return np.diff(norm.cdf(edges)), -np.diff(norm.pdf(edges))


def lost(cuts):
    return 1 - kept_from_means(cuts)


def factor(cuts):
    with np.errstate(all="ignore"):
        return float(1 / np.float64(kept_from_means(cuts)))


def products_squared(cuts):
    return float(np.sum(_cells(cuts)[1] ** 2))


def means_squared(cuts):
    masses, moments = _cells(cuts)
    return float(np.sum((moments / masses) ** 2))


def means_averaged(cuts):
    masses, moments = _cells(cuts)
    return float(np.mean((moments / masses) ** 2))


def mean_sizes(cuts):
    return float(np.abs(_cells(cuts)[1]).sum())


def rooted(cuts):
    return math.sqrt(kept_from_means(cuts))


def as_they_come(cuts):
    edges = np.array([-np.inf, *cuts, np.inf])
    with np.errstate(all="ignore"):
        return float(np.sum(np.diff(norm.pdf(edges)) ** 2 / np.diff(norm.cdf(edges))))


def inside(cuts):
    masses, moments = _cells(cuts)
    return float(np.sum((moments**2 / masses)[1:-1]))


def uniform(cuts):
    return 1 - (len(cuts) + 1) ** -2


def weights_in_a_loop(chances, rises):
    found = [rise / (q - q * q) for q, rise in zip(chances, rises, strict=True)]
    return np.array([one / found[0] for one in found])


def weights_of_failures(chances, rises):
    q, rise = np.array(chances), np.array(rises)
    each = rise / q + rise / (1 - q)
    return each / each[0]


def _weighing(formula):
    def answer(chances, rises):
        found = formula(np.array(chances, dtype=float), np.array(rises, dtype=float))
        return found / found[0]

    return answer


def absolute_weights(chances, rises):
    return np.array([rise / (q - q * q) for q, rise in zip(chances, rises, strict=True)])


def as_shares(chances, rises):
    return absolute_weights(chances, rises) / absolute_weights(chances, rises).sum()


def turned(chances, rises):
    return absolute_weights(chances, rises)[0] / absolute_weights(chances, rises)


def by_largest(chances, rises):
    return absolute_weights(chances, rises) / max(absolute_weights(chances, rises))


def by_last(chances, rises):
    return absolute_weights(chances, rises) / absolute_weights(chances, rises)[-1]


RIGHT = {
    "score_covariance": [covariance_from_means, slope_by_differences],
    "holmstrom_wages": [wages_one_by_one, wages_cut_last],
    "largest_gain": [gain_on_a_grid, gain_by_pieces],
    "share_kept": [kept_from_means, kept_by_distortion],
    "pass_weights": [weights_in_a_loop, weights_of_failures],
}
WRONG = {
    "score_covariance": {
        "slope of q left out": score_about_q,
        "correlation": correlated,
        "counts not weighted": equal_weights,
        "plain mean of the products": mean_of_products,
        "plain sum of the products": sum_of_products,
        "the normal density": by_normal_density,
        "score of one check": one_check_score,
        "divided by the standard deviation": standardised,
        "q(1 − q) left out": surplus_alone,
        "np.cov": counts_as_sample,
        "np.corrcoef": counts_correlated,
        "1 − q left out of the score": passes_alone,
        "half of q′": half_slope,
        "a surplus in standard deviations": surplus_in_sd,
        "as many checks as utilities": checks_miscounted,
        "one strength for all": strength_forgotten,
    },
    "holmstrom_wages": {
        "utilities": as_utilities,
        "prices": as_prices,
        "the wage of log utility": straight,
        "no lowest wage": never_cut,
        "cut at 0": cut_at_zero,
        "a wage as a price": cut_at_a_wage,
        "cut at the price of aversion 1": cut_without_a,
        "aversion forgotten": no_aversion,
        "times the aversion": multiplied,
        "a squared": divided_twice,
        "prices exchanged": swapped,
        "the score turned round": falling,
        "utilities, whatever the aversion": plain_utilities,
        "nan at the lowest wage": nan_below,
        "cut and added": cut_and_added,
    },
    "largest_gain": {
        "idling only": idle_only,
        "idling or nothing": idle_or_nothing,
        "the two ends only": ends_only,
        "small steps only": near_by,
        "the payoff itself": best_payoff,
        "effort for nothing": cost_forgotten,
        "in money": _other_worth(lambda means: means),
        "utility of the mean wage": _other_worth(lambda means: 1 - np.exp(-means)),
        "the effort": where_it_is,
        "a local optimiser": one_hill,
        "a coarse grid": _on_grid(11),
        "steps of 0.05": _on_grid(21),
        "steps of 0.01": _on_grid(101),
        "cost twice as large": _costing(lambda e: e * e),
        "cost straight in effort": _costing(lambda e: e / 2),
        "one strength for all": gain_at_015,
    },
    "share_kept": {
        "what is lost": lost,
        "the factor of the gap": factor,
        "not divided by the chance": products_squared,
        "means not weighed": means_squared,
        "means averaged": means_averaged,
        "absolute means": mean_sizes,
        "a root on top": rooted,
        "order of the cuts": as_they_come,
        "outer cells forgotten": inside,
        "a uniform score": uniform,
    },
    "pass_weights": {
        "all alike": _weighing(lambda q, r: q / q),
        "slopes only": _weighing(lambda q, r: r),
        "information": _weighing(lambda q, r: r * r / (q - q * q)),
        "standard deviations": _weighing(lambda q, r: r / np.sqrt(q - q * q)),
        "one over the variance": _weighing(lambda q, r: 1 / (q - q * q)),
        "variance on top": _weighing(lambda q, r: r * (q - q * q)),
        "chance of failing only": _weighing(lambda q, r: r / (1 - q)),
        "chance of passing only": _weighing(lambda q, r: r / q),
        "not relative": absolute_weights,
        "shares": as_shares,
        "upside down": turned,
        "divided by the largest": by_largest,
        "divided by the last": by_last,
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
ANSWERS["holmstrom_wages"]["wrong"]["a list"] = (wages_as_list, "Return them as an array")
