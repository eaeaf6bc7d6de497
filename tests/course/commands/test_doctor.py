"""The doctor: what it says of healthy and of damaged installations, and its proofs on the real thing."""

import sys

import pytest

from annolib.course.commands import doctor
from annolib.course.commands.findings import NOT_CHECKED, OK, WRONG, Finding
from annolib.course.setup import environment, preparation
from annolib.course.workspace.hand_out import WorkspaceError


def states(findings):
    return [finding.state for finding in findings]


@pytest.mark.parametrize(
    ("findings", "code", "last"),
    [
        ([Finding(OK, "a"), Finding(NOT_CHECKED, "b")], 0, "Nothing is wrong."),
        ([Finding(WRONG, "a")], 1, "1 thing to fix."),
        ([Finding(WRONG, "a"), Finding(WRONG, "b")], 1, "2 things to fix."),
    ],
)
def test_the_exit_code_says_whether_something_is_wrong(monkeypatch, capsys, findings, code, last):
    monkeypatch.setattr(environment, "unmet", lambda: [])
    monkeypatch.setattr(doctor, "examine", lambda work: findings)
    assert doctor.main("work") == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_the_examination_goes_on_in_the_prepared_environment(monkeypatch):
    class HandedOver(Exception):
        pass

    def hand_over(command):
        raise HandedOver(command[0])

    monkeypatch.setattr(environment, "unmet", lambda: ["numpy"])
    monkeypatch.setattr(environment, "inside_venv", lambda: False)
    monkeypatch.setattr(preparation, "is_ready", lambda: True)
    monkeypatch.setattr(environment, "hand_over", hand_over)
    with pytest.raises(HandedOver, match=r"\.venv"):
        doctor.main("work")


def test_on_a_bare_machine_it_says_what_is_missing_and_does_not_go_on(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "unmet", lambda: ["numpy>=2.1", "pandas"])
    monkeypatch.setattr(environment, "requirements", lambda: ["numpy>=2.1", "pandas", "tqdm"])
    monkeypatch.setattr(environment, "installed_version", {"tqdm": "4.66"}.get)
    monkeypatch.setattr(doctor, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(doctor, "catalogue", lambda lessons: ())
    findings = list(doctor.examine(tmp_path / "work"))
    text = "\n".join(map(str, findings))
    assert ".venv is not there yet\n        fix: python3 lessons" in text
    assert "missing packages: numpy, pandas\n        fix: python3 lessons" in text
    assert findings[-1].state == NOT_CHECKED


def test_a_package_of_a_wrong_version_is_named_with_its_mend(monkeypatch):
    monkeypatch.setattr(environment, "unmet", lambda: ["numpy>=2.1,<3"])
    monkeypatch.setattr(environment, "requirements", lambda: ["numpy>=2.1,<3"])
    monkeypatch.setattr(environment, "installed_version", {"numpy": "1.26"}.get)
    (finding,) = doctor.package_findings()
    assert finding.text == "numpy 1.26 (needed: numpy>=2.1,<3)"
    assert finding.fix == f'{sys.executable} -m pip install "numpy>=2.1,<3"'


def test_an_interrupted_preparation_is_noticed(monkeypatch, tmp_path):
    (tmp_path / "unfinished").touch()
    monkeypatch.setattr(doctor, "VENV", tmp_path)
    monkeypatch.setattr(environment, "inside_venv", lambda: True)
    finding = doctor.environment_finding()
    assert finding.state == WRONG and "interrupted" in finding.text


def test_a_working_copy_that_cannot_be_written_is_found(monkeypatch, tmp_path):
    def refuse(dir):
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.setattr(doctor, "catalogue", lambda lessons: ())
    assert states(doctor.course_findings(tmp_path / "work" / "deep")) == [OK, OK, OK]
    assert not (tmp_path / "work").exists()
    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    findings = doctor.course_findings(tmp_path / "work")
    assert states(findings) == [OK, WRONG, OK] and "--work FOLDER" in findings[1].fix


def test_a_check_that_breaks_is_a_finding():
    def broken_check():
        raise OSError("no such thing")

    def no_lessons():
        raise WorkspaceError("There are no lessons.")

    assert str(doctor.checked(broken_check)[0]) == "WRONG        broken check: OSError: no such thing"
    assert doctor.checked(no_lessons)[0].text == "There are no lessons."
