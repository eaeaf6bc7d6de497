"""Verdicts against exact tests of other libraries, reasons on tables made for them, and the score on the twin."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest
from statsmodels.stats.multitest import multipletests

import annolib as al
from annolib.auditing.report import COLUMNS
from annolib.planning.hypotheses import VERDICTS
from tests.auditing.repeated import crowd, known, repeats

PAIR = al.SelfConsistency(kappa=0.2)
TRIPLE = al.SelfConsistencyLabels(concentration=0.6)


def test_p_values_and_verdicts_are_those_of_exact_tests():
    counts = [(passes, checks) for checks in (4, 20, 40) for passes in range(0, checks + 1, 2)]
    frame = known(crowd(counts), PAIR, required=0.6, error_rate=0.1).to_frame()
    q = PAIR.pass_probability(0.6)
    for (passes, checks), row in zip(counts, frame.itertuples(), strict=True):
        assert (row.passes, row.checks) == (passes, checks)
        below = binomtest(passes, checks, q, alternative="less").pvalue
        above = binomtest(passes, checks, q, alternative="greater").pvalue
        assert row.careless_p == pytest.approx(below, rel=1e-9)
        expected = "careless" if below <= 0.1 else "careful" if above <= 0.1 else "undecided"
        assert row.verdict == expected or "own mix" in row.reasons
        assert row.careful_p >= above * (1 - 1e-9)


def test_the_interval_says_the_same_as_the_verdict():
    frame = known(crowd([(passes, 40) for passes in range(41)]), PAIR, required=0.6).to_frame()
    assert ((frame["verdict"] == "careless") == (frame["high"] < 0.6)).all()
    habit = frame["reasons"].str.contains("own mix")
    assert ((frame["verdict"] == "careful") | habit).equals((frame["low"] > 0.6) | habit)
    assert set(frame["verdict"]) == set(VERDICTS)


@pytest.mark.parametrize("checks", [5, 12, 60])
@pytest.mark.parametrize("monitor", [PAIR, TRIPLE])
def test_error_rate_is_kept_exactly(monitor, checks):
    """Sum the probability of all counts with the wrong verdict, at the required effort."""
    passes = np.arange(checks + 1)
    verdict = (
        known(crowd([(each, checks) for each in passes]), monitor, 0.5, 0.05).to_frame()["verdict"].to_numpy()
    )
    chance = binom.pmf(passes, checks, monitor.pass_probability(0.5))
    assert (
        0 <= chance[verdict == "careless"].sum() <= 0.05 and 0 <= chance[verdict == "careful"].sum() <= 0.05
    )
    assert checks < 60 or chance[verdict == "careless"].sum() > 0.02  # and used


def test_false_discoveries_are_controlled_as_by_benjamini_and_hochberg():
    counts = [(n % 31, 30) for n in range(40)]
    plain = known(crowd(counts), PAIR, required=0.7).to_frame()
    report = known(crowd(counts), PAIR, required=0.7, false_discovery=True)
    for name, verdict in (("careless_p", "careless"), ("careful_p", "careful")):
        rejected, adjusted, *_ = multipletests(plain[name], 0.05, "fdr_bh")
        np.testing.assert_allclose(report.to_frame()[name], adjusted, rtol=1e-12)
        assert ((report.to_frame()["verdict"] == verdict) == rejected).all()
    assert report.counts["careless"] < (plain["verdict"] == "careless").sum()
    assert "share of at most 0.05" in report.meaning and "false discovery rate" in repr(report)


def test_annotators_without_checks_do_not_weigh_in_the_control():
    table = crowd([(2, 30), (15, 30), (29, 30)])
    more = pd.concat([table, pd.DataFrame({"task": "a", "worker": [f"z{n}" for n in range(50)], "label": "left",
                                           "left": "p", "right": "q"})])  # fmt: skip
    few, many = (known(each, PAIR, 0.7, false_discovery=True).to_frame() for each in (table, more))
    np.testing.assert_array_equal(many["careless_p"][:3], few["careless_p"])
    assert (many["careless_p"][3:] == 1).all() and (many["verdict"][3:] == "undecided").all()


def checked(passes, checks):
    """A worker whose labels agree with an expert's on so many items; the right answer is left and right in turn."""
    answers = [("left", "right")[n % 2] for n in range(checks)]
    wrong = {"left": "right", "right": "left"}
    rows = [(f"i{n}", "w", side if n < passes else wrong[side], False) for n, side in enumerate(answers)]
    rows += [(f"i{n}", "key", side, True) for n, side in enumerate(answers)]
    return pd.DataFrame(rows, columns=["task", "worker", "label", "expert"])


