"""Coverage of the intervals for repeats where items come unequally often: invented designs, and those of real annotators."""

import numpy as np
from coverage_report import SEED, error_of, holds, poor, section
from tqdm import tqdm

import annolib as al

EFFORTS = (0.0, 0.3, 0.6, 0.8, 0.95, 1.0)
INVENTED = {
    "10 items: half 2, half 6": [2] * 5 + [6] * 5,
    "20 items: half 2, half 6": [2] * 10 + [6] * 10,
    "8, 7, 4, 3, 3, 3, eight times 2": [8, 7, 4, 3, 3, 3] + [2] * 8,
    "one 12 times, 49 twice": [12] + [2] * 49,
    "one 20 times, 29 twice": [20] + [2] * 29,
}
EVEN = np.linspace(0.02, 0.98, 97)
ITEMS = {
    "p even in [.02, .98]": np.stack([EVEN, 1 - EVEN], axis=1),
    "certain or torn": np.array([[1, 0], [0, 1], [0.5, 0.5], [0.5, 0.5]]),
    "certain": np.eye(2),
    "3 labels: clear, tied, torn": np.array(
        [[0.98, 0.01, 0.01], [0.01, 0.98, 0.01], [0.1, 0.1, 0.8], [0.4, 0.3, 0.3]]
    ),
}
MOST = 4  # of the real designs


def real_designs():
    """How often each repeated item came, for the annotators of llmfao with the most unequal numbers."""
    counts = al.datasets.load("llmfao-repeats").groupby("worker")["judgements"]
    sizes = {worker: sorted(times, reverse=True) for worker, times in counts if len(times) >= 8}
    uneven = sorted(sizes, key=lambda worker: -np.std(sizes[worker]))[:MOST]
    return {f"annotator {w} of llmfao: {', '.join(map(str, sizes[w]))}": sizes[w] for w in uneven}


def judge(sizes, law, effort, rng, runs):
    """Simulated labels of `runs` annotators: agreements by item (runs, items), and those of the first two labels."""
    labels = law.shape[1]
    said = effort * law[rng.integers(0, len(law), (runs, len(sizes)))] + (1 - effort) / labels
    edges = said.cumsum(axis=2)
    agreements, first = np.zeros((2, runs, len(sizes)), int)
    for item, size in enumerate(sizes):
        drawn = (rng.random((runs, size, 1)) > edges[:, item, None, :-1]).sum(axis=2)
        each = (drawn[:, :, None] == np.arange(labels)).sum(axis=1)
        agreements[:, item], first[:, item] = (each * (each - 1) // 2).sum(axis=1), drawn[:, 0] == drawn[:, 1]
    return agreements, first


def monitor_of(law):
    """Self-consistency with the exact strength of the items."""
    if law.shape[1] == 2:
        return al.SelfConsistency.from_preferences(law[:, 0])
    return al.SelfConsistencyLabels.from_preferences(law)


def kept(sizes, law, effort, rng, runs):
    """Coverage and mean width: effective checks, and one pair of each item."""
    monitor, pairs = monitor_of(law), np.array([size * (size - 1) // 2 for size in sizes])
    agreements, first = judge(sizes, law, effort, rng, runs)
    found = [al.estimate_effort_from_repeats(row, pairs, monitor) for row in agreements]
    ends = [np.array([getattr(one, end) for one in found]) for end in ("low", "high")]
    plain = al.estimate_effort(first.sum(axis=1), len(sizes), monitor)
    return [
        (holds(low, high, effort).mean(), (high - low).mean())
        for low, high in (ends, (plain.low, plain.high))
    ]


def unequal_designs(runs=2000):
    """Lowest coverage over the efforts, and coverage with width at each."""
    rng, rows, found = np.random.default_rng(SEED), [], {}
    designs = [(name, sizes, "p even in [.02, .98]") for name, sizes in (INVENTED | real_designs()).items()]
    designs += [(name, INVENTED[name], items) for items in list(ITEMS)[1:] for name in list(INVENTED)[1:4:2]]
    for name, sizes, items in tqdm(designs, desc="unequal", leave=False):
        by = [kept(sizes, ITEMS[items], effort, rng, runs) for effort in EFFORTS]
        for place, treatment in enumerate(("effective checks", "one pair per item")):
            low = min(one[place][0] for one in by)
            cells = (f"{one[place][0]:.3f}, {one[place][1]:.2f}" for one in by)
            rows.append((name, items, treatment, f"{low:.3f}", *cells))
            if place == 0:
                found[f"{name} ({items})"] = low
    head = (
        "judgements of the items",
        "items",
        "treatment",
        "lowest",
        *(f"at {effort:g}" for effort in EFFORTS),
    )
    title = f"Repeats in unequal numbers, {runs:,} simulated annotators each (standard error {error_of(runs):.4f})"
    return section(title, head, rows, "Coverage and mean width; the strength is known.", poor(found))


if __name__ == "__main__":
    print(unequal_designs())
