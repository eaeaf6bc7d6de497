"""How fast the gap to the first best closes, with its constants: four problems, four classes of contracts, to a thousand million checks.

    python tests/benchmarks/gaps.py [--write]

`--write` puts the tables into `tests/benchmarks/results/gaps.md`. Nothing is timed.
"""

import argparse
from pathlib import Path

import numpy as np
from pages import publish
from tqdm import tqdm

import annolib as al

RESULTS = Path(__file__).parent / "results" / "gaps.md"
CHECKS = 10 ** np.arange(2, 10)
UTILITIES = {
    "CARA(1)": (al.CARA(1.0), 0.0, 0.5),
    "log": (al.CRRA(1), 0.5, 0.5),
}  # utility, floor, cost of full effort
MONITORS = {"self-consistency, κ = .15": al.SelfConsistency(0.15), "expert, ρ = .15": al.Expert(0.15)}
CLASSES = (("binary", "as given"), ("linear", None), ("linear", "as given"), ("optimal", "as given"))


def problem(utility, floor, scale):
    """V = 0.6 η(2 − η) in the units of R1; the floor is the wage of the outside option, so K applies as it stands."""
    outside = float(utility.utility(floor))
    unit = 1.0 / float(utility.marginal_wage(outside))
    return al.Problem(utility, al.PowerCost(scale * unit, 2), lambda e: 0.6 * e * (2 - e), outside, floor)


def solve(task, monitor, family, floor):
    """(gap, converged) for each number of checks; NaN where the class holds no best contract."""
    free = {} if floor == "as given" else {"floor": None}
    pays = []
    for n in CHECKS:
        try:
            pays.append(al.second_best(task, monitor, int(n), family, **free))
        except al.NoBestContract:
            pays.append(None)
    gap = np.array([np.nan if pay is None else pay.gap for pay in pays])
    return gap, np.array([pay is not None and pay.converged for pay in pays])


def scaled(task, monitor, family, gap):
    """The gap over what theory says of it: K·Φ(−z_n) and the leading term for binary, C_lin/(n𝓘) for the others."""
    if family != "binary":
        return gap / al.rates.linear_gap(task, monitor, CHECKS), None
    info, constant = al.rates.information(task, monitor), al.rates.binary_constant(task)
    leading = constant / np.sqrt(info * CHECKS * np.log(CHECKS))
    return gap / al.rates.binary_gap(task, monitor, CHECKS), gap / leading


def table(name, task, monitor):
    """Markdown for one problem."""
    best = al.first_best(task)
    constants = (
        f"η* = {best.effort:.9f}, first-best profit {best.profit:.9f}, 𝓘(η*) = {al.rates.information(task, monitor):.9f}, "
        f"K = {al.rates.failure_waste(task):.6e}, K c′/Δ* = {al.rates.binary_constant(task):.6e}, "
        f"C_lin = {al.rates.linear_constant(task):.6e}."
    )
    head = ["n"]
    columns = [[f"10^{int(np.log10(n))}" for n in CHECKS]]
    for family, floor in CLASSES:
        gap, converged = solve(task, monitor, family, floor)
        ratio, leading = scaled(task, monitor, family, gap)
        label = family if floor == "as given" else f"{family}, no floor"
        head += [f"{label}: gap", "gap/(KΦ(−z))" if family == "binary" else "gap·n𝓘/C_lin"]
        columns += [
            [f"{x:.6e}" + ("" if ok else " (not converged)") for x, ok in zip(gap, converged, strict=True)]
        ]
        columns += [[f"{x:.5f}" for x in ratio]]
        if leading is not None:
            head.append("gap·√(𝓘 n log n)/(K c′/Δ*)")
            columns.append([f"{x:.4f}" for x in leading])
    rows = [head, ["---"] * len(head), *zip(*columns, strict=True)]
    body = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"## {name}\n\n{constants}\n\n{body}\n"


def main():
    """Print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    pairs = [(u, m) for u in UTILITIES for m in MONITORS]
    parts = [
        table(f"{u}, {m}", problem(*UTILITIES[u]), MONITORS[m])
        for u, m in tqdm(pairs, desc="problems", leave=False)
    ]
    text = (
        "# Gaps to the first best\n\n"
        "Made by `python tests/benchmarks/gaps.py --write`; nothing in it is typed by hand.\n\n"
        "V(η) = 0.6 η(2 − η); quadratic cost, 0.5 at full effort in money at the outside option; the floor is the wage of the "
        "outside option. With a floor a threshold's gap is K·Φ(−z_n) in the end, every other class's C_lin/(n𝓘). Log utility "
        "without a floor knows no wage below 0: steep lines are out of reach, and so is the first-best effort, whatever n.\n\n"
        + "\n".join(parts)
    )
    publish(text, RESULTS, chosen.write)


if __name__ == "__main__":
    main()
