"""Lesson 10: pay for every agreement."""

from __future__ import annotations

from math import comb, exp, fsum, log

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Property,
    Question,
    Rubric,
    Variant,
    between,
)


def _expected_utility(base, slope, checks, chance):
    chance = np.asarray(chance, dtype=float)
    return -np.expm1(checks * np.log1p(chance * np.expm1(-slope / checks)) - base)


def _utility_by_counts(base, slope, checks, chance):
    """Every count written out with its probability, in exact integers."""

    def one(q):
        law = (comb(checks, k) * q**k * (1 - q) ** (checks - k) for k in range(checks + 1))
        return fsum(p * (1 - exp(-base - slope * k / checks)) for k, p in enumerate(law))

    return one(float(chance)) if np.ndim(chance) == 0 else np.array([one(float(q)) for q in chance])


def _falls_with_risk(function):
    """Ten checks are a riskier wage than a hundred with the same mean."""
    return function(-0.9, 1.9, 10, 0.6) < function(-0.9, 1.9, 100, 0.6)


EXPECTED_UTILITY = Exercise(
    name="expected_utility",
    reference=_expected_utility,
    oracle=_utility_by_counts,
    probes=(
        Case("one check", 0.0, 1.0, 1, 0.6),
        Case("the line of the text, 100 checks", -0.96, 1.91, 100, 0.578),
        Case("nearly every check passes", -0.5, 1.0, 20, 0.98),
        Case("a flat wage", 0.3, 0.0, 10, 0.7),
        Case("an array of chances", -0.9, 1.9, 50, np.array([0.5, 0.6, 0.7])),
    ),
    mistakes=(
        Mistake(
            "utility of the mean wage",
            lambda base, slope, checks, chance: 1 - np.exp(-base - slope * np.asarray(chance)),
            "This is the utility of the average wage. A risky wage is worth less to the agent than its average.",
        ),
        Mistake(
            "not divided by the checks",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * (1 - chance + np.asarray(chance) * np.exp(-slope)) ** checks
            ),
            "One agreement pays slope/n, and here it pays the whole slope.",
        ),
        Mistake(
            "one check only",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * (1 - chance + np.asarray(chance) * np.exp(-slope / checks))
            ),
            "Only one check has been averaged. There are n independent factors.",
        ),
        Mistake(
            "forgot one minus",
            lambda base, slope, checks, chance: (
                np.exp(-base) * (1 - chance + np.asarray(chance) * np.exp(-slope / checks)) ** checks
            ),
            "This is E e^(−w). The utility is 1 − e^(−w).",
        ),
        Mistake(
            "chances exchanged",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * (chance + (1 - np.asarray(chance)) * np.exp(-slope / checks)) ** checks
            ),
            "A check that passes is paid, one that fails is not: the two chances are exchanged.",
        ),
        Mistake(
            "base forgotten",
            lambda base, slope, checks, chance: _expected_utility(0.0, slope, checks, chance),
            "Your result does not change with the base. Put e^(−base) in front.",
        ),
        Mistake(
            "base with the wrong sign",
            lambda base, slope, checks, chance: _expected_utility(-base, slope, checks, chance),
            "The base has the wrong sign: a higher base must give a higher utility, so it stands as e^(−base).",
        ),
        Mistake(
            "certainty equivalent",
            lambda base, slope, checks, chance: -np.log1p(-_expected_utility(base, slope, checks, chance)),
            "This is the certainty equivalent, a wage. Asked for is the expected utility: stop one step earlier.",
        ),
    ),
    properties=(
        Property(
            "fewer checks, more risk, less utility", _falls_with_risk, "A riskier wage of the same mean."
        ),
    ),
)


def _line_for(effort, kappa, checks):
    chance, steepness = 0.5 + 2 * kappa * effort**2, 4 * kappa * effort
    left = 1 - effort**2 / 2
    x = effort / (checks * steepness * left + effort * chance)
    return checks * log(1 - chance * x) - log(left), -checks * log(1 - x)


