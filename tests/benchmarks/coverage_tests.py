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


def _named(checks, share, place, method, rng):
    """One crowd: share of false names among the named, share of the careless that is named."""
    monitor, careless = al.SelfConsistency(0.2), rng.random(PEOPLE) < share
    others = BOUNDARY if place == PLACES[0] else rng.uniform(BOUNDARY, 1, PEOPLE)
    effort = np.where(careless, rng.uniform(0, 0.3, PEOPLE), others)
    passes = monitor.simulate(effort, checks, rng=rng)
    named = al.find_annotators(passes, checks, monitor, BOUNDARY, rate=RATE, method=method).found
    return (named & ~careless).sum() / max(named.sum(), 1), named[
        careless
    ].mean() if careless.any() else np.nan
