"""What a majority says of careful annotators when a crowd has two tastes: exact, for a panel of any size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrc

from annolib.validation import whole, within


@dataclass(frozen=True)
class MajorityAgreement:
    """How often three annotators give the label that the majority of the others gives.

    Attributes
    ----------
    larger, smaller : float
        A careful annotator of the larger and of the smaller taste group.
    coin : float
        Somebody who flips a fair coin: always one half.
    kept : float
        Share of the items whose vote is clear enough to count.
    """

    larger: float
    smaller: float
    coin: float = 0.5
    kept: float = 1.0


def agreement_with_majority(
    shared, certainty, *, minority=0.4, others=None, agreeing=None
) -> MajorityAgreement:
    """Agreement of careful annotators with the majority of the other judges of an item.

    Each item has a lean: the label that the larger group prefers with probability ½ + certainty. On a
    share of the items the smaller group prefers the same label, on the rest the other one, with the same
    certainty. All judges take full care; each belongs to the smaller group with probability `minority`.

    Parameters
    ----------
    shared : float
        Share of the items on which both groups lean the same way, in [0, 1].
    certainty : float
        Distance of every preference from ½, in [0, ½].
    minority : float
        Share of the smaller group, in [0, ½].
    others : int or None
        How many other judges vote, an odd number. None: so many that the majority is settled, always
        the lean of the larger group.
    agreeing : int or None
        How many of the others must agree for an item to count, more than half of them; `others` may then be
        even. This is gold by majority. Items on which the groups differ win such a vote less often, so that the
        items that are left flatter the smaller group. None: every item counts.

    Returns
    -------
    MajorityAgreement

    Examples
    --------
    >>> agreement_with_majority(shared=0.3, certainty=0.4)
    MajorityAgreement(larger=0.9, smaller=0.34, coin=0.5, kept=1.0)
    >>> round(agreement_with_majority(0.3, 0.4, others=5).smaller, 3)
    0.535

    Gold on which six of eight agree: it hides the items on which the groups differ.

    >>> gold = agreement_with_majority(0.3, 0.35, others=8, agreeing=6)
    >>> round(gold.larger, 3), round(gold.smaller, 3), round(gold.kept, 3)
    (0.78, 0.598, 0.497)
    """
    same = float(within("shared", shared, 0, 1, "Give the share of items on which both groups agree."))
    sure = float(within("certainty", certainty, 0, 0.5, "It is the distance of a probability from one half."))
    small = float(within("minority", minority, 0, 0.5, "The smaller group is at most half of the crowd."))
    leans = np.array([0.5 + sure, 0.5 + sure * (1 - 2 * small)])
    follows, against = np.array([_clear_votes(lean, others, agreeing) for lean in leans]).T
    kept = np.array([same, 1 - same]) @ (follows + against)
    weights = np.array([same, 1 - same]) / kept
    larger = _agreement(np.array([0.5 + sure, 0.5 + sure]), follows, against)
    smaller = _agreement(np.array([0.5 + sure, 0.5 - sure]), follows, against)
    return MajorityAgreement(float(weights @ larger), float(weights @ smaller), kept=float(kept))


def _clear_votes(lean, others, agreeing):
    """Chances that enough of the others, each of whom gives the lean with this probability, say so, or the opposite."""
    if others is None:
        if agreeing is not None:
            raise ValueError(f"others must be a number where agreeing is one; saw None and {agreeing!r}.")
        return (1.0, 0.0) if lean > 0.5 else (0.5, 0.5)
    voters = int(whole("others", others, 1, "Count the other judges of an item."))
    if agreeing is None:
        if voters % 2 == 0:
            raise ValueError(
                f"others must be odd, so that votes cannot split evenly; saw {voters}. Take one more, or say "
                f"with agreeing={voters // 2 + 1} how many must agree."
            )
        agreeing = voters // 2 + 1
    least = int(whole("agreeing", agreeing, voters // 2 + 1, "More than half of the others must agree."))
    within("agreeing", least, 1, voters, "At most all of the others can agree.")
    return float(bdtrc(least - 1, voters, lean)), float(bdtr(voters - least, voters, lean))


def _agreement(gives_lean, follows, against):
    return gives_lean * follows + (1 - gives_lean) * against
