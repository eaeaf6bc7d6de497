"""Random problems with every corner, solved and attacked: how many are proved, and what stays open.

    python tests/benchmarks/contracts_campaign.py FILE [--first 0] [--count 520] [--family binary]   adds a line for each problem to FILE
    python tests/benchmarks/contracts_campaign.py FILE --write                       puts the table of FILE into tests/benchmarks/results

Problem number k belongs to the family k mod 4; it is drawn, and its contract attacked, by `tests/contracts/adversary.py`. Every third problem
has up to 10^9 checks, the others up to 1,000; of every six of a family one has no floor.
Every third answer
is held against those of the classes within its own, and against a lower floor. A problem that takes more than 15 seconds of the processor is given up and counted so. Not part of the
test run.
"""

import argparse
import json
import re
import signal
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

import annolib as al

sys.path.insert(0, str(Path(__file__).parent.parent / "contracts"))
import adversary

FAMILIES = ("binary", "linear", "tiered(2)", "optimal")
RESULTS = Path(__file__).parent / "results" / "contracts_campaign.md"
SECONDS = 15


class TooLong(Exception):
    """More time than a problem may take."""


def _stop(*_):
    raise TooLong


def problem_of(number):
    """(problem, monitor, n, family) of one number."""
    rng = np.random.default_rng(90_000 + number)
    problem, monitor, n = adversary.corner_problem(rng, largest=9.0 if number % 3 == 0 else 3.0)
    if number // 4 % 6 == 1 and not isinstance(problem.utility, al.RiskNeutral):
        problem = problem.with_floor(None)
    family = FAMILIES[number % 4]
    return problem, monitor, max(n, 2) if family.startswith("tiered") else n, family


def one(number):
    """What came of one problem, as a dict of plain values."""
    problem, monitor, n, family = problem_of(number)
    line = {"number": number, "family": family, "n": n, "utility": repr(problem.utility)}
    start = time.process_time()
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        pay = al.second_best(problem, monitor, n, family)
    except al.NoBestContract as refusal:
        return line | {"status": "refused", "why": str(refusal), "seconds": time.process_time() - start}
    except TooLong:
        return line | {"status": "given up", "why": f"more than {SECONDS} s", "seconds": SECONDS}
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    line["seconds"] = time.process_time() - start
    if number % 3 == 1:
        line["violated_by"] = violation(problem, monitor, n, family, pay)
    scale = max(abs(al.first_best(problem).profit), float(problem.value(1.0) - problem.value(0.0)))
    line |= {"gap": pay.gap, "bound": pay.suboptimality, "gain": pay.certificate.gain_bound, "scale": scale}
    line |= {"status": "proved" if pay.converged else "unproved", "why": pay.message}
    if family in ("binary", "linear", "tiered(2)") and n <= 100 and number % 5 == 0:
        found, _ = adversary.search(problem, monitor, n, family, np.random.default_rng(number), 20, 1, 30)
        line["beaten_by"] = max(found - pay.profit, 0.0) if np.isfinite(found) else 0.0
    return line


WITHIN = {
    "binary": ("flat",),
    "linear": ("flat",),
    "tiered(2)": ("binary",),
    "optimal": ("binary", "linear", "tiered(2)"),
}


def violation(problem, monitor, n, family, pay):
    """By how much, beyond its bound, the answer earns less than one of a class within its own, or more than one with a lower floor."""
    lower = None
    if problem.floor is not None and problem.utility.lowest_wage < 0:
        lower = problem.floor - 0.5
    elif problem.floor is not None and problem.floor > 0:
        lower = 0.7 * problem.floor
    if family == "linear" and pay.family == "linear" and pay.contract.wage(0) <= problem.floor:
        lower = None  # a line cut at its floor is none that is cut at a lower one: these classes do not hold one another
    rivals = [(problem, name, pay, None) for name in WITHIN[family] if n > 1 or not name.startswith("tiered")]
    rivals += [] if lower is None else [(problem.with_floor(lower), family, None, pay)]
    worst = 0.0
    for rival, name, above, below in rivals:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            other = al.second_best(rival, monitor, n, name)
        except (al.NoBestContract, TooLong):
            continue
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        best, least = (above, other) if above is not None else (other, below)
        worst = max(worst, least.profit - best.profit - best.suboptimality)
    return worst


def table(lines):
    """Markdown: by family, and why problems stay open."""
    text = [
        "# Random problems with every corner",
        "",
        "Made by `python tests/benchmarks/contracts_campaign.py FILE --write`; nothing in it is typed by hand.",
        "",
        f"{len(lines)} problems. *Proved*: no other contract of the class earns more than 1e-9 of the gap, or 1e-12 of the scale of profit. "
        "*Attacked*: a random search, polished by Nelder and Mead's simplex and judged by `best_answer`, for up to 100 checks, every fifth problem. *Compared*: an answer may not earn less than one of a class within its own, nor more than one with "
        "a lower floor (lines: where it is not cut), beyond the bound that is stated; *violated* by so much of the scale of profit.",
        "",
        "| family | tried | proved | unproved | refused | given up | largest bound, of the scale, where proved | where unproved | "
        "attacked | the search won by at most | compared | violated by at most | median s | nine in ten below s |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for family in FAMILIES:
        some = [line for line in lines if line["family"] == family]
        if not some:
            continue
        count = Counter(line["status"] for line in some)
        bounds = {
            status: [x["bound"] / x["scale"] for x in some if x["status"] == status]
            for status in ("proved", "unproved")
        }
        attacked = [line["beaten_by"] for line in some if "beaten_by" in line]
        compared = [line["violated_by"] / line["scale"] for line in some if "violated_by" in line]
        seconds = np.quantile([line["seconds"] for line in some], [0.5, 0.9])
        largest = [f"{np.nanmax(b):.1e}" if np.isfinite(b).any() else "" for b in bounds.values()]
        text.append(
            f"| {family} | {len(some)} | {count['proved']} | {count['unproved']} | {count['refused']} | {count['given up']} | "
            f"{largest[0]} | {largest[1]} | {len(attacked)} | {max(attacked, default=0):.0e} | {len(compared)} | {max(compared, default=0):.0e} | {seconds[0]:.2f} | {seconds[1]:.2f} |"
        )
    text += [
        "",
        "## What stays open, and what is refused",
        "",
        "| family | status | why | problems | numbers |",
        "|---|---|---|---:|---|",
    ]
    groups = {}
    for line in lines:
        if line["status"] != "proved":
            groups.setdefault((line["family"], line["status"], _kind(line["why"])), []).append(line["number"])
    for (family, status, why), numbers in sorted(
        groups.items(), key=lambda pair: (pair[0][0], -len(pair[1]))
    ):
        shown = ", ".join(map(str, numbers[:6])) + (" …" if len(numbers) > 6 else "")
        text.append(f"| {family} | {status} | {why} | {len(numbers)} | {shown} |")
    return "\n".join(text) + "\n"


def _kind(message):
    """A message without its numbers."""
    return re.sub(r"-?\d[\d.,]*(e[-+]?\d+)?", "#", message)[:110].replace("|", "/")


def main():
    """Solve problems, or write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=520)
    parser.add_argument("--family", choices=FAMILIES, help="these problems alone")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    if chosen.write:
        text = table([json.loads(line) for line in chosen.file.read_text(encoding="utf-8").splitlines()])
        print(text)
        RESULTS.write_text(text, encoding="utf-8")
        return
    for number in range(chosen.first, chosen.first + chosen.count):
        if chosen.family not in (None, FAMILIES[number % 4]):
            continue
        line = one(number)
        with chosen.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
