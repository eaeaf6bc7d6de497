"""Derived in this project: few checks, levels of effort, two kinds of checks, what tells nothing, tiers, deposits, budgets."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom, norm

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.design.mix import best_mix
from annolib.contracts.gaps import rates
from annolib.contracts.solve import discrete_actions, second_best
from annolib.course.theorems.entries import HERE, Counter, Entry, Seen, Shown
from annolib.monitors.evidence.joint import Joint
from annolib.monitors.evidence.outcomes import Outcomes
from annolib.monitors.two_labels import Golden, SelfConsistency

REPEATS, COIN = SelfConsistency(0.15), SelfConsistency(0.0)


def gap(n, family, monitor=REPEATS, **how):
    """Of the reference problem."""
    return second_best(reference_problem(), monitor, n, family, **how).gap


def _few():
    sizes = (20, 30, 50, 100, 200, 500, 1000)
    off = [rates.crossing_gap(reference_problem(), REPEATS, n) / gap(n, "binary") - 1 for n in sizes]
    return Seen(sizes[-1], max(off, key=abs))


def _long_formula():
    ratio = rates.binary_gap(reference_problem(), REPEATS, 500) / gap(500, "binary")
    return Counter(ratio < 0.8, f"K·Φ(−z) at 500 checks: {ratio:.0%} of the gap")


def _levels(count):
    return np.linspace(0, first_best(reference_problem()).effort, count)


def _with_levels():
    n, grid = 30_000, _levels(33)
    exact = discrete_actions(reference_problem(), REPEATS, n, grid, "binary").gap
    return Seen(n, rates.level_gap(reference_problem(), REPEATS, n, grid, tails="binomial") / exact - 1)


def _normal_tails():
    n, grid = 100_000, _levels(33)
    exact = discrete_actions(reference_problem(), REPEATS, n, grid, "binary").gap
    off = rates.level_gap(reference_problem(), REPEATS, n, grid) / exact - 1
    return Counter(off < -0.15, f"normal tails with 33 levels and 100,000 checks, d = 3.1: {-off:.0%} low")


def _two_kinds():
    n = (50_000, 50_000)
    problem, both = reference_problem(), Joint(REPEATS, Golden())
    informed = both.fisher_information(first_best(problem).effort, n)
    return Seen(sum(n), rates.linear_constant(problem) / informed / gap(n, "linear", both, floor=None) - 1)


def _equal_weights():
    n = (500, 500)
    best, equal = (
        gap(n, "linear", Joint(REPEATS, Golden(), **how), floor=None) for how in ({}, {"weights": (1, 1)})
    )
    return Counter(
        equal > 1.1 * best,
        f"every pass counted alike, 500 checks of each kind: the gap is {equal / best:.2f} times as large",
    )


def _coin():
    alone = gap(50, "optimal", floor=-0.05)
    return Seen(50, gap((50, 2), "optimal", Joint(REPEATS, COIN), floor=-0.05) / alone - 1)


def _second_kind():
    alone, more = (
        gap(50, "optimal", floor=-0.05),
        gap((50, 10), "optimal", Joint(REPEATS, Golden()), floor=-0.05),
    )
    return Counter(
        more < 0.9 * alone,
        f"ten golden questions in place of coins: the gap is {more / alone:.2f} times that without them",
    )


def _distortion(cells):
    """Of the best quantiser of a normal law with so many cells: Lloyd's method, with the means of cells from the density at their edges."""
    points = np.linspace(-1.5, 1.5, cells)
    for _ in range(1_000):
        edges = np.concatenate([[-np.inf], (points[1:] + points[:-1]) / 2, [np.inf]])
        moment, chance = -np.diff(norm.pdf(edges)), np.diff(norm.cdf(edges))
        points = moment / chance
    return float(1 - moment @ points)


def _scaled(n, tiers):
    """Gap·n𝓘/C_lin of pay with so many thresholds."""
    problem = reference_problem()
    information = n * rates.information(problem, REPEATS)
    return gap(n, "tiered", tiers=tiers) * information / rates.linear_constant(problem)


