"""What exact answers cost: tests, sample sizes, sequential tests: `python tests/benchmarks/benchmark_planning.py`."""

from time import perf_counter

import numpy as np

import annolib as al

MONITOR = al.SelfConsistency(kappa=0.2)


def seconds(work, repeats=5):
    """The best of a few runs."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def tests():
    for checks in (10**3, 10**6, 10**9):
        took = seconds(lambda checks=checks: al.effort_test(checks, MONITOR, 0.3, 0.301))
        print(f"exact test with {checks:,} checks: {1e3 * took:.2f} ms")
    took = seconds(lambda: al.power_table(np.arange(1, 20_001), MONITOR, 0.3, 0.35))
    print(f"power for every number up to 20,000: {took:.3f} s")


def sizes():
    for alternative in (0.8, 0.52, 0.503, 0.5005):
        plan = al.plan_checks(MONITOR, 0.5, alternative)
        took = seconds(lambda alternative=alternative: al.plan_checks(MONITOR, 0.5, alternative), repeats=2)
        print(f"smallest number of checks, {plan.checks:,}: {took:.4f} s")


def sequences():
    for alternative in (0.8, 0.6, 0.53):
        test = al.sequential_test(MONITOR, 0.5, alternative)
        took = seconds(
            lambda alternative=alternative: al.sequential_test(MONITOR, 0.5, alternative), repeats=2
        )
        print(f"sequential test of {test.mean_alternative:,.0f} checks on average: {took:.4f} s")


def likelihoods(annotators=2_000, items=100):
    rng = np.random.default_rng(1)
    chosen = al.ItemChecks.self_consistency(rng.random(annotators * items))
    passes = rng.random(annotators * items) < chosen.pass_probability(0.6)
    who = np.repeat(np.arange(annotators), items)
    took = seconds(lambda: al.estimate_effort_by_item(passes, chosen, annotator=who), repeats=2)
    print(f"likelihood over items, {annotators:,} annotators with {items} each: {took:.2f} s")


if __name__ == "__main__":
    tests()
    sizes()
    sequences()
    likelihoods()
