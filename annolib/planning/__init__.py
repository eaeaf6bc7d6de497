"""How many checks to buy, and which: tests, sample sizes, sequential tests, choice of items (lesson 06)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "alarm_chance": "check_mix",
    "alarm_line": "check_mix",
    "cheapest_mix": "check_mix",
    "CheckMix": "check_mix",
    "CheckPlan": "check_plan",
    "choose_items": "item_choice",
    "effort_test": "exact_test",
    "EffortTest": "exact_test",
    "information_gain": "item_choice",
    "InformationGain": "item_choice",
    "ItemChoice": "item_choice",
    "plan_checks": "check_plan",
    "power_table": "exact_test",
    "sequential_test": "sequential",
    "SequentialTest": "sequential",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
