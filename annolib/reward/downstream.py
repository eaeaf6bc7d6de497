"""What a reward model's accuracy says about the effort behind its labels, in closed form.

The world: d features, jointly Gaussian with the same variance in every direction, so the logits s of the true
Bradley-Terry model are Gaussian with standard deviation `logit_sd`. A label of effort η is left with probability

    q = ½ + η(p − ½),    p = σ(s),

and a logistic model without a side is fitted to n such labels, as if nobody had flipped a coin.

**Direction.** The labels depend on the features through s alone, and given s the mean of the features is
linear in s (true of all elliptical laws). The expected logistic loss is convex, so by Jensen's inequality
averaging the model's logit given s never raises it: the best logit is a function c·s. Hence the fit
points to the truth for every η > 0, only shorter, with the shrinkage c = c(η) that solves E[s(q − σ(cs))] = 0
(Brillinger 1983; Li and Duan 1989).

**Worth.** Across the true direction the fit scatters with the variance B/(nA²) a feature of variance 1,
A = E[σ′(cs)], B = E[(label − σ(cs))²] = E[q(1 − q) + (q − σ(cs))²]. The angle to the truth is that over its
length c·logit_sd. A label of effort η is therefore worth

    worth(η) = (cA)²/B, divided by the same at η = 1,

attentive labels: n of them leave the same angle as n·worth(η) attentive ones. For torn items (logit_sd → 0)
worth → η².

**Accuracy.** With an angle θ between fit and truth, tan θ = √((d − 1)B/n)/(cA·logit_sd) to leading order, two
Gaussian scores have the same sign with probability 1 − θ/π (Sheppard 1899).

References
----------
D. R. Brillinger, "A generalized linear model with 'Gaussian' regressor variables", in A Festschrift for Erich
L. Lehmann (1983). K.-C. Li, N. Duan, "Regression analysis under link violation", Annals of Statistics 17 (1989),
doi:10.1214/aos/1176347254. H. White, "Maximum likelihood estimation of misspecified models", Econometrica 50
(1982), doi:10.2307/1912526: the variance. Their use for effort is derived here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

from annolib.monitors.base import Monitor
from annolib.validation import SHARE, as_given, whole, within

_SD = "Give the standard deviation of the logits, such as 1."
_STEP = 1 / 64
_Z = np.arange(-12, 12 + _STEP, _STEP)  # the trapezoidal rule is exact to rounding for Gaussian means
_PHI = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()
YARDSTICKS = ("order", "attentive", "degraded")


def label_worth(effort, logit_sd=1.0):
    """How many attentive labels one label of this effort is worth when a reward model is trained on it.

    Parameters
    ----------
    effort : float or array_like
        In [0, 1].
    logit_sd : float
        Standard deviation of the true logits, positive: how decided people are. See the module for the model.

    Returns
    -------
    float or numpy.ndarray
        (cA)²/B over its value at effort 1, between 0 and η². It does not depend on the number of features.

    Examples
    --------
    >>> label_worth([0.8, 0.6, 0.4, 0.2]).round(3)
    array([0.595, 0.317, 0.136, 0.033])
    >>> label_worth([0.8, 0.6, 0.4, 0.2], logit_sd=0.01).round(3)  # torn items: the square of effort
    array([0.64, 0.36, 0.16, 0.04])
    """
    eta, sd = within("effort", effort, 0, 1, SHARE), _logit_sd(logit_sd)
    return as_given(_precision(eta, sd) / _precision(np.array(1.0), sd), effort)


def labels_needed(attentive, effort, logit_sd=1.0):
    """How many labels of this effort train as good a model as `attentive` labels of effort 1.

    Examples
    --------
    >>> round(labels_needed(1_000, effort=0.6))
    3152
    """
    number = within("attentive", attentive, 0, np.finfo(float).max, "Count labels.")
    worth = np.asarray(label_worth(effort, logit_sd))
    with np.errstate(divide="ignore", invalid="ignore"):
        return as_given(np.where(number > 0, number / worth, 0.0), attentive, effort)


def logit_shrinkage(effort, logit_sd=1.0):
    """The factor c(η) by which labels of this effort shorten the fitted weights; the direction stays.

    Examples
    --------
    >>> logit_shrinkage([1.0, 0.6, 0.2]).round(3), round(logit_shrinkage(0.6, logit_sd=0.01), 3)
    (array([1.   , 0.528, 0.166]), 0.6)
    """
    eta = within("effort", effort, 0, 1, SHARE)
    return as_given(_shrinkage(eta, _logit_sd(logit_sd)), effort)


def gaussian_logits(logit_sd=1.0, count=20_001):
    """Logits of a Gaussian world without luck: its quantiles at (k + ½)/count, as an array of shape (count,).

    Examples
    --------
    >>> gaussian_logits(count=3).round(3)
    array([-0.967,  0.   ,  0.967])
    >>> from annolib import bradley_terry, item_strength
    >>> round(item_strength(bradley_terry(gaussian_logits())), 4)  # the strength of such items
    0.0434
    """
    number = int(whole("count", count, 1, "Count the logits."))
    return _logit_sd(logit_sd) * ndtri((np.arange(number) + 0.5) / number)


@dataclass(frozen=True)
class HeldOutAccuracy(Monitor):
    """A held-out pair as a check of the whole crowd: it passes if the trained model is on the right side.

    As a `Monitor` it goes into `annolib.plan_checks` and `annolib.estimate_effort`: one check is one held-out pair.

    Parameters
    ----------
    labels : int
        Training labels, one a pair, all of the same effort η; at least twice the features.
    against : {"order", "attentive", "degraded"}
        What the model is compared with: the true order of the pair, a fresh label of effort 1, or a fresh label
        of the same effort η.
    features : int
        Number of features d, at least 2.
    logit_sd : float
        Standard deviation of the true logits.

    Notes
    -----
    To leading order in features/(labels·worth); within .003 of simulations with 20 features and 1,000 labels
    or more at efforts of .4 and above.

    Examples
    --------
    >>> HeldOutAccuracy(10_000, "order").pass_probability([1, 0.6]).round(3)
    array([0.97 , 0.946])
    >>> HeldOutAccuracy(10_000, "attentive").pass_probability([1, 0.6]).round(3)
    array([0.674, 0.672])
    >>> HeldOutAccuracy(10_000, "degraded").pass_probability([1, 0.6]).round(3)
    array([0.674, 0.603])
    """

    labels: int
    against: str = "order"
    features: int = 20
    logit_sd: float = 1.0

    def __post_init__(self):
        if self.against not in YARDSTICKS:
            raise ValueError(f"against must be one of {', '.join(YARDSTICKS)}; saw {self.against!r}.")
        features = int(whole("features", self.features, 2, "With one feature there is no direction to miss."))
        labels = int(whole("labels", self.labels, 2 * features, "Give at least two labels a feature."))
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "logit_sd", float(_logit_sd(self.logit_sd)))

    @property
    def gain(self):
        """How much full effort adds to the pass probability."""
        return float(self._pass_probability(np.array(1.0))) - 0.5

    def effort(self, pass_probability):
        """Effort at which held-out pairs pass with this probability, clipped to [0, 1]."""
        from scipy.optimize import brentq

        def one(q):
            if q <= 0.5:
                return 0.0
            if q >= self.ceiling:
                return 1.0
            return brentq(lambda eta: float(self._pass_probability(np.array(eta))) - q, 0, 1, xtol=1e-12)

        q = within("pass_probability", pass_probability, 0, 1, "It is passes divided by checks.")
        return as_given(np.reshape([one(value) for value in q.ravel()], q.shape), pass_probability)

    def _pass_probability(self, eta):
        tangent = _tangent(eta, self.logit_sd, self.features, self.labels)
        if self.against == "order":
            return 1 - np.arctan(tangent) / np.pi
        with np.errstate(divide="ignore", invalid="ignore"):
            same_side = 2 * ndtr(np.abs(_Z) / tangent[..., None]) - 1
        lean = np.nan_to_num(same_side) @ (_PHI * np.abs(expit(self.logit_sd * _Z) - 0.5))
        return 0.5 + (eta * lean if self.against == "degraded" else lean)

    def _slope(self, eta):
        """By a central difference, one-sided at the ends; the rate is smooth in between."""
        step = 1e-5
        low, high = np.maximum(eta - step, 0), np.minimum(eta + step, 1)
        return (self._pass_probability(high) - self._pass_probability(low)) / (high - low)


def _logit_sd(value):
    if np.ndim(value) != 0:
        raise TypeError(f"logit_sd must be one number; saw {value!r}.")
    return within("logit_sd", value, 1e-6, 50, _SD)


def _shrinkage(eta, sd):
    """c from E[s(σ(cs) − ½)] = ηE[s(σ(s) − ½)]: Newton's method from 0 on a concave function only rises."""
    s = sd * _Z
    pull = eta * ((expit(s) - 0.5) @ (_PHI * s))
    c = np.zeros(np.shape(eta))
    for _ in range(100):
        chance = expit(c[..., None] * s)
        step = (pull - (chance - 0.5) @ (_PHI * s)) / ((chance * (1 - chance)) @ (_PHI * s**2))
        c = c + step
        if np.abs(step).max(initial=0) < 1e-14:
            break
    return c


def _precision(eta, sd):
    """(cA)²/B: one over the variance, for one label and one feature across, of the fit in units of its length."""
    s, c = sd * _Z, _shrinkage(eta, sd)
    fitted = expit(c[..., None] * s)
    q = 0.5 + eta[..., None] * (expit(s) - 0.5)
    bend, spread = (fitted * (1 - fitted)) @ _PHI, (q * (1 - q) + (q - fitted) ** 2) @ _PHI
    return (c * bend) ** 2 / spread


def _tangent(eta, sd, features, labels):
    """Tangent of the angle between fit and truth; infinite at effort 0."""
    with np.errstate(divide="ignore"):
        return np.sqrt((features - 1) / (labels * _precision(np.asarray(eta, float), sd))) / sd
