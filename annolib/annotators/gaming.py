"""Ways to pass checks without care, and how often each of them passes which check.

Two labels, left and right. κ, γ are the strengths of the items (`annolib.monitors`), η the effort of an honest
person, η′ that of the peers. A design says how a check is put: s the share of repeats with the sides swapped,
r the chance that a first answer is remembered, g that a golden question is recognised, l and w the shares of golden
questions whose right answer stands left and is the wordier one, c the chance that another's answer can be copied.
A check passes with probability

================  ==================  ===========  ======================
strategy          repeat              golden       peer
================  ==================  ===========  ======================
honest            ½ + 2κη²            ½ + γη       ½ + 2κ(1 − 2o)ηη′
remembers         ½ + r/2             ½            ½
knows golden      ½                   ½ + γg       ½
copies            ½ + c²/2            ½ + γc       ½ + c/2
longer one        1                   w            ½
left button       1 − s               l            ½
================  ==================  ===========  ======================

(derived here). An honest person of another taste prefers the other side on the share o of ordinary items; golden
questions are those on which everybody attentive agrees. Who games flips a coin where the trick does not apply;
copied is a careful colleague on repeats and golden questions, and the very peer on a peer check. Length says
nothing about the peers' taste. `simulate_gaming` plays it out label by label, without these formulas.

References
----------
S. Liu, Z. Cai, H. Wang, Z. Ma, X. Li, "Incentivizing High-Quality Human Annotations with Golden Questions",
arXiv:2505.19134: a golden question must be certain, and of the same format as the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.annotators.behaviours import NOBODY, AlwaysLeft, Attentive, Copycat, LongerOne, exchange_codes
from annolib.annotators.items import Items
from annolib.validation import generator, whole, within

REPEAT, GOLDEN, PEER = KINDS = ("repeat", "golden", "peer")
_SHARE = "It is a share or a chance."


def _hold(owner, name, low, high, remedy):
    value = getattr(owner, name)
    if np.ndim(value) != 0:
        raise TypeError(f"{name} must be one number; saw {value!r}.")
    object.__setattr__(owner, name, float(within(name, value, low, high, remedy)))


@dataclass(frozen=True)
class CheckDesign:
    """How one kind of check is put to people.

    Parameters
    ----------
    kind : {"repeat", "golden", "peer"}
    swapped : float
        Repeats: share shown with the sides swapped.
    recalled : float
        Repeats: chance that a first answer is still remembered.
    recognised : float
        Golden: chance that somebody who looks for golden questions sees that it is one.
    left, longer : float
        Golden: shares whose right answer stands left, and is the longer one.
    copied : float
        Chance that another person's answer can be seen; 0 if people answer in private.

    Examples
    --------
    >>> CheckDesign("repeat", swapped=0.5, recalled=0.2).kind
    'repeat'
    """

    kind: str
    swapped: float = 0.5
    recalled: float = 0.0
    recognised: float = 0.0
    left: float = 0.5
    longer: float = 0.5
    copied: float = 0.0

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {KINDS}; saw {self.kind!r}.")
        for name in ("swapped", "recalled", "recognised", "left", "longer", "copied"):
            _hold(self, name, 0, 1, _SHARE)


@dataclass(frozen=True)
class CheckStrengths:
    """How decided people are: κ = E(p − ½)² on ordinary items, γ = E|p − ½| on golden ones, the peers' effort η′.

    Examples
    --------
    >>> CheckStrengths(kappa=0.1)
    CheckStrengths(kappa=0.1, gamma=0.45, peer_effort=0.8)
    """

    kappa: float = 0.15
    gamma: float = 0.45
    peer_effort: float = 0.8

    def __post_init__(self):
        _hold(self, "kappa", 0, 0.25, "It is the mean of (p - 1/2)².")
        _hold(self, "gamma", 0, 0.5, "It is the mean of |p - 1/2|.")
        _hold(self, "peer_effort", 0, 1, _SHARE)


class Strategy:
    """What a person does before checks: how often a check passes, and how to label."""

    def pass_probability(self, design, strengths):
        """Chance that one check passes, by the formulas of this module; a float in [0, 1]."""
        raise NotImplementedError

    def answer(self, scene, swapped, own, rng):
        """Draw a label as shown for each item of a scene; `own` holds the remembered first answers, or -1."""
        raise NotImplementedError


@dataclass(frozen=True)
class Honest(Strategy):
    """Judges with probability `effort`, and prefers the other side on the share `opposed` of ordinary items.

    Examples
    --------
    >>> minority = Honest(opposed=0.6)
    >>> round(minority.pass_probability(CheckDesign("peer"), CheckStrengths()), 3)
    0.452
    >>> round(minority.pass_probability(CheckDesign("repeat"), CheckStrengths()), 3)
    0.8
    """

    effort: float = 1.0
    opposed: float = 0.0

    def __post_init__(self):
        _hold(self, "effort", 0, 1, _SHARE)
        _hold(self, "opposed", 0, 1, _SHARE)

    def pass_probability(self, design, strengths):
        if design.kind == REPEAT:
            return 0.5 + 2 * strengths.kappa * self.effort**2
        if design.kind == GOLDEN:
            return 0.5 + strengths.gamma * self.effort
        return 0.5 + 2 * strengths.kappa * (1 - 2 * self.opposed) * self.effort * strengths.peer_effort

    def answer(self, scene, swapped, own, rng):
        law = scene.items.law
        differs = (scene.kind != GOLDEN) & (scene.place < self.opposed)
        mine = Items(np.where(differs[:, None], law[:, ::-1], law))
        return Attentive(self.effort).label(mine, swapped, rng=rng)


@dataclass(frozen=True)
class Remembers(Strategy):
    """Clicks at random, and repeats the first answer where it is remembered."""

    def pass_probability(self, design, strengths):
        return 0.5 + design.recalled / 2 if design.kind == REPEAT else 0.5

    def answer(self, scene, swapped, own, rng):
        return Copycat().label(scene.items, swapped, others=own, rng=rng)


@dataclass(frozen=True)
class KnowsGolden(Strategy):
    """Judges the golden questions that are recognised, and clicks at random elsewhere."""

    def pass_probability(self, design, strengths):
        return 0.5 + strengths.gamma * design.recognised if design.kind == GOLDEN else 0.5

    def answer(self, scene, swapped, own, rng):
        judged = Attentive(1.0).label(scene.items, swapped, rng=rng)
        clicked = Attentive(0.0).label(scene.items, swapped, rng=rng)
        return np.where(scene.recognised, judged, clicked)


@dataclass(frozen=True)
class Copies(Strategy):
    """Repeats another person's answer where it can be seen, and clicks at random elsewhere."""

    def pass_probability(self, design, strengths):
        gain = {
            REPEAT: design.copied**2 / 2,
            GOLDEN: strengths.gamma * design.copied,
            PEER: design.copied / 2,
        }
        return 0.5 + gain[design.kind]

    def answer(self, scene, swapped, own, rng):
        seen = np.where(rng.random(len(scene.items)) < scene.copied, scene.other, NOBODY)
        return Copycat().label(scene.items, swapped, others=seen, rng=rng)