def _tiers():
    """The largest error over two, three and four thresholds."""
    n = 10_000
    off = [1 / (1 - _distortion(m)) / _scaled(n, m) - 1 for m in (2, 3, 4)]
    return Seen(n, max(off, key=abs))


def _one_tier():
    over = [gap(n, "binary") * n * rates.information(reference_problem(), REPEATS) for n in (1_000, 10_000)]
    return Counter(
        over[1] > 2 * over[0],
        f"one threshold: gap·n𝓘 rises {over[1] / over[0]:.1f} times from 1,000 to 10,000 checks",
    )


def _weights():
    """Thresholds on X₁ + ωX₂: what the ω of the score loses against the best of a search over ω, and of a few others."""
    n, kinds = (100, 100), (REPEATS, Golden())
    effort = first_best(reference_problem()).effort
    q = np.array([float(one.pass_probability(effort)) for one in kinds])
    score = np.array([float(one.slope(effort)) for one in kinds]) / (q * (1 - q))
    omega = float(score[1] / score[0])
    others = [gap(n, "binary", Joint(*kinds, weights=(1, w * omega))) for w in (0.7, 0.85, 1.2, 1.4)]
    best = min(gap(n, "binary", Joint(*kinds)), *others)
    return Seen(sum(n), gap(n, "binary", Joint(*kinds, weights=(1, omega))) / best - 1)


def _counted_alike():
    n, kinds = (100, 100), (REPEATS, Golden())
    ratio = gap(n, "binary", Joint(*kinds, weights=(1, 1))) / gap(n, "binary", Joint(*kinds))
    return Counter(
        ratio > 1.05, f"every pass counted alike, 100 checks of each kind: {ratio:.2f} times the gap"
    )


def _batches(n=240):
    """Gaps with checks whose strength is .10 or .20 by chance for a whole batch: unseen, and seen."""
    levels = np.linspace(0, first_best(reference_problem()).effort, 129)
    listed = reference_problem(floor=-0.2).with_efforts(levels)

    def law(kappa):
        q = SelfConsistency(kappa).pass_probability(levels)
        return binom.pmf(np.arange(n + 1), n, q[:, None]) / 2

    def gap_of(*blocks):
        return second_best(listed, Outcomes(np.hstack(blocks)), 1, "optimal").gap

    return gap_of(law(0.10) + law(0.20)), gap_of(law(0.10), law(0.20))


def _difficulty():
    """The error is that of the gap with the difficulty seen against C_lin over the mean of both informations."""
    _, seen = _batches()
    problem = reference_problem()
    effort = first_best(problem).effort
    information = np.mean([float(SelfConsistency(k).fisher_information(effort)) for k in (0.10, 0.20)])
    return Seen(240, rates.linear_constant(problem) / (240 * information) / seen - 1)


def _difficulty_unseen():
    unseen, seen = _batches()
    return Counter(
        unseen > 1.2 * seen,
        f"the difficulty left out of the pay: the gap is {unseen / seen:.2f} times as large",
    )


def _shortfall():
    """The sure wage that is worth what idling is worth under the best line, against −K."""
    n, problem = 100_000, reference_problem()
    line = second_best(problem, REPEATS, n, "linear", floor=None).contract
    lost = -line.slope / n
    idle = line.base - n * np.log(0.5 + 0.5 * np.exp(lost))
    return Seen(n, -rates.failure_waste(problem) / float(idle) - 1)


def _idle_under_gold():
    problem = reference_problem()
    line = second_best(problem, Golden(), 60, "linear", floor=None).contract
    idle = line.base - 60 * np.log(0.5 + 0.5 * np.exp(-line.slope / 60))
    ratio = float(-idle) / rates.failure_waste(problem)
    return Counter(ratio > 3, f"60 golden questions: an idler is {ratio:.0f} times as short of it")


def _deposit():
    n = 300
    rule = float(rates.deposit_rule(reference_problem(), REPEATS, n))
    return Seen(n, gap(n, "linear", floor=None) / gap(n, "linear", floor=-rule) - 1)


