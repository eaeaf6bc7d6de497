"""From counts of checks, kind by kind, to the evidence about one annotator: the strengths come from a trusted pool.

People of full effort pass a check of kind k with probability 1/3 + γₖ (three labels), so a pool that is taken for careful
gives γₖ as its pass rate minus 1/3. The pool is an assumption: if it shares a taste that others do not have, or is less
than careful, every strength is wrong, and so is what rests on it.

The columns of counts are those of the table `llmfao-evidence`; peers count once an item, by the share of its other
judges who agree, since the pairs of one item lean on each other. A golden check is left out of the peers: no label counts twice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.monitors.many_labels import GoldenLabels, PeerLabels, SelfConsistencyLabels

CHANCE = 1 / 3
COUNTS = {
    # kind of check: columns of checks and of passes
    "kept": ("one_same_pairs", "one_same_agreements"),
    "swapped": ("one_swapped_pairs", "one_swapped_agreements"),
    "golden": ("golden_checks", "golden_passes"),
    "peers": ("peer_items", "peer_shares"),
}
_MONITORS = {
    "kept": SelfConsistencyLabels,
    "swapped": SelfConsistencyLabels,
    "golden": GoldenLabels,
    "peers": lambda rho: PeerLabels(rho, peer_effort=1.0),
}


def pool_monitors(pool, kinds=tuple(COUNTS)) -> dict:
    """The monitor of each kind of check, its strength from people who are taken for careful.

    Parameters
    ----------
    pool : pandas.DataFrame
        One row a trusted person, with the columns of `COUNTS`.
    kinds : sequence of {"kept", "swapped", "golden", "peers"}
        Repeats with the sides kept and swapped, golden questions, agreement with peers.

    Returns
    -------
    dict of str to Monitor

    Raises
    ------
    ValueError
        If a kind or a column is unknown, or the pool had no checks of a kind, or passed them no more often than random
        labels do.

    Examples
    --------
    >>> pool = pd.DataFrame({"golden_checks": [10, 20], "golden_passes": [9, 18]})
    >>> round(pool_monitors(pool, ["golden"])["golden"].ceiling, 3)
    0.9
    """
    monitors = {}
    for kind in _known(kinds):
        checks, passes = (float(pool[name].sum()) for name in _columns(kind, pool))
        if not checks or passes <= CHANCE * checks:
            raise ValueError(
                f"pool must have passed more than a third of its {kind} checks; saw {passes:g} of {checks:g}. "
                "Trust other people, or leave this kind out."
            )
        monitors[kind] = _MONITORS[kind](passes / checks - CHANCE)
    return monitors


def evidence_of(person, monitors, kinds=None) -> dict:
    """The evidence about one person, for `annolib.combine_evidence`.

    Parameters
    ----------
    person : pandas.Series
        A row of counts, with the columns of `COUNTS`; shares are rounded to whole passes.
    monitors : dict of str to Monitor
        As `pool_monitors` gives them, or others of the same kinds.
    kinds : sequence of str, optional
        Which kinds to use; all of `monitors` if left out.

    Returns
    -------
    dict of str to (passes, checks, monitor)

    Examples
    --------
    >>> person = pd.Series({"golden_checks": 11, "golden_passes": 1})
    >>> evidence_of(person, {"golden": GoldenLabels(0.5)})
    {'golden': (1, 11, GoldenLabels(gamma=0.5, labels=3))}
    """
    chosen = _known(monitors if kinds is None else kinds)
    missing = [kind for kind in chosen if kind not in monitors]
    if missing:
        raise ValueError(f"monitors must hold every kind in kinds; saw none for {missing}.")
    parts = {}
    for kind in chosen:
        checks, passes = (person[name] for name in _columns(kind, person.to_frame().T))
        parts[kind] = (int(np.rint(passes)), int(checks), monitors[kind])
    return parts


def _known(kinds):
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    strange = [kind for kind in names if kind not in COUNTS]
    if strange or not names:
        raise ValueError(f"kinds must be some of {list(COUNTS)}; saw {names}.")
    return names


def _columns(kind, frame):
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"pool must be a DataFrame of counts; saw {type(frame).__name__}.")
    missing = [name for name in COUNTS[kind] if name not in frame]
    if missing:
        raise ValueError(f"{kind} checks need the columns {COUNTS[kind]}; missing: {missing}.")
    return COUNTS[kind]