def _line_by_search(effort, kappa, checks):
    """Binomial sums; the base by participation, then the slope by bisection on the local incentive."""
    chance = 0.5 + 2 * kappa * effort**2
    law = [comb(checks, k) * chance**k * (1 - chance) ** (checks - k) for k in range(checks + 1)]
    fewer = [comb(checks - 1, k) * chance**k * (1 - chance) ** (checks - 1 - k) for k in range(checks)]

    def base_for(slope):
        mean = fsum(p * exp(-slope * k / checks) for k, p in enumerate(law))
        return log(mean / (1 - effort**2 / 2))

    def excess(slope):
        base = base_for(slope)
        values = [1 - exp(-base - slope * k / checks) for k in range(checks + 1)]
        rise = fsum(p * (values[k + 1] - values[k]) for k, p in enumerate(fewer))
        return checks * 4 * kappa * effort * rise - effort

    slope = brentq(excess, 1e-6, 40.0, xtol=1e-13)
    return base_for(slope), slope


def _line_without_premium(effort, kappa, checks):
    _, slope = _line_for(effort, kappa, checks)
    return -log(1 - effort**2 / 2) - slope * (0.5 + 2 * kappa * effort**2), slope


def _line_in_utility(effort, kappa, checks):
    """Slope c'/q', as if one unit of money were one unit of utility."""
    slope = 1 / (4 * kappa)
    x = 1 - exp(-slope / checks)
    chance = 0.5 + 2 * kappa * effort**2
    return checks * log(1 - chance * x) - log(1 - effort**2 / 2), slope


