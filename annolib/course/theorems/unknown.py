"""Derived in this project: the strength of the checks or the agent is not known."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.stats import binom

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.agency.unknown_agent import AgentRange, AgentTypes
from annolib.contracts.best_answers import best_answer
from annolib.contracts.design.learning import estimate_cost
from annolib.contracts.forms import Binary, Linear
from annolib.contracts.gaps import rates
from annolib.contracts.robust.lines.menu import menu
from annolib.contracts.solve import second_best
from annolib.course.theorems.entries import HERE, Counter, Entry, Seen, Shown
from annolib.monitors.evidence.unknown_strength import MonitorRange
from annolib.monitors.two_labels import Expert, SelfConsistency

REPEATS = SelfConsistency(0.15)


def _range(width):
    return MonitorRange(SelfConsistency(0.15 - width), SelfConsistency(0.15 + width))


def _price():
    problem, strengths = reference_problem(), _range(0.01)
    exact = first_best(problem).profit - rates.robust_threshold_limit(problem, strengths)
    return Seen(None, rates.price_of_not_knowing(problem, strengths) / exact - 1)


def _few_checks():
    problem = reference_problem()
    robust, known = (second_best(problem, one, 30, "binary").profit for one in (_range(0.01), REPEATS))
    ratio = (known - robust) / rates.price_of_not_knowing(problem, _range(0.01))
    return Counter(
        ratio > 2, f"30 checks: not knowing costs {known - robust:.4f}, {ratio:.1f} times the formula"
    )


def _robust_limit():
    problem, n = reference_problem(), 1000
    solved = second_best(problem, _range(0.01), n, "binary").profit
    return Seen(n, rates.robust_threshold_limit(problem, _range(0.01)) / solved - 1)


def _expert_lines():
    problem, experts = reference_problem(), MonitorRange(Expert(0.14), Expert(0.16))
    line, bonus = rates.robust_line_limit(problem, experts), rates.robust_threshold_limit(problem, experts)
    return Counter(
        line > bonus,
        f"expert checks, ρ from .14 to .16: the line earns {line:.4f} in the worst case, the threshold {bonus:.4f}",
    )


def _imitation_bound(low, high):
    """max over η_lo of the smaller of both profits, on a grid."""
    e = np.linspace(0, 0.99, 2_001)
    cost = e**2 / 2
    lazy = 0.6 * e * (2 - e) + np.log1p(-cost)
    saved = cost * (1 - low / high)
    needed = np.minimum(cost[None, :] + saved[:, None], 1 - 1e-12)
    strong = np.max((0.6 * e * (2 - e))[None, :] + np.log1p(-needed), axis=1)
    return float(np.max(np.minimum(lazy, strong)))


def _imitation():
    """By how much the best threshold and the best line exceed the bound: never."""
    bound = _imitation_bound(0.14, 0.16)
    over = [second_best(reference_problem(floor=floor), _range(0.01), n, family).profit / bound - 1
            for n, family, floor in ((1000, "binary", 0.0), (100, "binary", -0.2), (1000, "linear", None))]  # fmt: skip
    return Seen(1000, max(*over, 0.0))


def _known():
    pay = second_best(reference_problem(), REPEATS, 1000, "binary").profit
    bound = _imitation_bound(0.14, 0.16)
    return Counter(
        pay > bound, f"κ known: a threshold earns {pay:.4f} at 1,000 checks, and the bound is {bound:.4f}"
    )


def _margin():
    """The threshold that the rule puts a robust pay at, against the solved one."""
    n, problem = 1000, reference_problem()
    expected = n * float(REPEATS.pass_probability(first_best(problem).effort))
    leniency = expected - second_best(problem, REPEATS, n, "binary").contract.threshold
    robust = expected - second_best(problem, _range(0.03), n, "binary").contract.threshold
    return Seen(n, float(rates.robust_margin(problem, _range(0.03), n)) / (robust - leniency + 0.5) - 1)


def _no_margin():
    pay = second_best(reference_problem(), REPEATS, 1000, "binary").contract
    effort = best_answer(reference_problem(), SelfConsistency(0.1499), pay).effort
    return Counter(
        effort == 0, f"pay written for κ = .15 without a margin: at κ = .1499 it buys effort {effort:.0f}"
    )


def _lines():
    return [Linear(-0.88, 1.79, None, n=1000), Linear(-1.22, 2.35, None, n=1000)]


def _learning():
    """The scatter of 150 estimates from 50 annotators on each line, against the formula's standard error."""
    lines = _lines()
    rng = np.random.default_rng(12)
    efforts = [best_answer(reference_problem(), REPEATS, line).effort for line in lines]
    found = []
    for _ in range(150):
        seen = [REPEATS.simulate([effort] * 50, 1000, rng=rng) for effort in efforts]
        found.append(estimate_cost(REPEATS, lines, seen))
    scatter = np.std([one.aversion for one in found])
    return Seen(1000, float(np.mean([one.aversion_error for one in found]) / scatter - 1))


