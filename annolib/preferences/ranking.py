"""Bradley-Terry ratings from a table of wins, by maximum likelihood.

References
----------
R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39 (1952),
doi:10.2307/2334029.
L. R. Ford, "Solution of a ranking problem from binary comparisons", American Mathematical Monthly 64 (1957),
doi:10.1080/00029890.1957.11989117: when a finite maximum exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_expit

from annolib.markup import html_table, html_words
from annolib.validation import within

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class BradleyTerryFit:
    """Ratings with their certificate.

    Attributes
    ----------
    names : tuple
    ratings : numpy.ndarray of shape (m,)
        In logits, mean 0: i beats j with probability σ(ratings[i] − ratings[j]).
    standard_errors : numpy.ndarray of shape (m,)
        Of the mean-0 ratings, from the inverse information. Half wins count as half a comparison each way.
    log_likelihood : float
    converged : bool
    iterations : int
    residual : float
        Largest difference between a model's observed and expected number of wins; 0 at the maximum.
    message : str
    """

    names: tuple
    ratings: np.ndarray
    standard_errors: np.ndarray
    log_likelihood: float
    converged: bool
    iterations: int
    residual: float
    message: str

    def to_frame(self):
        """A pandas table, one row per name, best first."""
        import pandas as pd

        columns = {"rating": self.ratings, "standard_error": self.standard_errors}
        table = pd.DataFrame(columns, index=pd.Index(self.names, name="name"))
        return table.sort_values("rating", ascending=False, kind="stable")

    def __repr__(self):
        best = self.names[int(np.argmax(self.ratings))]
        return f"BradleyTerryFit({len(self.names)} names, best {best!r}; {self.message})"

    def _repr_html_(self):
        return html_table(self.to_frame()) + html_words(self.message)


def fit_bradley_terry(wins, names=None, tolerance=1e-9, max_iterations=100) -> BradleyTerryFit:
    """Fit Bradley-Terry ratings to win counts by Newton's method.

    Parameters
    ----------
    wins : array_like of shape (m, m) or square pandas.DataFrame
        wins[i, j] is how often i beat j. Count a tie as half a win for each. The diagonal is 0.
    names : sequence, optional
        The index of the DataFrame, else 0, 1, …, by default.
    tolerance : float
        Converged when a further Newton step would move no rating by more than this (logits).
    max_iterations : int

    Returns
    -------
    BradleyTerryFit

    Raises
    ------
    ValueError
        If `wins` is not such a table, or no finite maximum exists (Ford 1957: for every split in two
        groups, each group must have beaten the other at least once). The message names the groups.

    Examples
    --------
    >>> fit = fit_bradley_terry([[0, 3], [1, 0]], names=["a", "b"])
    >>> print(fit, fit.ratings.round(4))  # half of log 3 each way
    BradleyTerryFit(2 names, best 'a'; converged after 4 iterations) [ 0.5493 -0.5493]
    """
    table, names = _checked(wins, names)
    _require_finite_maximum(table, names)
    games = table + table.T
    ratings = np.zeros(len(table))
    iterations, step = 0, _newton_step(table, games, ratings)
    while np.abs(step).max() > tolerance and iterations < max_iterations:
        ratings = _climb(table, ratings, step)
        step = _newton_step(table, games, ratings)
        iterations += 1
    converged = bool(np.abs(step).max() <= tolerance)
    residual = float(np.abs(_score(table, ratings)).max())
    outcome = f"converged after {iterations} iterations"
    message = outcome if converged else f"not {outcome}, residual {residual:.1e}"
    errors = _standard_errors(_information(games, ratings))
    for column in (ratings, errors):
        column.setflags(write=False)
    value = _log_likelihood(table, ratings)
    return BradleyTerryFit(names, ratings, errors, value, converged, iterations, residual, message)


def _checked(wins, names):
    if names is None and hasattr(wins, "iloc"):
        if not wins.index.equals(wins.columns):
            raise ValueError("wins must have the same names, in the same order, as index and as columns.")
        names = tuple(wins.index)
    table = within("wins", wins, 0, np.finfo(float).max, "Count how often the row beat the column.")
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < 2:
        raise ValueError(f"wins must be a square table of at least 2 x 2; saw shape {table.shape}.")
    if np.diag(table).any():
        raise ValueError("wins must have zeros on its diagonal: nobody plays against itself.")
    names = tuple(range(len(table))) if names is None else tuple(names)
    if len(names) != len(table) or len(set(names)) != len(names):
        raise ValueError(f"names must be {len(table)} different names; saw {names!r}.")
    return table, names


def _require_finite_maximum(table, names):
    """Ford's condition: the graph of wins is strongly connected."""
    from scipy.sparse.csgraph import connected_components

    count, group = connected_components(table > 0, connection="weak")
    if count > 1:
        _refuse(names, group == group[0], "were never compared with")
    count, group = connected_components(table > 0, connection="strong")
    if count > 1:
        beats = np.zeros((count, count), bool)
        winner, loser = np.nonzero(table)
        beats[group[winner], group[loser]] = True
        np.fill_diagonal(beats, False)
        unbeaten = np.flatnonzero(~beats.any(axis=0))[0]
        _refuse(names, group == unbeaten, "never lost to")