def _line_per_agreement(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return base, slope / checks


def _line_with_cost_left_out(effort, kappa, checks):
    _, slope = _line_for(effort, kappa, checks)
    chance = 0.5 + 2 * kappa * effort**2
    return checks * log(1 - chance * (1 - exp(-slope / checks))), slope


def _line_all_straight(effort, kappa, checks):
    """Slope c′/q′, and a base that makes the mean wage pay for the effort."""
    slope = 1 / (4 * kappa)
    return -log(1 - effort**2 / 2) - slope * (0.5 + 2 * kappa * effort**2), slope


def _line_in_utility_only(effort, kappa, checks):
    slope = 1 / (4 * kappa)
    return effort**2 / 2 - slope * (0.5 + 2 * kappa * effort**2), slope


def _line_from(x, effort, kappa, checks, slope=None):
    """Base by (P) and slope for one pass's share x of e^(−w)."""
    base = checks * log(1 - (0.5 + 2 * kappa * effort**2) * x) - log(1 - effort**2 / 2)
    return base, -checks * log(1 - x) if slope is None else slope


def _line_with_power_n(effort, kappa, checks):
    return _line_from(1 / (checks * 4 * kappa * (1 - effort**2 / 2)), effort, kappa, checks)


def _line_with_half_steepness(effort, kappa, checks):
    chance, left = 0.5 + 2 * kappa * effort**2, 1 - effort**2 / 2
    x = effort / (checks * 2 * kappa * effort * left + effort * chance)
    return _line_from(x, effort, kappa, checks)


def _line_without_logarithm(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return base, checks * (1 - exp(-slope / checks))


def _line_with_base_turned(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return -base, slope


LINE_FOR = Exercise(
    name="line_for",
    reference=_line_for,
    oracle=_line_by_search,
    parts=("base", "slope"),
    probes=(
        Case("the numbers of the text, 100 checks", 0.51, 0.15, 100),
        Case("few checks", 0.4, 0.2, 8),
        Case("high effort on certain items", 0.9, 0.25, 60),
        Case("little effort", 0.1, 0.15, 200),
    ),
    mistakes=(
        Mistake(
            "no premium for risk",
            _line_without_premium,
            "The slope is right. The base makes the average wage just enough, as if the wage were safe: use (P).",
        ),
        Mistake(
            "utility taken for money",
            _line_in_utility,
            "The slope c′/q′ is in utility. A unit of money gives less than a unit of utility at a positive wage: divide (L) by (P).",
        ),
        Mistake(
            "slope per agreement",
            _line_per_agreement,
            "This is the pay for one agreement. The slope is what all n of them pay together.",
        ),
        Mistake(
            "effort cost left out",
            _line_with_cost_left_out,
            "The base makes the expected utility 0. It must pay for the effort as well.",
        ),
        Mistake(
            "slope first",
            lambda effort, kappa, checks: _line_for(effort, kappa, checks)[::-1],
            "The two numbers are exchanged. Return (base, slope).",
        ),
        Mistake(
            "all in straight lines",
            _line_all_straight,
            "Your slope is c′/q′ and your base pays for the effort on average: neither knows of risk. Use (P) and (L).",
        ),
        Mistake(
            "all in utility",
            _line_in_utility_only,
            "Base and slope are counted in utility here. The agent gets money: start from (P) and (L), where it is.",
        ),
        Mistake(
            "power n in both",
            _line_with_power_n,
            "In (L) the factor 1 − qx has the power n − 1: one check is the one that changes.",
        ),
        Mistake(
            "logarithm forgotten",
            _line_without_logarithm,
            "The base is right. The slope is n·x here: solve x = 1 − e^(−slope/n) for it.",
        ),
        Mistake(
            "base with the wrong sign",
            _line_with_base_turned,
            "The slope is right. The base has the wrong sign: in (P) it stands as e^(−base).",
        ),
        Mistake(
            "slope of q halved",
            _line_with_half_steepness,
            "q = ½ + 2κη² has the slope q′ = 4κη. Yours is half of that.",
        ),
    ),
)


def _moments(utilities, effort, kappa):
    values = np.asarray(utilities, dtype=float)
    checks, chance = values.size - 1, 0.5 + 2 * kappa * effort**2
    law = np.array([comb(checks, k) * chance**k * (1 - chance) ** (checks - k) for k in range(checks + 1)])
    score = 4 * kappa * effort * (np.arange(checks + 1) - checks * chance) / (chance * (1 - chance))
    return values, checks, chance, law, score


def _score_covariance(utilities, effort, kappa):
    values, _, _, law, score = _moments(utilities, effort, kappa)
    return float(np.sum(law * score * values))


def _slope_by_one_more_check(utilities, effort, kappa):
    """n q′ Σ P_{n−1}(k) (v_{k+1} − v_k): what one more pass is worth, averaged over the other checks."""
    checks, chance = len(utilities) - 1, 0.5 + 2 * kappa * effort**2
    fewer = [comb(checks - 1, k) * chance**k * (1 - chance) ** (checks - 1 - k) for k in range(checks)]
    rise = fsum(p * float(utilities[k + 1] - utilities[k]) for k, p in enumerate(fewer))
    return checks * 4 * kappa * effort * rise


def _correlation(utilities, effort, kappa):
    values, _, _, law, score = _moments(utilities, effort, kappa)
    spread = np.sqrt(law @ values**2 - (law @ values) ** 2) * np.sqrt(law @ score**2)
    return _score_covariance(utilities, effort, kappa) / float(spread) if spread > 0 else 0.0


def _unweighted(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    return float(np.mean((score - score.mean()) * (values - values.mean())))


def _sample_covariance(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    return float(np.cov(values, score)[0, 1])


def _sample_correlation(utilities, effort, kappa):
    values, _, _, _, score = _moments(utilities, effort, kappa)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.corrcoef(values, score)[0, 1])


def _score_of_passes_only(utilities, effort, kappa):
    return _score_covariance(utilities, effort, kappa) * (0.5 - 2 * kappa * effort**2)


SCORE_COVARIANCE = Exercise(
    name="score_covariance",
    reference=_score_covariance,
    oracle=_slope_by_one_more_check,
    probes=(
        Case("a line in utility, 10 checks", np.linspace(0, 1, 11), 0.5, 0.15),
        Case("a bonus at 6 of 10", (np.arange(11) >= 6) * 1.0, 0.5, 0.15),
        Case("a flat wage", np.ones(6), 0.7, 0.2),
        Case("one check", np.array([0.0, 2.0]), 0.8, 0.25),
        Case("a curve", np.sqrt(np.arange(31.0)), 0.3, 0.2),
    ),
    mistakes=(
        Mistake(
            "slope of q left out",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa) / (4 * kappa * effort)
            ),
            "This is the covariance with the score about q. The score about effort has the factor q′.",
        ),
        Mistake(
            "correlation",
            _correlation,
            "This is a correlation. Do not divide by the standard deviations.",
        ),
        Mistake(
            "counts not weighted",
            _unweighted,
            "All counts weigh the same here. Weigh each by its probability, `law(checks, chance)`.",
        ),
        Mistake(
            "score of one check",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa) / (len(utilities) - 1)
            ),
            "The score is divided by n here. It is the sum over all checks.",
        ),
        Mistake(
            "divided by the standard deviation",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa)
                * np.sqrt((0.5 + 2 * kappa * effort**2) * (0.5 - 2 * kappa * effort**2))
            ),
            "The score has q(1 − q) below, not its root.",
        ),
        Mistake(
            "q(1 − q) left out",
            lambda utilities, effort, kappa: (
                _score_covariance(utilities, effort, kappa)
                * ((0.5 + 2 * kappa * effort**2) * (0.5 - 2 * kappa * effort**2))
            ),
            "This weighs q′ times the surplus of passes. The score divides that by q(1 − q).",
        ),
        Mistake(
            "np.cov",
            _sample_covariance,
            "`np.cov` takes every count as one observation. The counts are not equally likely: weigh with `law`.",
        ),
        Mistake(
            "np.corrcoef",
            _sample_correlation,
            "`np.corrcoef` gives a correlation of equally likely counts. Asked for is the covariance, weighed with `law`.",
        ),
        Mistake(
            "1 − q left out of the score",
            _score_of_passes_only,
            "The score has q(1 − q) below; yours has q alone.",
        ),
    ),
)