def _half_deposit():
    n = 100
    rule = float(rates.deposit_rule(reference_problem(), REPEATS, n))
    lost = gap(n, "linear", floor=-rule / 2) / gap(n, "linear", floor=None)
    return Counter(lost > 1.5, f"half the deposit, 100 checks: the line loses {lost:.1f} times as much")


def _threshold_deposit():
    n = 1_000_000
    return Seen(n, gap(n, "binary", floor=-0.2) / gap(n, "binary") - 1)


def _rent_of_few_checks():
    without, deposit = gap(30, "binary"), gap(30, "binary", floor=-0.2)
    return Counter(
        deposit < 0.5 * without, f"30 checks: a deposit takes the gap from {without:.4f} to {deposit:.4f}"
    )


def _one_kind():
    """All the money on repeats, by the rule; no solved mix with golden questions at five times the price loses less."""
    problem, kinds = reference_problem(), (REPEATS, Golden())
    found = best_mix(problem, kinds, (1, 5), 1000)
    mixes = [gap((1000 - 5 * n, n), "linear", Joint(*kinds), floor=None) for n in (20, 60, 100, 150)]
    alone = gap(1000, "linear", floor=None)
    return Seen(1000, found.loss / alone - 1 if found.shares[0] > 0.999 and min(mixes) > alone else np.inf)


def _always_left():
    found = best_mix(reference_problem(), (REPEATS, Golden()), (1, 5), 1000, [(1, 0.5)])
    words = f"somebody may always say left, repeats not swapped: {found.shares[1]:.0%} of the money goes to golden questions"
    return Counter(found.shares[1] > 0.5, words)


def _budget():
    problem, price = reference_problem(), 1e-6
    rule = rates.monitoring_budget(problem, REPEATS, price)
    sizes = np.unique((rule.checks * np.linspace(0.6, 1.6, 41)).astype(int))
    totals = [gap(int(n), "linear", floor=None) + price * n for n in sizes]
    return Seen(int(rule.checks), rule.loss / min(totals) - 1)


def _floored_budget():
    price = 1e-3
    rule = round(rates.monitoring_budget(reference_problem(), REPEATS, price).checks)
    few, more = (gap(n, "binary") + price * n for n in (rule, 71))
    return Counter(
        few > 1.3 * more,
        f"a floor at 0 and ten cents a check: the rule's {rule} checks lose {few / more:.1f} times what 71 lose",
    )


def _gaming():
    """The share of the money that goes to golden questions, against a search over mixes."""
    problem, kinds, prices, always_left = reference_problem(), (REPEATS, Golden()), (1, 5), (1, 0.5)
    found = best_mix(problem, kinds, prices, 1000, [always_left])
    effort = first_best(problem).effort
    q = np.array([float(one.pass_probability(effort)) for one in kinds])
    slope = np.array([float(one.slope(effort)) for one in kinds])
    asked, saved = float(problem.cost.slope(effort)), float(problem.cost.cost(effort))
    share = np.linspace(1e-4, 1 - 1e-4, 20_001)
    n = 1000 * np.array([share, 1 - share]) / np.array(prices)[:, None]
    # both conditions on the pay for passes hold with equality: two equations for the slopes of pay
    lead = q - np.array(always_left)
    matrix = np.stack([slope[:, None] * n, lead[:, None] * n]).transpose(2, 0, 1)
    pay = np.linalg.solve(matrix, np.broadcast_to(np.array([asked, saved])[:, None], (share.size, 2, 1)))[
        ..., 0
    ]
    risk = ((q * (1 - q))[:, None] * n * pay.T**2).sum(axis=0)
    return Seen(1000, found.shares[0] / float(share[np.argmin(risk)]) - 1)


def _swapped():
    found = best_mix(reference_problem(), (REPEATS, Golden()), (1, 5), 1000, [(0.5, 0.5)])
    return Counter(
        found.shares[0] > 0.99, f"sides swapped: {found.shares[0]:.0%} of the money goes to repeats"
    )


