"""A result as a table of wages: every count with its wage and its probability."""

from __future__ import annotations

import numpy as np

from annolib.contracts.forms import Contract, JointContract, Wages
from annolib.numerics.binomials import log_pmf
from annolib.validation import within

_MOST = 10_000_000  # rows
_WIDTH = 40.0  # standard deviations within which counts are looked for where only likely ones are asked for


def wage_table(pay, at_least=0.0):
    """The frame of `SecondBest.wage_table`.

    Raises
    ------
    TypeError
        A contract that is none of annolib's.
    ValueError
        Too many rows: the message says how to have fewer.
    """
    least = within("at_least", at_least, 0, 1, "It is a probability.")
    if least.ndim != 0:
        raise ValueError(f"at_least must be one number; saw {at_least!r}.")
    if isinstance(pay.contract, JointContract):
        return _of_two_kinds(pay, float(least))
    if isinstance(pay.contract, Wages):
        return _of_outcomes(pay.contract, float(least))
    if isinstance(pay.contract, Contract):
        return _of_one_kind(pay, float(least))
    raise TypeError(f"a wage table needs a contract that pays by the checks; saw {pay.contract!r}.")


def _of_one_kind(pay, least):
    import pandas as pd

    n = pay.contract.n
    chance = _chance(pay.evidence, pay.effort)
    k = _counts(n, chance, least)
    law = _law(k, n, chance)
    kept = ~(law < least)  # what is not known stays
    k, law = k[kept], law[kept]
    return pd.DataFrame({"passes": k, "share": k / n, "wage": pay.contract.wage(k), "probability": law})


def _of_outcomes(contract, least):
    """A row for each outcome; where they are drawn several times, how often each came."""
    import pandas as pd

    if least > 0:
        raise ValueError(
            f"at_least belongs to counts of checks; outcomes are all listed. Leave it out; saw {least:g}."
        )
    columns = {"outcome": np.arange(len(contract.wages))}
    if contract.counts_of is not None:
        columns |= {f"times {k}": counts for k, counts in enumerate(zip(*contract.counts_of, strict=True))}
    return pd.DataFrame(columns | {"wage": contract.wages})


def _of_two_kinds(pay, least):
    import pandas as pd

    kinds = getattr(pay.evidence, "kinds", (None, None))
    chances = [_chance(kind, pay.effort) for kind in kinds]
    counts = [_counts(n, chance, least) for n, chance in zip(pay.contract.n, chances, strict=True)]
    _refuse_many(counts[0].size * counts[1].size, least)
    laws = [_law(k, n, chance) for k, n, chance in zip(counts, pay.contract.n, chances, strict=True)]
    together = np.outer(*laws).ravel()
    first, second = (grid.ravel() for grid in np.meshgrid(*counts, indexing="ij"))
    kept = ~(together < least)
    first, second, together = first[kept], second[kept], together[kept]
    wage = pay.contract.wage(first, second)
    return pd.DataFrame({"first": first, "second": second, "wage": wage, "probability": together})


def _chance(monitor, effort):
    """Probability that a check passes; NaN where the evidence does not say."""
    if not hasattr(monitor, "pass_probability"):
        return np.nan
    chance = monitor.pass_probability(effort)
    return float(chance) if np.ndim(chance) == 0 else np.nan


def _counts(n, chance, least):
    if least > 0 and not np.isnan(chance):
        spread = _WIDTH * np.sqrt(n * chance * (1 - chance)) + 40
        low, high = max(int(n * chance - spread), 0), min(int(n * chance + spread) + 1, n)
        _refuse_many(high - low + 1, least)
        return np.arange(low, high + 1)
    _refuse_many(n + 1, 0.0)
    return np.arange(n + 1)


def _law(k, n, chance):
    if np.isnan(chance):
        return np.full(k.size, np.nan)
    if n == 0:
        return np.ones(k.size)
    return np.exp(log_pmf(k.astype(float), n, chance, 1 - chance))


def _refuse_many(rows, least):
    if rows > _MOST:
        remedy = (
            "a larger at_least"
            if least > 0
            else "at_least=1e-12, which leaves out what practically never happens"
        )
        raise ValueError(
            f"the wage table would have {rows:,} rows, more than {_MOST:,}. Ask for it with {remedy}."
        )
