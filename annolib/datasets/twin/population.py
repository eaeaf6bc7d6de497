"""The items and the annotators of the simulated twin: laws, tastes, habits and efforts, drawn at random.

Items are Davidson's (1970, DOI 10.1080/01621459.1970.10481082): a difference in strength d between the two
responses and a weight of ties ν.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.annotators.items import Items
from annolib.preferences.models import davidson

TASTES = ("majority", "minority")
MINORITY = 0.3  # share of annotators of the second taste
COMMON = 0.8  # correlation of the strength differences between the two tastes
SPREAD = 3.2  # standard deviation of the strength differences
TIES = (1.2, 1.8)  # mean and standard deviation of log ν
TIED = 0.25  # share of ties among the clear items
EFFORTS = (0.25, 0.75, 1.0)  # lowest, first quartile, highest; even in between
HABITS = ("always-left", "always-tie", "longer-one", "longer-one")
LONGER_IS_BETTER = 0.6


def draw_items(count, repeated, rng):
    """Items for each taste: taste → Items, named i0001 … with responses i0001a and i0001b.

    Parameters
    ----------
    count : int
    repeated : array of int
        Positions of the items that are made clear to everybody.
    rng : numpy.random.Generator
    """
    common, own, other = rng.normal(size=(3, count))
    sign = np.where(rng.random(count) < 0.5, -1, 1)
    share = np.sqrt(COMMON)
    difference = SPREAD * (share * common + np.sqrt(1 - COMMON) * np.array([own, other]))
    tie = np.exp(rng.normal(*TIES, count))
    clear = sign[repeated] * (7 + rng.normal(size=repeated.size))
    tied = rng.random(repeated.size) < TIED
    difference[:, repeated] = np.where(tied, 0.1 * clear, clear)
    tie[repeated] = np.where(tied, 30.0, 0.3)
    longer = np.where(rng.random(count) < LONGER_IS_BETTER, 1, -1) * np.where(difference[0] > 0, -1, 1)
    names = [[f"i{number:04d}{side}" for number in range(1, count + 1)] for side in "ab"]
    return {
        taste: Items(davidson(d, tie), longer, *names) for taste, d in zip(TASTES, difference, strict=True)
    }


def draw_workers(repeat_pairs, rng):
    """The truth about each worker, in the order of the design; names are dealt at random.

    Parameters
    ----------
    repeat_pairs : array of int
        How many repeat pairs each worker has: habits are dealt among those with ten or more, and among the others.
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        Index worker; behaviour, effort, taste.
    """
    count = repeat_pairs.size
    often, seldom = np.flatnonzero(repeat_pairs >= 10), np.flatnonzero(repeat_pairs < 10)
    behaviour = np.full(count, "attentive", object)
    effort = np.zeros(count)
    for group, habits in ((often, HABITS), (seldom, HABITS * 2)):
        group = rng.permutation(group)
        behaviour[group[: len(habits)]] = habits
        attentive = group[len(habits) :]
        spread = (np.arange(attentive.size) + 0.5) / attentive.size
        effort[attentive] = np.interp(spread, (0, 0.25, 1), EFFORTS).round(3)
    taste = np.where(rng.random(count) < MINORITY, *TASTES[::-1])
    names = np.array([f"t{number:03d}" for number in range(1, count + 1)])[rng.permutation(count)]
    truth = {"behaviour": behaviour, "effort": effort, "taste": taste}
    return pd.DataFrame(truth, index=pd.Index(names, name="worker"))
