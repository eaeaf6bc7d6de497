"""Dawid and Skene's model: one true label an item, one confusion matrix a worker, fitted together by EM.

Item i has a true label T_i with prior P(T_i = k) = p_k. Worker w says l where the truth is k with probability
π_w[k, l], independently of everybody else. Neither the truths nor the matrices are known. With y_iw the label
that w gave to i, the likelihood is

    L(p, π) = Π_i Σ_k p_k Π_{w on i} π_w[k, y_iw],

and one sweep of EM does two things:

    E step   b_ik ∝ p_k Π_{w on i} π_w[k, y_iw]             what is believed of each item,
    M step   p_k = mean_i b_ik,   π_w[k, l] ∝ Σ_{i: y_iw = l} b_ik.

A sweep never lowers L. It may climb to a local maximum, and `restarts` looks for others. One other end is always
there: the mirror image, in which the names of the truths change places and the minority is the one that is right.

Where two answers are compared, it is arbitrary which of them is called first, and a free π depends on it. The
model in which the two names may change places does not: with two labels it has one accuracy a_w a worker, and
the E step is a vote in which w has the weight log(a_w/(1 − a_w)), negative below one half. Its mirror image has
the same likelihood exactly: what decides between the two is the start, the majority vote.

The model takes disagreement for error. Where careful people differ in taste there is no true label, and its
"accuracy" says how far a worker is of the larger group's opinion. With many labels an item it tends to what
`annolib.preferences.agreement_with_majority` gives for a settled majority.

References
----------
A. P. Dawid, A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm",
Applied Statistics 28 (1979) 20-28, doi:10.2307/2346806, eqs. 2.3-2.5.
R. Varadhan, C. Roland, "Simple and globally convergent methods for accelerating the convergence of any EM
algorithm", Scandinavian Journal of Statistics 35 (2008), doi:10.1111/j.1467-9469.2007.00585.x, scheme S3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from annolib.preferences.observations import read_observations
from annolib.validation import generator, whole, within

if TYPE_CHECKING:
    import pandas as pd

_TINY = np.finfo(float).tiny
_LONGEST = 4.0  # first limit of the extrapolation, in sweeps; it grows while it pays


@dataclass(frozen=True, eq=False, repr=False)
class DawidSkene:
    """A fitted model: W workers, I items, K labels.

    Attributes
    ----------
    workers, tasks, labels : pandas.Index
        Names, in the order of the arrays.
    prior : ndarray of shape (K,)
        p_k, the share of items whose true label is k.
    confusion : ndarray of shape (W, K, K)
        π_w[k, l]: how often worker w says l where the model believes k. A row about which there is no
        evidence is uniform.
    belief : ndarray of shape (I, K)
        b_ik, the probability that the true label of item i is k.
    judgements : ndarray of int of shape (W,)
        Labels that each worker gave.
    accuracy : ndarray of shape (W,)
        The share of a worker's own labels that the model believes to be true, Σ_i b_{i, y_iw} / judgements. In the
        model of two exchangeable labels it is the a_w of the E step.
    log_likelihood : float
    starts : tuple of float
        The log likelihood that each start ended in, the majority's first.
    converged : bool
        Whether `residual` is at most the tolerance.
    iterations : int
        Sweeps of the start that was kept.
    residual : float
        By how much some belief moved over the second half of the sweeps: for steps that shrink like a
        geometric series, no less than what is left to go once that is small.
    message : str
    """

    workers: object
    tasks: object
    labels: object
    prior: np.ndarray
    confusion: np.ndarray
    belief: np.ndarray
    judgements: np.ndarray
    accuracy: np.ndarray
    log_likelihood: float
    starts: tuple
    converged: bool
    iterations: int
    residual: float
    message: str

    def to_frame(self):
        """A pandas table, one row a worker: judgements and accuracy."""
        import pandas as pd

        return pd.DataFrame({"judgements": self.judgements, "accuracy": self.accuracy}, index=self.workers)

    def items(self):
        """A pandas table, one row an item: the belief in each label, and `label`, the one believed most."""
        import pandas as pd

        frame = pd.DataFrame(self.belief, index=self.tasks, columns=self.labels)
        return frame.assign(label=self.labels[self.belief.argmax(axis=1)])

    def __repr__(self):
        size = f"{len(self.workers):,} workers, {len(self.tasks):,} items, {len(self.labels)} labels"
        return f"DawidSkene({size}, log likelihood {self.log_likelihood:,.2f}, {self.message})"

    def _repr_html_(self):
        return f"{self.to_frame()._repr_html_()}<p>{self!r}</p>"


def dawid_skene(
    table,
    *,
    repeats="refuse",
    exchangeable="auto",
    smoothing=0.0,
    restarts=0,
    rng=0,
    tolerance=1e-3,
    sweeps=50_000,
    progress=False,
) -> DawidSkene:
    """Fit Dawid and Skene's model to a table of judgements by EM, from the majority vote.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `task`, `worker` and `label`: labels of any kind, two kinds or more; rows without a label are
        left out. With columns `left` and `right` the labels are left, right and tie, and are compared by
        content (first, second, tie): sides that were swapped are understood. Experts' rows are left out.
    repeats : {"refuse", "first", "count"}
        What to do where a worker labelled an item more than once: raise, keep the first label in the order of
        the rows, or count each label as one more vote. The model takes votes to be independent, and a
        person's second look at an item is not.
    exchangeable : pair of labels, None or "auto"
        Two labels whose names say nothing, such as which of two answers is called first: the model is then
        kept the same when the two change places, p_a = p_b, π[a, a] = π[b, b] and so on. With these two labels
        only, each worker has one accuracy. None leaves every cell free; then the fit depends on which answer
        of each item was called first. "auto" takes (first, second) where the table has `left` and `right`.
    smoothing : float
        Pseudo-counts added to each cell of each confusion matrix and to each class: 0 is maximum likelihood;
        above 0 the fit maximises the likelihood times a Dirichlet(1 + smoothing) prior.
    restarts : int
        Further starts, from random beliefs; the best end of all is kept, the majority's among equal ones.
    rng : numpy.random.Generator or int
        Used by the restarts only.
    tolerance : float
        Sweeps stop when no belief has moved by more than this over the second half of all sweeps. A small
        last step would not mean that the limit is near: EM creeps.
    sweeps : int
        Most sweeps of one start; with fewer than needed `converged` is False.
    progress : bool
        Show a progress bar over the starts.

    Returns
    -------
    DawidSkene

    Raises
    ------
    annolib.TableError
        If the table cannot be read, holds fewer than two kinds of labels, or repeats where they are refused.

    Examples
    --------
    Ann and Bob are of one mind, Cem says the opposite:

    >>> import pandas as pd
    >>> said = {"ann": "lrlrlr", "bob": "lrlrlr", "cem": "rlrlrl"}
    >>> rows = [(task, worker, label) for worker in said for task, label in enumerate(said[worker])]
    >>> table = pd.DataFrame(rows, columns=["task", "worker", "label"])
    >>> dawid_skene(table).to_frame().accuracy.round(3).to_dict()
    {'ann': 1.0, 'bob': 1.0, 'cem': 0.0}
    """
    votes = read_observations(table, repeats)
    swap = _exchange(votes, exchangeable)
    weight = float(within("smoothing", smoothing, 0, np.finfo(float).max, "It is a number of pseudo-counts."))
    near = float(within("tolerance", tolerance, 0, 1, "It is a difference of probabilities."))
    most, draw = int(whole("sweeps", sweeps, 1)), generator(rng)
    starts = [majority_beliefs(votes)]
    starts += [_random_beliefs(votes, draw) for _ in range(int(whole("restarts", restarts, 0)))]
    if progress:
        from tqdm.auto import tqdm

        starts = tqdm(starts, desc="starts", leave=False)
    fits = [_climb(votes, start, swap, weight, near, most) for start in starts]
    highest = max(fit.objective for fit, _, _ in fits)
    best = next(one for one in fits if one[0].objective >= highest - 1e-6)  # of equal ends the majority's
    return _result(votes, best, tuple(fit.log_likelihood for fit, _, _ in fits), near)


def bootstrap_accuracy(
    table,
    *,
    draws=100,
    by="task",
    rng,
    repeats="refuse",
    exchangeable="auto",
    smoothing=0.0,
    tolerance=1e-2,
    sweeps=50_000,
) -> pd.DataFrame:
    """Accuracies of the workers in tables whose items, or groups of items, were drawn anew, with replacement.

    Each draw is fitted from the beliefs of the whole table, so that a draw cannot end in the mirror image.

    Parameters
    ----------
    table, repeats, exchangeable, smoothing, sweeps
        As for `dawid_skene`.
    draws : int
    by : str
        The column whose values are drawn: `task`, or one that groups the items, such as the prompt that they come
        from. Items of a group are alike, so that draws of whole groups scatter more.
    rng : numpy.random.Generator or int
    tolerance : float
        As for `dawid_skene`; what it leaves out should be small beside the scatter of the draws.

    Returns
    -------
    pandas.DataFrame
        One row a draw, one column a worker; NaN where none of the worker's items were drawn.

    Examples
    --------
    >>> import pandas as pd
    >>> said = {"ann": "lrlrlr", "bob": "lrlrlr", "cem": "rlrlrr"}
    >>> rows = [(task, worker, label) for worker in said for task, label in enumerate(said[worker])]
    >>> table = pd.DataFrame(rows, columns=["task", "worker", "label"])
    >>> bootstrap_accuracy(table, draws=3, rng=1).shape
    (3, 3)
    """
    import pandas as pd

    whole_fit = dawid_skene(
        table,
        repeats=repeats,
        exchangeable=exchangeable,
        smoothing=smoothing,
        tolerance=tolerance,
        sweeps=sweeps,
    )
    votes, draw = read_observations(table, repeats), generator(rng)
    swap = _exchange(votes, exchangeable)
    members = _members(table, by, votes.tasks)
    order = np.argsort(votes.task, kind="stable")
    start = np.searchsorted(votes.task[order], np.arange(len(votes.tasks) + 1))
    found = np.full((int(whole("draws", draws, 1)), len(votes.workers)), np.nan)
    for row in found:
        drawn_groups = draw.integers(len(members), size=len(members))
        items = np.concatenate([members[group] for group in drawn_groups])
        size = np.diff(start)[items]
        within_item = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        rows = order[np.repeat(start[items], size) + within_item]
        drawn = replace(
            votes,
            worker=votes.worker[rows],
            label=votes.label[rows],
            task=np.repeat(np.arange(items.size), size),
            tasks=np.arange(items.size),
        )
        fit, _, _ = _climb(drawn, whole_fit.belief[items], swap, smoothing, tolerance, int(sweeps))
        np.divide(*_hits(drawn, fit.belief), out=row, where=np.bincount(drawn.worker, minlength=row.size) > 0)
    return pd.DataFrame(found, columns=votes.workers)


def _members(table, by, tasks):
    """The items of each group, as places in `tasks`; a group of its own for each item where they are drawn."""
    if by == "task":
        return list(np.arange(len(tasks))[:, None])
    if by not in table.columns:
        raise ValueError(f"by must be a column of the table, {', '.join(table.columns)}; saw {by!r}.")
    group = table.groupby("task")[by].agg(["nunique", "first"]).reindex(tasks)
    several = group.index[group["nunique"] != 1]
    if len(several):
        raise ValueError(f"by: task {several[0]!r} must have one {by}; saw {group['nunique'][several[0]]}.")
    place = np.unique(group["first"].to_numpy(), return_inverse=True)[1]
    return [np.flatnonzero(place == number) for number in range(place.max() + 1)]


@dataclass(frozen=True, eq=False)
class _Fit:
    prior: np.ndarray
    confusion: np.ndarray
    belief: np.ndarray
    log_likelihood: float
    objective: float


def _climb(votes, belief, swap, smoothing, tolerance, most):
    """EM from these beliefs, with steps extrapolated (SQUAREM) where that does not lower the objective.

    Two sweeps from b_0 give b_1 and b_2. With r = b_1 − b_0 and v = (b_2 − b_1) − r, the point
    b_0 + 2 s r + s² v, s = |r|/|v|, is where a geometric series through the three would end.
    """

    def sweep(beliefs):
        return _sweep(votes, beliefs, smoothing, swap)

    longest, done, halfway, checkpoint, residual = _LONGEST, 0, belief, 4, np.inf
    while done < most and residual > tolerance:
        first = sweep(belief)
        second = sweep(first.belief)
        step = _step_length(belief, first.belief, second.belief, longest)
        ahead = sweep(_extrapolated(belief, first.belief, second.belief, step))
        done += 3
        better = ahead.objective >= second.objective
        fit = ahead if better else second
        longest = longest * 4 if better and step >= longest else longest if better else max(1.0, longest / 4)
        belief = fit.belief
        if done >= checkpoint or done >= most:
            residual = float(np.abs(belief - halfway).max(initial=0))
            halfway, checkpoint = belief, 2 * done
    return fit, done, residual


def _sweep(votes, belief, smoothing, swap):
    """One M step and one E step, and what the likelihood (with its prior) is at the parameters between."""
    prior, confusion = m_step(votes, belief, smoothing, swap)
    after, log_likelihood = e_step(votes, prior, confusion)
    penalty = smoothing * (_log(prior).sum() + _log(confusion).sum()) if smoothing else 0.0
    return _Fit(prior, confusion, after, log_likelihood, log_likelihood + penalty)


def _step_length(start, one, two, longest):
    turn = np.linalg.norm(two - 2 * one + start)
    return float(np.clip(np.linalg.norm(one - start) / turn, 1, longest)) if turn else 1.0


def _extrapolated(start, one, two, length):
    """The point ahead, brought back into the simplex; a length of 1 is the plain second sweep."""
    ahead = start + 2 * length * (one - start) + length**2 * (two - 2 * one + start)
    ahead = np.clip(ahead, 0, 1)
    total = ahead.sum(axis=1, keepdims=True)
    return np.where(total > 0, ahead / np.where(total > 0, total, 1), two)


def m_step(votes, belief, smoothing=0.0, swap=None):
    """Prior (K,) and confusion matrices (W, K, K) that fit the beliefs (I, K) best.

    `swap` (K,) says for each label which one it changes places with; None for no exchangeable labels.
    """
    classes, workers = belief.shape[1], len(votes.workers)
    cell = votes.worker * classes + votes.label
    said = [np.bincount(cell, belief[votes.task, k], workers * classes) for k in range(classes)]
    counts = np.stack([one.reshape(workers, classes) for one in said], axis=1) + smoothing
    shares = belief.sum(axis=0) + smoothing
    if swap is not None:
        counts = counts + counts[:, swap][:, :, swap]
        shares = shares + shares[swap]
    totals = counts.sum(axis=2, keepdims=True)
    confusion = np.full_like(counts, 1 / classes)
    np.divide(counts, totals, out=confusion, where=totals > 0)
    return shares / shares.sum(), confusion


def e_step(votes, prior, confusion):
    """Beliefs (I, K) from prior and confusion matrices, and the log likelihood of these two."""
    said = _log(confusion)[votes.worker, :, votes.label]
    joint = np.stack(
        [np.bincount(votes.task, said[:, k], len(votes.tasks)) for k in range(prior.size)], axis=1
    )
    joint += _log(prior)
    top = joint.max(axis=1, keepdims=True)
    belief = np.exp(joint - top)
    total = belief.sum(axis=1, keepdims=True)
    return belief / total, float((top + np.log(total)).sum())


def _exchange(votes, exchangeable):
    """For each label the one it changes places with, itself for most; None if there is no such pair."""
    if isinstance(exchangeable, str) and exchangeable == "auto":
        exchangeable = (
            ("first", "second") if votes.sided and {"first", "second"} <= set(votes.labels) else None
        )
    if exchangeable is None:
        return None
    pair = list(exchangeable) if isinstance(exchangeable, (tuple, list)) else []
    if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(votes.labels):
        known = ", ".join(map(repr, votes.labels.tolist()))
        raise ValueError(
            f"exchangeable must be two of the labels {known}, None or 'auto'; saw {exchangeable!r}."
        )
    one, other = (votes.labels.get_loc(label) for label in pair)
    swap = np.arange(len(votes.labels))
    swap[[one, other]] = other, one
    return swap


def majority_beliefs(votes):
    """Beliefs (I, K) of the plain vote: the share of an item's labels."""
    size = (len(votes.tasks), len(votes.labels))
    counts = np.bincount(votes.task * size[1] + votes.label, minlength=size[0] * size[1]).reshape(size)
    return counts / counts.sum(axis=1, keepdims=True)


def _random_beliefs(votes, draw):
    return draw.dirichlet(np.ones(len(votes.labels)), len(votes.tasks))


def _log(probabilities):
    return np.log(np.maximum(probabilities, _TINY))


def _hits(votes, belief):
    """For each worker the labels that are believed true, and all labels."""
    believed = np.bincount(votes.worker, belief[votes.task, votes.label], len(votes.workers))
    return believed, np.bincount(votes.worker, minlength=len(votes.workers))


def _result(votes, climbed, starts, tolerance):
    fit, sweeps, residual = climbed
    converged = bool(residual <= tolerance)
    message = f"converged after {sweeps:,} sweeps"
    if not converged:
        message = f"stopped after {sweeps:,} sweeps, beliefs still move by {residual:.1g}: allow more sweeps"
    hits, judgements = _hits(votes, fit.belief)
    arrays = (fit.prior, fit.confusion, fit.belief, judgements, hits / judgements)
    for array in arrays:
        array.setflags(write=False)
    about = (fit.log_likelihood, starts, converged, sweeps, residual, message)
    return DawidSkene(votes.workers, votes.tasks, votes.labels, *arrays, *about)