def _linear_constant(cost, cost_slope, aversion=1.0):
    return 0.5 * aversion / (1 - aversion * cost) ** 2 * cost_slope**2


def _constant_by_differences(cost, cost_slope, aversion=1.0):
    """The second derivative of h from five values of h."""

    def wage(utility):
        return -log(1 - aversion * utility) / aversion

    step, weights = 2e-3 * (1 / aversion - cost), (-1, 16, -30, 16, -1)
    bend = fsum(w * wage(cost + k * step) for w, k in zip(weights, range(-2, 3), strict=True)) / (
        12 * step**2
    )
    return cost_slope * bend * cost_slope / 2


LINEAR_CONSTANT = Exercise(
    name="linear_constant",
    reference=_linear_constant,
    oracle=_constant_by_differences,
    probes=(
        Case("the numbers of the text", 0.13, 0.51),
        Case("a dear effort", 0.4, 0.9),
        Case("a more cautious agent", 0.2, 0.5, 2.0),
        Case("hardly cautious", 0.3, 0.7, 0.1),
    ),
    tolerance=1e-6,
    mistakes=(
        Mistake(
            "h prime",
            lambda cost, cost_slope, aversion=1.0: 0.5 / (1 - aversion * cost) * cost_slope**2,
            "This has h′ in it, the price of utility. The price of risk is h″: differentiate once more.",
        ),
        Mistake(
            "half forgotten",
            lambda cost, cost_slope, aversion=1.0: 2 * _linear_constant(cost, cost_slope, aversion),
            "The second term of the Taylor series has a ½.",
        ),
        Mistake(
            "slope not squared",
            lambda cost, cost_slope, aversion=1.0: _linear_constant(cost, cost_slope, aversion) / cost_slope,
            "The variance grows with the square of c′.",
        ),
        Mistake(
            "bend at zero",
            lambda cost, cost_slope, aversion=1.0: 0.5 * aversion * cost_slope**2,
            "This takes h″ at utility 0. Take it at ū, the utility that the agreed effort needs.",
        ),
        Mistake(
            "aversion forgotten",
            lambda cost, cost_slope, aversion=1.0: 0.5 / (1 - aversion * cost) ** 2 * cost_slope**2,
            "With a = 1 yours is right. Differentiate h(v) = −log(1 − a·v)/a again, with the a.",
        ),
    ),
)


def _checks_to_buy(constant, information, price):
    return (constant / (information * price)) ** 0.5, 2 * (constant * price / information) ** 0.5


def _budget_by_search(constant, information, price):
    def loss(log_checks):
        return constant / (information * exp(log_checks)) + price * exp(log_checks)

    best = minimize_scalar(loss, bounds=(-30, 60), method="bounded", options={"xatol": 1e-12, "maxiter": 900})
    flat = brentq(
        lambda x: price * exp(x) - constant / (information * exp(x)), best.x - 1, best.x + 1, xtol=1e-14
    )
    return exp(flat), loss(flat)


