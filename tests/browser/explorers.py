"""Move the controls of one explorer with the keyboard and watch its picture."""

from __future__ import annotations

import time

from playwright.sync_api import TimeoutError

_SETTLED = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"

# the picture stays in the page: 100 kB a look would cost more than the redraw
_REMEMBER = "e => { e.before = e.querySelector('img')?.src ?? e.innerText; }"
_CHANGED = "e => (e.querySelector('img')?.src ?? e.innerText) !== e.before"


def try_explorer(page, explorer, name, shot, patience):
    """Move each control to both ends and back; return the faults and the redraws in milliseconds."""
    watch = _Watch(page, explorer, name, shot, patience)
    for control in explorer.locator(":scope > *").all():
        kinds = control.get_attribute("class") or ""
        if "annolib-unfold" in kinds:
            _unfold(watch, control)
        elif "widget-slider" in kinds:
            _slide(watch, control)
        elif "widget-dropdown" in kinds:
            _choose(watch, control)
        elif "widget-checkbox" in kinds:
            _tick(watch, control)
        elif "annolib-reset" not in kinds and not any(
            known in kinds for known in ("annolib-picture", "annolib-words", "annolib-try")
        ):
            watch.fault(f"holds a control that nobody knows how to move: {kinds}")
    _leave_moved(watch)
    _reset(watch)
    _leave_moved(watch)
    return watch.faults, watch.redraws


class _Watch:
    """The picture of one explorer and what was noticed while its controls moved."""

    def __init__(self, page, explorer, name, shot, patience):
        self.page, self.explorer, self.name = page, explorer, name
        self.shot, self.patience = shot, patience
        self.faults, self.redraws = [], []

    def fault(self, words):
        self.faults.append(f"{self.name} {words}")

    def press(self, element, *keys, move, photograph=True):
        """Press keys and wait for another picture; `move` says in words what the keys should do."""
        picture = self.explorer.locator(".annolib-picture").element_handle()
        picture.evaluate(_REMEMBER)
        element.focus()
        for key in keys:
            self.page.keyboard.press(key)
        started = time.perf_counter()
        try:
            self.page.wait_for_function(_CHANGED, arg=picture, polling=10, timeout=1000 * self.patience)
        except TimeoutError:
            return self.fault(f"keeps its picture when {move}")
        self.redraws.append(1000 * (time.perf_counter() - started))
        self.look(move, photograph)

    def look(self, move, photograph=True):
        """Check the picture that stands there, and keep a photograph of it."""
        self.page.wait_for_function(_SETTLED, polling=10)
        for error in self.explorer.locator(".annolib-error").all():
            self.fault(f"shows an error when {move}: {error.inner_text()}")
        for picture in self.explorer.locator(".annolib-picture img").all():
            words = self.explorer.locator(".annolib-words").text_content()
            if not picture.get_attribute("alt") or picture.get_attribute("alt") != words:
                self.fault(f"has another alternative text than words when {move}")
        if photograph:
            self.shot(f"{self.name}-{move}", self.explorer)


def _slide(watch, control):
    """Both ends with End and Home, then back to the start by typing the number."""
    label = control.locator("label").inner_text()
    handle, readout = control.locator(".noUi-handle"), control.locator(".widget-readout")
    start = readout.inner_text()
    for key, end in (("End", "high"), ("Home", "low")):
        goal = handle.get_attribute("aria-valuemax" if key == "End" else "aria-valuemin")
        if handle.get_attribute("aria-valuenow") == goal:
            watch.look(f"{label} is {end}")
            continue
        watch.press(handle, key, move=f"{label} is {end}")
        if handle.get_attribute("aria-valuenow") != goal:
            watch.fault(f"does not take {label} to its {end} end")
    if readout.inner_text() != start:
        readout.fill(start.replace("−", "-"))  # it shows a minus that no keyboard has, and reads a hyphen
        watch.press(readout, "Enter", move=f"{label} is back", photograph=False)


def _choose(watch, control):
    """Every option from the opened list, as JupyterLab keeps the arrow keys of a closed one; then back."""
    label, menu = control.locator("label").inner_text(), control.locator("select")
    options = [words.replace("\xa0", " ") for words in menu.locator("option").all_inner_texts()]
    start = options.index(menu.input_value())
    for rank in [*range(start + 1, len(options)), *range(start + 1)]:
        steps = ["Home", *["ArrowDown"] * rank]
        watch.press(menu, "Space", *steps, "Enter", move=f"{label} is {options[rank]}")
        if menu.input_value() != options[rank]:
            watch.fault(f"does not take {label} to {options[rank]}")


def _tick(watch, control):
    """Space twice: the other state, and back."""
    label, box = control.inner_text().strip(), control.locator("input")
    for _ in range(2):
        watch.press(box, "Space", move=f"{label} is {'off' if box.is_checked() else 'on'}")


def _unfold(watch, control):
    """The words are in the page but out of sight until the box is ticked."""
    words = watch.explorer.locator(".annolib-words")
    for wide in (True, False):
        control.locator("input").focus()
        watch.page.keyboard.press("Space")
        started = time.perf_counter()
        while (words.evaluate("e => e.querySelector('[role=status]').offsetWidth") > 1) != wide:
            if time.perf_counter() - started > watch.patience:
                return watch.fault(f"{'hides' if wide else 'shows'} its words after Space on their box")
            time.sleep(0.01)


def _reset(watch):
    """The button takes every slider back to where it stood first."""
    button = watch.explorer.locator(".annolib-reset")
    watch.press(button, "Enter", move="it is reset", photograph=False)


def _leave_moved(watch):
    """Leave the first slider, or the first list where there is none, away from its start, for the photograph of the whole page."""
    handle = watch.explorer.locator(".noUi-handle").first
    if handle.count():
        at_high_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        key = "Home" if at_high_end else "End"
        watch.press(handle, key, move="its first slider is left at an end", photograph=False)
        return
    menu = watch.explorer.locator("select").first
    if menu.count():
        last = menu.locator("option").all_inner_texts()[-1].replace("\xa0", " ")
        key = "Home" if menu.input_value() == last else "End"
        watch.press(menu, "Space", key, "Enter", move="its first list is left at an end", photograph=False)
