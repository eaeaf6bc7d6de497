"""A contract as a clause: the same shares for any number of checks, and the words that stand in the agreement.

A contract is solved for n checks, but one person comes to 83 and another to 110. The clause speaks of shares: the bonus for
t of n passes is paid for that share of passes, a line pays by the share. So everybody is paid by the same words; what the
clause buys with more or fewer checks than n is in `PayPlan.by_checks`.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

from annolib.contracts.forms import Binary, Flat, Linear, Tiered

CLAUSE_FORMS = (Flat, Binary, Linear, Tiered)


def in_cents(contract, utility):
    """The contract in whole cents, rounded so that nobody who was to gain from work gains less, and nobody gets less.

    What is printed is then what is solved for: no line of the clause is a rounded one. Every wage rises, and every bonus in utility does.

    Examples
    --------
    >>> from annolib.agency.utilities import CARA
    >>> in_cents(Binary(57, 0.001, 0.4, n=100), CARA(1.0))
    Binary(threshold=57, low=0.01, high=0.42, n=100, counts='passes')
    """
    if isinstance(contract, Flat):
        return replace(contract, pay=_up(contract.pay))
    if isinstance(contract, Linear):
        floor = contract.floor if contract.floor is None else _up(contract.floor)
        return replace(contract, base=_up(contract.base), slope=_up(contract.slope), floor=floor)
    wages = contract.wages if isinstance(contract, Tiered) else (contract.low, contract.high)
    paid = [_up(wages[0])]
    for before, after in zip(wages, wages[1:], strict=False):
        bonus = float(utility.utility(after)) - float(utility.utility(before))
        wanted = float(utility.utility(paid[-1])) + bonus
        as_good = float(utility.wage(wanted)) if wanted < utility.highest else after + paid[-1] - before
        paid.append(_up(max(after, as_good)))
    if isinstance(contract, Tiered):
        return replace(contract, wages=tuple(paid))
    return replace(contract, low=paid[0], high=paid[1])


def _up(amount):
    """The next whole cent; what is one up to rounding stays."""
    return ceil(round(100 * amount, 6)) / 100


def for_checks(contract, checks):
    """The contract of the same clause for another number of checks.

    Parameters
    ----------
    contract : Flat, Binary, Linear or Tiered
    checks : int
        At least 1.

    Returns
    -------
    Contract
        Thresholds are the least counts whose share is that of the contract.

    Examples
    --------
    >>> for_checks(Binary(57, 0.0, 0.4, n=100), 83)
    Binary(threshold=48, low=0.0, high=0.4, n=83, counts='passes')
    """
    if checks < 1:
        raise ValueError(
            f"checks must be 1 or more; saw {checks}. Who was not checked is not paid by this clause."
        )
    if isinstance(contract, Binary):
        return replace(contract, threshold=_scaled(contract.threshold, contract.n, checks), n=checks)
    if isinstance(contract, Tiered):
        thresholds = tuple(_scaled(t, contract.n, checks) for t in contract.thresholds)
        kept = [
            i for i, t in enumerate(thresholds) if t not in thresholds[i + 1 :]
        ]  # two tiers at one count: the higher
        wages = (contract.wages[0], *(contract.wages[i + 1] for i in kept))
        return Tiered(tuple(thresholds[i] for i in kept), wages, checks, contract.counts)
    if isinstance(contract, Flat | Linear):
        return replace(contract, n=checks)
    raise TypeError(f"contract must be Flat, Binary, Linear or Tiered; saw {contract!r}.")


def share_of(threshold, n):
    """The share that the clause names: the roundest decimal, from below, that asks for exactly `threshold` of n.

    Examples
    --------
    >>> share_of(57, 100), share_of(40, 71)
    (Fraction(57, 100), Fraction(14, 25))
    """
    decimals = 100
    while True:
        share = Fraction(threshold * decimals // n, decimals)
        if ceil(share * n) == threshold:
            return share
        decimals *= 10


def _scaled(threshold, n, checks):
    """The least count of `checks` that reaches the share of the clause."""
    return max(1, min(ceil(share_of(threshold, n) * checks), checks)) if threshold else 0


def clause(contract, kind, money, deposit):
    """The clause in words, a sentence each.

    Parameters
    ----------
    contract : Flat, Binary, Linear or Tiered
    kind : str
        What a check is called.
    money : callable
        From a number to text, such as `"12.30"`.
    deposit : float
        What was laid down beforehand, part of the lowest wage.
    """
    of = "that agree" if kind == "repeat" else "that pass"
    checks = "repeated comparisons" if kind == "repeat" else f"{kind} checks"
    if contract.counts == "failures":
        of = "that fail"
    sentences = []
    if deposit > 0:
        sentences.append(
            f"You lay down {money(deposit)} for a batch; it comes back with the pay, in full or in part, as this clause says."
        )
    if isinstance(contract, Flat):
        sentences.append(f"A batch pays {money(contract.pay + deposit)}, whatever the checks show.")
    elif isinstance(contract, Linear):
        base = contract.base + deposit
        share = f"{money(contract.slope)} times the share of the {checks} {of}"
        sentences.append(
            f"A batch pays {money(base)} and {share}."
            if base >= 0
            else f"A batch pays {share}, less {money(-base)}."
        )
        if contract.floor is not None and contract.floor > contract.base:
            sentences.append(f"It never pays less than {money(contract.floor + deposit)}.")
    else:
        wages = contract.wages if isinstance(contract, Tiered) else (contract.low, contract.high)
        thresholds = contract.thresholds if isinstance(contract, Tiered) else (contract.threshold,)
        sentences.append(f"A batch pays {money(wages[0] + deposit)}.")
        sentences += [
            f"If {_percent(t, contract.n)} or more of the {checks} {'agree' if kind == 'repeat' else of[5:]} ({t:,} of {contract.n:,}), "
            f"it pays {money(w + deposit)} in all instead."
            for t, w in zip(thresholds, wages[1:], strict=True)
        ]
    return tuple(sentences)


def _percent(threshold, n):
    return f"{float(100 * share_of(threshold, n)):g} %"
