"""Data for the course: the real `llmfao` and PandaLM, tables of figures computed from them, a simulated twin (every lesson reads from here).

>>> from annolib import datasets
>>> datasets.load("twin").columns.tolist()
['task', 'worker', 'label', 'left', 'right']
"""

from annolib.lazy import lazy

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
    "Twin": "twin.simulate",
    "simulate_twin": "twin.simulate",
    "twin_concentration": "twin.simulate",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
