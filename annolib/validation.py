"""Validation of arguments: one clear error that names the argument, what was seen and what to do.

Numbers may be scalars or arrays. A scalar in gives a Python number out, see `as_given`.
"""

from __future__ import annotations

import numpy as np

SHARE = "Effort is a share: 0 is careless, 1 is full care."


def within(name, value, low, high, remedy=""):
    """Return `value` as a float array, or raise if any entry leaves [low, high].

    Parameters
    ----------
    name : str
        What the caller calls the argument; it opens the message.
    value : float or array_like
    low, high : float
        The closed interval. Use ±inf for a side without a bound.
    remedy : str
        What the caller should do; it closes the message.

    Returns
    -------
    numpy.ndarray of float, of the shape of `value`.

    Raises
    ------
    TypeError
        If `value` is not numeric.
    ValueError
        If an entry is NaN or outside the interval.

    Examples
    --------
    >>> within("effort", 0.5, 0, 1)
    array(0.5)
    >>> within("effort", [0.2, 1.3], 0, 1, "Give effort as a share.")
    Traceback (most recent call last):
        ...
    ValueError: effort must lie in [0, 1]; saw 1.3. Give effort as a share.
    """
    array = _numeric(name, value)
    bad = ~((array >= low) & (array <= high))
    if bad.any():
        seen = float(array[bad].flat[0])
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}]; saw {seen:.12g}. {remedy}".rstrip(" "))
    return array


def whole(name, value, low=0, remedy=""):
    """Return `value` as an int64 array, or raise if any entry is not a whole number ≥ `low`.

    Examples
    --------
    >>> whole("checks", 12)
    array(12)
    >>> whole("checks", 2.5)
    Traceback (most recent call last):
        ...
    ValueError: checks must be a whole number of at least 0; saw 2.5.
    """
    array = _numeric(name, value)
    bad = ~(np.isfinite(array) & (array >= low) & (array == np.floor(array)))
    if bad.any():
        seen = float(array[bad].flat[0])
        raise ValueError(
            f"{name} must be a whole number of at least {low}; saw {seen:.12g}. {remedy}".rstrip(" ")
        )
    return array.astype(np.int64)


def paired(first, second, names=("first", "second")):
    """Two sequences about the same things: pandas Series brought into one order by their index, or refused.

    Parameters
    ----------
    first, second : array_like
        Two Series pair by index: the second is put in the order of the first. If anything else is among them,
        they pair by position.
    names : tuple of str
        What the caller calls them.

    Returns
    -------
    first, second : as given, the second perhaps in another order.

    Raises
    ------
    ValueError
        If two Series have different indices, or the same in another order with an entry twice.

    Examples
    --------
    >>> import pandas as pd
    >>> left, right = paired(pd.Series([1, 2], ["i", "j"]), pd.Series([3, 4], ["j", "i"]))
    >>> right.tolist()
    [4, 3]
    """
    if not all(hasattr(given, "reindex") and getattr(given, "ndim", 0) == 1 for given in (first, second)):
        return first, second
    one, two = first.index, second.index
    if one.equals(two):
        return first, second
    if one.is_unique and two.is_unique and len(one) == len(two) and one.isin(two).all():
        return first, second.reindex(one)
    if one.is_unique and two.is_unique:
        only = [*one[~one.isin(two)], *two[~two.isin(one)]]
        seen = f"saw {only[0]!r} in one of them only"
    else:
        twice = one if not one.is_unique else two
        seen = f"saw {twice[twice.duplicated()].tolist()[0]!r} twice in an index"
    a, b = names
    raise ValueError(
        f"{a} and {b} must have the same index, each entry once; {seen}. Align them ({a}, {b} = {a}.align({b}, "
        f"join='inner')), or pair them by position ({b} = {b}.to_numpy())."
    )


def generator(rng):
    """Return the random generator that `rng` names: a `numpy.random.Generator` or a seed.

    Examples
    --------
    >>> float(generator(7).random()) == float(np.random.default_rng(7).random())
    True
    >>> generator("seven")
    Traceback (most recent call last):
        ...
    TypeError: rng must be a numpy.random.Generator or a whole-number seed; saw 'seven'.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise TypeError(f"rng must be a numpy.random.Generator or a whole-number seed; saw {rng!r}.")


def as_given(result, *inputs):
    """Return `result` as a Python number if every input was a scalar, else as an array.

    Examples
    --------
    >>> as_given(np.array(0.25), 0.5), as_given(np.array([0.25]), [0.5])
    (0.25, array([0.25]))
    """
    if all(np.ndim(given) == 0 for given in inputs):
        return np.asarray(result).item()
    return np.asarray(result)


def _numeric(name, value):
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            raise TypeError
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number or an array of numbers; saw {value!r}.") from None
    return array.astype(float)


def one_effort(name, value):
    """Return `value` as one float in [0, 1], or raise."""
    if np.ndim(value) != 0:
        raise TypeError(f"{name} must be one effort; saw {value!r}.")
    return float(within(name, value, 0, 1, SHARE))


def one_whole(name, value, low=0, remedy="Count the checks."):
    """Return `value` as one int of at least `low`, or raise."""
    if np.ndim(value) != 0:
        raise TypeError(f"{name} must be one whole number; saw {value!r}.")
    return int(whole(name, value, low, remedy))


def error_rate(name, value, high=0.5):
    """Return `value` as one float in (0, high], or raise."""
    if np.ndim(value) != 0 or not 0 < float(within(name, value, 0, 1, "Give a share, such as 0.05.")) <= high:
        raise ValueError(f"{name} must be one number in (0, {high:g}]; saw {value!r}. Give 0.05, say.")
    return float(value)
