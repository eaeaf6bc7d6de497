"""The figures of the real data, as an independent program found them; and files that are not what they should be."""

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.datasets.llmfao import key_verdicts, load_llmfao, one_blank, read_pairs


@pytest.fixture(scope="module")
def table(llmfao_folder):
    return load_llmfao(llmfao_folder)


@pytest.fixture(scope="module")
def counts(table):
    return al.tally(table)


def test_numbers(table, counts):
    total = counts.totals
    assert (table["pair"].nunique(), total["workers"], total["judgements"]) == (2139, 124, 8931)
    assert (total["items"], total["repeat_items"], total["repeat_workers"]) == (1785, 289, 44)
    assert round(total["tie_rate"], 3) == 0.389
    assert (counts["repeat_pairs"] >= 10).sum() == 19


def test_self_agreement(counts):
    total = counts.totals
    assert (total["repeat_pairs"], total["same_pairs"], total["swapped_pairs"]) == (756, 357, 399)
    found = [round(total[f"{kind}_agreement"], 4) for kind in ("repeat", "same", "swapped")]
    assert found == [0.9127, 0.9524, 0.8772]
    often = counts.to_frame().query("repeat_pairs >= 10")
    assert (often["repeat_agreement"] == 1).sum() == 8


def test_agreement_between_workers(table, counts):
    """On the repeated items; and over all, if every comparison of the source is an item of its own."""
    assert round(counts.totals["between_repeated_agreement"], 3) == 0.762
    apart = al.tally(table.assign(task=table["pair"]))
    assert round(apart.totals["between_agreement"], 3) == 0.532
    assert apart.totals["repeat_pairs"] == 0


def test_self_agreement_goes_with_agreement_with_peers(counts):
    often = counts.to_frame().query("repeat_pairs >= 10")
    for name, spearman, pearson in (("repeat_agreement", 0.60, 0.76), ("corrected_agreement", 0.61, 0.76)):
        pair = often[[name, "peer_agreement"]]
        assert round(pair.corr("spearman").iloc[0, 1], 2) == spearman
        assert round(pair.corr().iloc[0, 1], 2) == pearson


def test_gpt4(llmfao_folder, table):
    verdicts = load_llmfao(llmfao_folder, experts=("gpt4",)).query("expert").set_index("pair")["label"]
    assert len(verdicts) == 2139
    verdict = table["pair"].map(verdicts)
    agree, decided = table["label"] == verdict, (table["label"] != "tie") & (verdict != "tie")
    assert round(agree.mean(), 3) == 0.415 and round(agree[decided].mean(), 3) == 0.662
    assert round((verdicts == "tie").mean(), 2) == 0.03


def test_heterogeneity(counts):
    busy = counts.to_frame().query("judgements >= 30")
    assert busy["left_rate"].min() < 0.4 and busy["tie_rate"].max() < 0.71 and busy["tie_rate"].min() == 0


def test_answer_key(llmfao_folder, table):
    """The rule of `key_verdicts`, on every pair it keeps."""
    pairs = read_pairs(llmfao_folder)
    keyed = pairs.merge(key_verdicts(pairs), on="id")
    assert keyed["prompt"].value_counts().to_dict() == {"cot-apple": 42, "basic-sentiment": 24}
    left = keyed["winner"] == "left"
    right, wrong = (np.where(one, keyed["left_text"], keyed["right_text"]) for one in (left, ~left))
    for prompt, good, bad in zip(keyed["prompt"], right, wrong, strict=True):
        if prompt == "cot-apple":
            assert "10 apples" in one_blank(good) or "is 10." in good or "was 10." in good
            assert "10 apples left" not in bad and "remained with 10" not in bad and "is 10" not in bad
        else:
            assert len(one_blank(good)) < 30 and "positive" in good.lower()
            assert "positive" not in bad.lower() and len(bad) > 500
    judged = table.merge(key_verdicts(pairs), left_on="pair", right_on="id")
    agree, decided = judged["label"] == judged["winner"], judged["label"] != "tie"
    assert (len(judged), agree.sum(), decided.sum()) == (275, 212, 252)
    gpt4 = pd.read_csv(llmfao_folder / "gpt4-crowd-comparisons.csv").merge(key_verdicts(pairs), on="id")
    assert (gpt4["winner_x"] == gpt4["winner_y"]).all()


def test_experts_are_appended(llmfao_folder, table):
    both = load_llmfao(llmfao_folder, experts=("gpt4", "key"))
    assert both.query("expert")["worker"].value_counts().to_dict() == {"gpt4": 2139, "key": 66}
    pd.testing.assert_frame_equal(both.query("not expert").drop(columns="expert"), table)
    checked = al.tally(load_llmfao(llmfao_folder, experts=("key",)))
    assert checked["expert_checks"].sum() == 275 and checked["expert_agreements"].sum() == 212
    assert checked.totals["judgements"] == 8931


@pytest.mark.parametrize("experts", ["gpt4", ("gpt5",), ["key", "me"]])
def test_unknown_experts(llmfao_folder, experts):
    with pytest.raises(ValueError, match="experts must be a tuple"):
        load_llmfao(llmfao_folder, experts=experts)


def test_items_are_prompts_with_unordered_pairs_of_answers(llmfao_folder, table):
    texts = load_llmfao(llmfao_folder, texts=True)
    assert table["worker"].map(type).eq(str).all()
    names = texts.groupby("left")["left_text"].agg(lambda some: some.map(one_blank).nunique())
    assert (names == 1).all()
    sides = texts[["left", "right"]].apply(lambda row: tuple(sorted(row)), axis=1)
    assert (sides.groupby(texts["task"]).nunique() == 1).all() and sides.nunique() == 1785
    assert texts["prompt_text"].notna().all() and texts["note"].notna().any()


def test_load(real_cache):
    table = al.datasets.load("llmfao")
    assert table.columns[:5].tolist() == ["task", "worker", "label", "left", "right"]
    assert len(al.datasets.load("llmfao", experts=("key",), texts=True)) == 8931 + 66


def test_where_the_key_speaks_the_right_answer_is_nearly_always_shorter(llmfao_folder):
    """What the card and lesson 02 say: 64 of 66 pairs, and all ten that worker 15 judged."""
    pairs = read_pairs(llmfao_folder).set_index("id")
    key = key_verdicts(pairs.reset_index()).set_index("id")["winner"]
    words = pairs.loc[key.index, ["left_text", "right_text"]].map(lambda text: len(text.split()))
    shorter = np.where(key == "left", words.left_text < words.right_text, words.right_text < words.left_text)
    assert (shorter.sum(), len(key)) == (64, 66)
    judged = load_llmfao(llmfao_folder).query("worker == '15'")
    own = judged["pair"][judged["pair"].isin(key.index)]
    assert len(own) == 10 and shorter[key.index.get_indexer(own)].all()
