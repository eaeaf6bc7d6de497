"""A progress line: what is being done and for how long, so that a long wait is seen to go on."""

import shutil
import threading
import time


class Ticker:
    """Show the present step with the seconds since the start, inside a `with` block.

    On a terminal one line is redrawn twice a second and wiped at the end. Elsewhere (a log) a line is added every
    `every` seconds.

    Parameters
    ----------
    step : str
        The first step.
    stream : text stream
    every : float
        Seconds between two lines in a log.
    """

    def __init__(self, step, stream, every=5.0):
        self._step, self._stream = step, stream
        self._live = stream.isatty()
        self._pause = 0.5 if self._live else every
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *failure):
        self._ended.set()
        self._thread.join()
        if self._live:
            self._write("\r" + " " * self._width() + "\r")

    def show(self, step):
        """Make `step` the present step."""
        self._step = step

    def _tick(self):
        while not self._ended.wait(self._pause):
            width = self._width()
            self._write("\r" + self._text()[:width].ljust(width) if self._live else self._text() + "\n")

    def _text(self):
        return f"  {time.monotonic() - self._started:4.0f} s  {self._step}"

    def _width(self):
        return shutil.get_terminal_size().columns - 1

    def _write(self, text):
        self._stream.write(text)
        self._stream.flush()
