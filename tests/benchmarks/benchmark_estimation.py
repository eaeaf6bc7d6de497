"""How much the vectorised estimate gains over one call per worker, and what coverage costs.

Run on request: `python tests/benchmarks/benchmark_estimation.py`. Figures are ratios within one run.
"""

from time import perf_counter

import numpy as np
from scipy.stats import binom

import annolib as al


def seconds(work, repeats=3):
    """The best of a few runs."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def estimates(workers=100_000, sample=1_000):
    """Ratio: one call per worker (scaled up from a sample) over one call for all."""
    rng = np.random.default_rng(1)
    monitor = al.SelfConsistency(kappa=0.2)
    checks = rng.integers(0, 400, workers)
    passes = monitor.simulate(rng.random(workers), checks, rng=rng)
    for method in ("wilson", "clopper-pearson"):
        together = seconds(lambda method=method: al.estimate_effort(passes, checks, monitor, method=method))

        def alone(method=method):
            for hits, total in zip(passes[:sample].tolist(), checks[:sample].tolist(), strict=True):
                al.estimate_effort(hits, total, monitor, method=method)

        ratio = seconds(alone, repeats=1) * workers / sample / together
        print(f"{method}: {workers:,} workers in {together:.3f} s, {ratio:,.0f} times faster than one by one")


def coverages(checks=2_000, efforts=401):
    """Ratio: the plain sum over all counts and efforts over the cumulative one."""
    monitor, grid = al.SelfConsistency(kappa=0.2), np.linspace(0, 1, efforts)

    def plain():
        passes = np.arange(checks + 1)
        estimate = al.estimate_effort(passes, checks, monitor)
        holds = (estimate.low <= grid[:, None]) & (grid[:, None] <= estimate.high)
        return (binom.pmf(passes, checks, monitor.pass_probability(grid)[:, None]) * holds).sum(axis=1)

    fast = seconds(lambda: al.coverage(monitor, grid, checks))
    print(
        f"coverage: {efforts} efforts, {checks:,} checks in {fast:.4f} s, {seconds(plain) / fast:,.0f} times faster"
    )


if __name__ == "__main__":
    estimates()
    coverages()