def _thresholds_teach_little():
    """How far the passes move if effort costs a tenth more: under a line, and under a threshold."""
    pay = second_best(reference_problem(), REPEATS, 1000, "binary").contract
    lenient = Binary(pay.threshold, 0.0, pay.high * 1.2, 1000)
    line = second_best(reference_problem(), REPEATS, 1000, "linear", floor=None).contract
    line = Linear(line.base + 0.05, line.slope * 1.02, None, n=1000)
    moved = []
    for contract in (line, lenient):
        cheap, dear = (
            best_answer(reference_problem(scale=c), REPEATS, contract).effort for c in (0.5, 0.505)
        )
        moved.append(abs(float(np.diff(REPEATS.pass_probability(np.array([cheap, dear])))[0])))
    return Counter(
        moved[0] > 5 * moved[1],
        f"effort that costs 1 % more moves the passes {moved[0] / moved[1]:.0f} times less under one threshold than under a line",
    )


def _log_cost_error(n, watched=50):
    """Standard error of log ĉ₀ from annotators under the best threshold, ĉ₀ the cost at which their effort is a best answer."""
    pay = second_best(reference_problem(), REPEATS, n, "binary").contract
    q = float(REPEATS.pass_probability(best_answer(reference_problem(), REPEATS, pay).effort))
    spread = np.sqrt(q * (1 - q) / (n * watched))
    share = q + spread * np.linspace(-5, 5, 401)
    weight = np.exp(-(np.linspace(-5, 5, 401) ** 2) / 2)
    weight /= weight.sum()
    # Δ P′(η)/η: the share enters by the chance that one check decides, q′/η being the same at every effort
    log_cost = binom.logpmf(pay.threshold - 1, n - 1, share)
    mean = weight @ log_cost
    z = (n * q - pay.threshold) / np.sqrt(n * q * (1 - q))
    return float(np.sqrt(weight @ (log_cost - mean) ** 2)), float(z / np.sqrt(watched))


def _little():
    n = 1_000_000
    error, stated = _log_cost_error(n)
    return Seen(n, stated / error - 1)


def _a_line_teaches():
    line = second_best(reference_problem(), REPEATS, 1000, "linear", floor=None).contract
    q = float(REPEATS.pass_probability(best_answer(reference_problem(), REPEATS, line).effort))
    lines = [line.slope * np.sqrt(q * (1 - q) / (50 * n)) for n in (1000, 4000)]
    kink = [_log_cost_error(n)[0] for n in (1000, 4000)]
    return Counter(
        lines[0] < kink[0] / 20 and lines[1] < 0.6 * lines[0] < kink[1],
        f"50 annotators under a line: {lines[0]:.4f} with 1,000 checks and {lines[1]:.4f} with 4,000; under one threshold {kink[0]:.2f} "
        f"and {kink[1]:.2f}",
    )


def _menu_bound(scales, shares):
    """max Σ p[V(η) − h(R + c(η))] for two types, the dear one first, on a grid; R is what the cheap type saves on the dear one's work."""
    e = np.linspace(0, 0.9, 1_801)
    worth = 0.6 * e * (2 - e)
    dear = worth + np.log1p(-scales[0] * e**2)
    paid = (scales[0] - scales[1]) * e[:, None] ** 2 + scales[1] * e[None, :] ** 2
    cheap = worth[None, :] + np.log1p(-paid)
    return float(np.max(shares[0] * dear + shares[1] * cheap.max(axis=1)))


def _any_menu():
    """By how much a menu of lines, or one threshold, earns more than the bound, which must be the library's."""
    lines = AgentTypes([one.with_floor(None) for one in _types().problems], [0.5, 0.5])
    found, bound = menu(lines, REPEATS, 1000), _menu_bound((0.55, 0.45), (0.5, 0.5))
    solved = max(found.profit, second_best(_types(), REPEATS, 1000, "binary").profit)
    return Seen(1000, max(solved / bound - 1, 0.0) + abs(found.bound / bound - 1))


