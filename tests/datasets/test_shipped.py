"""The tables that come with the repository."""

import pandas as pd
import pytest

import annolib as al
from annolib.datasets import shipped
from annolib.datasets.registry import DataError, shipped_folder


def test_tables_are_what_the_real_files_give(llmfao_folder):
    tables = shipped.compute_tables(llmfao_folder)
    assert shipped.differences(tables) == dict.fromkeys(shipped.TABLES, "")


def test_workers_are_the_tally(real_cache):
    counts = al.tally(al.datasets.load("llmfao")).to_frame()
    table = al.datasets.load("llmfao-workers")
    names = [name for name in counts if not name.startswith("expert")]
    pd.testing.assert_frame_equal(
        table.loc[counts.index, names], counts[names], check_index_type=False, rtol=1e-5
    )


def test_tables_agree_with_each_other():
    workers, items = al.datasets.load("llmfao-workers"), al.datasets.load("llmfao-items")
    models, repeats = al.datasets.load("llmfao-models"), al.datasets.load("llmfao-repeats")
    said = items[["first", "second", "tie"]].sum()
    assert said.sum() == models[["wins", "losses", "ties"]].to_numpy().sum() == workers["judgements"].sum()
    assert said["tie"] == models["ties"].sum() == workers["ties"].sum() == 3471
    assert len(items) == 1785 and items["comparisons"].sum() == 2139
    assert len(repeats) == items["repeat_workers"].sum() == workers["repeat_items"].sum() == 289
    by_worker = repeats.groupby("worker")[["same_pairs", "swapped_agreements"]].sum()
    assert (by_worker == workers.loc[by_worker.index, by_worker.columns]).all(axis=None)
    known = set(items["task"])
    assert set(repeats["task"]) <= known and (models["model"] < models["opponent"]).all()
    rate = items["between_agreements"].sum() / items["between_pairs"].sum()
    assert round(rate, 3) == 0.675


def test_first_labels_agree_with_the_counts():
    labels, items = al.datasets.load("llmfao-labels"), al.datasets.load("llmfao-items").set_index("task")
    assert (len(labels), labels.task.nunique(), labels.worker.nunique()) == (7830, 1661, 124)
    assert not labels.duplicated(["task", "worker"]).any() and not labels.task.str.startswith("taiwan").any()
    once = items[(items.repeat_workers == 0) & ~items.index.str.startswith("taiwan")]
    counted = pd.crosstab(labels.task, labels.label).loc[once.index]
    assert (counted[["first", "second", "tie"]] == once[["first", "second", "tie"]]).all(axis=None)
    assert (labels.chose.isna() == (labels.label == "tie")).all(), "no choice was between equally many words"
    fifteen = labels[labels.worker == "15"].chose.value_counts()
    assert (fifteen["longer"], fifteen["shorter"]) == (219, 38)


def test_features_are_differences_between_the_two_answers():
    table = al.datasets.load("llmfao-features")
    said, items = table[["left", "right", "ties"]].sum(), al.datasets.load("llmfao-items")
    kept = items[items["prompt"] != "taiwan"]
    assert (len(table), said["left"] + said["right"]) == (1983, 4990) == (kept["comparisons"].sum(), 4990)
    assert said.sum() == kept[["first", "second", "tie"]].sum().sum() and set(table["task"]) == set(
        kept["task"]
    )
    x = table[list(al.reward.FEATURES)]
    assert x.abs().max().max() < 7
    assert x[["code", "refusal", "markup", "empty"]].isin([-1.0, 0.0, 1.0]).all(axis=None)
    assert (table.loc[table["empty"] == 1, "words"] <= 1).all() and table["pair"].is_unique


def test_features_follow_the_texts(real_cache):
    texts = al.datasets.load("llmfao", texts=True).drop_duplicates("pair").set_index("pair")
    table = al.datasets.load("llmfao-features").set_index("pair")
    for pair in table.index[::97]:
        left, right = (
            al.reward.answer_features(texts.loc[pair, side]) for side in ("left_text", "right_text")
        )
        wanted = [a - b for a, b in zip(left, right, strict=True)]
        assert table.loc[pair, list(al.reward.FEATURES)].tolist() == pytest.approx(wanted, abs=6e-5)
        assert table.loc[pair, "left_model"] == texts.loc[pair, "left_model"]


