"""Do annotators want different things? Two tests on how often each of them takes, say, the longer answer.

Of n_w choices worker w takes k_w of the kind in question. Two nulls, from weak to strong:

*One share for everybody.* k_w ~ Binomial(n_w, m). Against it stands the beta-binomial law, in which shares scatter
with mean m and standard deviation s = √(m(1 − m)ρ), ρ = 1/(a + b + 1). Twice the log likelihood ratio is
compared with the half-half mixture of 0 and χ²₁, since ρ = 0 lies on the border. This null also fails if people
share one taste and differ in care.

*One taste, any efforts.* An attentive person takes that kind with probability q, and effort η makes it
½ + η(q − ½). So all shares lie on one side of ½, wherever the efforts are. With the deviances

    D_w = 2 [k_w log(2 k_w/n_w) + (n_w − k_w) log(2 (n_w − k_w)/n_w)]

of a fair coin, Q⁺ the sum over workers above ½ and Q⁻ over those below, the statistic is min(Q⁺, Q⁻), and in large
samples

    P(min(Q⁺, Q⁻) > c) ≤ Σ_{h=1}^{W−1} Binomial(h; W − 1, ½) P(χ²_h > c).

References
----------
M. Gail, R. Simon, "Testing for qualitative interactions between treatment effects and patient subsets",
Biometrics 41 (1985) 361-372, doi:10.2307/2530862.
J. G. Skellam, "A probability distribution derived from the binomial distribution by regarding the probability
of success as variable between the sets of trials", JRSS B 10 (1948), doi:10.1111/j.2517-6161.1948.tb00014.x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import betaln, gammaincc, gammaln, xlogy

from annolib.validation import whole


@dataclass(frozen=True)
class TasteTest:
    """What the choices of several workers say about one taste or many.

    Attributes
    ----------
    workers : int
        Workers with a choice.
    mean, spread : float
        Mean and standard deviation of the shares among workers, luck taken out (beta-binomial fit).
    likelihood_ratio, p_value : float
        Against one share for everybody.
    above, below : float
        Q⁺ and Q⁻, the evidence for shares above and for shares below one half.
    opposite_p_value : float
        Against one taste with any efforts: small where some workers lean to one side and others to the other,
        more than luck allows.
    """

    workers: int
    mean: float
    spread: float
    likelihood_ratio: float
    p_value: float
    above: float
    below: float
    opposite_p_value: float


def taste_test(taken, choices) -> TasteTest:
    """Test whether annotators share one taste, from counts.

    Parameters
    ----------
    taken : array_like of int of shape (workers,)
        How often each worker took the kind in question, such as the longer answer.
    choices : array_like of int of shape (workers,)
        Of how many. Workers without a choice are left out.

    Returns
    -------
    TasteTest

    Raises
    ------
    ValueError
        If the shapes differ, a count exceeds its choices, or fewer than two workers chose.

    Notes
    -----
    A worker's choices must be independent, on items dealt out in the same way to everybody. Somebody whose
    items all came from one topic may seem to have a taste that is the topic's. A taste may also be a
    shortcut: the counts do not tell why somebody takes the longer answer.

    Examples
    --------
    Ten of twelve for one half of the workers, two of twelve for the other:

    >>> found = taste_test([10] * 5 + [2] * 5, [12] * 10)
    >>> round(found.mean, 2), round(found.spread, 2), found.opposite_p_value < 0.001
    (0.5, 0.27, True)

    The same evidence, all on one side, may be one taste and unequal care:

    >>> taste_test([10] * 5 + [6] * 5, [12] * 10).opposite_p_value
    1.0
    """
    k = whole("taken", taken, 0, "Count the choices of that kind.")
    n = whole("choices", choices, 0, "Count all choices.")
    if k.shape != n.shape or k.ndim != 1:
        raise ValueError(
            f"taken and choices must have one entry for each worker; saw shapes {k.shape} and {n.shape}."
        )
    if (k > n).any():
        place = int(np.flatnonzero(k > n)[0])
        raise ValueError(f"taken must not exceed choices; saw {k[place]} of {n[place]} in entry {place}.")
    k, n = k[n > 0], n[n > 0]
    if n.size < 2:
        raise ValueError(f"choices must be above 0 for two workers or more; saw {n.size}.")
    mean, rho, ratio = _beta_binomial(k, n)
    deviance = 2 * (xlogy(k, 2 * k / n) + xlogy(n - k, 2 * (n - k) / n))
    above, below = float(deviance[2 * k > n].sum()), float(deviance[2 * k < n].sum())
    return TasteTest(
        workers=int(n.size),
        mean=mean,
        spread=float(np.sqrt(mean * (1 - mean) * rho)),
        likelihood_ratio=ratio,
        p_value=float(gammaincc(0.5, ratio / 2) / 2) if ratio > 0 else 1.0,
        above=above,
        below=below,
        opposite_p_value=_one_side_p_value(min(above, below), n.size),
    )


def _beta_binomial(k, n):
    """Mean, ρ and twice the log likelihood ratio against ρ = 0; the likelihood is searched over both."""
    share = k.sum() / n.sum()
    if share in (0, 1):
        return float(share), 0.0, 0.0
    binomial = float((xlogy(k, share) + xlogy(n - k, 1 - share)).sum())

    def best_mean(rho):
        found = minimize_scalar(
            lambda mean: -_log_likelihood(k, n, mean, rho), bounds=(1e-6, 1 - 1e-6), method="bounded",
            options={"xatol": 1e-9},
        )  # fmt: skip
        return -found.fun, float(found.x)

    logits = np.linspace(-12, 6, 37)
    values = [best_mean(_expit(one))[0] for one in logits]
    place = int(np.argmax(values))
    ends = logits[max(place - 1, 0)], logits[min(place + 1, logits.size - 1)]
    found = minimize_scalar(lambda one: -best_mean(_expit(one))[0], bounds=ends, method="bounded")
    if -found.fun <= binomial:
        return float(share), 0.0, 0.0
    return best_mean(_expit(found.x))[1], float(_expit(found.x)), float(2 * (-found.fun - binomial))


def _log_likelihood(k, n, mean, rho):
    """Without the binomial coefficients, which do not depend on mean and ρ."""
    size = 1 / rho - 1
    a, b = mean * size, (1 - mean) * size
    return float((betaln(k + a, n - k + b) - betaln(a, b)).sum())


def _expit(logit):
    return 1 / (1 + np.exp(-logit))


def _one_side_p_value(statistic, workers):
    if statistic <= 0:
        return 1.0
    h, most = np.arange(1, workers), workers - 1
    weight = np.exp(gammaln(most + 1) - gammaln(h + 1) - gammaln(most - h + 1) - most * np.log(2))
    return float(min(weight @ gammaincc(h / 2, statistic / 2), 1.0))