def test_experts_and_golden_questions():
    for monitor in (al.Golden(), al.Expert(rho=0.2)):
        careless, fine = (known(checked(passes, 60), monitor, 0.6) for passes in (32, 59))
        assert careless.counts["careless"] == 1 and fine.counts["careful"] == 1 and len(fine) == 1
        assert (fine.to_frame()[["passes", "checks"]] == [59, 60]).all(axis=None)


def test_experts_with_three_labels_are_asked_about_their_items_not_about_repeats():
    """Repeats that all agree, beside an expert who is contradicted on every item."""
    table = pd.concat([checked(0, 60), checked(0, 60).query("~expert")], ignore_index=True)
    for three, two in ((al.GoldenLabels(0.5), al.Golden()), (al.ExpertLabels(0.4), al.Expert(0.2))):
        row = known(table, three, 0.6).to_frame().iloc[0]
        assert (row["passes"], row["checks"], row["verdict"]) == (0, 120, "careless")
        assert row["careless_p"] == pytest.approx(binom.cdf(0, 120, three.pass_probability(0.6)))
        other = known(table, two, 0.6).to_frame().iloc[0]
        assert (other["passes"], other["checks"]) == (0, 120)
    ties = checked(30, 60).replace({"label": {"right": "tie"}})
    assert known(ties, al.GoldenLabels(0.5)).to_frame()["passes"].tolist() == [30]
    with pytest.raises(ValueError, match="30 ties.*GoldenLabels"):
        known(ties, al.Golden())


def test_judging_an_experts_item_again_is_told_to_break_independence():
    once, again = checked(40, 60), pd.concat([checked(40, 60), checked(40, 60).query("~expert")])
    assert "more than once" not in known(once, al.Golden(), 0.6).meaning
    assert "more than once" in known(again, al.Expert(0.2), 0.6).meaning


def test_opposed_experts_turn_the_tests_round():
    ally, opponent = al.Expert(rho=0.2), al.Expert(rho=-0.2)
    for passes in (5, 20, 30, 40, 55):
        one, two = known(checked(passes, 60), ally, 0.6), known(checked(60 - passes, 60), opponent, 0.6)
        assert one.to_frame()["verdict"].tolist() == two.to_frame()["verdict"].tolist()
        assert one.to_frame()["careless_p"].iloc[0] == pytest.approx(two.to_frame()["careless_p"].iloc[0])
        assert one.to_frame()["low"].iloc[0] == pytest.approx(two.to_frame()["low"].iloc[0])


