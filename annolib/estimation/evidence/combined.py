"""All that is known of one person in one likelihood: repeats, golden questions, experts and peers together.

Given the effort η the parts are independent, so their log likelihoods add up, ℓ(η) = Σ ℓ_k(η); each ℓ_k is that of
`annolib.estimation.evidence.checks`.

References
----------
S. S. Wilks, Ann. Math. Statist. 9 (1938), doi:10.1214/aoms/1177732360 (interval from the likelihood ratio).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import chdtrc

from annolib.estimation.effort import AT_CEILING, AT_CHANCE, NO_CHECKS, NOT_IDENTIFIED, OK
from annolib.estimation.evidence.checks import Evidence
from annolib.estimation.evidence.exact_test import p_values
from annolib.estimation.evidence.likeliest import effort_range, likeliest_effort, log_likelihood
from annolib.markup import html_report
from annolib.planning.hypotheses import CAREFUL, CARELESS, UNDECIDED
from annolib.validation import as_given, one_effort, within
from annolib.validation import error_rate as one_rate

_GIVE = "Give (passes, checks, monitor) or an Evidence for each kind of check."


@dataclass(frozen=True, eq=False)
class CombinedEvidence:
    """What all checks of one annotator say together about effort.

    Attributes
    ----------
    effort : float
        The likeliest effort; NaN where nothing is known.
    low, high : float
        Every effort in between that is within half a chi-square quantile of the best log likelihood (the ends of the
        whole, if they are several stretches).
    confidence : float
    status : str
        "ok", "at or below chance" (effort 0 is likeliest), "at the ceiling" (effort 1 is), "no checks" or "not
        identified".
    message : str
    disagreement : float
        Twice the log likelihood that the parts lose by having to agree on one effort; NaN with fewer than two parts.
    disagreement_p : float
        Its p-value (chi-square, parts − 1 degrees of freedom; approximate): small if one part contradicts another.
    evidence : dict
        Kind → Evidence.
    """

    effort: float
    low: float
    high: float
    confidence: float
    status: str
    message: str
    disagreement: float
    disagreement_p: float
    evidence: dict = field(repr=False)

    def log_likelihood(self, effort):
        """ℓ(η) − ℓ(η̂): 0 at the likeliest effort, negative elsewhere; a number or an array."""
        eta = within("effort", effort, 0, 1, "Effort is a share.")
        return as_given(np.minimum(log_likelihood(self.evidence, eta) - self._top, 0), effort)

    @cached_property
    def _top(self):
        best = self.effort if np.isfinite(self.effort) else 0.0
        return float(log_likelihood(self.evidence, np.array(best)))

    def contributions(self, against=None):
        """What each part contributes: a pandas table, one row per kind.

        Parameters
        ----------
        against : float, optional
            An effort to compare with, such as the one that is required.

        Returns
        -------
        pandas.DataFrame
            Index `kind`; passes, checks, design_effect; effort, low, high of this part alone; share: of the Fisher
            information at the likeliest effort (NaN where no part has a finite one); loss: the log likelihood that it
            gives up for the others' sake; and with `against`, log_ratio: ℓ_k(η̂) − ℓ_k(against). These add up, over
            the parts, to what all of the evidence has against that effort; a negative one speaks for it.
        """
        import pandas as pd

        known = np.isfinite(self.effort)
        weight = [part.information(self.effort) if known else np.nan for part in self.evidence.values()]
        whole = sum(weight)
        rows = []
        for part, own in zip(self.evidence.values(), weight, strict=True):
            best, low, high = (
                effort_range({"": part}, self.confidence) if part.informs else (np.nan, 0.0, 1.0)
            )
            row = {"passes": part.passes, "checks": part.checks, "design_effect": part.design_effect}
            row |= {"effort": best, "low": low, "high": high}
            row["share"] = own / whole if np.isfinite(whole) and whole > 0 else np.nan
            here = part.log_likelihood(self.effort) if known else 0.0
            row["loss"] = max(part.log_likelihood(best) - here, 0.0) if part.informs else 0.0
            if against is not None:
                row["log_ratio"] = (
                    here - part.log_likelihood(one_effort("against", against)) if known else 0.0
                )
            rows.append(row)
        return pd.DataFrame(rows, index=pd.Index(list(self.evidence), name="kind"))

    def probability_below(self, limit):
        """Posterior probability of an effort below `limit`, every effort being equally likely beforehand."""
        end = one_effort("limit", limit)
        below, above = (_mass(self, a, b) for a, b in ((0.0, end), (end, 1.0)))
        return below / (below + above)

    def p_values(self, required):
        """Exact p-values of "effort is at least `required`" and of "effort is at most `required`", two numbers.

        See `annolib.estimation.evidence.exact_test`.
        """
        limit = one_effort("required", required)
        heard = {kind: part for kind, part in self.evidence.items() if part.informs}
        return p_values(heard, limit)

    def verdict(self, required, error_rate=0.05):
        """Careful, careless or undecided, each wrong with a chance of at most `error_rate`, by the exact tests.

        Careless: the upper limit of effort lies below `required`, also with the weakest checks that a pool allows for.
        Careful: the lower limit lies above, also with the strongest. A known strength is taken as known.
        """
        rate = one_rate("error_rate", error_rate)
        careless, careful = self.p_values(required)
        return CARELESS if careless <= rate else CAREFUL if careful <= rate else UNDECIDED

    def to_frame(self):
        """`contributions()`."""
        return self.contributions()

    def __repr__(self):
        parts = ", ".join(f"{kind} {part.passes} of {part.checks}" for kind, part in self.evidence.items())
        return (
            f"CombinedEvidence(effort={self.effort:.3f}, low={self.low:.3f}, high={self.high:.3f}, "
            f"{self.confidence:.6g} interval, profile likelihood; {parts})"
        )

    def _repr_html_(self):
        return html_report(f"{self!r}. {self.message}", self.contributions())


def combine_evidence(evidence, confidence=0.95) -> CombinedEvidence:
    """Effort of one annotator from all kinds of checks at once, by the likelihood, and what each kind contributes.

    Parameters
    ----------
    evidence : dict
        From a name of your choice ("repeats, sides kept", "repeats, swapped", "golden", "expert", "peers") to
        (passes, checks, monitor), or to an `Evidence` where the strength comes from a pool or the checks are
        dependent. Monitors with two labels and with K labels may stand side by side.
    confidence : float
        In (0, 1).

    Returns
    -------
    CombinedEvidence

    Raises
    ------
    TypeError, ValueError
        If the evidence is no such dict; if a count or a monitor is wrong, with the name of the kind.

    Notes
    -----
    The parts must be independent given the effort: no check may be counted under two names, and a golden question that
    came back is either a repeat or a golden question. Peers share items, and many of them easily drown the rest: give
    them a `design_effect`. One low part beside high ones is news about the person (a rule, recognised gold, another
    taste), not an average: look at `disagreement_p` before you read the effort.

    What the interval keeps, every outcome summed: .937 and more of .95 with 31 to 40 checks of two kinds; **poor** (.875
    at worst) just below effort 1 where full effort never misses any check. The verdicts of `CombinedEvidence.verdict` are
    exact (`tests/benchmarks/results/coverage.md`).

    Examples
    --------
    >>> from annolib.monitors import GoldenLabels, SelfConsistencyLabels
    >>> found = combine_evidence({
    ...     "repeats": (14, 20, SelfConsistencyLabels(0.6)),
    ...     "golden": (7, 11, GoldenLabels(0.6)),
    ... })
    >>> found
    ... # doctest: +NORMALIZE_WHITESPACE
    CombinedEvidence(effort=0.713, low=0.447, high=0.889, 0.95 interval, profile likelihood;
    repeats 14 of 20, golden 7 of 11)
    >>> found.contributions(against=0.9)[["effort", "share", "log_ratio"]].round(2)
    ... # doctest: +NORMALIZE_WHITESPACE
             effort  share  log_ratio
    kind
    repeats    0.78   0.74       0.67
    golden     0.51   0.26       1.57
    >>> found.verdict(required=0.4)
    'careful'
    """
    parts = _parts(evidence)
    level = one_rate("confidence", confidence, high=1 - 1e-15)
    heard = {kind: part for kind, part in parts.items() if part.informs}
    if not heard:
        status = NOT_IDENTIFIED if any(part.checks for part in parts.values()) else NO_CHECKS
        words = "No part says anything about effort: there are no checks, or none of known strength."
        return CombinedEvidence(np.nan, 0.0, 1.0, level, status, words, np.nan, np.nan, parts)
    effort, low, high = effort_range(heard, level)
    status = AT_CHANCE if effort <= 0 else AT_CEILING if effort >= 1 else OK
    lost, p = _disagreement(heard, effort)
    return CombinedEvidence(effort, low, high, level, status, _message(heard, p), lost, p, parts)


def _parts(evidence):
    """The evidence as a dict of Evidence; what is wrong with a kind is told with its name."""
    if not isinstance(evidence, dict) or not evidence:
        raise TypeError(f"evidence must map each kind of check to its counts; saw {evidence!r}. {_GIVE}")
    parts = {}
    for kind, given in evidence.items():
        if not isinstance(given, (Evidence, tuple, list)) or (
            not isinstance(given, Evidence) and len(given) != 3
        ):
            raise TypeError(f"evidence[{kind!r}] is {given!r}. {_GIVE}")
        try:
            parts[kind] = given if isinstance(given, Evidence) else Evidence(*given)
        except (TypeError, ValueError) as error:
            raise type(error)(f"evidence[{kind!r}]: {error}") from None
    return parts


def _disagreement(parts, effort):
    """What the parts lose by agreeing on one effort, doubled, and its chi-square p-value."""
    if len(parts) < 2:
        return np.nan, np.nan
    alone = sum(part.log_likelihood(likeliest_effort({"": part})) for part in parts.values())
    lost = max(2 * (alone - float(log_likelihood(parts, np.array(effort)))), 0.0)
    return lost, float(chdtrc(len(parts) - 1, lost))


def _message(parts, p):
    words = f"{len(parts)} parts, {sum(part.checks for part in parts.values())} checks."
    if p <= 0.05:
        words += (
            f" The parts contradict each other (p = {p:.2g}): no single effort explains them. Look for a rule, recognised "
            "golden questions, another taste, or a wrong strength."
        )
    return words


def _mass(found, low, high, panels=400):
    """Integral of the likelihood over [low, high], five Gauss-Legendre nodes in each panel."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    edges = np.linspace(low, high, panels + 1)
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    return float((half * weights * np.exp(found.log_likelihood(middle + half * nodes))).sum())
