"""A progress line: what is being done and for how long, so that a long wait is seen to go on."""

import shutil
import threading
import time


class Ticker:
    """Show the present step with the seconds since the start, inside a `with` block.

    On a terminal one line is redrawn twice a second and wiped at the end. Elsewhere (a log) a step is printed when
    `every` seconds have passed since the last one.

    Parameters
    ----------
    step : str
        The first step.
    stream : text stream
    every : float
        Seconds between two lines in a log.
    """

    def __init__(self, step, stream, every=5.0):
        self._step, self._stream, self._every = step, stream, every
        self._live = stream.isatty()
        self._started = self._printed = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._redraw, daemon=True)

    def __enter__(self):
        if self._live:
            self._thread.start()
        return self

    def __exit__(self, *failure):
        self._ended.set()
        if self._live:
            self._thread.join()
            self._write("\r" + " " * self._width() + "\r")

    def show(self, step):
        """Make `step` the present step."""
        self._step = step
        if not self._live and time.monotonic() - self._printed >= self._every:
            self._printed = time.monotonic()
            self._write(self._text() + "\n")

    def _redraw(self):
        while not self._ended.wait(0.5):
            width = self._width()
            self._write("\r" + self._text()[:width].ljust(width))

    def _text(self):
        return f"  {time.monotonic() - self._started:4.0f} s  {self._step}"

    def _width(self):
        return shutil.get_terminal_size().columns - 1

    def _write(self, text):
        self._stream.write(text)
        self._stream.flush()
