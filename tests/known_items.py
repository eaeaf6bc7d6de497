"""Items of known strength, a kind of check each, and annotators who all judge them."""

import numpy as np
import pytest

import annolib as al

P = np.random.default_rng(2).random(60)
E = np.random.default_rng(3).random(60)
LAW = np.random.default_rng(4).dirichlet([0.5, 0.5, 0.5], 60)
KINDS = {
    "self": al.ItemChecks.self_consistency(P),
    "expert": al.ItemChecks.expert(P, E),
    "expert labels": al.ItemChecks.expert(P, (E > 0.5).astype(int)),
    "golden": al.ItemChecks.golden(P),
    "self, 3 labels": al.ItemChecks.self_consistency_labels(LAW),
}
each = pytest.mark.parametrize("items", KINDS.values(), ids=KINDS)


def simulate(items, effort, annotators, rng):
    """(likelihood, plain count): effort and interval of many annotators who all judge the same items."""
    passes = rng.random((annotators, len(items))) < items.pass_probability(effort)
    rows = al.ItemChecks(np.tile(items.gain, annotators), items.monitor, items.ideal)
    who = np.repeat(np.arange(annotators), len(items))
    by_item = al.estimate_effort_by_item(passes.ravel(), rows, annotator=who)
    return by_item, al.estimate_effort(passes.sum(axis=1), len(items), items.monitor)
