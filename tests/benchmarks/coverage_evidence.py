"""Coverage of the interval from all evidence of a person, and the errors of its verdict: every outcome summed."""

from itertools import product

import numpy as np
from coverage_report import holds, poor, section
from scipy.stats import binom
from tqdm import tqdm

import annolib as al

DESIGNS = {
    "20 repeats (Γ = .6), 11 golden (γ = .6)": (
        (20, al.SelfConsistencyLabels(0.6)),
        (11, al.GoldenLabels(0.6)),
    ),
    "10 repeats (Γ = .4), 30 golden (γ = .5)": (
        (10, al.SelfConsistencyLabels(0.4)),
        (30, al.GoldenLabels(0.5)),
    ),
    "30 repeats (κ = .15), 10 expert (ρ = .1)": ((30, al.SelfConsistency(0.15)), (10, al.Expert(0.1))),
    "20 repeats (κ = ¼), 20 golden (γ = ½): never missed": (
        (20, al.SelfConsistency(0.25)),
        (20, al.Golden(0.5)),
    ),
}
EFFORTS = np.linspace(0, 1, 41)
REQUIRED = (0.4, 0.6, 0.8)


def combined():
    """Coverage over all efforts, and at the required effort the chance of either wrong verdict at 5 %."""
    rows, found = [], {}
    for name, ((first, one), (second, two)) in tqdm(DESIGNS.items(), desc="evidence", leave=False):
        outcomes = list(product(range(first + 1), range(second + 1)))
        results = [
            al.combine_evidence({"first": (x, first, one), "second": (y, second, two)})
            for x, y in tqdm(outcomes, desc="outcomes", leave=False)
        ]
        low, high = (np.array([getattr(result, end) for result in results]) for end in ("low", "high"))
        x, y = np.array(outcomes).T

        def law(effort, x=x, y=y, first=first, second=second, one=one, two=two):
            return binom.pmf(x, first, one.pass_probability(effort)) * binom.pmf(
                y, second, two.pass_probability(effort)
            )

        kept = np.array([law(effort) @ holds(low, high, effort) for effort in EFFORTS])
        cells = [f"{kept.min():.3f}", f"{EFFORTS[np.argmin(kept)]:g}", f"{kept.mean():.3f}"]
        for required in REQUIRED:
            said = np.array([result.verdict(required) for result in results])
            wrong = (law(required) @ (said == verdict) for verdict in ("careless", "careful"))
            cells.append(", ".join(f"{share:.3f}" for share in wrong))
        rows.append((name, *cells))
        found[name] = kept.min()
    head = (
        "checks",
        "lowest",
        "at effort",
        "mean",
        *(f"wrongly careless, careful at {x:g}" for x in REQUIRED),
    )
    title = f"All evidence of a person in one likelihood, exact, over {EFFORTS.size} efforts"
    remark = "The wrong verdicts are those of somebody exactly at the required effort; 5 % are allowed."
    return section(title, head, rows, remark, poor(found))


if __name__ == "__main__":
    print(combined())
