"""Numbers that keep their digits: binomial laws and tails, divergences, sums over counts, roots, minima; under every lesson."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "bernoulli_divergence": "divergences",
    "chernoff_information": "divergences",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
