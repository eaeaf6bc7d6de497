"""What a majority says of careful annotators when a crowd has two tastes: exact, for a panel of any size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc

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
    """

    larger: float
    smaller: float
    coin: float = 0.5


def agreement_with_majority(shared, certainty, *, minority=0.4, others=None) -> MajorityAgreement:
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

    Returns
    -------
    MajorityAgreement

    Examples
    --------
    >>> agreement_with_majority(shared=0.3, certainty=0.4)
    MajorityAgreement(larger=0.9, smaller=0.34, coin=0.5)
    >>> round(agreement_with_majority(0.3, 0.4, others=5).smaller, 3)
    0.535
    """
    same = float(within("shared", shared, 0, 1, "Give the share of items on which both groups agree."))
    sure = float(within("certainty", certainty, 0, 0.5, "It is the distance of a probability from one half."))
    small = float(within("minority", minority, 0, 0.5, "The smaller group is at most half of the crowd."))
    follows = [_majority_follows(lean, others) for lean in (0.5 + sure, 0.5 + sure * (1 - 2 * small))]
    weights = np.array([same, 1 - same])
    larger = _agreement(np.array([0.5 + sure, 0.5 + sure]), np.array(follows))
    smaller = _agreement(np.array([0.5 + sure, 0.5 - sure]), np.array(follows))
    return MajorityAgreement(float(weights @ larger), float(weights @ smaller))


def _majority_follows(lean, others):
    """Chance that more than half of the others give the label that each gives with probability `lean`."""
    if others is None:
        return 1.0 if lean > 0.5 else 0.5
    voters = int(whole("others", others, 1, "Count the other judges of an item."))
    if voters % 2 == 0:
        raise ValueError(
            f"others must be odd, so that votes cannot split evenly; saw {voters}. Take one more."
        )
    return float(bdtrc(voters // 2, voters, lean))


def _agreement(gives_lean, majority_is_lean):
    return gives_lean * majority_is_lean + (1 - gives_lean) * (1 - majority_is_lean)
