"""What a crowd's judgements tell about each annotator, kind by kind: the figures that an audit starts from.

Made for llmfao and its texts; the prompt `taiwan`, which is politically contested, is left out. A worker's first judgement of an item, in the order of
the source, is the vote and the check; later ones are repeats. Written with plain group-bys and dictionaries, apart from
`annolib.auditing.golden_questions` and `annolib.tables`, which the tests compare it with.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd

LEFT_OUT = "taiwan"
LEAST_OTHERS, LEAST_SHARE, LEAST_COMMON = 4, 0.9, 30


def audit_tables(table):
    """The tables `llmfao-evidence`, `llmfao-golden` and `llmfao-pairs`, from the judgements with their texts.

    Parameters
    ----------
    table : pandas.DataFrame
        What `annolib.datasets.load("llmfao", texts=True)` gives.

    Returns
    -------
    dict of str to pandas.DataFrame
    """
    table = _told(table[table["prompt"] != LEFT_OUT])
    first = _first(table)
    votes = {task: Counter(said) for task, said in first.groupby("task")["said"]}
    golden = _golden(first, votes)
    return {
        "llmfao-evidence": _evidence(table, first, golden),
        "llmfao-golden": golden,
        "llmfao-pairs": _pairs(first, votes),
    }


def word_counts(table):
    """Words of each item's two answers, in the order of their names: a frame with `first_words`, `second_words`."""
    sides = [
        pd.DataFrame(
            {"task": table["task"], "answer": table[side], "words": table[f"{side}_text"].map(_words)}
        )
        for side in ("left", "right")
    ]
    both = pd.concat(sides).sort_values(["task", "answer"], kind="stable").groupby("task")["words"]
    return pd.DataFrame({"first_words": both.first(), "second_words": both.last()})


def _told(table):
    """The judgements with what was said about content, and which answer is longer; "" if neither is."""
    left, right = table["left_text"].map(_words), table["right_text"].map(_words)
    said = table["label"].map({"left": 0, "right": 1, "tie": 2}).to_numpy()
    names = table[["left", "right"]].assign(tie="tie").to_numpy(object)
    longer = np.select([left > right, right > left], [table["left"], table["right"]], "")
    columns = {"said": names[np.arange(len(table)), said], "longer": longer}
    return table[["task", "worker", "label", "left", "right"]].assign(**columns)


def _first(table):
    judgements = table.groupby(["worker", "task"])["label"].transform("size")
    return table.assign(judgements=judgements).drop_duplicates(["worker", "task"])


def _golden(first, votes):
    """First judgements where `LEAST_OTHERS` or more others judged and `LEAST_SHARE` of them gave one answer."""
    rows = []
    for one in first.itertuples():
        others = votes[one.task] - Counter([one.said])
        asked = others.total()
        answer, agreeing = others.most_common(1)[0] if others else ("", 0)
        if asked < LEAST_OTHERS or agreeing < LEAST_SHARE * asked - 1e-9:
            continue
        side = {one.left: "left", one.right: "right"}.get(answer, "tie")
        longer = "" if answer == "tie" or not one.longer else "yes" if answer == one.longer else "no"
        opposite = int("tie" not in (answer, one.said) and answer != one.said)
        counts = (asked, agreeing, int(answer == one.said), opposite, one.judgements)
        rows.append((one.worker, one.task, side, longer, *counts))
    names = ["worker", "task", "side", "longer", "others", "agreeing", "passed", "opposite", "judgements"]
    return _by_number(pd.DataFrame(rows, columns=names), "task")


