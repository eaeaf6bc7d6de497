"""What one check tells of effort, and how many checks it takes to tell one effort from another."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri, xlogy
from scipy.stats import binom

from annolib.course.theorems.entries import HERE, PAPER, Counter, Entry, Seen, Shown
from annolib.monitors.comparison import self_consistency_margin
from annolib.monitors.many_labels import SelfConsistencyLabels
from annolib.monitors.two_labels import Expert, Golden, Peer, SelfConsistency
from annolib.planning.sample_size import smallest_size
from annolib.planning.sequential import sequential_test


def _two_labels(p, effort):
    """Chances of left and right, (items, 2), of somebody with this effort."""
    left = 0.5 + effort * (p - 0.5)
    return np.stack([left, 1 - left], axis=1)


def _agree(first, second):
    """How often two independent labels with these laws, (items, labels), are the same."""
    return float((first * second).sum(axis=1).mean())


def _chances():
    """All pairs of labels written out on 40 items, against the five formulas; the largest difference."""
    rng, effort, other = np.random.default_rng(5), 0.7, 0.4
    p, expert, peer = rng.random((3, 40))
    likely = (p > 0.5).astype(float)
    law = rng.dirichlet(np.ones(3), 40)
    mine, three = _two_labels(p, effort), effort * law + (1 - effort) / 3
    pairs = (
        (SelfConsistency.from_preferences(p), _agree(mine, mine)),
        (Expert.from_preferences(p, expert), _agree(mine, _two_labels(expert, 1.0))),
        (Peer.from_preferences(p, peer, other), _agree(mine, _two_labels(peer, other))),
        (Golden.from_preferences(p), _agree(mine, _two_labels(likely, 1.0))),
        (SelfConsistencyLabels.from_preferences(law), _agree(three, three)),
    )
    return Seen(None, max(abs(float(one.pass_probability(effort)) - seen) for one, seen in pairs))


def _one_button():
    always = np.tile([1.0, 0.0], (40, 1))
    same, turned = _agree(always, always), _agree(always, always[:, ::-1])
    words = f"always left: {same:.0%} of the repeats agree without any effort, and {turned:.0%} by content if sides are swapped"
    return Counter(same == 1 and turned == 0, words)


def _ratio(kappa, rho, effort):
    return _self_information(effort, kappa) / _expert_information(effort, rho)


def _certain():
    """The ratio of the informations against 4η²/(1 + η²), its place at 1, and its end."""
    grid = np.linspace(0.05, 0.999, 200)
    off = np.abs(_ratio(0.25, 0.25, grid) / (4 * grid**2 / (1 + grid**2)) - 1).max()
    return Seen(None, float(max(off, abs(_ratio(0.25, 0.25, np.sqrt(1 / 3)) - 1))))


def _not_certain():
    ratio = float(_ratio(0.15, 0.15, 0.999))
    return Counter(
        ratio > 3, f"κ = ρ = 0.15: at full effort one self check is worth {ratio:.1f} expert checks, not 2"
    )


def _known_gold():
    told = float(Golden(0.0).fisher_information(0.7))
    return Counter(
        told == 0, f"golden questions on which people are evenly split, γ = 0: information {told:g}"
    )


def _relative():
    """The ratio that a million checks of each show, on items of any strength."""
    rng, off = np.random.default_rng(3), []
    for kappa in (0.05, 0.15, 0.25):
        monitor, n = SelfConsistency(kappa), 1_000_000
        excess = [rng.binomial(n, float(monitor.pass_probability(e))) / n - 0.5 for e in (0.6, 0.9)]
        off.append(np.sqrt(excess[0] / excess[1]) / (0.6 / 0.9) - 1)
    return Seen(1_000_000, float(max(off, key=abs)))


def _other_items():
    ratio = np.sqrt((2 * 0.10 * 0.6**2) / (2 * 0.15 * 0.9**2)) / (0.6 / 0.9)
    return Counter(
        ratio < 0.9, f"the first sees items of κ = 0.10, the second of 0.15: {1 - ratio:.0%} too low"
    )


def _items(effort=0.7):
    """Gains of 200 items whose p is known, and the information of the likelihood and of the plain count."""
    p = np.linspace(0.5, 1, 200)
    gain = 2 * (p - 0.5) ** 2
    q, slope = 0.5 + gain * effort**2, 2 * gain * effort
    return (
        gain,
        float(np.sum(slope**2 / (q * (1 - q)))),
        float(slope.sum() ** 2 / (200 * q.mean() * (1 - q.mean()))),
    )


def _by_item():
    """The scatter of the most likely effort in 4,000 batches, each item checked 50 times, against the formula."""
    effort, times, rng = 0.7, 50, np.random.default_rng(8)
    gain, information, _ = _items(effort)
    passes = rng.binomial(times, 0.5 + gain * effort**2, size=(4_000, gain.size))
    found = np.full(4_000, effort)
    for _ in range(30):  # Fisher's scoring
        q = 0.5 + gain * found[:, None] ** 2
        slope = 2 * gain * found[:, None]
        score = ((passes - times * q) * slope / (q * (1 - q))).sum(axis=1)
        found += score / (times * (slope**2 / (q * (1 - q))).sum(axis=1))
    return Seen(times * gain.size, float(np.std(found) * np.sqrt(times * information) - 1))


def _plain_count():
    _, likely, plain = _items()
    return Counter(plain < 0.85 * likely, f"the plain count of passes keeps {plain / likely:.0%} of it")


def _spread(monitor, effort, n):
    """Standard deviation of the estimate q⁻¹(passes/n), clipped to [0, 1], by a sum over counts."""
    q = float(monitor.pass_probability(effort))
    reach = 12 * np.sqrt(n * q * (1 - q))
    k = np.arange(max(0, int(n * q - reach)), min(n, int(n * q + reach)) + 1)
    chance, estimate = binom.pmf(k, n, q), np.asarray(monitor.effort(k / n))
    mean = chance @ estimate
    return float(np.sqrt(chance @ (estimate - mean) ** 2))


def _efficient(monitor, formula, effort=0.7, n=1_000_000):
    exact = 1 / np.sqrt(n * formula(effort))
    return Seen(n, _spread(monitor, effort, n) / exact - 1)


def _self_information(e, k=0.15):
    return 64 * k**2 * e**2 / (1 - 16 * k**2 * e**4)


def _expert_information(e, r=0.15):
    return 16 * r**2 / (1 - 16 * r**2 * e**2)


def _idle():
    ratio = _spread(SelfConsistency(0.15), 0.0, 1_000) / _spread(SelfConsistency(0.15), 0.0, 16_000)
    return Counter(
        abs(ratio - 2) < 0.1,
        f"effort 0: 16 times the checks make the estimate {ratio:.2f} times as sharp, not 4 times",
    )


def _no_taste():
    told = float(Expert(0.0).fisher_information(0.7))
    return Counter(told == 0, f"an expert who shares no taste, ρ = 0: information {told:g}")


def _border():
    wrong = 0
    grid = np.linspace(0.02, 0.98, 25)
    for kappa in np.linspace(0.01, 0.25, 25):
        for rho in np.linspace(0.01, 0.25, 25):
            own, expert = SelfConsistency(kappa), Expert(rho)
            tells = own.fisher_information(grid) > expert.fisher_information(grid)
            wrong += int(np.sum(tells != (self_consistency_margin(grid, kappa, rho) > 0)))
    return Seen(None, wrong / 25**3)


def _priced():
    dear, cheap = (float(self_consistency_margin(0.4, 0.15, 0.15, ratio)) for ratio in (1.0, 0.2))
    words = f"effort 0.4, κ = ρ = 0.15: the margin per check is {dear:.4f}, per euro with experts at five times the price {cheap:.4f}"
    return Counter(dear < 0 < cheap, words)


def _needed(monitor, error=1e-4, low=0.3, high=0.8):
    q = monitor.pass_probability(np.array([low, high]))
    return smallest_size(float(q[0]), float(q[1]), error, error).checks


def _quadrupled(weak, strong):
    """Checks at half the strength over checks at the full one, against 4."""
    few, many = _needed(strong), _needed(weak)
    return Seen(int(many), many / few / 4 - 1)


def _pairs_of_one_item():
    labels, s = 6, 0.858
    left = np.arange(labels + 1)
    chance = binom.pmf(left, labels, s)
    agreeing = (left * (left - 1) + (labels - left) * (labels - left - 1)) / 2
    q, pairs = s**2 + (1 - s) ** 2, labels * (labels - 1) / 2
    ratio = float(chance @ agreeing**2 - (chance @ agreeing) ** 2) / (pairs * q * (1 - q))
    words = f"15 pairs from six labels of one item: the variance is {ratio:.1f} times that of 15 independent checks"
    return Counter(ratio > 2, words)


def _gold_is_hard():
    clear, torn = (float(Golden(g).fisher_information(0.7)) for g in (0.5, 0.1))
    return Counter(
        torn < clear / 10,
        f"golden questions on which people are torn, γ = 0.1: information {torn:.3f}, not {clear:.2f}",
    )


def _exact_and_normal(low, high, error=1e-3):
    q = SelfConsistency(0.15).pass_probability(np.array([low, high]))
    reach = -ndtri(error) * np.sqrt(q * (1 - q)).sum()
    return smallest_size(float(q[0]), float(q[1]), error, error).checks, (reach / (q[1] - q[0])) ** 2


def _normal_size():
    exact, normal = _exact_and_normal(0.5, 0.55)
    return Seen(int(exact), float(normal / exact - 1))


def _few_needed():
    q = Golden(0.5).pass_probability(np.array([0.2, 0.95]))
    exact = smallest_size(float(q[0]), float(q[1]), 1e-3, 1e-3).checks
    normal = ((-ndtri(1e-3) * np.sqrt(q * (1 - q)).sum()) / (q[1] - q[0])) ** 2
    return Counter(
        normal < 0.9 * exact,
        f"efforts 0.2 and 0.95 by golden questions: {normal:.1f} checks, and {exact} are needed",
    )


def _both_errors(n, q0, q1):
    """Log of the least sum of both errors, Σ min(P₀, P₁), from the counts around the crossing."""
    k = np.arange(n + 1)
    least = np.minimum(binom.logpmf(k, n, q0), binom.logpmf(k, n, q1))
    return float(least.max() + np.log(np.exp(least - least.max()).sum()))


def _divergence(x, q):
    return xlogy(x, x / q) + xlogy(1 - x, (1 - x) / (1 - q))


def _exponent():
    n, (q0, q1) = 1_000_000, map(float, SelfConsistency(0.15).pass_probability(np.array([0.3, 0.8])))
    found = minimize_scalar(
        lambda s: np.log(q0**s * q1 ** (1 - s) + (1 - q0) ** s * (1 - q1) ** (1 - s)),
        bounds=(0, 1),
        method="bounded",
    )
    return Seen(n, float(-_both_errors(n, q0, q1) / n / -found.fun - 1))


def _one_error():
    """The size held at 5 %: the exponent of the misses."""
    n, (q0, q1) = 10_000, map(float, SelfConsistency(0.15).pass_probability(np.array([0.3, 0.8])))
    line = binom.isf(0.05, n, q0)
    held, both = -binom.logcdf(line, n, q1) / n, -_both_errors(n, q0, q1) / n
    return Counter(
        held > 2 * both,
        f"one error held at 5 %: the exponent of the other is {held:.4f} at 10,000 checks, not {both:.4f}",
    )


def _wald(monitor, null, alternative, error=0.01):
    test = sequential_test(monitor, null, alternative, error, error)
    q0, q1 = (float(monitor.pass_probability(e)) for e in (null, alternative))
    formula = (1 - 2 * error) * np.log((1 - error) / error) / _divergence(q1, q0)
    return formula, test.mean_alternative


def _sequential():
    formula, exact = _wald(SelfConsistency(0.15), 0.50, 0.55)
    return Seen(round(exact), formula / exact - 1)


def _far_apart():
    formula, exact = _wald(Golden(0.5), 0.1, 0.95)
    return Counter(
        formula < 0.95 * exact,
        f"efforts 0.1 and 0.95 by golden questions: {formula:.1f} checks, and {exact:.1f} exactly",
    )


ENTRIES = (
    Entry(
        name="Chance of a pass",
        statement=r"At effort $\eta$ a self check passes with chance $\frac12 + 2\kappa\eta^2$, an expert check with $\frac12 + 2\rho\eta$, a peer's with "
        r"$\frac12 + 2\rho\eta'\eta$, a golden question with $\frac12 + \gamma\eta$, a self check with $K$ labels with $1/K + \Gamma\eta^2$. The error is the "
        "largest difference from all pairs of labels written out.",
        condition="labels are independent given the item, and who does not judge picks each label alike",
        source=PAPER + ", both monitors; the others follow in the same way",
        shown=(
            Shown(4, "simulation and formula differ by less than 0.02"),
            Shown(5, "20,000 simulated labels agree with your formula within 0.01"),
        ),
        check=_chances,
        allowed=1e-12,
        counter=_one_button,
    ),
    Entry(
        name="Information of a self check",
        statement=r"$\mathcal{I}(\eta) = 64\kappa^2\eta^2/(1 - 16\kappa^2\eta^4)$: the estimate from $n$ checks has the standard error "
        r"$1/\sqrt{n\mathcal{I}}$.",
        condition=r"$0 < \eta$",
        source=PAPER + ", self-consistency monitoring",
        shown=(Shown(5, "the scatter agrees with the formula within a tenth"),),
        check=lambda: _efficient(SelfConsistency(0.15), _self_information),
        allowed=1e-4,
        counter=_idle,
    ),
    Entry(
        name="Information of an expert check",
        statement=r"$\mathcal{I}(\eta) = 16\rho^2/(1 - 16\rho^2\eta^2)$, and the standard error of the estimate follows.",
        condition=r"annotator and expert share taste, $\rho \ne 0$",
        source=PAPER + ", expert monitoring",
        shown=(Shown(5, "the ratio"),),
        check=lambda: _efficient(Expert(0.15), _expert_information),
        allowed=1e-4,
        counter=_no_taste,
    ),
    Entry(
        name="Information of a golden question",
        statement=r"$\mathcal{I}(\eta) = 1/(1 - \eta^2)$ where everybody attentive agrees ($\gamma = \frac12$), and the standard error of the estimate follows.",
        condition=r"attentive people agree on the answer",
        source=HERE,
        proof=r"$q = \frac12 + \gamma\eta$ in $q'^2/(q(1 - q))$.",
        shown=(Shown(10, "the formula is within 4 %"),),
        check=lambda: _efficient(Golden(0.5), lambda e: 1 / (1 - e**2)),
        allowed=1e-4,
        counter=_known_gold,
    ),
    Entry(
        name="Which check tells more",
        statement=r"A self check tells more than an expert check iff $4\kappa^2\eta^2 - 48\kappa^2\rho^2\eta^4 - \rho^2 > 0$; the error is "
        "the share of a grid on which inequality and information differ.",
        condition="both cost the same",
        source=HERE,
        shown=(Shown(5, "inequality and search agree"),),
        check=_border,
        allowed=0.0,
        counter=_priced,
        proof="Put both informations over a common denominator; the sign is that of the numerator.",
    ),
    Entry(
        name="Certain items",
        statement=r"With $\kappa = \rho = \frac14$ a self check is worth $4\eta^2/(1 + \eta^2)$ expert checks: more than one from $\eta^2 = 1/3$ on, and two at "
        "full effort.",
        condition="attentive people and experts never differ",
        source=HERE,
        proof="Divide the two informations.",
        shown=(Shown(5, "self checks tell more near certainty"),),
        check=_certain,
        allowed=1e-9,
        counter=_not_certain,
    ),
    Entry(
        name="Relative effort",
        statement=r"$\eta_a/\eta_b = \sqrt{(A_a/n_a - \frac12)/(A_b/n_b - \frac12)}$: the strength cancels. The error is the largest over three strengths.",
        condition="both repeat items of the same strength",
        source=HERE,
        proof=r"$q - \frac12 = 2\kappa\eta^2$ for both: divide, and take the root.",
        shown=(),
        check=_relative,
        allowed=0.01,
        counter=_other_items,
    ),
    Entry(
        name="Items whose law is known",
        statement=r"Where each $p_i$ is known, the likelihood over the items has the information $\sum_i q_i'^2/(q_i(1 - q_i))$. The error is that of "
        "the standard error, against 4,000 simulated batches.",
        condition=r"the likelihood $\sum_i \log q_i(\eta)$ is used; items with a large $(p_i - \frac12)^2$ tell most",
        source=HERE,
        proof="Informations of independent checks add up; one count for all is less by Jensen's inequality.",
        shown=(Shown(5, "the clearest tell over three times as much"),),
        check=_by_item,
        allowed=0.03,
        counter=_plain_count,
    ),
    Entry(
        name="Sample complexity of self checks",
        statement=r"To tell $\eta_0$ from $\eta_1$ takes $\Theta\big(\log(1/\delta)/(\kappa^2(\eta_1^2 - \eta_0^2)^2)\big)$ checks: half the "
        "strength takes four times as many, the error is against 4.",
        condition="checks are independent: one pair an item",
        source=PAPER + ", version 2",
        shown=(Shown(6, "half the kappa, four times the checks"),),
        check=lambda: _quadrupled(SelfConsistency(0.02), SelfConsistency(0.04)),
        allowed=0.02,
        counter=_pairs_of_one_item,
    ),
    Entry(
        name="Sample complexity of expert checks",
        statement=r"$\Theta\big(\log(1/\delta)/(\rho^2(\eta_1 - \eta_0)^2)\big)$ checks: half the shared strength takes four times as many.",
        condition="the items are clear to annotator and expert alike; shown by golden questions",
        source=PAPER + ", version 2",
        shown=(Shown(6, "half the kappa, four times the checks"),),
        check=lambda: _quadrupled(Expert(0.02), Expert(0.04)),
        allowed=0.02,
        counter=_gold_is_hard,
    ),
    Entry(
        name="Number of checks",
        statement=r"A test of size $\alpha$ and power $1 - \beta$ takes about $(z_\alpha\sqrt{q_0(1 - q_0)} + z_\beta\sqrt{q_1(1 - q_1)})^2/(q_1 - q_0)^2$ "
        "checks; the error is against the exact search.",
        condition="efforts that are near each other, so that many checks are needed",
        source="the normal law, in every textbook; executed here",
        shown=(Shown(6, "39 checks fall short"),),
        check=_normal_size,
        allowed=0.01,
        counter=_few_needed,
    ),
    Entry(
        name="Both errors at once",
        statement=r"The least sum of both errors falls like $e^{-nC}$, $C$ the Chernoff information of the two pass laws; the error is that of the exponent.",
        condition="both errors fall together",
        source="Chernoff, doi 10.1214/aoms/1177729330; executed here",
        shown=(Shown(12, "yours are the library's: Chernoff information and divergence"),),
        check=_exponent,
        allowed=0.001,
        counter=_one_error,
    ),
    Entry(
        name="Sequential test",
        statement=r"Wald's test needs $[(1 - \beta)\log\frac{1 - \beta}{\alpha} + \beta\log\frac{\beta}{1 - \alpha}]/\mathrm{KL}(q_1\|q_0)$ checks on average at "
        "the higher effort; the error is against the exact mean.",
        condition="efforts that are near each other: the last step beyond the border is left out",
        source="Wald, doi 10.1214/aoms/1177731118; executed here",
        shown=(Shown(6, "your mean agrees with the exact one"),),
        check=_sequential,
        allowed=0.01,
        counter=_far_apart,
    ),
)
