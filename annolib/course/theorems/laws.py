"""The laws of the gap, with their constants: binary, linear, general, discrete."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from annolib.agency.costs import PowerCost
from annolib.agency.problem import Problem, first_best
from annolib.agency.reference import reference_problem, reference_value
from annolib.agency.utilities import RiskNeutral
from annolib.contracts.best_answers import best_answer
from annolib.contracts.gaps import rates
from annolib.contracts.gaps.two_efforts import two_actions
from annolib.contracts.solve import second_best
from annolib.course.theorems.entries import HERE, PAPER, RICH, Counter, Entry, Seen, Shown
from annolib.monitors.two_labels import SelfConsistency
from annolib.numerics.divergences import bernoulli_divergence, chernoff_information

REPEATS = SelfConsistency(0.15)
MANY = 1_000_000_000


def gap(n, family, **how):
    """Of the reference problem."""
    return second_best(reference_problem(), REPEATS, n, family, **how).gap


def _binary_law():
    problem = reference_problem()
    law = rates.binary_constant(problem) / np.sqrt(rates.information(problem, REPEATS) * MANY * np.log(MANY))
    return Seen(MANY, law / gap(MANY, "binary") - 1)


def _binary_formula():
    return Seen(MANY, rates.binary_gap(reference_problem(), REPEATS, MANY) / gap(MANY, "binary") - 1)


def _wasted(chance, bonus):
    """What the lottery of a bonus that is missed with this chance costs above a sure wage, for a miss."""
    problem = reference_problem()
    h, c = problem.utility.wage, float(problem.cost.cost(first_best(problem).effort))
    price = (1 - chance) * h(c + bonus * chance) + chance * h(c - bonus * (1 - chance)) - h(c)
    return float(price / chance / rates.failure_waste(problem))


def _failure():
    problem = reference_problem()
    return Seen(None, _wasted(1e-5, float(problem.cost.cost(first_best(problem).effort))) - 1)


def _dear_bonus():
    problem = reference_problem(floor=-0.2)
    pay = second_best(problem, REPEATS, 100, "binary").contract
    q = float(REPEATS.pass_probability(first_best(problem).effort))
    missed = float(binom.cdf(pay.threshold - 1, 100, q))
    low, high = (float(problem.utility.utility(one)) for one in (pay.low, pay.high))
    ratio = _wasted(missed, high - low)
    return Counter(
        ratio > 2, f"100 checks: the bonus is missed in {missed:.0%}, and each miss costs {ratio:.1f} times K"
    )


def _neutral():
    problem = Problem(RiskNeutral(), PowerCost(0.5, 2), value=reference_value, outside=0.0, floor=0.0)
    some, many = (second_best(problem, REPEATS, n, "binary").gap for n in (300, 1000))
    words = f"an agent who does not shun risk: {some:.2e} at 300 checks, {many:.2e} at 1,000, {some / many:.0f} times less"
    return Counter(some > 100 * many, words)


def _too_few():
    short = rates.binary_gap(reference_problem(), REPEATS, 300) / gap(300, "binary")
    none = rates.binary_gap(reference_problem(), REPEATS, 200)
    return Counter(
        bool(np.isnan(none)) and short < 0.5, f"no value at 200 checks, and {short:.0%} of the gap at 300"
    )


def _linear_law():
    return Seen(
        MANY, rates.linear_gap(reference_problem(), REPEATS, MANY) / gap(MANY, "linear", floor=None) - 1
    )


def _stuck_line():
    problem = reference_problem(power=1.6, scale=1 / 1.6)
    stuck = second_best(problem, REPEATS, 100_000, "linear", floor=None).gap
    return Counter(
        stuck > 0.1, f"cost with the power 1.6: the best line has the gap {stuck:.3f} at 100,000 checks"
    )


def _any_law():
    return Seen(
        MANY, rates.linear_gap(reference_problem(), REPEATS, MANY) / gap(MANY, "optimal", floor=-0.2) - 1
    )


def _huge_fine():
    problem = reference_problem()
    ratio = (
        rates.line_and_fine_constant(problem, REPEATS)
        * rates.information(problem, REPEATS)
        / rates.linear_constant(problem)
    )
    return Counter(
        ratio < 0.995,
        f"no floor: a line with a huge fine for no pass at all comes to {ratio:.4f} of the bound",
    )


def _fines():
    """Gap·n of a threshold without a floor, by the one fine for no pass at all, in logarithms."""
    problem, n = reference_problem(), MANY
    best = first_best(problem)
    q, slope = float(REPEATS.pass_probability(best.effort)), float(REPEATS.slope(best.effort))
    log_chance = n * np.log1p(-q)
    log_density = np.log(n * slope) + (n - 1) * np.log1p(-q)
    wasted = float(problem.cost.slope(best.effort)) * np.exp(log_chance - log_density)  # chance times bonus
    money = problem.utility.wage_rise(best.utility, wasted)
    return Seen(n, rates.fine_constant(problem, REPEATS) / (n * float(money)) - 1)


def _bounded_fine():
    ratio = gap(1_000_000, "binary") * 1_000_000 / rates.fine_constant(reference_problem(), REPEATS)
    return Counter(
        ratio > 10, f"a floor at 0: gap times n is {ratio:.0f} times that constant at a million checks"
    )


def _exponent(deposit, n):
    problem = reference_problem(floor=-deposit)
    return -two_actions(problem, REPEATS, n, 0, first_best(problem).effort).log_gap / n


def _shares():
    return 0.5, float(REPEATS.pass_probability(first_best(reference_problem()).effort))


def _divergent():
    return Seen(1_000_000, _exponent(0.05, 1_000_000) / bernoulli_divergence(*_shares()) - 1)


def _chernoff():
    return Seen(MANY, _exponent(0.0, MANY) / chernoff_information(*_shares()) - 1)


def _free_effort():
    problem, n = reference_problem(), 100_000
    best = first_best(problem)
    contract = two_actions(problem, REPEATS, n, 0, best.effort).contract
    lost = best.profit - best_answer(problem, REPEATS, contract).profit
    return Counter(
        lost > 0.05, f"effort may be anything: under that contract the gap is {lost:.4f} at 100,000 checks"
    )


def _at_the_floor():
    ratio = _exponent(0.0, 1_000_000) / bernoulli_divergence(*_shares())
    return Counter(
        ratio < 0.3, f"the floor at the outside option: {ratio:.2f} of that exponent at a million checks"
    )


ENTRIES = (
    Entry(
        name="Binary: the law",
        statement=r"Gap of the best threshold $\sim (K c'/\Delta^*)/\sqrt{\mathcal{I}\, n\log n}$, "
        r"$K = h(u_0) - h(\bar u) + h'(\bar u)\Delta^*$.",
        condition="a floor, effort in a continuum, an agent who shuns risk",
        source=PAPER + " (the rate); the constant is derived here",
        proof=r"No shirking gives $\Delta \to \Delta^*$, the slope gives $\varphi(z)$, each failure wastes $K$.",
        shown=(
            Shown(9, "K is the library's"),
            Shown(12, "the law is 35 % low at 1,000 and 9 % at a billion"),
        ),
        check=_binary_law,
        allowed=0.1,
        counter=_neutral,
    ),
    Entry(
        name="What a missed bonus wastes",
        statement=r"A worker who misses the bonus with chance $f$ costs $K f$ more than a sure wage would, to first order in $f$.",
        condition=r"the bonus is just worth the effort, $\Delta = \Delta^*$, and misses are rare",
        source=HERE,
        proof=r"Expand $(1 - f)\,h(\bar u + \Delta f) + f\,h(\bar u - \Delta(1 - f))$ at $f = 0$.",
        shown=(Shown(9, "K is the library's"), Shown(9, "K f is less than half of the price at 100 checks")),
        check=_failure,
        allowed=1e-4,
        counter=_dear_bonus,
    ),
    Entry(
        name="Binary: the formula",
        statement=r"Gap $\approx K\,\Phi(-z_n)$, $z_n = \sqrt{2\log(\Delta^*\sqrt{n\mathcal{I}}/(c'\sqrt{2\pi}))}$.",
        condition=r"$n$ well above $2\pi(c'/\Delta^*)^2/\mathcal{I}$, here 250",
        source=HERE,
        proof=r"As for the law, without replacing $z_n^2$ by $\log n$.",
        shown=(Shown(12, "your formula is 2 % off at 1,000 and within half a percent from 10,000 on"),),
        check=_binary_formula,
        allowed=1e-4,
        counter=_too_few,
    ),
    Entry(
        name="Linear",
        statement=r"Gap of the best line $\sim C_\text{lin}/(n\mathcal{I})$, $C_\text{lin} = \frac12 h''(\bar u)c'^2$.",
        condition=r"no floor, and $\eta^*$ is the best answer to the limiting line among all efforts; for self checks and "
        r"$c = \eta^p/p$, near $\eta^*$: $(2 - p)/\eta < (h''/h')c'$",
        source=PAPER + " (the rate); the constant is derived here",
        proof="A line in the score meets Cauchy and Schwarz with equality, to leading order.",
        shown=(
            Shown(10, "C_lin is what annolib says"),
            Shown(12, "the line stays at 11.5 euros"),
        ),
        check=_linear_law,
        allowed=1e-6,
        counter=_stuck_line,
    ),
    Entry(
        name="Any contract",
        statement=r"Gap of every contract $\ge C_\text{lin}/(n\mathcal{I})\,(1 + o(1))$, and the best pay of all reaches it.",
        condition="utilities of pay are bounded below",
        source=PAPER + ", version 2 (rate optimality); the constant is derived here",
        proof=r"$\operatorname{Cov}(v, s) = c'$, so $\operatorname{Var} v \ge c'^2/(n\mathcal{I})$, and risk costs $\frac12 h''\operatorname{Var} v$.",
        shown=(
            Shown(11, "Cov is c'"),
            Shown(11, "line and best: within 4 % of it"),
            Shown(11, "below the bound of section 3"),
            Shown(12, "it is the line from 3,000 on"),
        ),
        check=_any_law,
        allowed=1e-6,
        counter=_huge_fine,
    ),
    Entry(
        name="Threshold without a floor",
        statement=r"Gap $\cdot\, n \to h'c'(1 - q)/q'$, by a fine that is all but never paid.",
        condition="no floor, or utilities without a lower bound",
        source=HERE,
        proof="The fine for no pass at all: chance times bonus follows from the slope, and costs its worth in money.",
        shown=(
            Shown(11, "C: an idler is fined once in 10^18 batches"),
            Shown(12, "the fine beats the bound by 1 %"),
        ),
        check=_fines,
        allowed=1e-6,
        counter=_bounded_fine,
    ),
    Entry(
        name="Discrete: a floor below",
        statement=r"Two levels of effort: $-\log(\text{gap})/n \to \mathrm{KL}(q_L\|q_H)$.",
        condition="few levels, and a floor below the outside option",
        source=RICH,
        shown=(Shown(12, "yours are the library's: Chernoff information and divergence"),),
        check=_divergent,
        allowed=0.01,
        counter=_at_the_floor,
    ),
    Entry(
        name="Discrete: the floor at the outside option",
        statement=r"Two levels of effort: $-\log(\text{gap})/n \to$ the Chernoff information of $q_L$ and $q_H$.",
        condition="few levels of effort",
        source=HERE,
        proof="The shirker's luck is a rent, a miss a waste; both vanish fastest where both exponents are equal.",
        shown=(Shown(12, "four times as large"), Shown(12, "it rises from 1.2 to 8.6 euros")),
        check=_chernoff,
        allowed=0.001,
        counter=_free_effort,
    ),
)
