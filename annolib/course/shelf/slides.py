"""From a lesson to its slides: title, aims, questions, boards, predictions, figures, exercises, recap.

The anatomy of a lesson says what becomes a slide, so that its source needs no marks. Long text stays on the page of
the lesson, code too unless it is the task; figures and printed tables come as they are stored. A slide never shows what
a later slide asks: the order is the lesson's, the learner's answers are left out, a result follows its prediction.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from annolib.course.authoring.lint.page import page_from, words
from annolib.course.authoring.stubs import exercise_stub
from annolib.course.notebook_files import is_lesson_call, without_checks

FEWEST, MOST = 15, 25
# what is taken first when there is room for so many; a prediction and its result are one group
_ORDER = ("frame", "prediction", "figure", "question", "board", "limits", "exercise", "evidence", "quiz")
_ENOUGH = 22  # with so many slides, what comes from here on in the order is left out
_OPTIONAL = _ORDER[5:]
_THIN = 8  # words: a section that opens with so few goes without a slide for them
_SHORT = 32  # words: such a beginning takes along what is printed below it, and the words after that
_OF_THE_PAGE = re.compile(
    r"(Below|Here) (is|are)\b|Section \d|Look at the [\w ]+\.$|Replace the `\.\.\.`|Your \w+, and\b|`[\w.]+=?` |.*\brun the cell\b"
)  # sentences that only make sense on the page of the lesson
_ELSEWHERE = re.compile(
    r"[;,] [^,;.\n]*\bsection \d+\b[^,;.\n]*"
)  # such a clause leads to a page that is not there
_ANNOUNCED = re.compile(r"(One|Two|Three|Four|Five) things?\b")
_LETTERS = {"kappa": "κ", "rho": "ρ", "eta": "η", "gamma": "γ"}
_CLOSING = ("Recap", "What can break", "Quiz", "Further reading", "Next lesson", "Where to go from here")


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    kind : str
        One of frame, prediction, figure, question, board, limits, exercise, evidence, quiz.
    title : str
        Markdown of one line.
    body : str
        Markdown; mathematics between dollars.
    picture, words : str
        A PNG in base64 and what it shows in words; "" for none.
    group : int
        Slides of one group are taken together: a question and its answer.
    """

    kind: str
    title: str
    body: str = ""
    picture: str = ""
    words: str = ""
    group: int = 0

    @property
    def text(self):
        """All that can be read on the slide, the picture's description included."""
        return "\n".join((self.title, self.body, self.words))


def slides_of(notebook, definition=None):
    """Return the slides of a lesson, 15 to 25 of them where its source has enough to show.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        An executed source from `solutions`.
    definition : LessonDefinition, optional
        For the quiz.

    Returns
    -------
    tuple of Slide
    """
    page = page_from(notebook, definition)
    found = [*_opening(page), *_body(page), *_close(page, definition)]
    grouped = [slide if slide.group else replace(slide, group=-n) for n, slide in enumerate(found, 1)]
    return tuple(_chosen(grouped))


def _chosen(slides):
    """Those that fit, in the order of the lesson."""
    taken = set()
    for kind in _ORDER:
        room = _ENOUGH if kind in _OPTIONAL else MOST
        for group in dict.fromkeys(slide.group for slide in slides if slide.kind == kind):
            if sum(slide.group in taken or slide.group == group for slide in slides) <= room:
                taken.add(group)
        if kind == "evidence" and sum(slide.group in taken for slide in slides) >= FEWEST:
            break
    return [slide for slide in slides if slide.group in taken]


def _opening(page):
    first = page.cells[0].source
    heading, _, hook = first.partition("\n")
    before, table, after = _around_table(hook)
    told = [_lines(before, most=80), table, _lines(after, most=40) if table else ""]
    yield Slide("frame", heading.removeprefix("# "), "\n\n".join(filter(None, told)))
    section = page.section("What you will build")
    if section:
        text = section[0]
        goal = _lines(text.partition("\n\n")[0], most=40)
        aims = re.findall(r"(?m)^[-*] +(?!\*\*).+", text)
        yield Slide("frame", "What you will be able to do", "\n".join([goal, "", *aims]))


