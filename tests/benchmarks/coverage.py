"""What the intervals and tests of the assessment keep of what they promise: exactly where that can be summed, else by simulation.

    python tests/benchmarks/coverage.py [--write]

`--write` puts the tables into `tests/benchmarks/results/coverage.md`. About four minutes.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

import annolib as al
from annolib.effort_ratios import ratio_coverage
from annolib.estimation import effort_interval
from annolib.interval_coverage import coverage
from annolib.item_checks import ItemChecks
from annolib.repeat_intervals import repeat_coverage

RESULTS = Path(__file__).parent / "results" / "coverage.md"
EFFORTS = np.linspace(0, 1, 2001)
PROMISE, POOR = 0.95, 0.93
SEED = 2026


def grid(head, rows):
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(x) for x in line) + " |" for line in lines)


def poor(found):
    """A sentence on what keeps too little; `found` maps a name to its lowest coverage."""
    low = {name: value for name, value in found.items() if value < POOR}
    if not low:
        return f"None falls below {POOR:.2f}."
    return f"Below {POOR:.2f}: " + "; ".join(f"{name} ({value:.3f})" for name, value in low.items()) + "."


def counted():
    """Wilson and Clopper-Pearson, every count summed."""
    rows, found = [], {}
    monitors = [al.SelfConsistency(kappa) for kappa in (0.1, 0.2, 0.25)]
    monitors += [al.Expert(0.1), al.SelfConsistencyLabels(0.4, 3)]
    for monitor in tqdm(monitors, desc="counts", leave=False):
        for checks in (10, 60, 1000):
            for method in ("wilson", "clopper-pearson"):
                kept = coverage(monitor, EFFORTS, checks, PROMISE, method)
                where = EFFORTS[np.argmin(kept)]
                rows.append(
                    (monitor, checks, method, f"{kept.min():.3f}", f"{where:.3f}", f"{kept.mean():.3f}")
                )
                found[f"{method}, {monitor}, {checks} checks"] = kept.min()
    text = grid(("monitor", "checks", "method", "lowest", "at effort", "mean"), rows)
    return f"## The plain count, exact, over {EFFORTS.size:,} efforts\n\n{text}\n\n{poor(found)}\n"


def pooled():
    """Effort when the strength comes from a trusted pool; the relative effort is the same interval."""
    rows, found = [], {}
    for gain in tqdm((0.2, 0.3, 0.5), desc="pool", leave=False):
        for checks, pool in ((20, 100), (60, 100), (60, 400), (200, 400)):
            for method in ("profile", "bonferroni"):
                kept = [
                    ratio_coverage(x, 1.0, gain, checks, pool, method=method) for x in np.linspace(0, 1, 21)
                ]
                rows.append(
                    (f"{gain / 2:g}", checks, pool, method, f"{min(kept):.3f}", f"{np.mean(kept):.3f}")
                )
                found[f"{method}, κ = {gain / 2:g}, {checks} and {pool} checks"] = min(kept)
    text = grid(("κ", "checks", "checks of the pool", "method", "lowest", "mean"), rows)
    return f"## Relative effort, and effort from a trusted pool, exact, over 21 efforts\n\n{text}\n\n{poor(found)}\n"


def by_item(runs=4000):
    """Profile likelihood over items with known preferences, beside the plain count on the same checks."""
    rng, rows, found = np.random.default_rng(SEED), [], {}
    p = rng.random(60)
    kinds = {
        "self": ItemChecks.self_consistency(p),
        "expert": ItemChecks.expert(p, rng.random(60)),
        "golden": ItemChecks.golden(p),
    }
    for name, items in tqdm(kinds.items(), desc="items", leave=False):
        for effort in (0.0, 0.3, 0.6, 0.9, 0.99):
            passed = rng.random((runs, len(items))) < items.pass_probability(effort)
            owner = np.repeat(np.arange(runs), len(items))
            many = ItemChecks(np.tile(items.gain, runs), items.monitor, items.ideal)
            found_by = al.estimate_effort_by_item(passed.ravel().astype(int), many, annotator=owner)
            one = np.asarray(found_by.low), np.asarray(found_by.high)
            low, high = effort_interval(passed.sum(axis=1), len(items), items.monitor, PROMISE, "wilson")
            kept = (
                np.mean((one[0] <= effort) & (effort <= one[1])),
                np.mean((low <= effort) & (effort <= high)),
            )
            width = np.mean(one[1] - one[0]), np.mean(high - low)
            rows.append((name, effort, *(f"{x:.3f}" for x in kept), *(f"{x:.2f}" for x in width)))
            found[f"likelihood, {name}, effort {effort}"] = kept[0]
    head = ("checks", "effort", "likelihood keeps", "plain count keeps", "width", "width of the count")
    error = np.sqrt(PROMISE * (1 - PROMISE) / runs)
    return (
        f"## 60 items with known, uniform preferences, {runs:,} simulated annotators each (standard error {error:.4f})\n\n"
        f"{grid(head, rows)}\n\n{poor(found)}\n"
    )


def repeats(runs=1000):
    """Dependent pairs: three treatments."""
    rng, rows, found = np.random.default_rng(SEED), [], {}
    p = np.linspace(0.02, 0.98, 97)
    designs = [(10, 4), (30, 2), (30, 4), (100, 4)]
    for items, times in tqdm(designs, desc="repeats", leave=False):
        for effort in (0.3, 0.7, 0.95):
            table = repeat_coverage(p, effort, items, times, rng=rng, runs=runs, resamples=400)
            rows.append(
                (
                    items,
                    times,
                    effort,
                    *(f"{kept:.3f}, {width:.2f}" for kept, width in table[["coverage", "width"]].to_numpy()),
                )
            )
            found |= {
                f"{name}, {items} items × {times}, effort {effort}": kept
                for name, kept in table["coverage"].items()
            }
    head = ("items", "judgements of each", "effort", *(f"{name}: keeps, width" for name in table.index))
    error = np.sqrt(PROMISE * (1 - PROMISE) / runs)
    return f"## Repeats of one item, {runs:,} runs (standard error {error:.4f})\n\n{grid(head, rows)}\n\n{poor(found)}\n"


def sequential(runs=20_000):
    """The sequential test: exact beside simulated."""
    rng, rows, worst = np.random.default_rng(SEED), [], 0.0
    for null, alternative in ((0.3, 0.8), (0.6, 0.9)):
        test = al.sequential_test(al.SelfConsistency(0.2), null, alternative, alpha=0.05, beta=0.1)
        exact = test.characteristic([null, (null + alternative) / 2, alternative])
        for effort, row in exact.iterrows():
            careful, used = test.simulate(effort, runs, rng=rng)
            spread = max(np.sqrt(row.careful * (1 - row.careful) / runs), 1e-9)
            worst = max(
                worst,
                abs(careful.mean() - row.careful) / spread,
                abs(used.mean() - row.mean_checks) / (used.std() / np.sqrt(runs)),
            )
            rows.append(
                (
                    f"{null:g} / {alternative:g}",
                    f"{effort:g}",
                    f"{row.careful:.4f}",
                    f"{careful.mean():.4f}",
                    f"{row.mean_checks:.2f}",
                    f"{used.mean():.2f}",
                )
            )
    head = ("efforts tested", "true effort", "careful, exact", "simulated", "mean checks, exact", "simulated")
    return (
        f"## The sequential test (5 % and 10 %), exact and {runs:,} runs\n\n{grid(head, rows)}\n\n"
        f"The largest difference is {worst:.1f} standard errors.\n"
    )


def discoveries(runs=400):
    """False discovery rate achieved, against the rate asked for."""
    rng, rows, worst = np.random.default_rng(SEED), [], 0.0
    monitor, boundary = al.SelfConsistency(0.2), 0.6
    for checks in (30, 60, 200):
        for share in (0.1, 0.4):
            wrong, power = [], []
            for _ in range(runs):
                careless = rng.random(100) < share
                effort = np.where(careless, rng.uniform(0, 0.3, 100), rng.uniform(boundary, 1, 100))
                named = al.find_annotators(
                    monitor.simulate(effort, checks, rng=rng), checks, monitor, boundary
                ).found
                wrong.append((named & ~careless).sum() / max(named.sum(), 1))
                power.append(named[careless].mean() if careless.any() else np.nan)
            worst = max(worst, np.mean(wrong))
            rows.append((checks, share, f"{np.mean(wrong):.3f}", f"{np.nanmean(power):.3f}"))
    head = ("checks each", "share below .3", "false share of the named", "share of them found")
    return (
        f"## Many annotators at once: 100 people, effort below .6 claimed, rate .1, {runs} runs\n\n{grid(head, rows)}\n\n"
        f"The largest false share is {worst:.3f} where 0.1 is allowed.\n"
    )


def main():
    """Print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    parts = [make() for make in (counted, pooled, by_item, repeats, sequential, discoveries)]
    text = (
        "# What intervals and tests keep\n\nMade by `python tests/benchmarks/coverage.py --write`; nothing in it is typed by hand. "
        f"Intervals promise {PROMISE:.0%}; the seed is {SEED}.\n\n" + "\n".join(parts)
    )
    print(text)
    if chosen.write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