def _refuse(names, inside, verb):
    groups = [_listed([n for n, keep in zip(names, mask, strict=True) if keep]) for mask in (inside, ~inside)]
    raise ValueError(
        f"wins have no finite maximum of the likelihood: {groups[0]} {verb} {groups[1]}. "
        "Add comparisons between the groups, or fit each on its own."
    )


def _listed(names, most=6):
    shown = ", ".join(map(str, names[:most]))
    return f"{{{shown}}}" if len(names) <= most else f"{{{shown} and {len(names) - most} more}}"


def _log_likelihood(table, ratings):
    return float((table * log_expit(ratings[:, None] - ratings)).sum())


def _score(table, ratings):
    """Gradient of the log-likelihood: observed minus expected wins, pair by pair without cancellation."""
    chance = expit(ratings[:, None] - ratings)
    return (table * chance.T - table.T * chance).sum(axis=1)


def _information(games, ratings):
    """Fisher information, plus its mean weight in every entry, which fixes the free constant: mean 0."""
    chance = expit(ratings[:, None] - ratings)
    weights = games * chance * chance.T
    return np.diag(weights.sum(axis=1)) - weights + weights.mean()


def _standard_errors(information):
    """Of mean-0 ratings; what `_information` added to the constant direction is taken off again."""
    variances = np.diag(np.linalg.inv(information)) - 1 / information.sum()
    return np.sqrt(np.maximum(variances, 0))


def _newton_step(table, games, ratings):
    step = np.linalg.solve(_information(games, ratings), _score(table, ratings))
    return step - step.mean()


def _climb(table, ratings, step):
    """Take the Newton step, halved until the concave log-likelihood does not fall."""
    value = _log_likelihood(table, ratings)
    for halvings in range(60):
        trial = ratings + step / 2**halvings
        if _log_likelihood(table, trial) >= value - 1e-12 * abs(value):
            return trial
    return ratings


_COLUMNS = ("model", "opponent", "wins", "losses", "ties")


def win_matrix(pairs) -> pd.DataFrame:
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
        If a column is missing, a name is missing or of another type than the rest, a count is text, negative or
        missing, or somebody meets themselves.

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
    pairs = _validated_pairs(pairs)
    names = sorted({*pairs["model"], *pairs["opponent"]})
    forward = _sums(pairs, "model", "opponent", "wins")
    backward = _sums(pairs, "opponent", "model", "losses")
    both = (table.reindex(index=names, columns=names).fillna(0.0) for table in (forward, backward))
    return sum(both).rename_axis(index=None, columns=None)


def _sums(pairs, winner, loser, column):
    counts = pairs[column] + pairs["ties"] / 2
    return counts.groupby([pairs[winner], pairs[loser]]).sum().unstack()


def _validated_pairs(pairs):
    """The pairs, with names by value instead of categories, if nothing is wrong with them."""
    missing = [name for name in _COLUMNS if name not in pairs]
    if missing:
        raise ValueError(
            f"pairs must have the columns {', '.join(_COLUMNS)}; {', '.join(missing)} is missing. Rename yours."
        )
    pairs = pairs.astype(dict.fromkeys(("model", "opponent"), object))
    _check_names(pairs)
    for name in ("wins", "losses", "ties"):
        numbers = pairs[name]
        if numbers.dtype.kind not in "iuf":
            raise ValueError(
                f"pairs must hold numbers in {name!r}; saw {numbers.dtype} ({numbers.tolist()[0]!r}). Make them numbers: "
                f"pairs[{name!r}] = pairs[{name!r}].astype(float)."
            )
        bad = ~((numbers >= 0) & np.isfinite(numbers))
        if bad.any():
            row = pairs.index[int(np.argmax(bad.to_numpy()))]
            raise ValueError(
                f"pairs must hold counts of 0 or more; saw {name} in row {row!r}. Fix or drop it."
            )
    alone = (pairs["model"] == pairs["opponent"]).to_numpy()
    if alone.any():
        raise ValueError(
            f"pairs must name two different models; saw row {pairs.index[alone].tolist()[0]!r}. Drop it."
        )
    return pairs


def _check_names(pairs):
    """Names that are there and of one type, so that they can be sorted and told apart."""
    for name in ("model", "opponent"):
        empty = pairs[name].isna().to_numpy()
        if empty.any():
            row = pairs.index[int(np.argmax(empty))]
            raise ValueError(
                f"pairs must name a {name} in every row; saw none in row {row!r}. Fill or drop it."
            )
    kinds = sorted({type(entry).__name__ for name in ("model", "opponent") for entry in pairs[name]})
    if len(kinds) > 1 or set(kinds) & {"list", "dict", "set"}:
        raise ValueError(
            f"pairs must hold names of one type that can be compared; saw {' and '.join(kinds)}. Make them text: "
            "pairs = pairs.astype({'model': str, 'opponent': str})."
        )
