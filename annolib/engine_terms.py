"""What one cell adds to its worker's counts, as expressions over the columns of a cell and of its task.

A cell has the bins b0 … b5 (b0 … b2 without sides), `first`, `second`, `tie` by content and their sum `n`; its
task has `all_first`, `all_second`, `all_tie` and `all_n`; all Float64. Every function returns name → expression.
"""

from __future__ import annotations

from annolib.engine_cells import BINS, CONTENT, total
from annolib.engines import nw

VERDICTS = ("v0", "v1", "v2")  # which content the experts' majority says; all 0 where there is none


def repeat_terms(sided):
    """Labels as shown, and pairs of judgements by the same worker; `same_…` are counted from both ends."""
    same, swapped = (BINS[:3], BINS[3:]) if sided else (CONTENT, ())
    shown = (nw.col("b0") + nw.col("b4"), nw.col("b1") + nw.col("b3")) if sided else map(nw.col, same[:2])
    terms = dict(zip(("left", "right"), shown, strict=True))
    terms |= {"ties": nw.col("tie"), "repeat_items": one(nw.col("n") > 1)}
    agreements = sum(ordered_pairs(nw.col(name)) for name in (*same, *swapped))
    terms |= {"same_pairs": ordered_pairs(total(same)), "same_agreements": agreements}
    if sided:
        terms["same_pairs"] = terms["same_pairs"] + ordered_pairs(total(swapped))
        both = zip(same, swapped, strict=True)
        terms["swapped_pairs"] = total(same) * total(swapped)
        terms["swapped_agreements"] = sum(nw.col(kept) * nw.col(turned) for kept, turned in both)
    return terms


def peer_terms():
    """Against the other judgements of items that the worker judged exactly once."""
    once = one(nw.col("n") == 1)
    agreeing = sum(nw.col(name) * nw.col(f"all_{name}") for name in CONTENT)
    return {"peer_pairs": once * (nw.col("all_n") - 1), "peer_agreements": once * (agreeing - 1)}


def share_terms():
    """The same, each item weighing one; needs the columns of `peer_terms`."""
    others = nw.when(nw.col("peer_pairs") > 0).then(nw.col("peer_pairs")).otherwise(1.0)
    terms = {name: nw.col(name) for name in ("peer_pairs", "peer_agreements")}
    return terms | {
        "peer_items": one(nw.col("peer_pairs") > 0),
        "peer_shares": nw.col("peer_agreements") / others,
    }


def expert_terms():
    """Against the experts' majority on the item."""
    agreements = sum(nw.col(own) * nw.col(said) for own, said in zip(CONTENT, VERDICTS, strict=True))
    return {"expert_checks": nw.col("n") * total(VERDICTS), "expert_agreements": agreements}


def named(terms):
    """The expressions under their names."""
    return [term.alias(name) for name, term in terms.items()]


def one(condition):
    """1 where it holds, else 0."""
    return condition.cast(nw.Float64)


def ordered_pairs(count):
    """How many ordered pairs there are of `count` judgements."""
    return count * (count - 1)