def _no_root(constant, information, price):
    return constant / (information * price), 2 * (constant * price / information) ** 0.5


def _risk_only(constant, information, price):
    checks, loss = _checks_to_buy(constant, information, price)
    return checks, loss / 2


def _information_forgotten(constant, information, price):
    return _checks_to_buy(constant, 1.0, price)


def _price_on_top(constant, information, price):
    return (constant * price / information) ** 0.5, 2 * (constant * price / information) ** 0.5


def _no_price(constant, information, price):
    checks, _ = _checks_to_buy(constant, information, price)
    return checks, constant / (information * checks) + checks


def _and_its_loss(checks_of):
    """Somebody's number of checks, with the total loss that it really has."""

    def answer(constant, information, price):
        checks = checks_of(constant, information, price)
        return checks, constant / (information * checks) + price * checks

    return answer


CHECKS_TO_BUY = Exercise(
    name="checks_to_buy",
    reference=_checks_to_buy,
    oracle=_budget_by_search,
    parts=("checks", "loss"),
    probes=(
        Case("a cheap check", 0.2, 0.4, 0.001),
        Case("a dear check", 0.2, 0.4, 0.05),
        Case("an informative check", 0.1, 2.0, 0.01),
        Case("a cautious agent", 0.8, 0.5, 0.002),
    ),
    mistakes=(
        Mistake(
            "root forgotten",
            _no_root,
            "The loss is right. Setting the derivative to 0 gives n², so a root is missing.",
        ),
        Mistake(
            "half of the loss",
            _risk_only,
            "The checks are right. The loss counts the risk only: the checks are paid too.",
        ),
        Mistake(
            "information forgotten",
            _information_forgotten,
            "Yours is the same whatever a check tells. 𝓘 belongs to n.",
        ),
        Mistake("price on top", _price_on_top, "With yours a dearer check is bought more often."),
        Mistake(
            "checks not priced",
            _no_price,
            "The checks are right. In the loss each of them costs its price, not 1.",
        ),
        Mistake(
            "no root, and the loss from it",
            _and_its_loss(lambda c, i, p: c / (i * p)),
            "These are n² checks: the derivative −C/(n²𝓘) + p is 0 at a root.",
        ),
        Mistake(
            "price on top, and the loss from it",
            _and_its_loss(lambda c, i, p: (c * p / i) ** 0.5),
            "Your number of checks rises with their price: where does the price belong when you solve for n?",
        ),
        Mistake(
            "information upside down",
            lambda c, i, p: ((c * i / p) ** 0.5, 2 * (c * p * i) ** 0.5),
            "With yours, checks that tell more lose more. In the loss 𝓘 stands below the line.",
        ),
        Mistake(
            "information on top in n",
            _and_its_loss(lambda c, i, p: (c * i / p) ** 0.5),
            "You buy more checks the more each one tells. It should be the other way round: 𝓘 stands beside the price.",
        ),
        Mistake(
            "information left out of n",
            _and_its_loss(lambda c, i, p: (c / p) ** 0.5),
            "Your loss knows 𝓘, but your number of checks does not. Differentiate with the 𝓘 in it.",
        ),
        Mistake(
            "loss first",
            lambda c, i, p: _checks_to_buy(c, i, p)[::-1],
            "The two numbers are exchanged. Return (checks, loss).",
        ),
        Mistake(
            "whole checks",
            _and_its_loss(lambda c, i, p: max(1, round((c / (i * p)) ** 0.5))),
            "You rounded. Checks need not be whole here: leave the number as it is.",
        ),
    ),
)

