"""What each reason of an audit means, and what to ask the annotator, for somebody who has not read the course."""

from __future__ import annotations

from typing import NamedTuple

from annolib.auditing import reasons as why
from annolib.estimation.effort import NO_CHECKS


class Words(NamedTuple):
    """A sentence on what was seen, and one on what to do about it."""

    meaning: str
    ask: str


REASON_WORDS = {
    NO_CHECKS: Words(
        "No judgement of theirs was checked.",
        "Check some: show items again, or let an expert judge items of theirs.",
    ),
    why.NOT_IDENTIFIED: Words(
        "The checks pass equally often with and without care.", "Use another kind of check."
    ),
    why.TOO_FEW: Words(
        "So few checks allow no verdict, whatever their outcome.", "Add checks before you conclude anything."
    ),
    why.TOO_FEW_FOR_CAREFUL: Words(
        "Even without one failure so few checks would not show the required care.", "Add checks."
    ),
    why.TOO_FEW_FOR_CARELESS: Words(
        "Even without one pass so few checks would not show a lack of care.", "Add checks."
    ),
    why.HARD_ITEMS: Words(
        "They fail more often than clear items explain; hard items would explain it.",
        "Look at the items they failed. Would two careful people agree on them?",
    ),
    why.CLEAR_ITEMS: Words(
        "They pass often; very clear items would explain that without much care.",
        "Find out how clear the items are: see how often people whom you trust pass.",
    ),
    why.SAME_SIDE: Words(
        "Every choice of theirs is the same side of the screen.",
        "Ask how they choose. Could something be wrong with their screen, or with how labels are stored?",
    ),
    why.SIDES_DISAGREE: Words(
        "Asked again, they agree with themselves if the sides stay, and not if the sides are swapped.",
        "Show them two such pairs of their own. Does the side decide?",
    ),
    why.TIE_HABIT: Words(
        "More than half of their answers are ties.", "Ask when they say tie. Is the instruction clear on it?"
    ),
    why.OWN_CHANCE: Words(
        "Their answers are so much alike that agreement proves nothing.",
        "Swap the sides in half of the repeats, and check them on items whose answers differ.",
    ),
    why.MISFIT: Words(
        "They pass more often than full care on such items explains.",
        "Ask how they decide. A rule, a memory of the first answer or a copied answer passes as well.",
    ),
    why.BELOW_CHANCE: Words(
        "They pass more rarely than random answers would.",
        "Look at the failures. Are labels swapped on the way, or the instruction read the other way round?",
    ),
    why.CEILING: Words(
        "They pass as often as full care would, or more.", "Nothing to ask; the estimate is at its end."
    ),
}
