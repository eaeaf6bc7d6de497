"""Strength that is not a guess: limits against other libraries, verdicts at every strength, hard items, lopsided gold."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

import annolib as al
from annolib.auditing import reasons as why
from annolib.auditing.strength import crowd_limit, largest_strength, with_strength

TRIPLE = al.SelfConsistencyLabels(2 / 3)


def repeats(counts):
    """Workers with so many repeated items of which so many agree; labels are left and right in turn."""
    rows = []
    for worker, (passes, checks) in enumerate(counts):
        for item in range(checks):
            first = ("left", "right")[item % 2]
            second = first if item < passes else ("right", "left")[item % 2]
            rows += [(f"i{item}", worker, first), (f"i{item}", worker, second)]
    return pd.DataFrame(rows, columns=["task", "worker", "label"])


def crowd_on(sharpness, workers, items, effort, rng):
    """A crowd of one effort, two labels of every item; items drawn from a Dirichlet law, and their Γ."""
    law = rng.dirichlet([sharpness] * 3, items)
    edges = (effort * law + (1 - effort) / 3).cumsum(axis=1)[None, :, None, :-1]
    labels = (rng.random((workers, items, 2, 1)) > edges).sum(axis=3)
    worker, task, _ = np.indices(labels.shape)
    names = np.array(["left", "right", "tie"])[labels]
    table = pd.DataFrame({"task": task.ravel(), "worker": worker.ravel(), "label": names.ravel()})
    return table, al.label_concentration(law)


@pytest.mark.parametrize("sharpness", [4, 2, 1.2, 0.6, 0.2])
def test_full_effort_on_hard_items_is_not_called_careless(sharpness):
    """Γ about .05, .09, .14, .26 and .43: taken for ⅔, the first crowd had 56 of 60 careless."""
    table, strength = crowd_on(sharpness, 60, 200, 1.0, np.random.default_rng(1))
    for options in (
        {},
        {"strength": "range"},
        {"strength": "pool", "trusted": range(5)},
        {"strength": strength},
    ):
        report = al.audit(table, TRIPLE, **options)
        assert report.counts["careless"] <= 3, options
    if strength < 0.1:
        wrong = al.audit(table, TRIPLE, strength=2 / 3).to_frame()
        assert (wrong["verdict"] == "careless").sum() > 30
        accused = wrong[wrong["verdict"] == "careless"]
        assert accused["reasons"].str.contains(why.HARD_ITEMS).all()  # and the condition stands beside it
        assert accused["holds"].str.startswith("if concentration is above").all()
        assert (accused["careless_above"] > strength).mean() > 0.95


def test_a_pool_lets_the_careless_be_found_on_hard_items():
    """Half care little: the crowd alone cannot tell, five trusted people can."""
    rng = np.random.default_rng(2)
    law = rng.dirichlet([0.6] * 3, 300)
    effort = np.where(np.arange(40) < 20, 1.0, 0.1)
    edges = (effort[:, None, None] * law + (1 - effort[:, None, None]) / 3).cumsum(axis=2)[:, :, None, :-1]
    labels = (rng.random((40, 300, 2, 1)) > edges).sum(axis=3)
    worker, task, _ = np.indices(labels.shape)
    table = pd.DataFrame(
        {
            "task": task.ravel(),
            "worker": worker.ravel(),
            "label": np.array(["left", "right", "tie"])[labels.ravel()],
        }
    )
    alone = al.audit(table, TRIPLE, 0.7)
    pool = al.audit(table, TRIPLE, 0.7, strength="pool", trusted=[0, 1, 2, 3, 4])
    verdicts = pool.to_frame()["verdict"]
    assert (verdicts[20:] == "careless").mean() > 0.8 and (verdicts[:20] == "careless").sum() == 0
    assert alone.counts["careless"] <= (verdicts == "careless").sum()
    found = al.label_concentration(law)
    assert pool.strength.low < found < pool.strength.high and pool.strength.low_error == pytest.approx(0.005)


def test_limits_of_the_pool_are_those_of_statsmodels():
    table = repeats([(45, 60), (50, 60), (31, 60), (58, 60)])
    report = al.audit(table, al.SelfConsistency(0.2), 0.6, strength="pool", trusted=[0, 1])
    low, high = proportion_confint(95, 120, alpha=2 * 0.005, method="beta")
    assert report.strength.low == pytest.approx((low - 0.5) / 2) and report.strength.high == pytest.approx(
        (high - 0.5) / 2
    )
    frame = report.to_frame()
    for row in frame.itertuples():
        below = binom.cdf(row.passes, row.checks, 0.5 + 2 * report.strength.low * 0.36)
        above = binom.sf(row.passes - 1, row.checks, 0.5 + 2 * report.strength.high * 0.36)
        assert (
            row.careless_p == pytest.approx(min(below + 0.005, 1))
            and row.careful_p >= min(above + 0.005, 1) - 1e-12
        )
    assert "trusted annotators" in report.meaning and "those give full effort" in report.meaning


def test_the_crowds_bound_is_the_exact_limit_without_its_first_tenth():
    passes, checks = np.array([36] * 9 + [60]), np.full(10, 60)
    low, _ = proportion_confint(9 * 36, 9 * 60, alpha=0.02, method="beta")
    assert crowd_limit(passes, checks, al.SelfConsistency(0.2), 0.01) == pytest.approx((low - 0.5) / 2)
    assert crowd_limit(np.zeros(0, int), np.zeros(0, int), TRIPLE, 0.01) == 0
    assert crowd_limit(np.full(5, 10), np.full(5, 30), TRIPLE, 0.01) == 0


@pytest.mark.parametrize("sharpness", [4, 1.2, 0.3])
def test_the_crowds_bound_holds_though_a_tenth_follows_a_rule(sharpness):
    misses = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        law = rng.dirichlet([sharpness] * 3, 40)
        passes = (rng.random((20, 40)) < (law**2).sum(axis=1)).sum(axis=1)
        passes[:2] = 40  # two of twenty always agree with themselves
        misses += crowd_limit(passes, np.full(20, 40), TRIPLE, 0.05) > al.label_concentration(law)
    assert misses <= 5


MONITORS = [al.SelfConsistency(0.15), TRIPLE, al.Golden(0.4)]


@pytest.mark.parametrize("monitor", MONITORS, ids=repr)
@pytest.mark.parametrize("false_discovery", [False, True])
def test_verdicts_change_at_the_strengths_that_are_told(monitor, false_discovery):
    """Scan the strengths one by one."""
    counts = [(passes, 60) for passes in (0, 12, 25, 33, 38, 45, 52, 60)]
    table = repeats(counts)
    if isinstance(monitor, al.Golden):
        rows = table.drop_duplicates(["task", "worker"]).assign(expert=False)
        wrong = rows["label"].map({"left": "right", "right": "left"})
        done = rows["worker"].map(dict(enumerate(passes for passes, _ in counts)))
        rows["label"] = rows["label"].where(rows["task"].str[1:].astype(int) < done, wrong)
        key = rows[rows["worker"] == 7].assign(worker=99, expert=True)
        table = pd.concat([rows, key], ignore_index=True)
    most = largest_strength(monitor)
    told = al.audit(table, monitor, 0.6, strength=most / 2, false_discovery=false_discovery).to_frame()
    slack = most / 150 if false_discovery else 1e-9
    for strength in np.linspace(0.02, 1, 12) * most:
        verdict = al.audit(
            table, monitor, 0.6, strength=float(strength), false_discovery=false_discovery
        ).to_frame()["verdict"]
        for (_, row), seen in zip(told.iterrows(), verdict, strict=True):
            if np.isfinite(row["careless_above"]) and abs(strength - row["careless_above"]) > slack:
                assert (seen == "careless") == (strength > row["careless_above"])
            if np.isfinite(row["careful_below"]) and abs(strength - row["careful_below"]) > slack:
                assert (seen == "careful") == (strength < row["careful_below"])
            if np.isnan(row["careless_above"]):
                assert seen != "careless"
            if np.isnan(row["careful_below"]):
                assert seen != "careful"


@pytest.mark.parametrize(
    "options",
    [{}, {"strength": "range"}, {"strength": (0.3, 0.6)}, {"strength": "pool", "trusted": [10, 11]}],
)
def test_the_interval_carries_the_strengths_uncertainty(options):
    table = repeats([(passes, 40) for passes in range(8, 41, 2)])
    report = al.audit(table, TRIPLE, 0.6, **options)
    frame = report.to_frame()
    own_mix = frame["reasons"].str.contains(why.OWN_CHANCE)
    assert ((frame["verdict"] == "careless") == (frame["high"] < 0.6)).all()
    assert ((frame["verdict"] == "careful") | own_mix).equals((frame["low"] > 0.6) | own_mix)
    for end, strength in (("low", report.strength.high), ("high", report.strength.low)):
        exact = al.audit(table, TRIPLE, 0.6, strength=strength).to_frame() if strength else None
        if exact is not None:  # never narrower than with that strength known
            assert (
                (frame[end] <= exact[end] + 1e-9) if end == "low" else (frame[end] >= exact[end] - 1e-9)
            ).all()


def test_always_left_on_lopsided_gold_proves_nothing():
    n = 100
    answers = ["left"] * 95 + ["right"] * 5
    button = pd.DataFrame({"task": range(n), "worker": "button", "label": "left", "expert": False})
    careful = button.assign(worker="careful", label=answers)
    key = button.assign(worker="key", label=answers, expert=True)
    for monitor in (al.Golden(0.5), al.GoldenLabels(2 / 3), al.Expert(0.2), al.ExpertLabels(0.5)):
        frame = al.audit(pd.concat([button, careful, key]), monitor, required=0.7).to_frame()
        assert (
            frame.loc["button", "verdict"] == "undecided" and why.OWN_CHANCE in frame.loc["button", "reasons"]
        )
        assert frame.loc["careful", "verdict"] == "careful" and np.isnan(frame.loc["button", "careful_below"])
    swapped = pd.concat([button, key]).assign(left="x", right="y")
    turn = (swapped["task"] % 2 == 0) & ~swapped["expert"]
    swapped.loc[turn, ["left", "right"]] = "y", "x"
    row = al.audit(swapped, al.Golden(0.5), strength=0.5).to_frame().loc["button"]
    assert row["passes"] < 60 and row["verdict"] == "careless"  # sides traded: the same button fails


def test_opposed_experts_have_negative_strengths():
    rows = [(f"i{n}", "w", "left" if n < 12 else "right", False) for n in range(60)]
    rows += [(f"i{n}", "key", ("left", "right")[n % 2], True) for n in range(60)]
    table = pd.DataFrame(rows, columns=["task", "worker", "label", "expert"])
    monitor = al.Expert(-0.2)
    assert largest_strength(monitor) == -0.25 and with_strength(monitor, -0.1) == al.Expert(-0.1)
    report = al.audit(table, monitor, strength=(-0.25, -0.1))
    assert (report.strength.low, report.strength.high) == (-0.1, -0.25)
    default = al.audit(table, monitor)
    assert -0.25 <= default.strength.low <= 0 and default.strength.high == -0.2


def test_meaning_says_what_is_assumed():
    table = repeats([(36, 60)] * 8)
    assert (
        "crowd shows itself" in al.audit(table, TRIPLE).meaning
        and "which is assumed" in al.audit(table, TRIPLE).meaning
    )
    assert "taken as known, 0.5" in al.audit(table, TRIPLE, strength=0.5).meaning
    assert "the largest there is" in al.audit(table, TRIPLE, strength="range").meaning
    weak = al.audit(table, al.SelfConsistencyLabels(0.05))
    assert "assume more" in weak.meaning and weak.strength.low == weak.strength.high == 0.05


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (
            {"strength": "pol"},
            TypeError,
            "strength must be a number, .low, high., 'range' or 'pool'; saw 'pol'",
        ),
        ({"strength": 0.7}, ValueError, "between 0 and 0.666667 for SelfConsistencyLabels; saw 0.7"),
        ({"strength": 0}, ValueError, "between 0 and"),
        ({"strength": (0.1, 0.2, 0.3)}, TypeError, "strength must be"),
        ({"strength": float("nan")}, ValueError, "between 0 and"),
        ({"strength": "pool"}, ValueError, "Name the annotators you trust"),
        ({"trusted": [1]}, ValueError, "Give strength='pool'"),
        (
            {"strength": "pool", "trusted": "1"},
            TypeError,
            r"trusted must be a collection of ids; saw '1'. Give \['1'\]",
        ),
        ({"strength": "pool", "trusted": [77]}, ValueError, "trusted names 77, who has no judgements"),
        ({"strength": "pool", "trusted": [9]}, ValueError, "names nobody with checks"),
    ],
)
def test_bad_strengths(options, error, words):
    table = pd.concat(
        [repeats([(20, 40)] * 3), pd.DataFrame({"task": ["z"], "worker": [9], "label": ["left"]})]
    )
    with pytest.raises(error, match=words):
        al.audit(table, TRIPLE, **options)