def _told_apart():
    each = [second_best(one, REPEATS, 1000, "linear", floor=None).profit for one in _types().problems]
    bound = _menu_bound((0.55, 0.45), (0.5, 0.5))
    return Counter(
        np.mean(each) > bound,
        f"types that can be told apart: a line for each earns {np.mean(each):.4f}, and the bound is {bound:.4f}",
    )


def _wide():
    return MonitorRange(SelfConsistency(0.12), SelfConsistency(0.18))


def _more_checks():
    """Profit at 100 checks above that of endlessly many, or infinitely wrong; the error is that of the limit, against 30,000 checks."""
    problem = reference_problem(floor=-0.2)
    few, many = (second_best(problem, _wide(), n, "binary").profit for n in (100, 30_000))
    limit = rates.robust_threshold_limit(reference_problem(), _wide())
    return Seen(30_000, limit / many - 1 if few > limit + 0.005 else np.inf)


def _known_better():
    few, many = (
        second_best(reference_problem(floor=-0.2), REPEATS, n, "binary").profit for n in (100, 30_000)
    )
    return Counter(few < many, f"κ known: {few:.4f} with 100 checks, {many:.4f} with 30,000")


def _dearest():
    agents = AgentRange(dear=reference_problem(scale=0.55), cheap=reference_problem(scale=0.45))
    dearest = second_best(reference_problem(scale=0.55), REPEATS, 1000, "binary").profit
    return Seen(1000, second_best(agents, REPEATS, 1000, "binary").profit / dearest - 1)


def _line_for_a_range():
    agents = AgentRange(dear=reference_problem(scale=0.55), cheap=reference_problem(scale=0.45))
    line = second_best(agents, REPEATS, 1000, "linear", floor=None).profit
    pay = second_best(agents, REPEATS, 1000, "binary").profit
    return Counter(line < pay - 0.02, f"a line in place of the threshold: {line:.4f}, not {pay:.4f}")


def _types():
    return AgentTypes([reference_problem(scale=0.55), reference_problem(scale=0.45)], [0.5, 0.5])


def _one_threshold():
    """By how much the best menu of lines, chosen by the types themselves, earns more than one threshold: it never does."""
    lines = AgentTypes([one.with_floor(None) for one in _types().problems], [0.5, 0.5])
    return Seen(
        1000,
        max(
            menu(lines, REPEATS, 1000).profit / second_best(_types(), REPEATS, 1000, "binary").profit - 1, 0.0
        ),
    )


def _alone():
    one, line = (
        second_best(reference_problem(floor=floor), REPEATS, 1000, family).profit
        for floor, family in ((0.0, "binary"), (None, "linear"))
    )
    return Counter(line > one, f"one type: a line without a floor earns {line:.4f}, the threshold {one:.4f}")


@cache
def _slack():
    """What pay designed for these strengths, .15 or less, loses where .15 is true, with endlessly many checks."""
    problem, designs = reference_problem(), np.linspace(0.02, 0.15, 66)
    ranges = [MonitorRange(SelfConsistency(low), SelfConsistency(0.15)) for low in designs[:-1]]
    profit = first_best(problem).profit
    return designs, np.array([*(profit - rates.robust_threshold_limit(problem, one) for one in ranges), 0.0])


def _lost(error, cautions):
    """The least that is lost over these cautions, on average over normal errors of a pilot with this relative standard error."""
    luck, profit = np.linspace(-6, 6, 201), first_best(reference_problem()).profit
    weight = np.exp(-(luck**2) / 2) / np.exp(-(luck**2) / 2).sum()

    def one(caution):
        design = 0.15 * (1 + error * (luck - caution))
        return weight @ np.where(design > 0.15, profit, np.interp(design, *_slack()))

    return min(map(one, cautions))


def _pilot():
    """The loss that the formula states, against an average over normal errors of the pilot with the best caution."""
    stated = rates.pilot(reference_problem(), REPEATS, 10_000)
    return Seen(10_000, stated.loss / _lost(stated.error, stated.caution + np.linspace(-0.4, 0.4, 9)) - 1)


