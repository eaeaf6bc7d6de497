"""The kinds of checks that can be bought: what one costs, and how strong it is at least and at most.

A check of kind k at price pₖ tells 𝓘ₖ(η) about effort, so a unit of money buys 𝓘ₖ/pₖ. Information adds up over checks, and what
not seeing effort costs falls with its sum: all the money goes to the kind with the largest 𝓘ₖ/pₖ, at the weakest strength
there may be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.auditing.strength import with_strength
from annolib.auditing.verdicts import checks_of
from annolib.monitors.base import Monitor
from annolib.monitors.evidence.unknown_strength import MonitorRange
from annolib.validation import within


@dataclass(frozen=True)
class Kind:
    """A kind of check at its price.

    Attributes
    ----------
    name : str
        "repeat", "golden", "expert", or what the user calls it.
    price : float
        Of one check, in money.
    evidence : Monitor or MonitorRange
        What one check is; a range where the strength is known up to one.
    source : str
        Where the strength comes from, in words.
    """

    name: str
    price: float
    evidence: object
    source: str

    @property
    def weakest(self):
        """The monitor of the weakest strength."""
        return self.evidence.low if isinstance(self.evidence, MonitorRange) else self.evidence

    @property
    def strongest(self):
        """The monitor of the strongest strength."""
        return self.evidence.high if isinstance(self.evidence, MonitorRange) else self.evidence

    def information_per_price(self, effort):
        """𝓘(η)/price at the weakest strength."""
        return float(self.weakest.fisher_information(effort)) / self.price

    def at(self, shares):
        """Monitors so far up the range, each with its strength."""
        if not isinstance(self.evidence, MonitorRange):
            return [self.evidence]
        return [self.evidence.at(float(share)) for share in shares]


def of_audit(audit):
    """The kind of check that an audit rests on: its name, the monitor or the range that it allows for, and where that comes from.

    Raises
    ------
    ValueError
        If the weakest checks that the audit allows for say nothing.
    """
    limits = audit.strength
    name = checks_of(audit.monitor)
    if limits.low == 0:
        raise ValueError(
            f"the audit allows for checks of {limits.name} 0, which say nothing about effort, so no pay can rest on them; "
            f"its strength is {limits.source}. Audit with strength='pool' and trusted=[…], or with strength=(low, high)."
        )
    low, high = (with_strength(audit.monitor, end) for end in (limits.low, limits.high))
    return name, low if limits.low == limits.high else MonitorRange(low, high), limits.source


def priced(audit, prices, monitors):
    """The kinds on offer, in the order of `prices`.

    Parameters
    ----------
    audit : Audit
    prices : float or dict of str to float
        Of one check, in money: of the audit's kind, or by kind.
    monitors : dict of str to Monitor or MonitorRange
        What a check of the other kinds is.

    Returns
    -------
    tuple of Kind
    """
    name, evidence, source = of_audit(audit)
    known = {name: (evidence, source)}
    for other, monitor in (monitors or {}).items():
        if not isinstance(monitor, Monitor | MonitorRange):
            raise TypeError(
                f"monitors[{other!r}] must be a monitor such as Golden(0.45) or a MonitorRange; saw {monitor!r}."
            )
        known[other] = (monitor, "given")
    if not isinstance(prices, dict):
        prices = {name: prices}
    if not prices:
        raise ValueError(
            f"prices must name one kind of check at least; saw {{}}. Give {{{name!r}: 0.2}}, say."
        )
    kinds = []
    for kind, price in prices.items():
        if kind not in known:
            raise ValueError(
                f"prices names {kind!r}, but the audit's checks are {name!r}"
                + (f" and monitors has {sorted(monitors)}" if monitors else "")
                + f". Say what such a check is: monitors={{{kind!r}: al.Golden(0.45)}}, say."
            )
        number = within(f"prices[{kind!r}]", price, 0, np.inf, "It is the cost of one check, in money.")
        if number.ndim != 0 or not 0 < number < np.inf:
            raise ValueError(f"prices[{kind!r}] must be one finite number above 0; saw {price!r}.")
        kinds.append(Kind(kind, float(number), *known[kind]))
    return tuple(kinds)
