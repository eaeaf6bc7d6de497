"""Reward models: a Bradley-Terry fit on features of two answers, and what its accuracy shows of effort (lesson 03)."""

from annolib.lazy import lazy

_HOME = {
    # name in annolib.reward: the module it lives in
    "FEATURES": "features",
    "answer_features": "features",
    "RewardModel": "model",
    "fit_reward_model": "model",
    "name_columns": "model",
    "hold_out": "held_out",
    "degrade_labels": "degradation",
    "degradation_study": "degradation",
    "label_worth": "downstream",
    "logit_shrinkage": "downstream",
    "labels_needed": "downstream",
    "gaussian_logits": "downstream",
    "HeldOutAccuracy": "downstream",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
