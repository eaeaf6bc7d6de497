"""Data for the course: the real `llmfao` and PandaLM, tables of figures computed from them, a simulated twin.

>>> from annolib import datasets
>>> datasets.load("twin").columns.tolist()
['task', 'worker', 'label', 'left', 'right']
"""

from importlib import import_module

_HOME = {
    # name in annolib.datasets: the module it lives in
    "DataError": "registry",
    "cache_folder": "registry",
    "info": "registry",
    "names": "registry",
    "shipped_folder": "registry",
    "add_local": "fetching",
    "available": "fetching",
    "fetch": "fetching",
    "verify": "fetching",
    "load": "loading",
    "compute_tables": "shipped",
    "Twin": "twin",
    "simulate_twin": "twin",
    "twin_concentration": "twin",
}

__all__ = [*_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'annolib.datasets' has no attribute {name!r}")
    return getattr(import_module(f"annolib.datasets.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