def _pilot_size():
    """What the size of the rule loses in all, over the least of other sizes, with the exact loss of each."""
    price = 1e-6
    said = rates.pilot_size(reference_problem(), REPEATS, price)
    unit = said.error * np.sqrt(said.checks)
    totals = [
        _lost(unit / np.sqrt(m), np.linspace(0.8, 3.6, 29)) + price * m
        for m in said.checks * np.array([1.0, 0.4, 0.6, 0.8, 1.25, 1.6, 2.5])
    ]
    return Seen(round(said.checks), totals[0] / min(totals) - 1)


def _tiny_pilot():
    said = rates.pilot_size(reference_problem(), REPEATS, 1e-3)
    lost = _lost(said.error, np.linspace(0.8, 3.6, 29))
    return Counter(
        said.loss < 0.85 * lost,
        f"ten cents a check buy {said.checks:.0f}, with an error of a quarter of the strength: the loss is {lost:.3f}, "
        f"and {said.loss:.3f} by the formula",
    )


def _no_caution():
    problem, m = reference_problem(), 10_000
    half = 0.5 * first_best(problem).profit
    stated = rates.pilot(problem, REPEATS, m)
    return Counter(
        half > 10 * stated.loss,
        f"no caution: half of all pilots are too high and lose the whole profit, {half:.3f} in place of {stated.loss:.4f}",
    )


