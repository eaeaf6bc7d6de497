"""Coverage of the intervals from counts: plain, from a pool, and from the likelihood over items."""

from itertools import product

import numpy as np
from coverage_report import POOR, PROMISE, SEED, error_of, holds, poor, section
from scipy.stats import binom
from tqdm import tqdm

import annolib as al
from annolib.estimation.effort import effort_interval
from annolib.estimation.interval_coverage import coverage, ratio_coverage
from annolib.estimation.intervals import METHODS
from annolib.monitors.known_items import ItemChecks

MONITORS = {
    "self, κ = .1": al.SelfConsistency(0.1),
    "self, κ = .2": al.SelfConsistency(0.2),
    "self, κ = .25": al.SelfConsistency(0.25),
    "expert, ρ = .1": al.Expert(0.1),
    "expert, ρ = −.2": al.Expert(-0.2),
    "golden, γ = .5": al.Golden(0.5),
    "self, 3 labels, Γ = .4": al.SelfConsistencyLabels(0.4, 3),
    "expert, 3 labels, ρ = .3": al.ExpertLabels(0.3, 3),
    "golden, 3 labels, γ = .5": al.GoldenLabels(0.5, 3),
}
STRATA = {
    "self, p = .95, .8, .65": ItemChecks.self_consistency([0.95, 0.8, 0.65]),
    "self, p = 1, .8, .65": ItemChecks.self_consistency([1.0, 0.8, 0.65]),
    "self, p = 1 on all": ItemChecks.self_consistency([1.0, 1.0, 1.0]),
    "expert always left, p = .95, .8, .35": ItemChecks.expert([0.95, 0.8, 0.35], [1.0, 1.0, 1.0]),
    "golden, p = .95, .8, .65": ItemChecks.golden([0.95, 0.8, 0.65]),
    "golden, p = 1, .8, .65": ItemChecks.golden([1.0, 0.8, 0.65]),
    "self, 3 labels": ItemChecks.self_consistency_labels([[0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.5, 0.5, 0]]),
}
EVEN = np.linspace(0, 1, 401)
CLOSE = np.unique(np.concatenate([EVEN, 1 - np.geomspace(1e-4, 0.02, 40)]))


def least(monitor, checks, method):
    """The lowest coverage over all efforts and where: between ends of intervals it has one peak, so it is at an end."""
    ends = np.ravel(effort_interval(np.arange(checks + 1), checks, monitor, PROMISE, method))
    efforts = np.unique(np.clip(np.concatenate([[0, 1], ends - 1e-9, ends, ends + 1e-9]), 0, 1))
    kept = coverage(monitor, efforts, checks, PROMISE, method)
    return kept.min(), efforts[np.argmin(kept)]


def counted():
    """Wilson and Clopper-Pearson, every count summed."""
    rows, found, efforts = [], {}, np.linspace(0, 1, 2001)
    for name, checks, method in tqdm(
        list(product(MONITORS, (10, 60, 1000), METHODS)), desc="counts", leave=False
    ):
        kept = coverage(MONITORS[name], efforts, checks, PROMISE, method)
        low, where = least(MONITORS[name], checks, method)
        share = f"{np.mean(kept < POOR):.1%}"
        rows.append((name, checks, method, f"{low:.3f}", f"{where:.4f}", f"{kept.mean():.3f}", share))
        found[f"{method}, {name}, {checks} checks"] = low
    head = ("monitor", "checks", "method", "lowest", "at effort", "mean", f"efforts below {POOR:g}")
    title = f"The plain count, exact: lowest over all efforts, mean over {efforts.size:,}"
    return section(title, head, rows, poor(found))


def pooled():
    """Effort when the strength comes from a trusted pool; the relative effort is the same interval."""
    rows, found, even = [], {}, np.linspace(0, 1, 21)
    efforts = np.concatenate([even, 1 - np.geomspace(0.002, 0.13, 15)])
    designs = list(product((0.2, 0.3, 0.4, 0.5), ((20, 100), (60, 100), (60, 400), (200, 400))))
    for gain, (checks, pool) in tqdm(designs, desc="pool", leave=False):
        for method in ("profile", "bonferroni"):
            kept = [ratio_coverage(x, 1.0, gain, checks, pool, method=method) for x in efforts]
            where, mean = efforts[np.argmin(kept)], np.mean(kept[: even.size])
            cells = f"{min(kept):.3f}", f"{where:.4g}", f"{mean:.3f}"
            rows.append((f"{gain / 2:g}", checks, pool, method, *cells))
            found[f"{method}, κ = {gain / 2:g}, {checks} and {pool} checks"] = min(kept)
    head = ("κ", "checks", "checks of the pool", "method", "lowest", "at effort", "mean")
    title = f"Relative effort, and effort with κ from a trusted pool (of effort 1), exact, over {efforts.size} efforts"
    return section(title, head, rows, poor(found))


