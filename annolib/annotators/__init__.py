"""Annotators and their items: behaviours, items, crowds that mix them, worlds that look alike (lessons 01, 02, 04 and 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "AlwaysLeft": "behaviours",
    "AlwaysTie": "behaviours",
    "Attentive": "behaviours",
    "Behaviour": "behaviours",
    "CheckDesign": "gaming",
    "CheckStrengths": "gaming",
    "Copycat": "behaviours",
    "Crowd": "crowds",
    "draw_labels": "behaviours",
    "exchange_codes": "behaviours",
    "full_design": "crowds",
    "gaming_table": "gaming",
    "Items": "items",
    "LABELS": "behaviours",
    "LongerOne": "behaviours",
    "mix_designs": "gaming",
    "NOBODY": "behaviours",
    "simulate_checks": "gaming",
    "simulate_gaming": "gaming",
    "three_worlds": "worlds",
    "two_tastes": "worlds",
    "World": "worlds",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
