"""Answers to lesson 12, written apart from its definition."""

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import binom, norm

N = norm()


def z_of(n, information, cost, slope):
    """By the logarithm of the density that is wanted."""
    wanted = np.log(slope / (cost * np.sqrt(np.asarray(n, dtype=float) * information)))
    square = -2 * wanted - math.log(2 * math.pi)
    return np.where(square > 0, np.sqrt(np.abs(square)), np.nan)


def tail_by_survival(n, information, cost, slope, waste):
    return waste * N.sf(z_of(n, information, cost, slope))


def by_a_loop(n, information, cost, slope, waste):
    def one(x):
        top = cost * math.sqrt(x * information) / slope * N.pdf(0)
        return waste * N.cdf(-math.sqrt(2 * math.log(top))) if top > 1 else math.nan

    return [one(float(x)) for x in n] if np.ndim(n) else one(n)


def half_at_the_edge(n, information, cost, slope, waste):
    return np.where(
        np.isnan(z_of(n, information, cost, slope)),
        0.5 * waste,
        tail_by_survival(n, information, cost, slope, waste),
    )


def density(n, i, c, s, w):
    return w * N.pdf(z_of(n, i, c, s))


def upper(n, i, c, s, w):
    return w * N.cdf(z_of(n, i, c, s))


def squared(n, i, c, s, w):
    return w * N.sf(z_of(n, i, c, s) ** 2)


def no_two(n, i, c, s, w):
    return w * N.sf(z_of(n, i, c, s) * math.sqrt(0.5))


def no_constant(n, i, c, s, w):
    return tail_by_survival(n, i, c, s / math.sqrt(2 * math.pi), w)


def root_two(n, i, c, s, w):
    return tail_by_survival(n, i, c, s / math.sqrt(math.pi), w)


def no_root(n, i, c, s, w):
    return tail_by_survival((np.asarray(n) * i) ** 2, 1, c, s, w)


def information_bare(n, i, c, s, w):
    return tail_by_survival(n, i**2, c, s, w)


def swapped(n, i, c, s, w):
    return tail_by_survival(n, i, s, c, w)


def the_law(n, i, c, s, w):
    n = np.asarray(n, dtype=float)
    return w * (s / c) * (i * n * np.log(n)) ** -0.5


def chance_only(n, i, c, s, w):
    return tail_by_survival(n, i, c, s, 1)


def few(n, effort, kappa, *, luck=True, own=True, sure=False, missed=False, money=True, last=False, spent=None, in_q=False,
        constant=True, linear=False, unit=100, worth=True):  # fmt: skip
    """The crossing in a loop over z; the switches make the mistakes."""
    q = 0.5 + 2 * kappa * (effort if linear else effort**2)
    slope = 2 * kappa if linear else 4 * kappa * effort
    spread, answer = math.sqrt(n * q * (1 - q)), None
    for step in range(6000):
        z = 0.001 * step
        density = math.exp(-z * z / 2) / (math.sqrt(2 * math.pi))
        bonus = effort * spread / (density * n * slope)
        bonus *= slope if in_q else 1
        bonus /= 1 if constant else math.sqrt(2 * math.pi)
        y = (n * q - z * spread - n / 2) / (math.sqrt(n) / 2 if own else spread)
        rise = math.erfc(-z / math.sqrt(2)) / 2 - (math.erfc(y / math.sqrt(2)) / 2 if luck else 0)
        if bonus * rise >= (effort**2 / 2 if spent is None else spent(effort)):
            answer = z, bonus
            if not last:
                break
    if answer is None or answer[1] >= 1:
        return -math.inf
    z, bonus = answer
    chance = math.erfc(-z / math.sqrt(2)) / 2
    chance = 1 if sure else 1 - chance if missed else chance
    paid = (-math.log(1 - bonus) if money else bonus) * chance
    return unit * (0.6 * effort * (2 - effort) * worth - paid)


def few_in_arrays(n, effort, kappa):
    z = np.linspace(0, 5, 5001)
    q = 0.5 + 2 * kappa * effort**2
    own, idle = binom(n, q).std(), binom(n, 0.5).std()
    bonus = own / (N.pdf(z) * n * 4 * kappa)
    willing = bonus * (N.cdf(z) - N.sf((n * (q - 0.5) - z * own) / idle)) >= effort**2 / 2
    at = np.argmax(willing)
    return 100 * (0.6 * effort * (2 - effort) + math.log(1 - bonus[at]) * N.cdf(z[at]))