GAME_THE_LINE = Rubric(
    name="game_the_line",
    criteria=(
        "It names a way to agree with oneself without judging: remembering, notes, one button, a fixed rule.",
        "It gives each a remedy: space the repeats, swap sides, correct for habits, and says which way none of these catches.",
        "It says that agreement with oneself is paid, and not good taste or usefulness.",
        "It says who bears the luck or the loss of a wrong κ: the base takes 97 euros off before the first agreement.",
        "It proposes something that can be measured before the contract is signed.",
    ),
    model_answer=(
        "Every agreement is paid, so the cheapest agreement wins: remember or note the first answer, always press one "
        "button, always take the longer answer. "
        "One button gets about 95 euros if no repeat is swapped, and pays about 1 euro if half of them are. "
        "Space the repeats and swap the sides of half of them, which takes care of memory in part and of the button; the "
        "rule *longer one* passes every swap. "
        "We pay for agreement with oneself, and should say so: it is no sign of good taste. "
        "The contract subtracts 97 euros first, so honest people carry our error if κ is lower than we think. "
        "Before signing, estimate κ on 200 repeats by trusted people, and let somebody try to beat the contract."
    ),
)

QUIZ = (
    Question(
        "What is C_lin/(n𝓘), in words?",
        (
            "What the risk in the wage costs, to leading order, with n checks.",
            "The share of labels that are wrong.",
            "The bonus for each agreement.",
        ),
        "What the risk in the wage costs, to leading order, with n checks.",
        "A safe wage would be cheaper. C_lin holds the agent, n𝓘 the checks.",
    ),
    Question(
        "Twice as many checks. What happens to the loss of a line without a floor?",
        ("It falls by about 30%.", "It is about halved.", "It stays."),
        "It is about halved.",
        "The loss is about C_lin/(n𝓘). A fall of 30% would be 1/√n.",
    ),
    Question(
        "Why does a floor at 0 hurt the line of this lesson so much?",
        (
            "Careful people often fall below it.",
            "It makes the checks less informative.",
            "A coin flipper keeps the lucky batches and is spared the unlucky ones.",
        ),
        "A coin flipper keeps the lucky batches and is spared the unlucky ones.",
        "Careful people hardly ever meet the floor. It pays the one who does nothing, and so whoever works needs a rent.",
    ),
    Question(
        "An offer with floor 0 and 1,000 checks: which of these two is cheaper for Halyard here?",
        ("The cut line, for 1/n beats 1/√(n log n).", "The threshold bonus.", "They cost the same."),
        "The threshold bonus.",
        "A rate speaks about large n. With floor 0 the line overtakes between 20,000 and 25,000 checks.",
    ),
    Question(
        "Two kinds of checks, no floor. Which one should Halyard buy?",
        (
            "The one with more information 𝓘.",
            "The cheaper one.",
            "The one with more information per euro, 𝓘/p.",
        ),
        "The one with more information per euro, 𝓘/p.",
        "The total loss is 2√(C_lin·p/𝓘): only the ratio counts.",
    ),
)

VARIANTS = (
    Variant(
        "expected_utility",
        "The wage is {base:.2f} + {slope:.2f} X/{checks}, where X of {checks} checks pass, each with chance {chance:.2f}. "
        "What is its expected utility, with u(w) = 1 − e^(−w)? Give four decimals.",
        lambda rng: {
            "base": between(rng, -0.5, 0.3, 2),
            "slope": between(rng, 0.5, 3.0, 2),
            "checks": int(rng.integers(10, 61)),
            "chance": between(rng, 0.55, 0.95, 2),
        },
        tolerance=5e-5,
    ),
    Variant(
        "checks_to_buy",
        "The loss of the best line is C/(n I) with C = {constant:.2f} and I = {information:.2f}, and a check costs "
        "{price:.4f}. How many checks have the smallest total loss? The number need not be whole; give one decimal.",
        lambda rng: {
            "constant": between(rng, 0.1, 0.6, 2),
            "information": between(rng, 0.2, 0.9, 2),
            "price": between(rng, 0.0002, 0.002, 4),
        },
        part=0,
        tolerance=2e-3,
    ),
)

LESSON = LessonDefinition(
    number=10,
    title="Pay for every agreement",
    minutes_to_read=45,
    minutes_to_do=75,
    exercises=(EXPECTED_UTILITY, LINE_FOR, LINEAR_CONSTANT, SCORE_COVARIANCE, CHECKS_TO_BUY),
    quiz=QUIZ,
    rubrics=(GAME_THE_LINE,),
    variants=VARIANTS,
)
