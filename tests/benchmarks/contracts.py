"""How fast, and how exact: optimal pay against CLARABEL and SCS on the same programme, in one run.

    python tests/benchmarks/contracts.py [n ...] [--write]

One effort, stationarity and 101 deviations for cvxpy; ours adds the deviations it needs. Then whole second bests, and random problems. `--write` puts all into `tests/benchmarks/results/contracts.md`.
Needs cvxpy (benchmark extra). The closest peer, moralhazard (Azevedo and Wolff, 2025), is not on the package index; where it is installed,
by `pip install "git+https://github.com/eduardomazevedo/moralhazard"`, its whole second bests stand beside ours. Not part of the test run. Times are the best of several; compare the ratios.
"""

import argparse
import datetime
import os
import platform
import subprocess
import sys
import time
import warnings
from importlib import metadata
from pathlib import Path

import numpy as np
from pages import publish
from scipy import special, stats

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage

PROBLEM = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
MONITOR = al.SelfConsistency(kappa=0.15)
RESULTS = Path(__file__).parent / "results" / "contracts.md"


def best_time(function, repeats):
    """Shortest of several processor times, in seconds, and the last answer."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        answer = function()
        times.append(time.process_time() - start)
    return min(times), answer


def programme(n, effort):
    import cvxpy as cp

    grid = np.linspace(0, 1, 101)
    p, *others = (stats.binom.pmf(np.arange(n + 1), n, MONITOR.pass_probability(e)) for e in (effort, *grid))
    q = MONITOR.pass_probability(effort)
    score = (np.arange(n + 1) - n * q) / (q * (1 - q)) * MONITOR.slope(effort)
    v = cp.Variable(n + 1)
    cost = PROBLEM.cost.cost
    constraints = [
        p @ v >= float(cost(effort)),
        (p * score) @ v == float(PROBLEM.cost.slope(effort)),
        v >= 0,
        (p - np.array(others)) @ v >= cost(effort) - cost(grid),
    ]
    return cp.Problem(cp.Minimize(-(p @ cp.log(1 - v))), constraints)


def one_effort(n, effort=0.51):
    """Markdown: the cheapest contract for one effort, ours and by a generic convex programme."""
    best = al.first_best(PROBLEM)
    family = AnyWage(PROBLEM, PassLaw.from_monitor(MONITOR), n, best)
    alone, _ = best_time(lambda: family.implement(effort, (), search=False), 20)
    known, _ = best_time(lambda: family.implement(effort, (0.0,), search=False), 20)
    ours, solved = best_time(lambda: family.implement(effort), 10)
    value = PROBLEM.value(effort) - best.profit + solved.gap
    lines = [
        f"## One effort ({effort}), n = {n:,}",
        "",
        "| solver | ms | cost | status | off by | times two multipliers | times one deviation | times all searched |",
        "|---|---:|---:|---|---:|---:|---:|---:|",
        f"| annolib, two multipliers (first-order approach) | {alone * 1e3:.2f} | | | | | | |",
        f"| annolib, with the deviation to 0 | {known * 1e3:.2f} | | | | | | |",
        f"| annolib, all deviations searched | {ours * 1e3:.2f} | {value:.12f} | residual {solved.lottery.residual:.0e}, "
        f"suboptimality {solved.lottery.suboptimality:.0e} | | | | |",
    ]
    for solver in ("CLARABEL", "SCS"):
        task = programme(n, effort)
        try:
            task.solve(solver=solver)
            spent, _ = best_time(lambda task=task, solver=solver: task.solve(solver=solver), 1)
        except Exception as error:
            lines.append(f"| {solver} | | | failed: {str(error)[:60]} | | | | |")
            continue
        off = abs(task.value / value - 1)
        lines.append(
            f"| {solver} | {spent * 1e3:.1f} | {task.value:.12f} | {task.status} | {off:.0e} | {spent / alone:,.0f} | "
            f"{spent / known:,.0f} | {spent / ours:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def whole():
    """Markdown: whole second bests, the effort chosen too."""
    lines = ["## Whole second bests, the effort chosen too", ""]
    lines += [
        "| family | floor | n | ms | gap | converged | another contract earns at most, of the gap |",
        "|---|---|---:|---:|---:|---|---:|",
    ]
    for family, floor in (("binary", 0.0), ("linear", None), ("linear", 0.0), ("optimal", 0.0)):
        for n in (1, 10, 30, 100, 1000, 10**4, 10**6, 10**9):
            spent, pay = best_time(
                lambda family=family, floor=floor, n=n: al.second_best(
                    PROBLEM, MONITOR, n, family, floor=floor
                ),
                3,
            )
            name = pay.family if pay.family == family else f"{family} (flat pay is best)"
            lines.append(
                f"| {name} | {floor} | {n:,} | {spent * 1e3:.1f} | {pay.gap:.9e} | {pay.converged} | "
                f"{pay.suboptimality / pay.gap:.0e} |"
            )
    return "\n".join(lines) + "\n"


def peers(checks=(30, 100, 300, 1000)):
    """Markdown: any pay with the floor at 0, the effort chosen too, beside moralhazard in the same run."""
    lines = ["## Any pay, the effort chosen too, beside moralhazard", ""]
    try:
        import moralhazard
    except ImportError:
        return "\n".join([*lines, "Not installed here; see the head of `tests/benchmarks/contracts.py`.", ""])
    version = getattr(moralhazard, "__version__", "as installed")
    lines += [
        f"Theirs ({version}) proves nothing about other contracts; both choose the effort, and theirs looks between .3 and .8.",
        "",
        "| n | annolib, proved: ms | moralhazard: ms | times | profit above theirs |",
        "|---:|---:|---:|---:|---:|",
    ]
    for n in checks:
        ours, pay = best_time(lambda n=n: al.second_best(PROBLEM, MONITOR, n, "optimal"), 3)
        theirs, profit = best_time(lambda n=n: _by_moralhazard(moralhazard.MoralHazardProblem, n), 3)
        lines.append(
            f"| {n:,} | {ours * 1e3:.0f} | {theirs * 1e3:.0f} | {theirs / ours:.1f} | {pay.profit - profit:.1e} |"
        )
    return "\n".join(lines) + "\n"


def _by_moralhazard(problem_class, n):
    """Its best profit: its own search over efforts, each with the deviations that it finds; the law written for speed, not `stats.binom`."""
    counts = np.arange(n + 1.0)
    choices = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)

    def law(y, effort):
        q = MONITOR.pass_probability(effort)
        y = np.asarray(y)
        upright = y.ndim == 2 and y.shape[1] == 1  # counts in rows: it asks with many efforts
        return np.exp((choices[:, None] if upright else choices) + y * np.log(q) + (n - y) * np.log1p(-q))

    def score(y, effort):
        q = MONITOR.pass_probability(effort)
        return (y - n * q) / (q * (1 - q)) * MONITOR.slope(effort)

    primitives = {
        "u": lambda wage: -np.expm1(-wage),
        "k": lambda utility, xp=np: -xp.log(1 - utility),
        "link_function": lambda z: 1 - 1 / np.maximum(z, 1.0),  # h′(v) = z, at least the floor
        "C": PROBLEM.cost.cost,
        "Cprime": PROBLEM.cost.slope,
        "f": law,
        "score": score,
    }
    grid = {"distribution_type": "discrete", "y_min": 0.0, "y_max": float(n), "step_size": 1.0}
    problem = problem_class({"problem_params": primitives, "computational_params": grid})
    found = problem.solve_principal_problem(
        PROBLEM.value, 0.0, 0.3, 0.8, a_ic_lb=0.0, a_ic_ub=1.0, minimize_scalar_options={"xatol": 1e-6}
    )
    return found.profit


def together(family="binary"):
    """Markdown: many n in one call and one by one; and how long the first use of a solver's name takes."""
    numbers = np.unique(np.geomspace(30, 3000, 12).astype(int))
    one_call, _ = best_time(lambda: al.second_best(PROBLEM, MONITOR, numbers, family), 3)
    single, _ = best_time(lambda: [al.second_best(PROBLEM, MONITOR, int(n), family) for n in numbers], 3)
    code = "import time; import annolib as al; t = time.process_time(); al.second_best; print(time.process_time() - t)"
    first = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))
    return (
        f"## Together\n\n{numbers.size} values of n, {family}: one call {one_call * 1e3:.0f} ms, one by one {single * 1e3:.0f} ms. "
        f"First use of `second_best`, numpy and scipy.special included: {first:.2f} s of processor time.\n"
    )