def kl(x, q):
    return x * math.log(x / q) + (1 - x) * math.log((1 - x) / (1 - q))


def chernoff(a, b):
    found = minimize_scalar(
        lambda s: math.log(a**s * b ** (1 - s) + (1 - a) ** s * (1 - b) ** (1 - s)),
        bounds=(0, 1), method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    return -found.fun


def turned(a, b):
    x = np.linspace(a, b, 100_001)[1:-1]
    first = a * np.log(a / x) + (1 - a) * np.log((1 - a) / (1 - x))
    second = b * np.log(b / x) + (1 - b) * np.log((1 - b) / (1 - x))
    return float(np.min(np.maximum(first, second)))


def coarse(a, b):
    return float(max(min(kl(x, a), kl(x, b)) for x in np.linspace(a, b, 1001)))


def exponent_by_search(a, b, deposit):
    return kl(a, b) if deposit > 0 else chernoff(a, b)


def exponent_on_a_grid(a, b, deposit):
    x = np.linspace(a, b, 200_001)[1:-1]
    both = [x * np.log(x / q) + (1 - x) * np.log((1 - x) / (1 - q)) for q in (a, b)]
    return kl(a, b) if deposit else float(np.max(np.minimum(*both)))


def shows(levels, effort, information, cost, slope, *, steps=-1, plus=0, product=None):
    """One check after the other."""
    n = 0
    while True:
        n += 1
        top = cost * math.sqrt(n * information) / (slope * math.sqrt(2 * math.pi))
        z = math.sqrt(2 * math.log(top)) if top > 1 else 0.0
        d = effort / (levels + steps) * math.sqrt(n * information)
        if (product or (lambda d, z: d * z))(d, z) >= 1:
            return n + plus


def shows_by_halves(levels, effort, information, cost, slope):
    def enough(n):
        d = effort / (levels - 1) * np.sqrt(n * information)
        z = z_of(n, information, cost, slope)
        return bool(d * z >= 1)

    low, high = 1, 10**7
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


ETA = 0.5106530944


def free(
    threshold,
    wage,
    n,
    kappa,
    *,
    worth=None,
    firm=None,
    efforts=None,
    paid=None,
    cost=0.5,
    linear=False,
    unit=100,
):
    grid = np.linspace(0, 1, 1001) if efforts is None else np.array(efforts)
    q = 0.5 + 2 * kappa * (grid if linear else grid**2)
    chance = binom.sf(threshold - 1, n, q)
    payoff = (1 - math.exp(-wage) if worth is None else worth) * chance - cost * grid**2
    value = 0.6 * grid * (2 - grid)
    at = np.argmax(value - wage * chance) if firm else np.argmax(payoff)
    amount = wage if paid is None else paid
    share = 1 if amount == "sure" else chance[at]
    return unit * float(value[at] - (wage if amount == "sure" else amount) * share)


def free_in_a_loop(threshold, wage, n, kappa):
    best, profit = -math.inf, 0.0
    for step in range(1001):
        e = step / 1000
        chance = float(binom.sf(threshold - 1, n, 0.5 + 2 * kappa * e * e))
        payoff = (1 - math.exp(-wage)) * chance - e * e / 2
        if payoff > best:
            best, profit = payoff, 100 * (0.6 * e * (2 - e) - wage * chance)
    return profit


def variant_of(function, **switches):
    return lambda *given: function(*given, **switches)


RIGHT = {
    "many_checks_gap": [tail_by_survival, by_a_loop],
    "few_checks_profit": [few, few_in_arrays],
    "closing_exponent": [exponent_by_search, exponent_on_a_grid],
    "levels_show": [shows, shows_by_halves],
    "profit_any_effort": [free, free_in_a_loop],
}
WRONG = {
    "many_checks_gap": {
        "a number where the formula has none": half_at_the_edge,
        "nothing lost where the formula has no value": lambda n, i, c, s, w: np.where(
            np.isnan(z_of(n, i, c, s)), 0.0, tail_by_survival(n, i, c, s, w)
        ),
        "the tail by its law": lambda n, i, c, s, w: density(n, i, c, s, w) / z_of(n, i, c, s),
        "density, not tail": density,
        "the other tail": upper,
        "z not rooted": squared,
        "factor 2 forgotten": no_two,
        "√(2π) forgotten": no_constant,
        "√2 in place of √(2π)": root_two,
        "root of n forgotten": no_root,
        "information outside the root": information_bare,
        "slope and cost exchanged": swapped,
        "the law for large z": the_law,
        "waste forgotten": chance_only,
    },
    "few_checks_profit": {
        "luck forgotten": variant_of(few, luck=False),
        "luck in the wrong spread": variant_of(few, own=False),
        "bonus paid for sure": variant_of(few, sure=True),
        "paid to those who miss": variant_of(few, missed=True),
        "utility in place of money": variant_of(few, money=False),
        "the last z": variant_of(few, last=True),
        "the slope of the cost": variant_of(few, spent=lambda e: e),
        "slope in q": variant_of(few, in_q=True),
        "density without its constant": variant_of(few, constant=False),
        "effort not squared in q": variant_of(few, linear=True),
        "units, not euros": variant_of(few, unit=1),
        "value forgotten": variant_of(few, worth=False),
    },
    "closing_exponent": {
        "the divergence the other way round": lambda a, b, d: kl(b, a) if d > 0 else chernoff(a, b),
        "Chernoff for both": lambda a, b, d: chernoff(a, b),
        "divergence for both": lambda a, b, d: kl(a, b),
        "deposit the wrong way round": lambda a, b, d: kl(a, b) if d == 0 else chernoff(a, b),
        "half way": lambda a, b, d: kl(a, b) if d > 0 else kl(0.5 * a + 0.5 * b, a),
        "the root of the product": lambda a, b, d: (
            kl(a, b) if d > 0 else -math.log(math.sqrt(a * b) + math.sqrt((1 - a) * (1 - b)))
        ),
        "a quarter of the divergence": lambda a, b, d: kl(a, b) * (1 if d > 0 else 0.25),
        "passes only": lambda a, b, d: a * math.log(a / b) if d > 0 else chernoff(a, b),
        "binary digits": lambda a, b, d: exponent_by_search(a, b, d) * math.log2(math.e),
        "the square of the difference": lambda a, b, d: 2 * (a - b) ** 2 if d > 0 else chernoff(a, b),
        "the other way round for both": lambda a, b, d: kl(b, a) if d > 0 else turned(a, b),
        "the other way round without a deposit": lambda a, b, d: kl(a, b) if d > 0 else turned(a, b),
        "a coarse grid": lambda a, b, d: kl(a, b) if d > 0 else coarse(a, b),
        "a minus sign": lambda a, b, d: -exponent_by_search(a, b, d),
    },
    "levels_show": {
        "levels in place of steps": variant_of(shows, steps=0),
        "the step alone": variant_of(shows, product=lambda d, z: d),
        "the leniency alone": variant_of(shows, product=lambda d, z: z),
        "information outside the root": lambda m, e, i, c, s: shows(
            m, e, i, c, s, product=lambda d, z: d * z * i**0.5
        ),
        "information forgotten": lambda m, e, i, c, s: shows(
            m, e, i, c, s, product=lambda d, z: d * z / i**0.5
        ),
        "the leniency by its law": lambda m, e, i, c, s: next(
            n for n in range(1, 10**6) if e / (m - 1) * math.sqrt(n * i * math.log(n)) >= 1
        ),
        "steps of the whole range": lambda m, e, i, c, s: shows(m, 1.0, i, c, s),
        "the square of z": variant_of(shows, product=lambda d, z: d * z * z),
        "factor 2 forgotten": variant_of(shows, product=lambda d, z: d * z / 2**0.5),
        "slope and cost exchanged": lambda m, e, i, c, s: shows(m, e, i, s, c),
        "one too low": variant_of(shows, plus=-1),
        "one too high": variant_of(shows, plus=1),
    },
    "profit_any_effort": {
        "works as asked": variant_of(free, efforts=[ETA]),
        "one pass more": lambda t, w, n, k: free(t + 1, w, n, k),
        "cost forgotten": variant_of(free, cost=0),
        "two levels": variant_of(free, efforts=[0.0, ETA]),
        "the firm chooses": variant_of(free, firm=True),
        "money in place of utility": lambda t, w, n, k: free(t, w, n, k, worth=w),
        "utility paid": lambda t, w, n, k: free(t, w, n, k, paid=1 - math.exp(-w)),
        "wage paid for sure": variant_of(free, paid="sure"),
        "cost doubled": variant_of(free, cost=1.0),
        "effort not squared in q": variant_of(free, linear=True),
        "units, not euros": variant_of(free, unit=1),
    },
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
