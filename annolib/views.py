"""How a widget of ipywidgets is shown and described, in version 7 (Colab's) as in version 8.

Nothing is imported here: a widget is asked for what it has.
"""

VIEW = "application/vnd.jupyter.widget-view+json"


def view(widget):
    """The data that make a front end show `widget`, by MIME type: one entry.

    Version 7 has no `_repr_mimebundle_`; the number of the model is all that a front end needs.

    >>> import ipywidgets
    >>> [(kind, sorted(data)) for kind, data in view(ipywidgets.HTML("a word")).items()]
    [('application/vnd.jupyter.widget-view+json', ['model_id', 'version_major', 'version_minor'])]
    """
    return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}}


def hover(kind, words):
    """The keyword that gives a widget of class `kind` the words that show under the pointer.

    >>> import ipywidgets
    >>> hover(ipywidgets.Button, "Move back")
    {'tooltip': 'Move back'}
    """
    names = kind.class_trait_names()
    return {"tooltip" if "tooltip" in names else "description_tooltip": words}