def _evidence(table, first, golden):
    """Per worker: repeats of both kinds (all pairs, and one an item), golden checks, peers, taking the longer one.

    Peers hold every item judged once on which somebody else judged, but those that are a golden check of the worker: no label
    counts in two kinds.
    """
    frame = pd.DataFrame({"judgements": table.groupby("worker").size()})
    for prefix, pairs in (("", _repeats(table, every=True)), ("one_", _repeats(table, every=False))):
        for kind, swapped in (("same", False), ("swapped", True)):
            agree = pairs[pairs["swapped"] == swapped].groupby("worker")["agree"]
            frame[f"{prefix}{kind}_pairs"], frame[f"{prefix}{kind}_agreements"] = agree.size(), agree.sum()
    unrepeated = golden[(golden["judgements"] == 1) & (golden["side"] != "tie")].groupby("worker")
    frame["golden_checks"], frame["golden_passes"] = unrepeated.size(), unrepeated["passed"].sum()
    frame["golden_opposite"] = unrepeated["opposite"].sum()
    peers = first[first["judgements"] == 1]
    checked = pd.MultiIndex.from_frame(golden.loc[golden["side"] != "tie", ["worker", "task"]])
    peers = peers[~pd.MultiIndex.from_frame(peers[["worker", "task"]]).isin(checked)]
    everyone = first.groupby("task").size()
    same = first.groupby(["task", "said"]).size()
    pairs = peers["task"].map(everyone) - 1
    agreements = pd.Series(
        [same[place] - 1 for place in zip(peers["task"], peers["said"], strict=True)], peers.index
    )
    some = pairs > 0
    frame["peer_items"] = some.groupby(peers["worker"]).sum()
    frame["peer_pairs"], frame["peer_agreements"] = (
        x.groupby(peers["worker"]).sum() for x in (pairs, agreements)
    )
    frame["peer_shares"] = (agreements[some] / pairs[some]).groupby(peers["worker"]).sum().round(6)
    decided = first[(first["label"] != "tie") & (first["longer"] != "")]
    frame["length_checks"] = decided.groupby("worker").size()
    frame["longer_chosen"] = (decided["said"] == decided["longer"]).groupby(decided["worker"]).sum()
    frame = frame.infer_objects().fillna(0)
    whole = [name for name in frame if name != "peer_shares"]
    return _by_number(frame.astype(dict.fromkeys(whole, int)).reset_index())


def _repeats(table, every):
    """Pairs of judgements by one worker of one item: all of them, or the first two."""
    rows = []
    often = table[table.duplicated(["worker", "task"], keep=False)]
    for (worker, _), cell in often.groupby(["worker", "task"]):
        seen = list(zip(cell["left"], cell["said"], strict=True))
        for (left, said), (other_left, other) in combinations(seen if every else seen[:2], 2):
            rows.append((worker, left != other_left, said == other))
    return pd.DataFrame(rows, columns=["worker", "swapped", "agree"])


def _pairs(first, votes):
    """Two workers with `LEAST_COMMON` items in common: how often they agree, and what the others would lead one to expect.

    Expected is the mean over the common items, and over the two workers, of the share of the others (neither of the
    two) who gave the worker's answer; items that nobody else judged are left out.
    """
    said = {
        worker: dict(zip(part["task"], part["said"], strict=True)) for worker, part in first.groupby("worker")
    }
    rows = []
    for one, other in combinations(sorted(said, key=int), 2):
        common = [task for task in said[one] if task in said[other] and votes[task].total() > 2]
        if len(common) < LEAST_COMMON:
            continue
        shares = []
        for task in common:
            pair = (said[one][task], said[other][task])
            rest = votes[task] - Counter(pair)
            shares += [rest[answer] / rest.total() for answer in pair]
        agreements = sum(said[one][task] == said[other][task] for task in common)
        tied = sum(said[one][task] == said[other][task] == "tie" for task in common)
        rows.append((one, other, len(common), agreements, tied, round(float(np.mean(shares)), 6)))
    return pd.DataFrame(rows, columns=["worker", "other", "common", "agreements", "both_tie", "expected"])


def _by_number(frame, *then):
    number = frame["worker"].astype(int).rename("_number")
    order = frame.assign(_number=number).sort_values(["_number", *then]).index
    return frame.loc[order].reset_index(drop=True)


def _words(text):
    return len(text.split())
