"""A reward model that is linear in features: Bradley-Terry on the differences of two answers.

The reward of an answer is w·φ, φ its features. Left is preferred to right with probability

    p = σ(b + w·x),    x = φ(left) − φ(right),    σ(s) = 1/(1 + e^(−s)),

b the pull of the left side. With l labels for left and r for right on each pair, the fit maximises

    Σ l·log p + r·log(1 − p) − ½·ridge·Σ w²,

a concave function, by Newton's method with a step that is halved until the function rises.
Features are divided by their root mean square first, and not centred: swapping the sides of every pair
must turn b and nothing else.

References
----------
R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39 (1952),
doi:10.2307/2334029.
S. le Cessie, J. C. van Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41 (1992),
doi:10.2307/2347628: the penalty and the standard errors.
A. Albert, J. A. Anderson, "On the existence of maximum likelihood estimates in logistic regression models",
Biometrika 71 (1984), doi:10.1093/biomet/71.1.1: when a finite maximum exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from annolib.validation import within

_SIDE = "left side"
_COUNTS = "Count the labels for this side of each pair."


@dataclass(frozen=True, eq=False, repr=False)
class RewardModel:
    """A fitted reward model with its certificate.

    Attributes
    ----------
    names : tuple of str
        One name a feature.
    weights : numpy.ndarray of shape (features,)
        In logits for one root mean square of the feature's differences.
    side : float
        The pull b of the left side, in logits; 0 if the model has none.
    scale : numpy.ndarray of shape (features,)
        Root mean square of each feature over the labelled pairs; what the weights are per.
    covariance : numpy.ndarray of shape (features + 1, features + 1)
        Of side and weights, in this order, or of the weights alone if the model has no side.
    ridge : float
    labels : float
        How many labels the fit rests on.
    log_likelihood : float
        Without the penalty.
    converged : bool
    iterations : int
    residual : float
        Largest slope of the penalised log likelihood at the answer; 0 at the maximum.
    message : str
    """

    names: tuple
    weights: np.ndarray
    side: float
    scale: np.ndarray
    covariance: np.ndarray
    ridge: float
    labels: float
    log_likelihood: float
    converged: bool
    iterations: int
    residual: float
    message: str

    @property
    def has_side(self):
        return len(self.covariance) > len(self.weights)

    @property
    def standard_errors(self):
        """Standard errors of the weights, an array of shape (features,)."""
        return np.sqrt(np.diag(self.covariance)[int(self.has_side) :])

    def logits(self, features):
        """b + w·x of each pair, an array of shape (pairs,)."""
        return self.side + _matrix(features, self.names)[0] / self.scale @ self.weights

    def probability(self, features):
        """The model's probability that left is preferred, one for each pair."""
        return expit(self.logits(features))

    def accuracy(self, features, left, right):
        """Share of the labels that are on the side which the model prefers; a logit of 0 counts half.

        Parameters
        ----------
        features : array_like of shape (pairs, features) or DataFrame
        left, right : array_like of shape (pairs,)
            Counts of labels.

        Returns
        -------
        float
        """
        x, _ = _matrix(features, self.names)
        left, right = _label_counts(features, x, left, right)
        return agreeing_share(self.side + x / self.scale @ self.weights, left, right)

    def to_frame(self):
        """A pandas table, one row a feature, the side first if there is one."""
        import pandas as pd

        values, names = [*self.weights], [*self.names]
        if self.has_side:
            values, names = [self.side, *values], [_SIDE, *names]
        columns = {"weight": values, "standard_error": np.sqrt(np.diag(self.covariance))}
        return pd.DataFrame(columns, index=pd.Index(names, name="feature"))

    def __repr__(self):
        return f"RewardModel({len(self.names)} features, {self.labels:,.0f} labels; {self.message})"

    def _repr_html_(self):
        return f"{self.to_frame()._repr_html_()}<p>{self.message}</p>"


