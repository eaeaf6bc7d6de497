"""The package and its core must not pay for what they do not use."""

import subprocess
import sys

HEAVY = ("matplotlib", "pandas", "scipy.stats", "IPython", "ipywidgets")


def loaded_after(code):
    report = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import annolib") == []


def test_estimating_effort_loads_nothing_heavy():
    code = (
        "import annolib as al\n"
        "monitor = al.SelfConsistency(kappa=0.2)\n"
        "repr(al.estimate_effort(45, 60, monitor)), al.coverage(monitor, 0.5, 60)\n"
        "al.Attentive(0.5).label(al.Items([[0.5, 0.5]]), True, rng=1), al.fit_bradley_terry([[0, 1], [1, 0]])"
    )
    assert loaded_after(code) == []


def test_solving_a_threshold_loads_no_optimiser_and_no_other_class():
    code = (
        "import annolib as al\n"
        "problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)\n"
        "al.second_best(problem, al.SelfConsistency(0.15), 30, 'binary')"
    )
    heavy = (
        "scipy.optimize",
        "scipy.linalg",
        "annolib.contracts.optimal.solve",
        "annolib.contracts.linear.solve",
    )
    report = f"{code}\nimport sys\nprint(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_collecting_doctests_needs_no_engine():
    """Every module of the package is imported and looked through as pytest does, with narwhals out of reach."""
    code = (
        "import sys; sys.modules['narwhals'] = sys.modules['narwhals.stable'] = None\n"
        "import doctest, importlib, pkgutil, annolib\n"
        "finder = doctest.DocTestFinder()\n"
        "names = [each.name for each in pkgutil.walk_packages(annolib.__path__, 'annolib.')]\n"
        "found = [finder.find(importlib.import_module(name)) for name in names]\n"
        "assert len(names) > 150 and sum(map(len, found)) > 300"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
