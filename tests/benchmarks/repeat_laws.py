"""The exact law of an annotator's agreements where every item is judged the same number of times.

Items are independent, so all that matters is how many items show which number of agreeing pairs: a
multinomial with few kinds of item. All its outcomes can be listed, each with its probability.
"""

from itertools import combinations

import numpy as np
from scipy.special import gammaln, xlogy
from scipy.stats import binom


def kinds(repeats):
    """The distinct numbers of agreeing pairs, and which of them each number of lefts gives."""
    ones = np.arange(repeats + 1)
    agreements = (ones * (ones - 1) + (repeats - ones) * (repeats - ones - 1)) // 2
    return np.unique(agreements, return_inverse=True)


def kind_law(p, effort, repeats):
    """Probability of each kind of item, `p` being the preferences that items are drawn from."""
    values, of = kinds(repeats)
    ones = binom.pmf(np.arange(repeats + 1), repeats, 0.5 + effort * (np.asarray(p)[:, None] - 0.5))
    return np.bincount(of, ones.mean(axis=0), values.size)


def outcomes(items, number):
    """Every way to share `items` among `number` kinds, one per row (stars and bars)."""
    bars = np.array(list(combinations(range(items + number - 1), number - 1)), dtype=int)
    ends = np.full((len(bars), 1), items + number - 1)
    return np.diff(np.hstack([ends * 0 - 1, bars, ends]), axis=1) - 1


def weights(found, law):
    """Multinomial probability of every outcome."""
    size = found.sum(axis=1)
    return np.exp(gammaln(size + 1) - gammaln(found + 1).sum(axis=1) + xlogy(found, law).sum(axis=1))
