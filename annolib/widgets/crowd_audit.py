"""The explorers of lesson 07: one likelihood for all evidence, and a mix of checks against people who game it."""

from __future__ import annotations

from annolib.figures import crowd_audit, gaming
from annolib.planning.check_mix import ABOVE, BELOW
from annolib.widgets.controls import checkbox, dropdown, float_slider, int_slider
from annolib.widgets.explorer import Explorer


def evidence_explorer() -> Explorer:
    """Lesson 07: the likelihood of a real worker's effort, and what the strength of peers does to it.

    Examples
    --------
    >>> evidence_explorer().set(worker="58").description.split(". ")[0]
    'Worker 58, log likelihood of effort from 9 kept, 9 swapped, 6 golden, 256 peers checks'
    """
    return Explorer(
        crowd_audit.evidence_likelihood,
        suggestion="Take worker 15 and lower the strength of peers: which way does the verdict lean?",
        worker=dropdown("Worker", ["15", "20", "11", "2", "70", "58", "14"]),
        peer_strength=float_slider("Strength of peers, as a share of the pool's", 1, 0.2, 1, step=0.05),
        required=float_slider("Effort asked for", 0.6, 0.3, 0.8, step=0.05),
    )


def mix_explorer() -> Explorer:
    """Lesson 07: which people a mix of checks catches, and whom it accuses.

    Examples
    --------
    >>> mix_explorer().set(golden=10, repeats=0, peers=0, hidden=True).description.split(". ")[0]
    '10 checks: caught with 90% or more: 5 of 5 who game'
    """
    return Explorer(
        gaming.mix_alarms,
        suggestion="Set the repeats to 0, then the golden questions: who gets through?",
        repeats=int_slider("Repeats, far apart, half of them swapped", 20, 0, 60),
        golden=int_slider("Golden questions, balanced", 5, 0, 60),
        peers=int_slider("Peer checks", 15, 0, 60),
        peer_alarm=dropdown(
            "Peers raise an alarm at", {"too many agreements": ABOVE, "too few agreements": BELOW}
        ),
        hidden=checkbox("Golden questions hidden, and nobody can copy", False),
    )