@pytest.fixture(scope="module")
def score():
    """Verdicts on 20 twins beside the truth, annotators with four checks or more: counts by truth and verdict."""
    rows = []
    for seed in range(20):
        twin = al.datasets.simulate_twin(rng=seed)
        report = al.audit(twin.table, al.SelfConsistencyLabels(twin.concentration("one")))
        rows.append(
            report.to_frame()
            .join(twin.truth[["behaviour", "effort"]].rename(columns={"effort": "effort_true"}))
            .query("checks >= 4")
        )
    rows = pd.concat(rows)
    truth = rows["behaviour"].where(
        rows["behaviour"] != "attentive", (rows["effort_true"] >= 0.5).map({True: "careful", False: "lazy"})
    )
    return pd.crosstab(truth, rows["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)


def test_score_on_the_twins_is_the_one_that_the_docstring_tells(score):
    lines = al.audit.__doc__.split("undecided\n")[-1].splitlines()
    table = [line.split()[-3:] for line in lines if line.strip().startswith(("attentive", "always", "takes"))]
    told = dict(zip(("careful", "lazy", "always-left", "always-tie", "longer-one"), table, strict=True))
    assert {kind: list(map(int, counts)) for kind, counts in told.items()} == score.T.to_dict("list")


def test_errors_on_the_twins_are_rarer_than_stated(score):
    assert score.loc["careful", "careless"] <= 0.05 * score.loc["careful"].sum()
    assert score.loc[["lazy", "always-left", "always-tie"], "careful"].sum() <= 0.05 * 83
    assert (
        score.loc["careful", "careful"] > score.loc["careful"].sum() / 2
    )  # and half of the careful are found


def test_who_takes_the_longer_one_fools_the_audit(score):
    assert score.loc["longer-one", "careful"] > 0.8 * score.loc["longer-one"].sum()


def test_shipped_twin():
    report = al.audit(
        al.datasets.load("twin"), al.SelfConsistencyLabels(al.datasets.twin_concentration("one"))
    )
    assert report.counts == {"careless": 0, "careful": 10, "undecided": 114} and len(report) == 124
    truth = al.datasets.load("twin-truth")
    praised = truth.loc[report.to_frame().query("verdict == 'careful'").index]
    assert praised["behaviour"].value_counts().to_dict() == {"attentive": 7, "longer-one": 3}
    assert praised.query("behaviour == 'attentive'")["effort"].min() > 0.5


def test_all_pairs_are_owned_to_be_dependent():
    table = pd.concat([repeats(10, 20), repeats(10, 20)], ignore_index=True)
    one, every = known(table, TRIPLE), known(table, TRIPLE, pairs="all")
    assert one.to_frame()["checks"].tolist() == [20] and every.to_frame()["checks"].tolist() == [120]
    assert "not independent" in every.meaning and "not independent" not in one.meaning


def test_another_engine():
    pytest.importorskip("narwhals", reason="narwhals is not installed")
    pl = pytest.importorskip("polars", reason="polars is not installed")
    table = crowd([(passes, 20) for passes in range(0, 21, 4)])
    found = known(pl.DataFrame(table.to_dict("list")), TRIPLE).to_frame()
    pd.testing.assert_frame_equal(found, known(table, TRIPLE).to_frame())


def test_face():
    table = crowd([(5, 40), (30, 40), (39, 40)]).rename(columns={"worker": "rater"})
    report = known(table, PAIR, required=0.7)
    assert repr(report) == (
        "Audit(3 annotators: 1 careless, 1 careful, 1 undecided; required effort 0.7, error rate 0.05, SelfConsistency(kappa=0.2))"
    )
    assert "of 3 with checks, up to 0." in report.meaning and report.aliases == {"worker": "rater"}
    html = report._repr_html_()
    assert (
        html.index("careless") < html.index("w000") < html.index("w002") < html.index("w001")
        and "first two" in html
    )
    frame = report.to_frame()
    assert tuple(frame.columns) == COLUMNS
    frame["verdict"] = "careful"
    assert report.counts["careful"] == 1
    with pytest.raises(AttributeError):
        report.required = 0.1


def test_no_rows():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = known(repeats(0, 0), PAIR, false_discovery=True)
        assert len(report) == 0 and report.counts == dict.fromkeys(VERDICTS, 0)
        report._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"monitor": 0.2}, TypeError, "monitor must be a monitor"),
        ({"monitor": al.Peer(0.1, 0.5)}, TypeError, "not independent.*SelfConsistencyLabels"),
        ({"monitor": al.PeerLabels(0.3, 0.5)}, TypeError, "not independent.*SelfConsistencyLabels"),
        ({"monitor": al.SelfConsistencyLabels(0.3, labels=4)}, ValueError, "4 labels.*left, right and tie"),
        ({"monitor": al.ExpertLabels(0.3, labels=5)}, ValueError, "5 labels.*left, right and tie"),
        ({"required": 0}, ValueError, "required must be one number between 0 and 1; saw 0"),
        ({"required": 1.2}, ValueError, "required must lie"),
        ({"required": [0.5, 0.6]}, ValueError, "required must be one number"),
        ({"error_rate": 0.5}, ValueError, "error_rate must be one number between 0 and 0.5; saw 0.5"),
        ({"pairs": "two"}, ValueError, "pairs must be 'all' or 'one'"),
        (
            {"table": repeats(2, 4, ties=2)},
            ValueError,
            "two labels, but the table has 4 ties.*SelfConsistencyLabels",
        ),
        ({"table": [1]}, al.TableError, "DataFrame"),
    ],
)
def test_bad_arguments(arguments, error, words):
    with pytest.raises(error, match=words):
        al.audit(**({"table": repeats(2, 4), "monitor": PAIR} | arguments))


def test_figure_of_a_given_report():
    report = known(crowd([(5, 40), (30, 40), (39, 40), (1, 2)]), PAIR, required=0.7)
    assert al.figures.audit_report(report).description.startswith(
        "Effort intervals of 3 annotators with 5 checks or more: 1 careless, 1 careful, 1 undecided."
    )
    assert "2 annotators with 1 checks" in al.figures.audit_report(report, least=1, most=2).description
    al.figures.audit_report(report, least=99).png()


