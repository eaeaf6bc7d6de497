"""A page of results: printed, and kept where that is asked."""


def publish(text, path, write):
    """Print the page; write it to `path` if `write`."""
    print(text)
    if write:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
