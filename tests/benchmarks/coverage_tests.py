"""Error rates of the sequential test and of naming many annotators at once."""

from itertools import product

import numpy as np
from coverage_report import SEED, section
from tqdm import tqdm

import annolib as al

QUESTIONS = (
    (al.SelfConsistency(0.2), 0.3, 0.8, None),
    (al.SelfConsistency(0.2), 0.6, 0.9, None),
    (al.SelfConsistency(0.25), 0.6, 1.0, None),
    (al.Expert(-0.2), 0.3, 0.8, None),
    (al.Golden(0.5), 0.5, 1.0, None),
    (al.SelfConsistencyLabels(0.4, 3), 0.3, 0.9, 40),
)
RATE, BOUNDARY, PEOPLE = 0.1, 0.6, 100
UNEQUAL = ("2 to 300, even on a log scale", "2 or 300", "as in llmfao, one pair an item")
WHO = ("anybody", "those with few checks", "those with many checks")
PLACES = ("at the boundary", "above it")


def sequential(runs=20_000):
    """Operating characteristic and mean number of checks: exact beside simulated."""
    rng, rows, worst = np.random.default_rng(SEED), [], 0.0
    for monitor, null, alternative, maximum in tqdm(QUESTIONS, desc="sequential", leave=False):
        test = al.sequential_test(monitor, null, alternative, alpha=0.05, beta=0.1, maximum=maximum)
        exact = test.characteristic([null, (null + alternative) / 2, alternative])
        name = f"{monitor}" + ("" if maximum is None else f", at most {maximum}")
        for effort, row in exact.iterrows():
            careful, used = test.simulate(effort, runs, rng=rng)
            worst = max(
                worst,
                _off(careful.mean(), row.careful, np.sqrt(row.careful * (1 - row.careful) / runs)),
                _off(used.mean(), row.mean_checks, used.std() / np.sqrt(runs)),
            )
            share, length = (
                (f"{row.careful:.4f}", f"{careful.mean():.4f}"),
                (f"{row.mean_checks:.2f}", f"{used.mean():.2f}"),
            )
            rows.append((name, f"{null:g} / {alternative:g}", f"{effort:g}", *share, *length))
    head = ("monitor", "efforts tested", "true effort")
    head += ("careful, exact", "simulated", "mean checks, exact", "simulated")
    title = f"The sequential test (5 % and 10 %), exact and {runs:,} runs"
    remark = f"The largest of the {2 * len(rows)} differences is {worst:.1f} standard errors."
    return section(title, head, rows, remark)


def _off(seen, told, spread):
    """How many standard errors apart; 0 where there is nothing to choose."""
    return abs(seen - told) / spread if spread > 1e-9 else (0.0 if np.isclose(seen, told) else np.inf)


def discoveries(runs=400):
    """False discovery rate achieved, where those not to be named sit at the boundary, the hardest place, or above."""
    rng, rows, found = np.random.default_rng(SEED), [], {}
    cases = list(product((30, 60, 200), (0.1, 0.4), PLACES, ("bh", "by")))
    for checks, share, place, method in tqdm(cases, desc="discoveries", leave=False):
        wrong, power = np.array([_named(checks, share, place, method, rng) for _ in range(runs)]).T
        error = wrong.std() / np.sqrt(runs)
        cells = f"{wrong.mean():.3f} ± {error:.3f}", f"{np.nanmean(power):.3f}"
        rows.append((checks, share, place, method, *cells))
        found[f"{checks} checks, share {share:g}, {place}, {method}"] = (wrong.mean(), error)
    head = ("checks each", "share careless", "the others are", "method")
    head += ("false share of the named, ± standard error", "careless found")
    name, (most, error) = max(found.items(), key=lambda one: one[1][0])
    verdict = "more than two standard errors above" if most - 2 * error > RATE else "not clearly above"
    title = f"Many annotators at once: {PEOPLE} people, effort below {BOUNDARY:g} claimed, rate {RATE:g}, {runs} runs"
    remark = f"The largest false share is {most:.3f} ({name}): {verdict} the {RATE:g} that is allowed."
    return section(title, head, rows, "Careless efforts are uniform below .3.", remark)


def unequal_discoveries(runs=400):
    """The same where people have very different numbers of checks, and those with few or many are the careless."""
    rng, rows, worst = np.random.default_rng(SEED), [], (0.0, 0.0, "")
    cases = list(product(UNEQUAL, WHO, ("bh", "by")))
    for design, who, method in tqdm(cases, desc="unequal discoveries", leave=False):
        found = [_named(_dealt(design, rng), 0.2, PLACES[0], method, rng, who) for _ in range(runs)]
        wrong, power = np.array(found).T
        error = wrong.std() / np.sqrt(runs)
        rows.append((design, who, method, f"{wrong.mean():.3f} ± {error:.3f}", f"{np.nanmean(power):.3f}"))
        worst = max(worst, (wrong.mean(), error, f"{design}, {who}, {method}"))
    head = (
        "checks",
        "the careless are",
        "method",
        "false share of the named, ± standard error",
        "careless found",
    )
    title = f"Many annotators with unequal numbers of checks, the others at the boundary, rate {RATE:g}, {runs} runs"
    verdict = "more than two standard errors above" if worst[0] - 2 * worst[1] > RATE else "not clearly above"
    remark = (
        f"The largest false share is {worst[0]:.3f} ({worst[2]}): {verdict} the {RATE:g} that is allowed."
    )
    return section(title, head, rows, remark)


def _dealt(design, rng):
    """Numbers of checks of everybody, the fewest first."""
    if design == "as in llmfao, one pair an item":
        pairs = al.datasets.load("llmfao-workers")["one_pairs"].to_numpy()
        return np.sort(rng.choice(pairs[pairs > 0], PEOPLE))
    if design == "2 or 300":
        return np.repeat([2, 300], PEOPLE // 2)
    return np.sort(np.rint(np.exp(rng.uniform(np.log(2), np.log(300), PEOPLE))).astype(int))


def _named(checks, share, place, method, rng, who="anybody"):
    """One crowd: share of false names among the named, share of the careless that is named."""
    monitor, careless = al.SelfConsistency(0.2), rng.random(PEOPLE) < share
    if who != "anybody":
        careless = np.sort(careless)[:: -1 if who == "those with few checks" else 1]
    others = BOUNDARY if place == PLACES[0] else rng.uniform(BOUNDARY, 1, PEOPLE)
    effort = np.where(careless, rng.uniform(0, 0.3, PEOPLE), others)
    passes = monitor.simulate(effort, checks, rng=rng)
    named = al.find_annotators(passes, checks, monitor, BOUNDARY, rate=RATE, method=method).found
    return (named & ~careless).sum() / max(named.sum(), 1), named[
        careless
    ].mean() if careless.any() else np.nan