@dataclass(frozen=True)
class TakesLonger(Strategy):
    """Chooses the longer answer."""

    def pass_probability(self, design, strengths):
        return {REPEAT: 1.0, GOLDEN: design.longer, PEER: 0.5}[design.kind]

    def answer(self, scene, swapped, own, rng):
        return LongerOne().label(scene.items, swapped, rng=rng)


@dataclass(frozen=True)
class PressesLeft(Strategy):
    """Presses the left button."""

    def pass_probability(self, design, strengths):
        return {REPEAT: 1 - design.swapped, GOLDEN: design.left, PEER: 0.5}[design.kind]

    def answer(self, scene, swapped, own, rng):
        return AlwaysLeft().label(scene.items, swapped, rng=rng)


HONEST = {"careful": Honest(), "minority": Honest(opposed=0.6)}
CHEATERS = {
    "remembers": Remembers(),
    "knows golden": KnowsGolden(),
    "copies": Copies(),
    "longer one": TakesLonger(),
    "left button": PressesLeft(),
}
STRATEGIES = HONEST | CHEATERS
_NEAR, _FAR, _BLOCK, _MIXED, _SEEN = 0.9, 0.2, 0.9, 0.1, 0.9
DESIGNS = {
    "repeat near, sides kept": CheckDesign("repeat", 0.0, recalled=_NEAR, copied=_SEEN),
    "repeat near, swapped": CheckDesign("repeat", 1.0, recalled=_NEAR, copied=_SEEN),
    "repeat far, half swapped": CheckDesign("repeat", 0.5, recalled=_FAR, copied=_SEEN),
    "golden block, right is left": CheckDesign("golden", recognised=_BLOCK, left=1.0, copied=_SEEN),
    "golden block, right is longer": CheckDesign("golden", recognised=_BLOCK, longer=0.85, copied=_SEEN),
    "golden mixed in, balanced": CheckDesign("golden", recognised=_MIXED, copied=_SEEN),
    "golden mixed in, private": CheckDesign("golden", recognised=_MIXED),
    "peer, copyable": CheckDesign("peer", copied=_SEEN),
    "peer, private": CheckDesign("peer"),
}


def mix_designs(hidden) -> dict:
    """Designs for a mix of three kinds of checks: repeats far apart and half swapped, balanced golden questions, peers.

    Parameters
    ----------
    hidden : bool
        True: golden questions are recognised in 10 % and nobody can copy. False: they are recognised in 90 %, and 90 %
        of the answers can be copied.

    Returns
    -------
    dict of str to CheckDesign

    Examples
    --------
    >>> gaming_table(mix_designs(hidden=False)).loc["golden", ["knows golden", "longer one"]].tolist()
    [0.905, 0.5]
    """
    known, copied = (_MIXED, 0.0) if hidden else (_BLOCK, _SEEN)
    return {
        "repeat": CheckDesign("repeat", swapped=0.5, recalled=_FAR, copied=copied),
        "golden": CheckDesign("golden", recognised=known, copied=copied),
        "peer": CheckDesign("peer", copied=copied),
    }


