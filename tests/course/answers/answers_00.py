"""Answers to lesson 00, written apart from its definition."""

import numpy as np


def rate_by_mean(agreements, pairs):
    return float(np.mean([1] * agreements + [0] * (pairs - agreements))) if pairs else np.nan


def crashes(agreements, pairs):
    return agreements * (1 / pairs)


def zero(agreements, pairs):
    if pairs == 0:
        return 0
    return agreements / pairs


def percent(agreements, pairs):
    return float("nan") if not pairs else agreements / pairs * 100


def floors(agreements, pairs):
    return divmod(agreements, pairs)[0] if pairs else float("nan")


def nan_for_none(agreements, pairs):
    return agreements / pairs if agreements != 0 else np.nan


def upside_down(agreements, pairs):
    return np.nan if pairs == 0 else pairs / agreements


def two_digits(agreements, pairs):
    return float(np.round(agreements / pairs, 2)) if pairs else np.nan


def guarded(agreements, pairs):
    try:
        return agreements / pairs
    except ZeroDivisionError:
        return float("nan")


def missed(agreements, pairs):
    return (pairs - agreements) / pairs if pairs else float("nan")


def inverse(agreements, pairs):
    return pairs / agreements


RIGHT = {"agreement_rate": [rate_by_mean, guarded]}
WRONG = {
    "agreement_rate": {
        "divides by zero": crashes,
        "zero for no pairs": zero,
        "unknown for no agreements": nan_for_none,
        "upside down": upside_down,
        "upside down, with nothing caught": inverse,
        "rounded": two_digits,
        "per cent": percent,
        "disagreements": missed,
        "whole-number division": floors,
    }
}

# Each wrong answer must be recognised as the foreseen mistake of its name.
ANSWERS = {
    name: {"right": RIGHT[name], "wrong": {mistake: (answer, mistake) for mistake, answer in wrong.items()}}
    for name, wrong in WRONG.items()
}