def fit_reward_model(
    features, left, right, ridge=1.0, side=True, clusters=None, tolerance=1e-9, max_iterations=100
) -> RewardModel:
    """Fit a Bradley-Terry reward model on features of the two answers.

    Parameters
    ----------
    features : array_like of shape (pairs, features) or pandas.DataFrame
        Left minus right, one row a pair. A DataFrame's columns give the names.
    left, right : array_like of shape (pairs,)
        How many labels chose each side. One label a pair: 1 and 0. Ties are left out.
    ridge : float
        Weight of the penalty ½·Σw², on features of root mean square 1; the side is not penalised.
    side : bool
        Whether the left side may have a pull of its own.
    clusters : array_like of shape (pairs,), optional
        Which pairs belong together, such as the item of each. Then the standard errors hold also when the
        model is wrong or the labels of a cluster lean on each other; see Notes.
    tolerance : float
        Converged when a further Newton step would move no weight by more than this (logits).
    max_iterations : int

    Returns
    -------
    RewardModel

    Raises
    ------
    ValueError
        If the input is no such table, or no finite maximum exists: the message says what to do.

    Notes
    -----
    With H the information of the labels plus the penalty and F the information alone, the covariance is
    H⁻¹FH⁻¹ (le Cessie and van Houwelingen 1992); it is the inverse information for ridge 0. With clusters F
    is replaced by G/(G − 1)·Σ u u′, u the score of a cluster, G their number (the "sandwich").
    Neither counts the bias that the penalty brings.

    Examples
    --------
    Pairs that differ by one in the feature: 3 of 4 labels are for the left one.

    >>> model = fit_reward_model([[1.0], [-1.0]], left=[3, 1], right=[1, 3], ridge=0)
    >>> model.weights.round(4), round(float(np.log(3)), 4)
    (array([1.0986]), 1.0986)
    >>> model
    RewardModel(1 features, 8 labels; converged after 4 iterations)
    >>> round(model.accuracy([[2.0]], left=[7], right=[3]), 3)
    0.7
    """
    x, names = _matrix(features)
    left, right = _label_counts(features, x, left, right)
    ridge = float(within("ridge", ridge, 0, np.finfo(float).max, "Give the weight of the penalty."))
    scale = _scale(x, left + right)
    design = np.column_stack([np.ones(len(x)), x / scale]) if side else x / scale
    penalty = np.full(design.shape[1], ridge)
    penalty[: int(bool(side))] = 0
    _require_finite_maximum(design, left, right, ridge, [_SIDE, *names] if side else names)
    beta, iterations, step = maximise(design, left, right, penalty, tolerance, max_iterations)
    converged = bool(step <= tolerance)
    p = expit(design @ beta)
    information = _information(design, (left + right) * p * (1 - p))
    scores = _scores(design, left, right, p, clusters, features)
    middle = information if scores is None else len(scores) / (len(scores) - 1) * scores.T @ scores
    bread = np.linalg.inv(information + np.diag(penalty))
    slope = design.T @ (left - (left + right) * p) - penalty * beta
    done = f"converged after {iterations} iterations"
    residual = float(np.abs(slope).max())
    weights, covariance = beta[int(bool(side)) :].copy(), bread @ middle @ bread
    for column in (weights, scale, covariance):
        column.setflags(write=False)
    return RewardModel(
        names=tuple(names),
        weights=weights,
        side=float(beta[0]) if side else 0.0,
        scale=scale,
        covariance=covariance,
        ridge=ridge,
        labels=float((left + right).sum()),
        log_likelihood=_log_likelihood(design, left, right, beta),
        converged=converged,
        iterations=iterations,
        residual=residual,
        message=done if converged else f"not {done}, residual {residual:.1e}",
    )


def name_columns(left, right):
    """One column a name: +1 where it stands on the left, −1 on the right. With them the fit is a leaderboard.

    Parameters
    ----------
    left, right : sequence of str, or pandas.Series
        Who made the left and the right answer of each pair.

    Returns
    -------
    pandas.DataFrame
        With the index of `left` if it has one. The columns add up to 0, so the fit needs ridge > 0.

    Examples
    --------
    >>> name_columns(["ann", "bob"], ["bob", "cat"])
       ann  bob  cat
    0  1.0 -1.0  0.0
    1  0.0  1.0 -1.0
    """
    import pandas as pd

    if len(left) != len(right):
        raise ValueError(f"left and right must be as long as each other; saw {len(left)} and {len(right)}.")
    if hasattr(left, "iloc") and hasattr(right, "iloc") and not left.index.equals(right.index):
        raise ValueError("right must have the index of left, in the same order; reindex it first.")
    sides = [np.asarray(side, dtype=object) for side in (left, right)]
    names = sorted({str(name) for side in sides for name in side})
    place = {name: number for number, name in enumerate(names)}
    columns = np.zeros((len(sides[0]), len(names)))
    for side, sign in zip(sides, (1.0, -1.0), strict=True):
        np.add.at(columns, (np.arange(len(side)), [place[str(name)] for name in side]), sign)
    return pd.DataFrame(columns, index=left.index if hasattr(left, "iloc") else None, columns=names)


def maximise(design, left, right, penalty, tolerance=1e-9, max_iterations=100):
    """Newton's method for the penalised log likelihood: coefficients, iterations, size of the next step."""

    def height(beta):
        return _log_likelihood(design, left, right, beta) - 0.5 * penalty @ beta**2

    def newton_step(beta):
        p = expit(design @ beta)
        slope = design.T @ (left - (left + right) * p) - penalty * beta
        return np.linalg.solve(_information(design, (left + right) * p * (1 - p)) + np.diag(penalty), slope)

    beta, iterations = np.zeros(design.shape[1]), 0
    step = newton_step(beta)
    while np.abs(step).max() > tolerance and iterations < max_iterations:
        here, share = height(beta), 1.0
        while height(beta + share * step) < here - 1e-12 * abs(here) and share > 1e-9:
            share /= 2
        beta = beta + share * step
        step = newton_step(beta)
        iterations += 1
    return beta, iterations, float(np.abs(step).max())


