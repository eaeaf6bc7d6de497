"""Coverage of the treatments of dependent pairs, over all outcomes of many designs."""

import numpy as np
from coverage_report import PROMISE, SEED, error_of, holds, poor, section
from repeat_laws import kind_law, kinds, outcomes, weights
from scipy.stats import binom
from tqdm import tqdm

import annolib as al
from annolib.estimation.interval_coverage import coverage

P = np.linspace(0.02, 0.98, 97)
MONITOR = al.SelfConsistency.from_preferences(P)
EFFORTS = np.linspace(0, 1, 41)
SHOWN = (0.3, 0.7, 0.95)
DESIGNS = ((5, 4), (10, 2), (10, 3), (10, 4), (20, 3), (20, 4), (30, 2), (30, 4), (30, 6), (100, 2), (100, 4))
TREATMENTS = ("all pairs as if independent", "one pair per item", "effective checks", "cluster bootstrap")
RESAMPLES = 4_000


def intervals(items, repeats):
    """All outcomes, and the ends of each interval for them; one pair per item is left out."""
    values, _ = kinds(repeats)
    pairs = np.full(items, repeats * (repeats - 1) // 2)
    found = outcomes(items, values.size)
    plain = al.estimate_effort(found @ values, pairs.sum(), MONITOR)
    ends, rng = {TREATMENTS[0]: (plain.low, plain.high)}, np.random.default_rng(SEED)
    worth, boots = [], []
    for row in tqdm(found, desc="outcomes", leave=False):
        agreements = np.repeat(values, row)
        worth.append(al.estimate_effort_from_repeats(agreements, pairs, MONITOR))
        boots.append(al.bootstrap_effort(agreements, pairs, MONITOR, rng=rng, resamples=RESAMPLES))
    for name, many in zip(TREATMENTS[2:], (worth, boots), strict=True):
        ends[name] = np.array([one.low for one in many]), np.array([one.high for one in many])
    return found, ends


def design(items, repeats):
    """For each treatment: coverage and mean width at every effort."""
    found, ends = intervals(items, repeats)
    law = np.array([weights(found, kind_law(P, effort, repeats)) for effort in EFFORTS])
    table = {
        name: ((law * [holds(low, high, effort) for effort in EFFORTS]).sum(axis=1), law @ (high - low))
        for name, (low, high) in ends.items()
    }
    one = al.estimate_effort(np.arange(items + 1), items, MONITOR)
    single = binom.pmf(np.arange(items + 1), items, MONITOR.pass_probability(EFFORTS)[:, None])
    table[TREATMENTS[1]] = coverage(MONITOR, EFFORTS, items, PROMISE), single @ (one.high - one.low)
    return table


def all_designs():
    """Lowest and mean coverage, and at three efforts with the mean width."""
    rows, found = [], {}
    shown = [int(np.argmin(abs(EFFORTS - effort))) for effort in SHOWN]
    for items, repeats in tqdm(DESIGNS, desc="designs", leave=False):
        table = design(items, repeats)
        for name in TREATMENTS:
            kept, width = table[name]
            cells = (f"{kept[at]:.3f}, {width[at]:.2f}" for at in shown)
            where = f"{EFFORTS[np.argmin(kept)]:g}"
            rows.append((items, repeats, name, f"{kept.min():.3f}", where, f"{kept.mean():.3f}", *cells))
            found[f"{name}, {items} × {repeats}"] = kept.min()
    head = ("items", "judgements of each", "treatment", "lowest", "at effort", "mean")
    head += tuple(f"at {effort:g}: keeps, width" for effort in SHOWN)
    remark = (
        f"Items are drawn from p equally spaced in [.02, .98], κ = {MONITOR.kappa:.4f} known. Every outcome is summed; only the "
        f"bootstrap draws, {RESAMPLES:,} resamples for each outcome."
    )
    title = f"Repeats of one item, exact, over {EFFORTS.size} efforts"
    return section(title, head, rows, remark, poor(found))


def by_library(runs=1000):
    """Two of these designs simulated by `annolib.repeat_coverage`, as a check on both."""
    rng, rows, worst = np.random.default_rng(SEED), [], 0.0
    for items, repeats in tqdm(((10, 4), (30, 4)), desc="simulated", leave=False):
        exact = design(items, repeats)
        for effort, name, told in _simulated(items, repeats, rng, runs):
            kept = exact[name][0][int(np.argmin(abs(EFFORTS - effort)))]
            worst = max(worst, abs(told - kept) / np.sqrt(kept * (1 - kept) / runs))
            rows.append((items, repeats, effort, name, f"{kept:.3f}", f"{told:.3f}"))
    head = ("items", "judgements of each", "effort", "treatment", "exact", "simulated")
    title = f"The same, simulated: {runs:,} runs (standard error {error_of(runs):.4f})"
    remark = f"The largest of the {len(rows)} differences is {worst:.1f} standard errors."
    return section(title, head, rows, remark)


def _simulated(items, repeats, rng, runs):
    """Effort, treatment and simulated coverage."""
    for effort in (0.3, 0.95):
        table = al.repeat_coverage(P, effort, items, repeats, rng=rng, runs=runs, resamples=RESAMPLES)
        yield from ((effort, name, table.loc[name, "coverage"]) for name in TREATMENTS)