def _body(page):
    """The slides between the setup and the recap."""
    heading, before, group = "", "", 0
    waiting, texts = {}, {}
    cells = [cell for cell in page.cells if "hint" not in cell.tags]
    begun = next((place for place, cell in enumerate(cells) if cell.kind == "code"), len(cells))
    for place, cell in enumerate(cells[begun + 1 :], begun + 1):
        if cell.kind == "markdown":
            for level, title, text in _with_words(_parts(cell.source)):
                if level and title.startswith(_CLOSING):
                    return
                if level and not title.startswith("Exercise "):
                    heading = re.sub(r"^\d+\. ", "", title)
                inside = title if level else heading
                last = text and cell.source.rstrip().endswith(text[-20:])
                yield from _told(level, inside, text, cells[place + 1 :], last)
                before = text or before
            continue
        texts |= _strings(cell.source)
        after = _next_words(cells[place + 1 :])
        asked = _asked(cell, texts)
        for name, question in asked.items():
            group += 1
            waiting[name] = (question, group)
            yield Slide("prediction", "Predict", question, group=group)
        yield from _revealed(cell, waiting, after or _next_words(cells[place + 1 :], past=_printing))
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                shown = _words_of(output)
                announced = before.endswith(":")  # the words below are about the next thing, not this figure
                caption = "" if announced else _lines(after, most=34)
                caption = caption or _caption(shown)
                yield Slide("figure", heading, caption, data["image/png"].replace("\n", ""), shown)
        if "output" in cell.tags and not asked:
            yield from _printed(cell, heading, after, before)


def _told(level, title, text, later, last):
    """The slides of one heading and the text below it, up to the next heading; `last`: code comes after the text."""
    if title.startswith("Exercise "):
        yield _exercise(title, text, later)
        return
    title = re.sub(r"^\d+\. ", "", title)
    lead, boards = _split_lists(_ELSEWHERE.sub("", text))
    boards = [board for board in boards if words(board) <= 110 and board.count("\n") >= 1]
    if level == 2:
        kind, told = "frame" if title.startswith("An honest failure") else "question", _lines(lead, most=48)
        if boards and words(told) <= 20:  # a short question stands over its board
            told = f"{told}\n\n{boards.pop(0)}"
        else:
            told = f"{told}\n\n{_around_table(text)[1]}".strip()
        if last and words(told) < _SHORT:
            told = f"{told}\n\n{_continued(later)}".strip()
        if words(told) > _THIN or "?" in told or kind == "frame":
            yield Slide(kind, title, told)
    yield from (Slide("board", title, board) for board in boards)


def _continued(later):
    """What is printed below a short text, and the table or the first words after it; "" where a figure or a task comes."""
    blocks = []
    for cell in later:
        if cell.kind == "markdown":
            level, _, text = _parts(cell.source)[0]
            table = "" if level else _around_table(text)[1]
            told = "" if level else _lines(_split_lists(text)[0], most=26) or _first_bullets(text)
            return "\n\n".join(filter(None, [*blocks, table or told]))
        if not _printing(cell):
            return ""
        blocks += [_block(cell)] if "output" in cell.tags else []
    return "\n\n".join(blocks)


def _exercise(title, text, later):
    """What is asked: the text of the exercise, and the function with its description but without an answer."""
    facts = re.search(r"\*\*Minutes:\*\* ([\d–-]+)", text)
    why = re.search(r"\*\*Why:\*\* (.+)", text)
    told = "\n".join(line for line in text.splitlines() if not re.match(r"[-*] \*\*(Difficulty|Why)", line))
    cell = next((cell for cell in later if cell.exercises), None)
    code = ""
    if cell and not cell.calls("rubric"):
        cut = without_checks(exercise_stub(cell.source))
        code = f"\n\n```python\n{cut}\n```" if len(cut.splitlines()) <= 14 else ""
    head = f"**{facts[1]} minutes.** " if facts else ""
    reason = why[1][:1].upper() + why[1][1:] if why else ""
    return Slide("exercise", title, f"{head}{reason}\n\n{_lines(told, most=60 if not code else 24)}{code}")


