"""`annolib lessons`: the working copy, the list, and one line where a folder cannot be used."""

from annolib.course.setup import environment


def test_the_working_copy_is_handed_out_and_listed(run, folder):
    code, said, wrong = run("lessons", "--copy", "--work", folder / "mine")
    assert (code, wrong) == (0, "") and f"Your working copy is {folder / 'mine'}." in said
    names = {path.name for path in (folder / "mine").glob("*.ipynb")}
    assert names == {path.name for path in environment.course_folder("lessons").glob("*.ipynb")}
    code, said, _ = run("lessons", "--list", "--work", folder / "mine")
    assert code == 0 and said.count("  new") == len(names)


def test_jupyterlab_takes_over(run, folder, monkeypatch):
    seen = []
    monkeypatch.setattr(environment, "hand_over", lambda command: seen.append(command) or 0)
    assert run("lessons", "4", "--no-browser", "--work", folder / "mine")[0] == 0
    assert seen[0][1:3] == ["-m", "jupyterlab"] and seen[0].count("--no-browser") == 1
    assert any(word.startswith("--LabApp.default_url=/lab/tree/04_") for word in seen[0])


def test_what_cannot_be_used_is_bad_input_in_one_line(run, folder):
    (folder / "file").write_text("")
    for words in (["--copy", "--work", folder / "file"], ["--copy", "99"], ["--assign", "moodle", folder]):
        code, said, wrong = run("lessons", *words)
        assert code == 2 and said == "" and wrong.startswith("annolib lessons: ") and wrong.count("\n") == 1
