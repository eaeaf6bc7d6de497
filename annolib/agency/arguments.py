"""Values that are pickled as the arguments they were made from, so that what was computed from those need not be picklable."""

from __future__ import annotations

import pickle
from dataclasses import fields


class FromItsArguments:
    """A frozen dataclass that is pickled by its arguments, and is its own copy.

    Functions among them must be found by name: a lambda, or a function made inside another, cannot be pickled.
    """

    def __reduce__(self):
        kept = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        for name, value in kept.items():
            if callable(value):
                _refuse_nameless(type(self).__name__, name, value)
        return _made, (type(self), kept)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


def _made(kind, arguments):
    return kind(**arguments)


def _refuse_nameless(kind, name, value):
    try:
        pickle.dumps(value)
    except Exception as error:
        raise pickle.PicklingError(
            f"{name} of {kind} must be found by its name to be pickled; saw {value!r}. Define it with def at the top level of a module "
            "instead of a lambda, or pickle with cloudpickle."
        ) from error
