"""Who prefers what: preference models, ranking, groups of taste, agreement, votes, Dawid and Skene (lessons 01 and 02)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "agreement_with_majority": "taste_groups",
    "bootstrap_accuracy": "dawid_skene",
    "bradley_terry": "models",
    "cohen_kappa": "agreement",
    "corrected_agreement": "agreement",
    "davidson": "models",
    "DawidSkene": "dawid_skene",
    "fit_bradley_terry": "ranking",
    "fleiss_kappa": "agreement",
    "item_pull": "models",
    "item_strength": "models",
    "krippendorff_alpha": "agreement",
    "label_concentration": "models",
    "label_counts": "votes",
    "label_law": "models",
    "label_laws": "models",
    "majority": "votes",
    "MajorityAgreement": "taste_groups",
    "percent_agreement": "agreement",
    "shared_strength": "models",
    "taste_test": "shared_taste",
    "TasteTest": "shared_taste",
    "win_matrix": "ranking",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