def _asked(cell, texts):
    """The predictions that a cell asks for: the name of each guess, and its question in Markdown."""
    found = {}
    if "predict" not in cell.tags:
        return found
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Assign) and is_lesson_call(node.value, "predict"):
            call = node.value
            question = call.args[0]
            text = question.value if isinstance(question, ast.Constant) else texts[question.id]
            given = {word.arg: word.value for word in call.keywords}
            unit = given.get("unit")
            choices = given.get("choices")
            if choices is not None:
                options = texts.get(getattr(choices, "id", "")) or [item.value for item in choices.elts]
                text += "\n\n" + "\n".join(f"- {option}" for option in options)
            else:
                named = isinstance(unit, ast.Constant) and unit.value
                text += (
                    f"\n\nWrite down a number{f' (*{unit.value}*)' if named else ''} before the next slide."
                )
            found[node.targets[0].id] = text
    return found


def _strings(source):
    """The texts, and tuples of texts, that a cell gives names to."""
    found = {}
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return found
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def _revealed(cell, waiting, after):
    """The results that a cell shows beside guesses, without the author's guess."""
    if ".reveal(" not in cell.source:
        return
    names = re.findall(r"(?m)^\s*(\w+)\.reveal\(", cell.source)
    results = [
        found[1].rstrip(".")
        for output in cell.outputs
        for found in re.finditer(
            r"Result: (.+?)(?:\. Difference|\.?$)", "".join(output.get("data", {}).get("text/plain", ""))
        )
    ]
    for place, (name, result) in enumerate(zip(names, results, strict=False), 1):
        question, group = waiting.pop(name, ("", 0))
        asked, told = question.partition("\n\n")[0], _lines(after, most=34) if place == len(names) else ""
        yield Slide("prediction", "And it is", f"{asked}\n\n# {result}\n\n{told}".strip(), group=group)


def _printed(cell, heading, after, before):
    block, told = _block(cell), _lines(after, most=34)
    if block and told:
        yield Slide("evidence", heading, f"{block}\n\n{told}")
    elif block:
        announced = "\n\n".join(_sentences(before)[-2:])
        yield Slide("evidence", heading, f"{announced}\n\n{block}".strip())


def _block(cell):
    """What a cell prints, as a block of code; "" if it prints nothing or too much for a slide."""
    text = "".join(output.get("text", "") for output in cell.outputs).rstrip()
    lines = text.splitlines()
    return f"```\n{text}\n```" if lines and len(lines) <= 11 and max(map(len, lines)) <= 84 else ""


def _close(page, definition):
    tasks = [
        f"- {found[1]} ({found[2]} minutes)"
        for cell in page.markdown
        for found in re.finditer(r"(?ms)^### Exercise (\d+: .+?)$.*?\*\*Minutes:\*\* ([\d–-]+)", cell.source)
    ]
    if tasks:
        yield Slide("frame", "Your turn: the exercises", "\n".join(tasks))
    recap = page.section("Recap")
    if recap:
        yield Slide("frame", "Recap", _lines(recap[0], most=200))
    limits = page.section("What can break")
    if limits:
        yield Slide("limits", "What can break", "\n".join(_bullets(limits[0], most=75)))
    for number, question in enumerate(definition.quiz if definition else (), 1):
        options = "\n".join(f"- {option}" for option in question.options)
        group = 1000 + number
        yield Slide("quiz", f"Quiz, question {number}", f"{question.text}\n\n{options}", group=group)
        yield Slide("quiz", f"Answer {number}", f"**{question.answer}**\n\n{question.why}", group=group)


def _parts(markdown):
    """The headings of a cell with the text below each; level 0 and no title for text before the first."""
    parts = [[0, "", []]]
    for line in _without_details(markdown).splitlines():
        heading = re.match(r"(#{2,6}) +(.+?)\s*$", line)
        if heading:
            parts.append([len(heading[1]), heading[2], []])
        else:
            parts[-1][2].append(line)
    return [(level, title, "\n".join(lines).strip()) for level, title, lines in parts if level or any(lines)]