def unequal_ratios():
    """Relative effort where the two have very different numbers of checks, and the other gives less than full effort."""
    rows, found = [], {}
    efforts = np.concatenate([np.linspace(0, 1, 11), [0.95, 0.98, 0.99]])
    designs = list(
        product((0.2, 0.4, 0.5), ((5, 400), (400, 5), (10, 1000), (1000, 10), (30, 300)), (0.5, 1.0))
    )
    for gain, (checks, other), effort in tqdm(designs, desc="unequal ratios", leave=False):
        for method in ("profile", "bonferroni"):
            kept = [ratio_coverage(x, effort, gain, checks, other, method=method) for x in efforts]
            cells = f"{min(kept):.3f}", f"{efforts[np.argmin(kept)]:.4g}", f"{np.mean(kept):.3f}"
            rows.append((f"{gain / 2:g}", checks, other, effort, method, *cells))
            found[f"{method}, κ = {gain / 2:g}, {checks} and {other} checks, other's effort {effort:g}"] = (
                min(kept)
            )
    head = (
        "κ",
        "checks",
        "checks of the other",
        "effort of the other",
        "method",
        "lowest",
        "at effort",
        "mean",
    )
    title = f"Relative effort with unequal numbers of checks, exact, over {efforts.size} efforts"
    return section(title, head, rows, poor(found))


def by_strata():
    """The likelihood over three items of known preferences, some checks of each: every outcome summed."""
    rows, found = [], {}
    for name, checks in tqdm(list(product(STRATA, (5, 20, 40))), desc="strata", leave=False):
        kept = np.array(list(_strata_coverage(STRATA[name], checks))).T
        for kind, line in zip(("likelihood", *METHODS), kept, strict=True):
            where, mean = CLOSE[np.argmin(line)], line[np.isin(CLOSE, EVEN)].mean()
            rows.append((name, 3 * checks, kind, f"{line.min():.3f}", f"{where:.4f}", f"{mean:.3f}"))
            found[f"{kind}, {name}, {3 * checks} checks"] = line.min()
    head = ("checks", "number", "interval", "lowest", "at effort", "mean")
    title = f"The likelihood over items, three sorts in equal numbers, exact, over {CLOSE.size} efforts"
    remark = "Wilson and Clopper-Pearson take the plain count and the mean strength."
    return section(title, head, rows, remark, poor(found))


def _strata_coverage(items, checks):
    """Coverage at every effort: likelihood, and the plain count by each method."""
    counts = np.array(list(product(range(checks + 1), repeat=len(items))))
    runs = len(counts)
    many = ItemChecks(np.tile(items.gain, runs), items.monitor, items.ideal)
    owner = np.repeat(np.arange(runs), len(items))
    found = al.estimate_effort_by_item(counts.ravel(), many, checks=checks, annotator=owner)
    given = counts.sum(axis=1), checks * len(items), items.monitor, PROMISE
    ends = [(found.low, found.high), *(effort_interval(*given, method) for method in METHODS)]
    for effort in CLOSE:
        laws = [binom.pmf(np.arange(checks + 1), checks, q) for q in items.pass_probability(effort)]
        weight = np.einsum("i,j,k->ijk", *laws).ravel()
        yield [weight @ holds(low, high, effort) for low, high in ends]


def by_item(runs=4000):
    """Profile likelihood over 60 different items, beside the plain count on the same checks."""
    rng, rows, found = np.random.default_rng(SEED), [], {}
    p = rng.random(60)
    kinds = {
        "self": ItemChecks.self_consistency(p),
        "expert": ItemChecks.expert(p, rng.random(60)),
        "golden": ItemChecks.golden(p),
    }
    for name, effort in tqdm(list(product(kinds, (0.0, 0.3, 0.6, 0.9, 0.99))), desc="items", leave=False):
        items = kinds[name]
        passed = rng.random((runs, len(items))) < items.pass_probability(effort)
        owner = np.repeat(np.arange(runs), len(items))
        many = ItemChecks(np.tile(items.gain, runs), items.monitor, items.ideal)
        by = al.estimate_effort_by_item(passed.ravel().astype(int), many, annotator=owner)
        plain = effort_interval(passed.sum(axis=1), len(items), items.monitor, PROMISE, "wilson")
        pairs = (by.low, by.high), plain
        kept = [holds(*ends, effort).mean() for ends in pairs]
        width = [np.mean(high - low) for low, high in pairs]
        rows.append((name, effort, *(f"{x:.3f}" for x in kept), *(f"{x:.2f}" for x in width)))
        found[f"likelihood, {name}, effort {effort}"] = kept[0]
    head = ("checks", "effort", "likelihood keeps", "plain count keeps", "width", "width of the count")
    error = error_of(runs)
    title = f"60 items with known, uniform preferences, {runs:,} simulated annotators each (standard error {error:.4f})"
    return section(title, head, rows, poor(found))