def test_golden_rows_are_the_golden_checks(real_cache):
    table = al.datasets.load("llmfao").query("prompt != 'taiwan'")
    checks = al.golden_checks(table, least=4, share=0.9, ties=True).to_frame().set_index(["worker", "task"])
    shipped_rows = al.datasets.load("llmfao-golden").set_index(["worker", "task"])
    assert len(shipped_rows) == len(checks) == 1084
    columns = ["side", "others", "agreeing", "passed", "opposite", "judgements"]
    both = shipped_rows[columns].astype(checks[columns].dtypes).sort_index()
    pd.testing.assert_frame_equal(
        both, checks[columns].sort_index(), check_index_type=False, check_dtype=False
    )


def test_evidence_is_the_tally(real_cache):
    table = al.datasets.load("llmfao").query("prompt != 'taiwan'")
    evidence = al.datasets.load("llmfao-evidence")
    for prefix, pairs in (("", "all"), ("one_", "one")):
        counts = al.tally(table, pairs=pairs).to_frame()
        for name in ("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements"):
            assert (evidence[prefix + name] == counts[name].loc[evidence.index]).all(), prefix + name


def test_evidence_and_golden_rows_agree_with_each_other():
    evidence, golden = al.datasets.load("llmfao-evidence"), al.datasets.load("llmfao-golden")
    once = golden[(golden.judgements == 1) & (golden.side != "tie")].groupby("worker")
    for column, sums in (("golden_checks", once.size()), ("golden_passes", once.passed.sum())):
        assert (evidence[column] == sums.reindex(evidence.index, fill_value=0)).all()
    assert ((golden.agreeing >= 0.9 * golden.others - 1e-9) & (golden.others >= 4)).all()
    assert not (golden.passed & golden.opposite).any() and set(golden.longer) == {"", "no", "yes"}
    assert (evidence.one_same_pairs + evidence.one_swapped_pairs > 0).sum() == 44
    strict = golden[(golden.others >= 8) & (golden.side != "tie")]
    assert (strict.task.nunique(), len(strict), round(strict.passed.mean(), 3)) == (10, 212, 0.906)
    loose = golden[(golden.others == golden.agreeing) & (golden.side != "tie")]
    assert (loose.task.nunique(), len(loose), round(loose.passed.mean(), 3)) == (202, 498, 0.725)
    tied = golden[golden.others == golden.agreeing]
    assert (tied.task.nunique(), len(tied), round(tied.passed.mean(), 3)) == (346, 882, 0.747)


def test_tables_hold_no_texts():
    """Counts and names only: no cell as long as an answer."""
    for name in shipped.TABLES:
        frame = al.datasets.load(name).reset_index()
        longest = max(frame[column].astype(str).str.len().max() for column in frame)
        assert longest < 40, name


def test_differences_are_found(llmfao_folder, tmp_path, monkeypatch):
    tables = shipped.compute_tables(llmfao_folder)
    tables["llmfao-workers"].loc[0, "ties"] += 1
    tables["llmfao-items"] = tables["llmfao-items"].iloc[:-1]
    found = shipped.differences(tables)
    assert (
        found["llmfao-workers"] == "line 2 differs"
        and "1,786 lines instead of 1,785" in found["llmfao-items"]
    )
    assert found["llmfao-models"] == ""
    shipped.write_tables(tables, tmp_path)
    monkeypatch.setattr(shipped, "shipped_folder", lambda: tmp_path)
    assert set(shipped.differences(tables).values()) == {""}
    (tmp_path / "llmfao-models.csv").unlink()
    assert shipped.differences(tables)["llmfao-models"] == "the file is missing"
    with pytest.raises(DataError, match="llmfao-models.csv cannot be read.*restore it"):
        al.datasets.load("llmfao-models")


def test_every_data_set_has_a_card_and_terms():
    for name in al.datasets.names():
        entry = al.datasets.info(name)
        card = (shipped_folder() / entry.card).read_text(encoding="utf-8")
        assert entry.licence in card and f"`{name}`" in card
        assert "does not show" in card and "python3 datasets" in card
        assert entry.citation and entry.title and entry.bytes > 0
        if entry.kind == "real":
            for file in entry.files:
                assert len(file.sha256) == 64 and file.url.startswith("https://raw.githubusercontent.com/")
                assert file.url.split("/")[5] in entry.url and file.name in card