def deep():
    """Markdown: any pay with floors far below the outside option, and without one."""
    lines = [
        "## Any pay with deep floors, and none",
        "",
        "| utility | floor | n | ms | gap | converged | another earns at most |",
    ]
    lines.append("|---|---:|---:|---:|---:|---|---:|")
    steady = al.Problem(al.CRRA(2), al.PowerCost(0.2, 2), lambda e: 0.6 * e * (2 - e), -2.0)
    for problem, floor, n in [
        *((PROBLEM, floor, 40) for floor in (-25.0, -50.0, -100.0)),
        *((steady, None, n) for n in (10, 15, 20)),
    ]:
        spent, pay = best_time(
            lambda problem=problem, floor=floor, n=n: al.second_best(
                problem, MONITOR, n, "optimal", floor=floor
            ),
            3,
        )
        lines.append(
            f"| {problem.utility} | {floor} | {n} | {spent * 1e3:.0f} | {pay.gap:.6e} | {pay.converged} | {pay.suboptimality:.0e} |"
        )
    return "\n".join(lines) + "\n"


def neutral_times(number=100):
    """Markdown: any pay for risk-neutral agents, where neither a bonus nor a line may be best."""
    conftest()  # adds the folder of the random problems
    import adversary

    def make(rng, seed):
        while True:
            problem, monitor, n = adversary.corner_problem(rng, largest=9.0 if seed % 3 == 0 else 3.0)
            if isinstance(problem.utility, al.RiskNeutral):
                return problem, monitor, n

    answers = [solved(make, seed, "optimal", first=500_000) for seed in range(number)]
    title = f"## {number} random problems of risk-neutral agents, every corner"
    return "\n".join([title, "", *HEAD, row("optimal", answers)]) + "\n"