def gaming_table(designs=None, strategies=None, strengths=None) -> pd.DataFrame:
    """How often each strategy passes each kind of check, by the formulas of this module.

    Parameters
    ----------
    designs : dict of str to CheckDesign, optional
        Nine of them, near and far, known and mixed in, seen and private, if left out.
    strategies : dict of str to Strategy, optional
        Two honest people and five who game, if left out.
    strengths : CheckStrengths, optional

    Returns
    -------
    pandas.DataFrame
        A row a design, a column a strategy, chances of passing.

    Examples
    --------
    >>> gaming_table().loc["repeat near, sides kept", ["careful", "remembers", "left button"]].tolist()
    [0.8, 0.95, 1.0]
    """
    return _table(designs, strategies, strengths, lambda who, design, s: who.pass_probability(design, s))


def simulate_gaming(designs=None, strategies=None, strengths=None, checks=10_000, *, rng) -> pd.DataFrame:
    """The table of `gaming_table`, played out: items are drawn, shown, labelled and compared.

    Parameters
    ----------
    designs, strategies, strengths : as for `gaming_table`
    checks : int
        Checks for each entry. The standard error of an entry q is √(q(1 − q)/checks), .005 at most for 10,000.
    rng : numpy.random.Generator or int

    Returns
    -------
    pandas.DataFrame
        Shares of passed checks.

    Examples
    --------
    >>> seen = simulate_gaming(checks=10_000, rng=1)
    >>> bool((abs(seen - gaming_table()) < 0.025).all(axis=None))
    True
    """
    checks, rng = int(whole("checks", checks, 1)), generator(rng)

    def play(who, design, strengths):
        return float(simulate_checks(who, design, strengths, checks, rng=rng).mean())

    return _table(designs, strategies, strengths, play)


def simulate_checks(strategy, design, strengths=None, checks=1_000, *, rng):
    """Whether each of `checks` independent checks passes, an array of bool; labels are drawn one by one.

    Examples
    --------
    >>> passed = simulate_checks(PressesLeft(), CheckDesign("repeat", swapped=1.0), checks=1_000, rng=1)
    >>> bool(passed.any())
    False
    """
    rng, strengths = generator(rng), strengths or CheckStrengths()
    scene = _draw_scene(design, strengths, int(whole("checks", checks, 1)), rng)
    nobody = np.full(len(scene.items), NOBODY)
    first = exchange_codes(strategy.answer(scene, scene.swapped, nobody, rng), scene.swapped)
    if design.kind == GOLDEN:
        return first == 0
    if design.kind == PEER:
        return first == scene.other
    again = scene.swapped ^ (rng.random(len(first)) < design.swapped)
    own = np.where(rng.random(len(first)) < design.recalled, first, NOBODY)
    return exchange_codes(strategy.answer(scene, again, own, rng), again) == first


@dataclass(frozen=True, eq=False)
class _Scene:
    """The items of one kind of check as they are shown, and what another person says about their content."""

    kind: str
    items: Items
    swapped: np.ndarray
    place: np.ndarray  # a uniform number for each item: which items an opposed person sees differently
    recognised: np.ndarray
    other: np.ndarray
    copied: float


def _draw_scene(design, strengths, checks, rng):
    lean = strengths.gamma if design.kind == GOLDEN else np.sqrt(strengths.kappa)
    side = np.ones(checks) if design.kind == GOLDEN else rng.choice([-1.0, 1.0], checks)
    wordier = np.where(rng.random(checks) < (design.longer if design.kind == GOLDEN else 0.5), -1, 1)
    items = Items.from_probability(0.5 + lean * side, longer=wordier)
    swapped = rng.random(checks) >= (design.left if design.kind == GOLDEN else 0.5)
    colleague = Attentive(strengths.peer_effort if design.kind == PEER else 1.0)
    other = exchange_codes(colleague.label(items, swapped, rng=rng), swapped)
    recognised = rng.random(checks) < (design.recognised if design.kind == GOLDEN else 0.0)
    return _Scene(design.kind, items, swapped, rng.random(checks), recognised, other, design.copied)


def _table(designs, strategies, strengths, entry):
    designs = DESIGNS if designs is None else designs
    strategies = STRATEGIES if strategies is None else strategies
    strengths = CheckStrengths() if strengths is None else strengths
    rows = [[entry(who, design, strengths) for who in strategies.values()] for design in designs.values()]
    return pd.DataFrame(rows, index=list(designs), columns=list(strategies), dtype=float)