def _with_words(parts):
    """A section that begins with a subsection opens with the words of that one."""
    opened = None
    for level, title, text in parts:
        if level == 2 and not text:
            opened = title
        elif opened and level == 3 and not title.startswith("Exercise "):
            yield 2, opened, text
            opened = None
        else:
            opened = None
            yield level, title, text


def _without_details(markdown):
    return re.sub(r"<details>.*?</details>", "", markdown, flags=re.S)


def _around_table(text):
    """The text before the first small table that is no notation table, the table, the text after it."""
    for found in re.finditer(r"(?m)^\|.*(?:\n\|.*)+", text):
        if "name in `annolib`" not in found[0] and found[0].count("\n") <= 7 and words(text) <= 400:
            return text[: found.start()], found[0], text[found.end() :]
    return text, "", ""


def _split_lists(text):
    """The prose before the first list, table or displayed formula, and the numbered lists."""
    lead, boards, board = [], [], []
    ended = False
    for line in text.splitlines():
        if re.match(r"\d+\. ", line) or (board and line.startswith("   ")):
            board.append(line)
            ended = True
            continue
        if board:
            boards.append("\n".join(board))
            board = []
        ended = ended or line.startswith(("|", "- ", "* ", "```", "<"))
        if not ended:
            lead.append(line)
    return "\n".join(lead), [*boards, *(["\n".join(board)] if board else [])]


def _lines(text, most):
    """The first sentences with `most` words in all, each a paragraph; at least one if there is any."""
    kept, count = [], 0
    for line in _sentences(text):
        count += words(line) + line.count("$") // 2
        if kept and count > most:
            break
        kept.append(line)
    while len(kept) > 1 and (not kept[-1].endswith((".", "?", "!", "*", "$$")) or _ANNOUNCED.match(kept[-1])):
        kept.pop()  # what it announces is not on the slide
    return re.sub(r"[,;]\s*\$\$$", " $$", "\n\n".join(kept))


def _bullets(text, most):
    return [f"- {line}" for line in _lines(text, most).split("\n\n")]


def _first_bullets(text, most=60):
    """The bullets that a text begins with, up to `most` words."""
    kept = []
    for line in text.splitlines():
        if not line.startswith(("- ", "* ")) or words("\n".join([*kept, line])) > most:
            break
        kept.append(line)
    return "\n".join(kept)


def _sentences(text):
    """One sentence or displayed formula a line; tables, lists, code and HTML are left out."""
    text = re.sub(r"(?ms)^```.*?^```", "", text)
    text = re.sub(r"(?ms)^\$\$.*?\$\$", lambda formula: " ".join(formula[0].split()), text)
    lines = (_ELSEWHERE.sub("", line.strip()) for line in text.splitlines())
    told = [line for line in lines if line and not re.match(r"(\||[-*] |\d+\. |<|!\[|#)", line)]
    return [line for line in told if not _OF_THE_PAGE.match(line)]


def _caption(description):
    """The first sentences of a figure's description, in at most 40 words."""
    kept = []
    description = re.sub(r"\b(kappa|rho|eta|gamma)\b", lambda name: _LETTERS[name[0]], description)
    for sentence in re.split(r"(?<=\w[.]) (?=[A-Z])", description.strip()):
        if kept and len(" ".join([*kept, sentence]).split()) > 40:
            break
        kept.append(sentence)
    return " ".join(kept)


def _next_words(later, past=lambda cell: "claim" in cell.tags):
    """What the next markdown cell says, up to its first heading; "" if code comes before it that is not `past`."""
    for cell in later:
        if cell.kind == "markdown":
            level, _, text = _parts(cell.source)[0]
            return "" if level else _split_lists(text)[0]
        if not past(cell):
            return ""
    return ""


def _printing(cell):
    """Whether a code cell neither asks nor draws."""
    drawn = any("image/png" in output.get("data", {}) for output in cell.outputs)
    return (
        not drawn and not {"predict", "widget", "exercise"} & set(cell.tags) and ".reveal(" not in cell.source
    )


def _words_of(output):
    return output.get("metadata", {}).get("image/png", {}).get("alt") or "".join(
        output.get("data", {}).get("text/plain", "")
    )
