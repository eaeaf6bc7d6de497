"""From a list of pairs with their counts to the square table of wins that Bradley-Terry is fitted to."""

from __future__ import annotations

_COLUMNS = ("model", "opponent", "wins", "losses", "ties")


def win_matrix(pairs):
    """Who was preferred to whom, and how often; a tie counts as half a win for each side.

    Parameters
    ----------
    pairs : pandas.DataFrame
        One row a pair with columns `model`, `opponent` and the counts `wins`, `losses` (of `model`) and
        `ties`. A pair may stand in several rows, and either way round.

    Returns
    -------
    pandas.DataFrame
        Square, sorted by name: entry (i, j) is how often i was preferred to j.

    Raises
    ------
    ValueError
        If a column is missing, a count is negative or missing, or somebody meets themselves.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("a", "b", 3, 1, 2), ("c", "a", 0, 2, 0)]
    >>> win_matrix(pd.DataFrame(rows, columns=["model", "opponent", "wins", "losses", "ties"]))
         a    b    c
    a  0.0  4.0  2.0
    b  2.0  0.0  0.0
    c  0.0  0.0  0.0
    """
    _check(pairs)
    names = sorted({*pairs["model"], *pairs["opponent"]})
    forward = _sums(pairs, "model", "opponent", "wins")
    backward = _sums(pairs, "opponent", "model", "losses")
    both = (table.reindex(index=names, columns=names).fillna(0.0) for table in (forward, backward))
    return sum(both).rename_axis(index=None, columns=None)


def _sums(pairs, winner, loser, column):
    counts = pairs[column] + pairs["ties"] / 2
    return counts.groupby([pairs[winner], pairs[loser]]).sum().unstack()


def _check(pairs):
    missing = [name for name in _COLUMNS if name not in pairs]
    if missing:
        raise ValueError(
            f"pairs must have the columns {', '.join(_COLUMNS)}; {', '.join(missing)} is missing. Rename yours."
        )
    counts = pairs[["wins", "losses", "ties"]]
    bad = ~(counts >= 0).all(axis=1)
    if bad.any():
        raise ValueError(f"pairs must hold counts of 0 or more; saw row {bad.idxmax()!r}. Mend or drop it.")
    alone = pairs["model"] == pairs["opponent"]
    if alone.any():
        raise ValueError(f"pairs must name two different models; saw row {alone.idxmax()!r}. Drop it.")