def random_times(number=100):
    """Markdown: how long random problems take (every utility, monitor and power, floors in two of three, n from 1 to 10^9)."""
    lines, within = [f"## {number} random problems, n from 1 to 10^9", "", *HEAD], []
    for family in ("binary", "linear", "optimal"):

        def make(rng, seed, family=family):
            floor = seed % 3 > 0 or family != "linear"
            problem, monitor = conftest().random_problem(rng, neutral=family != "optimal", floor=floor)
            return problem, monitor, int(10 ** rng.uniform(0, 9))

        answers = [solved(make, seed, family) for seed in range(number)]
        lines.append(row(family, answers))
        alone, _ = best_time(lambda family=family: al.second_best(PROBLEM, MONITOR, 1000, family), 3)
        within.append((family, np.mean([spent <= 2e3 * alone for spent, _ in answers]), alone * 1e3))
    lines += [
        "",
        "| family | the reference problem at n = 1,000: ms | random problems within twice that |",
        "|---|---:|---:|",
    ]
    lines += [f"| {family} | {alone:.0f} | {share:.0%} |" for family, share, alone in within]
    return "\n".join(lines) + "\n"


def hard_times(number=120):
    """Markdown: optimal pay where the first-order approach fails most: costs concave in what the checks see, floors high and low."""

    def make(rng, seed):
        problem, monitor = conftest().random_problem(rng, neutral=False)
        n = int(10 ** rng.uniform(1.5, 4.5))
        if seed % 2 == 0:
            monitor = al.SelfConsistency(rng.uniform(0.08, 0.25))
        cost = al.PowerCost(problem.cost.scale, (1.5, 1.2, 2.0, 1.05)[seed % 4])
        start = float(problem.utility.wage(problem.outside))
        floor = problem.floor if seed % 3 else start * (0.98, 1.05, 0.7, 0.1)[seed % 4]
        return al.Problem(problem.utility, cost, problem.value, problem.outside, floor), monitor, n

    title = f"## {number} hard problems: cost powers 1.05 to 2, n from 30 to 30,000, floors high and low"
    answers = [solved(make, seed, "optimal", first=30_000) for seed in range(number)]
    return "\n".join([title, "", *HEAD, row("optimal", answers)]) + "\n"


HEAD = (
    "| family | median ms | nine in ten below | longest | not converged | refused | a deviation gains at most | another contract earns at most, of the gap |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)


def conftest():
    """The random problems of the tests."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "contracts"))
    import conftest as module

    return module


def solved(make, seed, family, first=0):
    """Milliseconds, and the second best or None if it is refused."""
    problem, monitor, n = make(np.random.default_rng(first + seed), seed)
    start = time.process_time()
    try:
        pay = al.second_best(problem, monitor, n, family)
    except al.NoBestContract:
        pay = None
    return (time.process_time() - start) * 1e3, pay


def row(family, answers):
    """One line of the table; the last two figures are proved bounds, the very last relative to the gap."""
    spread = np.quantile([spent for spent, _ in answers], [0.5, 0.9, 1.0])
    pays = [pay for _, pay in answers if pay is not None]
    gains = max(pay.certificate.gain_bound for pay in pays)
    known = [pay.suboptimality / pay.gap for pay in pays if pay.converged and pay.gap > 0]
    return (
        f"| {family} | {spread[0]:.0f} | {spread[1]:.0f} | {spread[2]:.0f} | {sum(not pay.converged for pay in pays)} | "
        f"{len(answers) - len(pays)} | {gains:.0e} | {f'{max(known):.0e}' if known else ''} |"
    )


def machine():
    """What the figures were measured on."""
    names = ("numpy", "scipy", "cvxpy", "clarabel", "scs")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    return (
        f"{datetime.date.today().isoformat()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {versions}"
    )


def main():
    """Print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checks", nargs="*", type=int, default=[50, 1000])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    parts = [one_effort(n) for n in chosen.checks] + [
        peers(),
        whole(),
        together("binary"),
        deep(),
        neutral_times(),
        random_times(),
        hard_times(),
    ]
    text = (
        "# How fast contracts are solved\n\nMade by `python tests/benchmarks/contracts.py --write`; nothing in it is typed by hand.\n\n"
        f"{machine()}.\n\nThe reference problem: CARA(1), c = η²/2, V = 0.6 η(2 − η), self-consistency with κ = .15. Times are "
        "processor times, the best of several; compare the ratios. *Off by*: relative, from our cost.\n\n"
        + "\n".join(parts)
    )
    publish(text, RESULTS, chosen.write)


if __name__ == "__main__":
    main()
