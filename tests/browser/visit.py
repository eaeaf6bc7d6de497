"""One visit to a notebook: run all cells, move every control with the keyboard, write down every fault."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from .explorers import try_explorer
from .quizzes import try_quizzes

_WIDGET_TROUBLE = re.compile(r"error displaying widget|model not found|could not (create|process|open)", re.I)

_KERNEL_READY = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel != null"

_RUN_ALL = """async () => {
    await window.jupyterapp.shell.currentWidget.sessionContext.ready;
    return await window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""

_SHUT_DOWN = "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"

_OUTPUT_TROUBLE = """() => {
    const faults = [];
    for (const cell of window.jupyterapp.shell.currentWidget.content.model.cells) {
        if (cell.type !== "code") continue;
        const start = cell.sharedModel.getSource().slice(0, 80);
        const raises = (cell.getMetadata("tags") ?? []).includes("raises-exception");
        for (const output of cell.outputs.toJSON()) {
            if (output.output_type === "error" && !raises)
                faults.push(`error in the cell that starts with ${start}: ${output.ename}: ${output.evalue}`);
            if (output.output_type === "stream" && output.name === "stderr")
                faults.push(`stderr in the cell that starts with ${start}: ${[output.text].flat().join("")}`);
        }
        if (start && cell.executionCount === null) faults.push(`not run: the cell that starts with ${start}`);
    }
    return faults;
}"""

_PAGE_TROUBLE = """() => [
    ...Array.from(document.querySelectorAll(".jp-Notebook img"))
        .filter(image => !image.alt.trim())
        .map(image => `picture without alternative text in ${image.closest(".jp-Cell")?.innerText.slice(0, 80)}`),
    ...Array.from(document.querySelectorAll(".jp-Notebook img"))
        .filter(image => image.naturalWidth === 0)
        .map(image => `picture that does not load: ${image.alt} (${image.src.slice(0, 80)})`),
    ...Array.from(document.querySelectorAll(".jupyter-widgets-error-widget"))
        .map(widget => `widget that could not be displayed: ${widget.innerText.slice(0, 200)}`),
]"""

# scroll to piece number `piece`; the height of what is seen, or null if no cell is left there
_SCROLL = """piece => {
    const scroller = document.querySelector(".jp-WindowedPanel-outer");
    const seen = scroller.clientHeight, top = scroller.getBoundingClientRect().top;
    scroller.scrollTop = piece * seen;
    const last = [...document.querySelectorAll(".jp-Notebook .jp-Cell")].at(-1);
    const end = last.getBoundingClientRect().bottom - top + scroller.scrollTop;
    return end > piece * seen ? seen : null;
}"""
_TALL = 2400
_EVERY = 200  # milliseconds between two looks while a lesson runs


@dataclass
class Visit:
    """What was seen: faults in words, explorers, questions, and milliseconds from key press to new picture."""

    faults: list[str] = field(default_factory=list)
    explorers: int = 0
    questions: int = 0
    redraws: list[float] = field(default_factory=list)


def visit(context, url, shots, name, patience=120, redraw_patience=10):
    """Open the notebook at `url`, run it, try its explorers and its quiz; screenshots go to the folder `shots`.

    Parameters
    ----------
    context : playwright BrowserContext
        One for all notebooks: JupyterLab itself is then loaded once.
    url : str
    shots : path or None
        `NAME-before-01.png` and so on, from the top of the page to its end, the same with `after`, and
        `NAME-explorer1-….png` are written there. With None the page is only scrolled.
    name : str
    patience, redraw_patience : float
        Seconds that the notebook and one redraw may take.

    Returns
    -------
    Visit
    """
    seen, page = Visit(), context.new_page()
    page.set_viewport_size({"width": 1100, "height": 900})
    page.set_default_timeout(1000 * patience)
    page.on("pageerror", lambda error: seen.faults.append(f"error in the page: {error}"))
    page.on("console", lambda message: _listen(seen, message.text))
    try:
        page.goto(url)
        page.wait_for_function(_KERNEL_READY, polling=_EVERY)
        page.evaluate(_RUN_ALL)
        _wait_for_pictures(page)
        seen.faults += page.evaluate(_PAGE_TROUBLE)
        shot = _camera(page, shots and Path(shots), name)
        shot("before")
        for number, explorer in enumerate(page.locator(".annolib-explorer").all(), 1):
            seen.explorers += 1
            faults, redraws = try_explorer(page, explorer, f"explorer{number}", shot, redraw_patience)
            seen.faults += faults
            seen.redraws += redraws
        seen.questions, faults = try_quizzes(page, redraw_patience)
        seen.faults += faults + page.evaluate(_OUTPUT_TROUBLE)
        shot("after")
        page.evaluate(_SHUT_DOWN)
    finally:
        page.close()
    return seen


def _listen(seen, text):
    if _WIDGET_TROUBLE.search(text):
        seen.faults.append(f"in the browser's console: {text[:300]}")


def _wait_for_pictures(page):
    """Wait until each explorer shows its picture or its error, and each picture is loaded."""
    page.wait_for_function(
        """() => Array.from(document.querySelectorAll(".annolib-picture")).every(
               picture => picture.querySelector("img, .annolib-error"))
           && Array.from(document.querySelectorAll(".jp-Notebook img")).every(image => image.complete)""",
        polling=_EVERY,
    )


def _camera(page, folder, name):
    """A function that photographs the whole notebook, piece by piece, or one element of it; without a folder it only scrolls."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)

    def shot(what, element=None):
        file = f"{name}-{re.sub(r'[^a-z0-9]+', '-', what.lower()).strip('-')}"
        if element is not None:
            if folder:
                element.screenshot(path=folder / f"{file}.png")
            return
        page.set_viewport_size({"width": 1100, "height": _TALL})
        for piece in range(99):
            if page.evaluate(_SCROLL, piece) is None:
                break
            if folder:
                page.screenshot(path=folder / f"{file}-{piece + 1:02}.png")

    return shot