def test_the_table_is_read_as_the_caller_says():
    """Turns as parts of items, times in a format, experts by name: the same report as of a table that needs no words."""
    plain = pd.concat([repeats(18, 30).assign(turn=0), repeats(18, 30).assign(turn=1)], ignore_index=True)
    plain["time"] = range(len(plain))
    plain["task"] = plain["task"].astype(str) + "/" + plain["turn"].astype(str)
    told = plain.assign(
        task=plain["task"].str.split("/").str[0], time=[f"{t // 60}h{t % 60:02d}" for t in plain["time"]]
    )
    told["expert"] = "nobody"
    told.loc[len(told)] = told.iloc[0].to_dict() | {"worker": "key", "expert": "gold", "time": "23h59"}
    found = al.audit(told, PAIR, by="turn", time_format="%Hh%M", expert="gold")
    pd.testing.assert_frame_equal(found.to_frame(), al.audit(plain, PAIR).to_frame())
    with pytest.raises(al.TableError, match="time_format='%H:%M'"):
        al.audit(told.assign(time=told["time"].str.replace("h", ":")), PAIR, by="turn", expert="gold")


def test_a_report_shows_names_as_they_stand():
    html = al.audit(crowd([(5, 40)]).assign(worker="$<b>$"), PAIR)._repr_html_()
    assert html.count("mathjax_ignore") == 2 and "<b>" not in html


@pytest.mark.parametrize("screens", [2, 8])
def test_pairs_of_one_sight_count_as_one_check(screens):
    """A sight is a ranking of five, ten pairs; it comes again as it was, or at random. At the border of what is
    required (¾ of the pairs agree) a verdict is an error; without the screens a fifth of the people get one."""
    rng, pairs, rows = np.random.default_rng(screens), [(a, b) for a in range(5) for b in range(a)], []
    for worker in range(150):
        for screen in range(screens):
            first = rng.permutation(5)
            for time, ranks in enumerate((first, first if rng.random() < 0.5 else rng.permutation(5))):
                said = ("left" if ranks[a] < ranks[b] else "right" for a, b in pairs)
                rows += [
                    (f"{screen}:{pair}", worker, label, f"{screen}.{time}")
                    for pair, label in zip(pairs, said, strict=True)
                ]
    table = pd.DataFrame(rows, columns=["task", "worker", "label", "screen"])
    monitor = al.SelfConsistency(0.25)
    required = float(monitor.effort(0.75))
    with_screens, without = (
        al.audit(one, monitor, required, strength=0.25) for one in (table, table.drop(columns="screen"))
    )
    for verdict in ("careless", "careful"):
        assert with_screens.counts[verdict] <= 0.05 * 150 < 0.1 * 150 < without.counts[verdict]
    assert f"{150 * screens * 10:,} checks are worth {150 * screens:,}" in with_screens.meaning


def test_counts_made_once_are_judged_by_several_requirements(tmp_path):
    table = crowd([(passes, 24) for passes in range(0, 25, 3)])
    counts = al.tally(table, "one")
    for required in (0.4, 0.8):
        audit = al.audit(counts, TRIPLE, required, strength="range")
        pd.testing.assert_frame_equal(
            audit.to_frame(), al.audit(table, TRIPLE, required, strength="range").to_frame()
        )
        assert audit.tally is counts
    with pytest.raises(
        al.TableError, match="by says how a table is read, but this one has been read already"
    ):
        al.audit(counts, TRIPLE, by="turn")
    thrice = pd.concat([table, table.drop_duplicates(["worker", "task"])])
    assert "all pairs were used" in al.audit(al.tally(thrice, "all"), TRIPLE).meaning
    assert "all pairs were used" not in al.audit(al.tally(thrice, "one"), TRIPLE, pairs="all").meaning
    path = tmp_path / "own.csv"
    table.rename(columns={"worker": "who"}).to_csv(path, index=False)
    read = al.audit(path, TRIPLE, strength="range", columns={"worker": "who"})
    assert (
        read.aliases == {"worker": "who"} and read.counts == al.audit(table, TRIPLE, strength="range").counts
    )


def test_the_page_and_the_files_are_reached_from_the_audit(tmp_path):
    audit = known(crowd([(2, 40), (39, 40)]), TRIPLE)
    page = audit.to_html(source="crowd.csv", most=1)
    assert page.startswith("<!DOCTYPE html>") and "Audit of crowd.csv" in page
    assert audit.save(tmp_path / "a.html", source="crowd.csv", most=1).read_text(encoding="utf-8") == page