def agreeing_share(logits, left, right):
    """Share of the labels on the side of the sign of the logit; a logit of 0 counts half.

    Examples
    --------
    >>> agreeing_share(np.array([2.0, -1.0, 0.0]), np.array([3, 1, 1]), np.array([1, 0, 1]))
    0.5714285714285714
    """
    total = (left + right).sum()
    if total == 0:
        raise ValueError("left and right must hold at least one label; saw none. Score other pairs.")
    agreeing = np.where(logits > 0, left, np.where(logits < 0, right, (left + right) / 2))
    return float(agreeing.sum() / total)


def _log_likelihood(design, left, right, beta):
    s = design @ beta
    return float(left @ log_expit(s) + right @ log_expit(-s))


def _information(design, weight):
    return (design * weight[:, None]).T @ design


def _scores(design, left, right, p, clusters, features):
    """The score of each cluster, an array of shape (clusters, coefficients), or None without clusters."""
    if clusters is None:
        return None
    clusters = _column("clusters", clusters, features, len(design))
    kept = left + right > 0
    names, place = np.unique(clusters[kept], return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"clusters must name at least 2 groups of labelled pairs; saw {len(names)}.")
    scores = np.zeros((len(names), design.shape[1]))
    np.add.at(scores, place, design[kept] * (left - (left + right) * p)[kept, None])
    return scores


def _matrix(features, expected=None):
    """The features as a float array of shape (pairs, features), and their names."""
    frame = hasattr(features, "columns")
    names = [str(name) for name in features.columns] if frame else None
    if frame and expected is not None and tuple(names) != tuple(expected):
        raise ValueError(f"features must have the columns {list(expected)}, in this order; saw {names}.")
    values = features.to_numpy() if frame else features
    x = within("features", values, -1e150, 1e150, "Give numbers, left minus right, without gaps.")
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(
            f"features must be a table of shape (pairs, features); saw shape {x.shape}. "
            "Give one row a pair, and one column a feature, even if there is only one."
        )
    if expected is not None and x.shape[1] != len(expected):
        raise ValueError(f"features must have {len(expected)} columns as in the fit; saw {x.shape[1]}.")
    if names is not None and len(set(names)) < len(names):
        raise ValueError(f"features must have different column names; saw {names}. Rename or drop columns.")
    return x, names or [f"feature {number}" for number in range(x.shape[1])]


def _label_counts(features, x, left, right):
    counts = [_column(name, given, features, len(x)) for name, given in (("left", left), ("right", right))]
    both = [
        within(name, given, 0, np.finfo(float).max, _COUNTS)
        for name, given in zip(("left", "right"), counts, strict=True)
    ]
    return both


def _column(name, given, features, pairs):
    """One value a pair; of two pandas objects the index must be the same."""
    if hasattr(given, "iloc") and hasattr(features, "columns") and not given.index.equals(features.index):
        raise ValueError(f"{name} must have the index of features, in the same order; reindex it first.")
    column = np.asarray(given)
    if column.shape != (pairs,):
        raise ValueError(
            f"{name} must hold one value for each of the {pairs} pairs; saw shape {column.shape}."
        )
    return column


def _scale(x, labels):
    """Root mean square of each column over the labelled pairs; 1 where that is 0."""
    size = np.sqrt(np.mean(x[labels > 0] ** 2, axis=0)) if (labels > 0).any() else np.zeros(x.shape[1])
    return np.where(size > 0, size, 1.0)


def _require_finite_maximum(design, left, right, ridge, names):
    if not (left + right).any():
        raise ValueError("left and right must hold at least one label; saw none.")
    if ridge > 0:
        if names[0] == _SIDE and not (left.any() and right.any()):
            only = "left" if left.any() else "right"
            raise ValueError(
                f"Every label is {only}, so the side explains all. Use side=False, or more labels."
            )
        return
    labelled = design[left + right > 0]
    if np.linalg.matrix_rank(labelled) < design.shape[1]:
        raise ValueError(
            f"features: the columns {list(names)} depend on each other, so no single fit is best. "
            "Use ridge=1, or leave columns out."
        )
    if _separated(design, left, right):
        raise ValueError(
            "left and right have no finite maximum of the likelihood: some weights sort all labels "
            "without an error. Use ridge=1, or more labels."
        )


def _separated(design, left, right):
    """Albert and Anderson's condition, as a linear programme: weights in [−1, 1] that no label contradicts."""
    from scipy.optimize import linprog

    towards = np.concatenate([design[left > 0], -design[right > 0]])
    best = linprog(-towards.sum(axis=0), A_ub=-towards, b_ub=np.zeros(len(towards)), bounds=(-1, 1))
    return bool(-best.fun > 1e-7)
