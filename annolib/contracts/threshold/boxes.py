"""Boxes of thresholds and efforts, and functions on them known by a value, a range of slopes and a range of steps.

A `Form` holds what the mean value theorem needs: f(t, η) ≥ f(centre) − (what the slope in η and the steps from one threshold to the next can take
away on the box). Sums of forms and multiples by weights ≥ 0 are forms. The functions below choose weights for which little can be taken away.

References
----------
R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis (2009), doi:10.1137/1.9780898717716 (mean value form).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from annolib.numerics.intervals import middle, minus, product, total


@dataclass(frozen=True)
class Boxes:
    """Boxes of thresholds `first` … `last` and efforts `low` … `high`; `full` ones hold full effort alone. Arrays of one length.

    `case` says which of several numbers of checks a box is for; where it is not given, the first. A box may lean: its thresholds are those at
    its lowest effort, and at higher ones they are higher by `lean` per unit of effort (then its ends need not be whole).
    """

    first: np.ndarray
    last: np.ndarray
    low: np.ndarray
    high: np.ndarray
    full: np.ndarray
    case: np.ndarray = None
    lean: np.ndarray = None

    def __post_init__(self):
        if self.case is None:
            object.__setattr__(self, "case", np.zeros(self.first.size, int))
        if self.lean is None:
            object.__setattr__(self, "lean", np.zeros(self.first.size))

    @property
    def size(self):
        return self.first.size

    def take(self, index):
        return Boxes(*(getattr(self, field.name)[index] for field in fields(self)))

    @staticmethod
    def join(*parts):
        return Boxes(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Boxes)))


@dataclass(frozen=True)
class Form:
    """A function on boxes: its value at the centre, and intervals for its derivative in effort and its step per threshold."""

    value: np.ndarray
    slope: tuple
    step: tuple

    def take(self, index):
        return Form(self.value[index], take(self.slope, index), take(self.step, index))

    def times(self, weight):
        """The form times weights ≥ 0; nothing where the weight is 0."""
        with np.errstate(invalid="ignore"):
            scaled = [np.where(weight == 0, 0.0, x * weight) for x in (self.value, *self.slope, *self.step)]
        return Form(scaled[0], tuple(scaled[1:3]), tuple(scaled[3:5]))

    def plus(self, other):
        return Form(self.value + other.value, total(self.slope, other.slope), total(self.step, other.step))

    def less(self, other):
        return Form(
            self.value - other.value,
            total(self.slope, minus(other.slope)),
            total(self.step, minus(other.step)),
        )


def take(pair, index):
    return pair[0][index], pair[1][index]


def pick(s, index):
    return {name: take(x, index) if isinstance(x, tuple) else x[index] for name, x in s.items()}


def mean_value(form, s):
    """The value at the centre less what the gradient can take away on the box."""
    bound = form.value + product(form.slope, s["dx"])[0] + product(form.step, s["dt"])[0]
    return np.where(np.isnan(bound), -np.inf, bound)


def signed(pair, plus):
    return np.where(plus, pair[0], -pair[1]), np.where(plus, pair[1], -pair[0])


def at_least_zero(x):
    return np.where(np.isfinite(x) & (x > 0), x, 0.0)


def balance(first, second):
    """The share λ in [0, 1] for which λ·first + (1 − λ)·second is nearest 0."""
    share = -second / (first - second)
    return np.clip(np.where(np.isfinite(share), share, 0.0), 0.0, 1.0)


def two_weights(first, second, limit):
    """λ in [0, 1] and μ ≥ 0 with λ∇first + (1 − λ)∇second = μ∇limit, if there are such; else the nearest allowed."""
    a, b, k = (middle(form.slope) for form in (first, second, limit))
    c, d, l = (middle(form.step) for form in (first, second, limit))  # noqa: E741
    determinant = (a - b) * -l + k * (c - d)
    share, price = (b * l - k * d) / determinant, (-(a - b) * d + (c - d) * b) / determinant
    good = np.isfinite(share) & np.isfinite(price)
    return np.clip(np.where(good, share, 0.0), 0.0, 1.0), at_least_zero(np.where(good, price, 0.0))