ENTRIES = (
    Entry(
        name="Price of not knowing the strength",
        statement=r"With $\kappa$ in a range, known to the agent, the best threshold loses $h'c'\eta^*\,(\text{width}/\kappa)/p$ with many checks, to first order; $p = 2$ "
        "for self checks. The error is against the exact limit, for .14 to .16.",
        condition="many checks and a narrow range",
        source=HERE,
        proof=r"All strengths meet the weakest one's threshold, the strong with less effort; to first order $V'(\eta^*) = h'c'$.",
        shown=(Shown(12, "14 times"), Shown(12, "about two euros, as by the formula for many checks")),
        check=_price,
        allowed=0.01,
        counter=_few_checks,
    ),
    Entry(
        name="Robust threshold",
        statement=r"Its worst profit tends to $\max_\eta V(\eta(\kappa_{lo}/\kappa_{hi})^{1/p}) - h(c(\eta))$, more than that of any line; here for .14 to .16.",
        condition="self checks",
        source=HERE,
        proof="All strengths pass the weakest one's threshold; the strongest works least and is paid in full.",
        shown=(
            Shown(12, "14 times"),
            Shown(13, "robust"),
        ),
        check=_robust_limit,
        allowed=0.01,
        counter=_expert_lines,
    ),
    Entry(
        name="Bound for any contract",
        statement=r"Whatever the contract and $n$: worst profit $\le \max_{\eta}\min\{V(\eta) - h(c(\eta)),\ \max_e V(e) - h(c(e) + c(\eta)(1 - \kappa_{lo}/\kappa_{hi}))\}$. "
        "The error is by how much a solved contract exceeds it.",
        condition="the strength is not known to the firm, and all take part",
        source=HERE,
        proof="The strong type can imitate the weak one's passes and keeps the effort that this saves.",
        shown=(Shown(12, "any pay loses 1.2 euros"),),
        check=_imitation,
        allowed=0.0,
        counter=_known,
    ),
    Entry(
        name="Margin of a robust threshold",
        statement=r"For $\kappa \ge \kappa_{lo}$ the threshold falls by about $2n\eta^2(\bar\kappa - \kappa_{lo})$ passes; here for .12 to .18.",
        condition="about 1,000 checks or more",
        source=HERE,
        proof="The weakest type that works as asked passes that much less.",
        shown=(Shown(9, "the margin in passes"),),
        check=_margin,
        allowed=0.2,
        counter=_no_margin,
    ),
    Entry(
        name="A pilot",
        statement=r"After a pilot with the standard error $\sigma$ design for $\hat\kappa - \zeta\sigma$, $\zeta = \sqrt{2\log(\Pi/(a\sigma\sqrt{2\pi}))}$, "
        r"$a = h'c'\eta^*/(2\kappa)$; the loss is about $a\sigma\zeta + \Pi\,\Phi(-\zeta)$. The error is against an average over normal errors.",
        condition="an error that is small beside the strength",
        source=HERE,
        proof=r"Too low a strength costs $a$ a unit, too high a one everything; differentiate in $\zeta$.",
        shown=(
            Shown(13, "two ways"),
            Shown(13, "the low end"),
        ),
        check=_pilot,
        allowed=0.05,
        counter=_no_caution,
    ),
    Entry(
        name="How large a pilot",
        statement=r"At the price $k$ a check, $m^* = (a\sigma_1\zeta/2k)^{2/3}$, $\sigma_1$ the error of one check; the error is what $m^*$ loses in all, beside the best size.",
        condition="checks so cheap that the error is small beside the strength",
        source=HERE,
        proof=r"Minimise $a\sigma_1\zeta/\sqrt m + \Pi\,\Phi(-\zeta) + km$; $\zeta$ is at its best already.",
        shown=(),
        check=_pilot_size,
        allowed=0.01,
        counter=_tiny_pilot,
    ),
    Entry(
        name="More checks can hurt",
        statement=r"With $\kappa$ from .12 to .18 and a deposit of 20 euros the best threshold earns more in the worst case with 100 checks than with endlessly "
        "many; the error is that of the limit.",
        condition="the strength is not known to the firm",
        source=HERE,
        proof="With few checks the strong type is not sure of the bonus, and works for it; seen numerically.",
        shown=(),
        check=_more_checks,
        allowed=0.01,
        counter=_known_better,
    ),
    Entry(
        name="Learning the agent",
        statement=r"Passes under two lines tell aversion and cost: $\hat a = \log(\beta_2/\beta_1)/(\bar w_2 - \bar w_1)$, with standard error "
        r"$\hat a\sqrt{\sigma_1^2 + \sigma_2^2}/|\bar w_2 - \bar w_1|$. The error is that of the standard error, against 150 simulations.",
        condition="two lines of different steepness",
        source=HERE,
        proof=r"At the best answer $u'(\bar w)\beta q' = c'$; take logarithms at both lines.",
        shown=(
            Shown(13, "within a standard error"),
            Shown(13, "the error too"),
        ),
        check=_learning,
        allowed=0.15,
        counter=_thresholds_teach_little,
    ),
    Entry(
        name="A threshold teaches little",
        statement=r"What $N$ annotators do under one best threshold tells $\log c_0$ with the standard error $z/\sqrt N$, however many checks there are.",
        condition="one threshold, a known utility, many checks",
        source=HERE,
        proof=r"$\log P'$ changes with effort by $z\sqrt{n\mathcal{I}}$, and the effort is seen to $1/\sqrt{Nn\mathcal{I}}$.",
        shown=(),
        check=_little,
        allowed=0.02,
        counter=_a_line_teaches,
    ),
    Entry(
        name="Cost known to a range",
        statement=r"Cost scale between .9 and 1.1 of the usual: the best threshold earns in the worst case what the best threshold for the dearest agent earns.",
        condition="thresholds; seen numerically",
        source=HERE,
        proof="Whoever works for less also reaches the dearest agent's threshold.",
        shown=(Shown(12, "as for the dearest agent"),),
        check=_dearest,
        allowed=1e-6,
        counter=_line_for_a_range,
    ),
    Entry(
        name="Two types of cost",
        statement="Costs .9 and 1.1, half each, 1,000 checks: one threshold earns more than a menu of lines from which the types choose; the error is by how "
        "much the menu earns more.",
        condition="there are two types, and the firm cannot tell them apart",
        source=HERE,
        proof="A threshold asks both for the same passes and leaves the cheap type no more than its saved cost.",
        shown=(Shown(12, "with two types a threshold beats lines to choose from"),),
        check=_one_threshold,
        allowed=0.0,
        counter=_alone,
    ),
    Entry(
        name="Any menu",
        statement=r"Types $i$ from the dearest on, with shares $p_i$: no menu of any contracts earns more than the largest "
        r"$\sum_i p_i[V(\eta_i) - h(u_0 + R_i + c_i(\eta_i))]$, $R_i = \sum_{j<i} c_j(\eta_j) - c_{j+1}(\eta_j)$; for .9 and 1.1, half each. The error is by how much a solved one does, and that of the bound.",
        condition="the firm cannot tell the types apart",
        source=HERE,
        proof="Each type can do the work of the next dearer one for less, and must be left what that saves.",
        shown=(Shown(12, "with two types a threshold beats lines to choose from"),),
        check=_any_menu,
        allowed=1e-5,
        counter=_told_apart,
    ),
)