ENTRIES = (
    Entry(
        name="Few checks",
        statement=r"Gap of a threshold $= \min_\eta \Pi^* - V(\eta) + h(\Delta)\Phi(z)$, $\Delta = c'/(\varphi(z)\sqrt{n\mathcal{I}(\eta)})$, $z$ the smallest with "
        r"$\Delta(\Phi(z) - \Phi(-y)) \ge c(\eta)$; the error is the largest from 20 checks on.",
        condition="20 checks or more, the floor at the outside option",
        source=HERE,
        proof="The local condition and no shirking, both with the normal law, for every effort that may be asked for.",
        shown=(
            Shown(9, "without a deposit the crossing is within 1.3 % of the gap, from 20 checks on"),
            Shown(12, "within 2 % from 20 checks on"),
        ),
        check=_few,
        allowed=0.014,
        counter=_long_formula,
    ),
    Entry(
        name="Levels of effort",
        statement=r"With $d = \delta\sqrt{n\mathcal{I}}$ and $r$ the share of the last step in the cost, take the lenient root of $\Phi(z) - \Phi(z - d) = r$, or the same "
        r"with binomial tails; gap $\approx K\,\Phi(-z)$. Levels show from $d\,z_n = 1$ on.",
        condition="the tails of the count itself where $d$ is above 3",
        source=HERE,
        proof=r"The bonus $\Delta^*$, set by idleness, must make the last step worth its cost.",
        shown=(
            Shown(12, "about half, at a product of one"),
            Shown(12, "9 levels take 659 checks, 33 take 3,765"),
        ),
        check=_with_levels,
        allowed=0.1,
        counter=_normal_tails,
    ),
    Entry(
        name="Two kinds of checks",
        statement=r"A line in the score, $s_1 + s_2$, has the gap $\sim C_\text{lin}/(n_1\mathcal{I}_1 + n_2\mathcal{I}_2)$.",
        condition="each pass weighs $q'/(q(1 - q))$ of its kind; no floor",
        source=HERE,
        proof="Information of independent checks adds up; the rest as for one kind.",
        shown=(
            Shown(11, "gap near C_lin over the information"),
            Shown(11, "weights of the best line, within 3 %"),
        ),
        check=_two_kinds,
        allowed=1e-4,
        counter=_equal_weights,
    ),
    Entry(
        name="A threshold on two kinds",
        statement=r"Of all thresholds on $X_1 + \omega X_2$ the one with the score's $\omega$ is best; the error is what it loses against a search over $\omega$.",
        condition=r"$\omega$ is the ratio of $q'/(q(1 - q))$ of the two kinds; seen numerically, 100 checks of each",
        source=HERE,
        proof="Of all tests of work against a little less work the score's is the most powerful (Neyman and Pearson).",
        shown=(),
        check=_weights,
        allowed=0.005,
        counter=_counted_alike,
    ),
    Entry(
        name="Informativeness",
        statement="Evidence whose law, given the passes, is free of effort changes nothing: the gap with two coins beside 50 checks is that without.",
        condition="its law given the passes is free of effort",
        source="Holmström, doi 10.2307/3003320; executed here",
        shown=(Shown(11, "the coin changes nothing"),),
        check=_coin,
        allowed=1e-8,
        counter=_second_kind,
    ),
    Entry(
        name="Useless alone, of worth beside",
        statement=r"How hard a batch is ($\kappa = 0.10$ or $0.20$ by chance) tells nothing of effort alone, and belongs in the pay: with 240 checks the gap is "
        r"then near $C_\text{lin}/(n\bar{\mathcal{I}})$, $\bar{\mathcal{I}}$ the mean of both informations.",
        condition="it says how to read the count, and a deposit of 20 euros",
        source=HERE,
        proof="Given the difficulty the score is that of the count; variances of the score add up over difficulties.",
        shown=(Shown(11, "the difficulty saves more than a quarter"),),
        check=_difficulty,
        allowed=0.04,
        counter=_difficulty_unseen,
    ),
    Entry(
        name="Tiers",
        statement=r"With $m \ge 2$ thresholds gap $\cdot\, n\mathcal{I} \approx C_\text{lin}/(1 - D_m)$, $D_m$ the distortion of a normal law in $m$ cells: "
        "1.571, 1.235, 1.133 times for two, three, four. The error is the largest of these three.",
        condition="at least two thresholds, and many checks",
        source=HERE,
        proof="One threshold stops idleness, the others quantise the score as Lloyd and Max would.",
        shown=(
            Shown(11, "1.571, 1.235, 1.133"),
            Shown(11, "no deposit, 1,000 checks: 87 and 20 %"),
        ),
        check=_tiers,
        allowed=0.03,
        counter=_one_tier,
    ),
    Entry(
        name="Deposit of a line",
        statement=r"A line whose floor lies $D$ below the outside option loses no more than a free one, with $\sigma\,G((w_0 + D)/\sigma) = -u(w_0)$, "
        r"$G(x) = \varphi(x) - x\Phi(-x)$: about one standard deviation of pay.",
        condition="20 checks or more, to leading order",
        source=HERE,
        proof="What the cut adds to the pay of somebody who idles may be no more than what idling lacks.",
        shown=(
            Shown(10, "14 are enough"),
            Shown(10, "half: eight times the gap"),
        ),
        check=_deposit,
        allowed=0.03,
        counter=_half_deposit,
    ),
    Entry(
        name="What a line leaves an idler",
        statement=r"Under the best line without a floor, idling is worth $-K$ in money, the $K$ of the threshold's law: hardly less than walking away.",
        condition="self checks and a cost in the square of effort, and many checks",
        source=HERE,
        proof=r"Idle pay tends to $h(\bar u) - h'c'(q - \frac12)/q'$, and $c'(q - \frac12)/q' = c$ where both grow with $\eta^2$.",
        shown=(Shown(10, "the shortfall is 1.02 euros"),),
        check=_shortfall,
        allowed=0.002,
        counter=_idle_under_gold,
    ),
    Entry(
        name="Deposit of a threshold",
        statement="A deposit removes the rent of few checks and nothing more: the law of a threshold, and its constant, stay. The error compares "
        "a deposit of 20 euros with none.",
        condition="many checks",
        source=HERE,
        proof="Where somebody who idles never passes by luck, no rent is left for a deposit to take.",
        shown=(Shown(9, "the price by hand is the solver's gap with a deposit, within 8 %"),),
        check=_threshold_deposit,
        allowed=1e-6,
        counter=_rent_of_few_checks,
    ),
    Entry(
        name="Which checks to buy",
        statement=r"All the money goes to the kind with the largest $\mathcal{I}/k$: no solved mix of repeats and golden questions at five times the price "
        "loses less; the error is that of the loss by the rule.",
        condition="lines without a floor, many checks, nobody games them",
        source=HERE,
        proof=r"The gap falls with $\sum n_i\mathcal{I}_i$, which is linear in the money.",
        shown=(
            Shown(10, "the formula is within 4 %"),
            Shown(13, "and loses without"),
        ),
        check=_one_kind,
        allowed=0.001,
        counter=_always_left,
    ),
    Entry(
        name="How many checks",
        statement=r"At the price $k$ a check, $n^* = \sqrt{C_\text{lin}/(k\mathcal{I})}$, and the loss is $2\sqrt{C_\text{lin}k/\mathcal{I}}$.",
        condition="lines without a floor, and many checks",
        source=HERE,
        proof=r"Minimise $C_\text{lin}/(n\mathcal{I}) + kn$.",
        shown=(
            Shown(12, "21 checks for a line without a floor"),
            Shown(12, "about 70 under the floor"),
        ),
        check=_budget,
        allowed=0.001,
        counter=_floored_budget,
    ),
    Entry(
        name="Gaming",
        statement=r"Pay deters a strategy that passes checks of kind $i$ with chance $g_i$ iff $\sum n_i(q_i - g_i)\beta_i \ge \Delta^*$: always-left, repeats not "
        "swapped, golden questions at five times the price. The error is that of the share of money for repeats, against a search.",
        condition="the strategy costs no effort and is known",
        source=HERE,
        proof="What work earns above the strategy must pay for the effort.",
        shown=(Shown(13, "golden wins with cheats"),),
        check=_gaming,
        allowed=0.01,
        counter=_swapped,
    ),
)
