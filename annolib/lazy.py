"""Names of a package that are loaded when they are first used, so that importing it stays light.

Standard library only: it is read before anything is installed.
"""

import warnings
from importlib import import_module


def lazy(package, home, submodules=(), renamed=None):
    """The module functions `__getattr__` and `__dir__` of a package whose names live in its modules.

    Parameters
    ----------
    package : str
        The package's `__name__`.
    home : dict
        From a name to the module of the package that holds it.
    submodules : iterable of str, or dict
        Modules and packages that are reached by their own name; a dict says where one lives that has moved.
    renamed : dict, optional
        From an old name, which still works and warns (DeprecationWarning), to the full new one.

    Examples
    --------
    >>> get, names = lazy("annolib", {"within": "validation"}, ["monitors"])
    >>> get("within").__module__, get("monitors").__name__, names()
    ('annolib.validation', 'annolib.monitors', ['monitors', 'within'])
    >>> get("without")
    Traceback (most recent call last):
        ...
    AttributeError: module 'annolib' has no attribute 'without'
    """

    def get(name):
        if name in home:
            return getattr(import_module("%s.%s" % (package, home[name])), name)  # noqa: UP031  old Pythons read this
        if name in submodules:
            place = submodules[name] if isinstance(submodules, dict) else name
            return import_module("%s.%s" % (package, place))  # noqa: UP031
        if renamed and name in renamed:
            where, _, new = renamed[name].rpartition(".")
            old = "%s.%s" % (package, name)  # noqa: UP031
            warnings.warn("%s is now %s." % (old, renamed[name]), DeprecationWarning, stacklevel=2)  # noqa: UP031
            return getattr(import_module(where), new)
        raise AttributeError("module %r has no attribute %r" % (package, name))  # noqa: UP031

    return get, lambda: sorted([*home, *submodules])


_PROVIDED = {}  # what a room asks of one above it: its name -> "module:attribute"


def provide(places):
    """Say where the things are that rooms hand on from a room above them, which they may not know.

    `annolib/__init__.py` knows every room and says it, once; the room below knows the name alone.

    Parameters
    ----------
    places : dict of str to str
        From a name to "module:attribute".
    """
    _PROVIDED.update(places)


def provided(name):
    """The thing of this name, loaded when it is first used.

    Examples
    --------
    >>> provide({"an example of a name": "annolib.validation:within"})
    >>> provided("an example of a name").__name__
    'within'
    """
    module, _, attribute = _PROVIDED[name].partition(":")
    return getattr(import_module(module), attribute)
