"""An audit of the real annotators."""

import annolib as al


def test_llmfao(real_cache):
    report = al.audit(al.datasets.load("llmfao"), al.SelfConsistencyLabels(0.6))
    frame = report.to_frame()
    figures = al.datasets.load("llmfao-workers")
    assert len(report) == 124 and frame["checks"].sum() == figures["one_pairs"].sum()
    assert frame["passes"].tolist() == figures.loc[frame.index, "one_agreements"].tolist()
    assert report.counts["careless"] == 0 and report.counts["careful"] > 10
    assert "sides are swapped" in frame.loc["11", "reasons"] + frame.loc["20", "reasons"]
    al.figures.audit_report(report).png()


def test_llmfao_against_the_answer_key(real_cache):
    table = al.datasets.load("llmfao", experts=("key",))
    report = al.audit(table[table["label"] != "tie"], al.Golden())
    assert report.to_frame()["checks"].sum() > 100 and report.counts["careful"] > 0
