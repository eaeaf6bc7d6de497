"""What can be asked at the one door, how long it takes, and what comes out beside the known value.

`python tests/benchmarks/questions.py` prints the table; `--write` keeps it in `results/questions.md`. Processor times, the best of three.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from pages import publish
from tqdm import tqdm

import annolib as al

RESULTS = Path(__file__).parent / "results" / "questions.md"
R1 = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
FREE = R1.with_floor(None)
REPEATS, GOLDEN, EXPERT = al.SelfConsistency(0.15), al.Golden(0.5), al.Expert(0.15)
RANGE = al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.16))
KREPS = al.Outcomes([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], values=[0.0, 500.0, 1000.0])


def levels(number):
    return np.linspace(0, al.first_best(R1).effort, number)


def textbook():
    agent = al.Problem(al.CRRA(0.5), cost=[0.0, 10.0], value=[0.0, 1000.0], outside=18.0, efforts=[0.0, 1.0])
    return al.second_best(agent, KREPS, family="optimal")


QUESTIONS = (
    # what is asked, as a user writes it; what is looked at; the known value
    ("any class", 'second_best(problem, repeats, 1000, "binary")', lambda: al.second_best(R1, REPEATS, 1000, "binary"), "gap", 1.2013661e-3),
    ("33 levels of effort, n = 1e5", 'discrete_actions(problem, repeats, 100_000, levels, "binary")',
     lambda: al.discrete_actions(R1, REPEATS, 100_000, levels(33), "binary"), "gap", 1.9333e-8),
    ("the same, any pay", 'discrete_actions(…, "optimal")', lambda: al.discrete_actions(R1, REPEATS, 100_000, levels(33), "optimal"), "gap", None),
    ("a textbook's outcomes (Kreps 16)", 'second_best(agent, Outcomes(…), family="optimal")', textbook, "highest wage", 238.041),
    ("a pass curve of one's own", 'second_best(problem, PassCurve(q, slope), 100, "linear")',
     lambda: al.second_best(FREE, al.PassCurve(lambda e: 0.5 + 0.3 * e**2, lambda e: 0.6 * e), 100, "linear"), "gap", 4.466870692e-3),
    ("two kinds, 500 each, line", 'second_best(problem, Joint(repeats, golden), (500, 500), "linear")',
     lambda: al.second_best(FREE, al.Joint(REPEATS, GOLDEN), (500, 500), "linear"), "gap", 1.982685463e-4),
    ("two kinds, 500 each, threshold", 'second_best(…, "binary")',
     lambda: al.second_best(R1, al.Joint(REPEATS, GOLDEN), (500, 500), "binary"), "gap", None),
    ("two kinds, repeats and expert", 'second_best(problem, Joint(repeats, expert), (500, 500), "linear")',
     lambda: al.second_best(FREE, al.Joint(REPEATS, EXPERT), (500, 500), "linear"), "gap", 4.403961508e-4),
    ("strength in a range", 'second_best(problem, MonitorRange(…), 1000, "binary")', lambda: al.second_best(R1, RANGE, 1000, "binary"), "profit", 0.2956579),
    ("the same, no floor, line", 'second_best(…, "linear")', lambda: al.second_best(FREE, RANGE, 1000, "linear"), "profit", 0.2899421),
    ("cost in a range", 'second_best(AgentRange(dear, cheap), repeats, 1000, "binary")',
     lambda: al.second_best(al.AgentRange(cost(0.55), cost(0.45)), REPEATS, 1000, "binary"), "profit", 0.3008981),
    ("a deposit", 'second_best(problem, repeats, 100, "linear", floor=-0.1)',
     lambda: al.second_best(R1, REPEATS, 100, "linear", floor=-0.1), "gap", 0.00448),
    ("an answer to 1e9 checks", "best_answer(problem, repeats, contract)", lambda: al.best_answer(R1, REPEATS, MANY.contract), "profit", None),
)  # fmt: skip


def cost(scale):
    return al.Problem(al.CARA(1.0), al.PowerCost(scale, 2), value=R1.value, floor=0.0)


MANY = al.second_best(R1, REPEATS, 10**9, "binary")


def seen(result, name):
    if name == "highest wage":
        return max(result.contract.wages)
    return float(getattr(result, name))


def measured(ask):
    times = []
    for _ in range(3):
        start = time.process_time()
        result = ask()
        times.append(time.process_time() - start)
        if times[0] > 5:
            break
    return min(times), result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the table")
    chosen = parser.parse_args()
    rows = []
    for words, code, ask, name, known in tqdm(QUESTIONS, desc="questions", leave=False):
        seconds, result = measured(ask)
        value = seen(result, name)
        against = "" if known is None else f"{known:.8g}"
        open_ = abs(getattr(result, "suboptimality", np.nan))
        rows.append(
            f"| {words} | `{code}` | {1e3 * seconds:,.0f} | {name} {value:.9g} | {against} | {open_:.1e} | {getattr(result, 'message', '')} |"
        )
    text = (
        "# What can be asked, and how long it takes\n\nMade by `python tests/benchmarks/questions.py --write`; nothing in it is typed by hand but "
        "the known values. The problem is the reference problem, with floor 0 unless a line without a floor is asked for. Processor times in ms, "
        "proof included.\n\n| question | call | ms | answer | known | at most better by | message |\n|---|---|---:|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )
    publish(text, RESULTS, chosen.write)


if __name__ == "__main__":
    main()
