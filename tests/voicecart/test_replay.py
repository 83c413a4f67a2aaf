"""A replay says what went wrong, and where; what can't be replayed is refused with a line for each mistake."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from skills.contract import Item, NotUnderstood, OptionValue, Reason, Understood
from tests.assembled import an_assembly
from voicecart import replay
from voicecart.assembly import Assembly
from voicecart.replaying.files import ReplayProblem, load_scenario
from voicecart.replaying.meanings import ExpectedMeaning, differences
from voicecart.replaying.selection import ListedRecording, UnlistedRecording, select

FIXTURES = Path(__file__).parents[2] / "audio_fixtures"
BANK = """title: A balance
shop: bank
customer: anna
turns:
  - types: what's my checking balance
    intent: CheckBalance
    slots: {account: checking}
    says: two thousand three hundred
    unchanged: true
"""


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    with an_assembly(tmp_path_factory.mktemp("data")) as made:
        yield made


def a_file(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_right_scenario_ends_with_zero(
    assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was said and answered is printed, then how many scenarios went as expected."""
    assert replay.run([a_file(tmp_path, BANK)], assembly, as_json=False) == 0
    printed = capsys.readouterr().out
    assert "> what's my checking balance" in printed
    assert "1 of 1 scenarios as expected" in printed


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("intent: CheckBalance", "intent: BillDue", "expected BillDue, was CheckBalance"),
        ("{account: checking}", "{account: savings}", "account: expected 'savings', was 'checking'"),
        ("says: two thousand three", "says: one million", "expected 'one million hundred'"),
        ("unchanged: true", "shop: {balances: {checking: 7}}", "balance of checking: expected 700, is 238164"),
        ("unchanged: true", "expects: code", "expected code"),
        ("unchanged: true", "done: [bill.paid]", "done: expected ['bill.paid']"),
    ],
)
def test_an_expectation_edited_to_be_wrong_fails_the_replay(
    assembly: Assembly,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    right: str,
    wrong: str,
    named: str,
) -> None:
    """Any one expectation changed: exit code 1, and the turn's line with what was expected and what came."""
    assert replay.run([a_file(tmp_path, BANK.replace(right, wrong))], assembly, as_json=True) == 1
    turn, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert named in turn["problems"][0]
    assert turn["line"] == 5
    assert summary["failures"] == ["scenario:5"]
    assert (summary["scenarios"], summary["scenarios_right"]) == (1, 0)


def test_mistakes_in_a_scenario_are_named_with_file_and_line(tmp_path: Path) -> None:
    """An unknown field, a wrong type and two utterances in one turn: a line for each, nothing is played."""
    path = a_file(tmp_path, BANK.replace("unchanged: true", "unchanged: 7\n    hears: x.wav\n    sys: hello"))
    with pytest.raises(ReplayProblem) as mistakes:
        load_scenario(path)
    lines = str(mistakes.value).splitlines()
    assert any(line.startswith("scenario.yaml, line 9: turns[0].unchanged should be true or false") for line in lines)
    assert any(line.startswith("scenario.yaml, line 11: turns[0].sys is not a field") for line in lines)


def test_a_missing_recording_of_a_scenario_is_named(tmp_path: Path) -> None:
    """The line on which it is asked for, and its name."""
    path = a_file(tmp_path, BANK.replace("types: what's my checking balance", "hears: gone.wav"))
    with pytest.raises(ReplayProblem, match=r"scenario.yaml, line 5: turns\[0\].hears there is no file gone.wav"):
        load_scenario(path)


def test_what_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    """A broken bracket is a line number, not a traceback."""
    with pytest.raises(ReplayProblem, match=r"scenario\.yaml, line"):
        load_scenario(a_file(tmp_path, BANK + "  - {types: [\n"))


def test_paths_that_lead_nowhere_are_named_together(tmp_path: Path) -> None:
    """A missing path, a file of another kind and an empty folder: a line each, in one error."""
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReplayProblem) as problem:
        select([tmp_path / "gone", other, tmp_path / "empty"])
    lines = str(problem.value).splitlines()
    assert len(lines) == 3
    assert "there is no such file or folder" in lines[0]
    assert "can't be replayed" in lines[1]
    assert "holds no recordings" in lines[2]


def test_a_folder_stands_for_its_listed_recordings() -> None:
    """The fixtures' folder means every listed recording and every scenario; a part of it that part of the list."""
    everything = select([FIXTURES])
    recordings = [item for item in everything if isinstance(item, ListedRecording)]
    assert len(recordings) == 165
    assert len(everything) - len(recordings) == len(list((FIXTURES / "scenarios").glob("*.yaml")))
    korean = select([FIXTURES / "ko"])
    assert {item.name.split("/")[0] for item in korean if isinstance(item, ListedRecording)} == {"ko"}
    assert len(select([FIXTURES / "ko", FIXTURES / "ko"])) == len(korean)


def test_a_recording_elsewhere_has_no_expectation(tmp_path: Path) -> None:
    """The same file outside the list's folder is only said to the shop."""
    copy = tmp_path / "yes.wav"
    shutil.copy(FIXTURES / "en" / "yes.wav", copy)
    assert select([copy]) == [UnlistedRecording(copy)]


def test_broken_recordings_are_expected_to_be_refused(assembly: Assembly, capsys: pytest.CaptureFixture[str]) -> None:
    """The four broken files: an error each, nothing changed, nothing wrong."""
    assert replay.run([FIXTURES / "broken"], assembly, as_json=True) == 0
    *recordings, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert all(recording["error"] for recording in recordings)
    assert summary["out_of_domain"] == 4
    assert summary["changed"] == 0
    assert summary["acceptance"] is None if "acceptance" in summary else True


OWNERS = {"OAT-1L": "oat-milk", "SOY-1L": "soy-milk"}


def meant(**slots: object) -> ExpectedMeaning:
    return ExpectedMeaning.model_validate({"intent": "AddToCart", "slots": slots})


def test_items_are_compared_whole_and_in_any_order() -> None:
    """Order is free; product, quantity, options and completeness count."""
    oat, soy = Item("OAT-1L", "Oat milk", 2), Item(None, "milk", products=("soy-milk", "oat-milk"))
    came = Understood("AddToCart", {"items": (oat, soy)})
    assert (
        differences(meant(items=[{"product": "soy-milk"}, {"product": "oat-milk", "quantity": 2}]), came, OWNERS) == []
    )
    assert differences(meant(items=[{"product": "oat-milk", "quantity": 2}]), came, OWNERS)
    assert differences(meant(items=[{"product": "soy-milk"}, {"product": "oat-milk"}]), came, OWNERS)
    assert (
        differences(
            meant(items=[{"product": ["oat-milk", "soy-milk"]}, {"product": "oat-milk", "quantity": 2}]), came, OWNERS
        )
        == []
    )


def test_an_option_too_many_or_too_few_is_wrong() -> None:
    """Every option with its amount, and no other."""
    large = OptionValue("size", "large", None, "large")
    came = Understood("AddToCart", {"items": (Item("OAT-1L", "Oat milk", options=(large,)),)})
    named = {"group": "size", "value": "large"}
    assert differences(meant(items=[{"product": "oat-milk", "options": [named]}]), came, OWNERS) == []
    assert differences(meant(items=[{"product": "oat-milk"}]), came, OWNERS)
    assert differences(meant(items=[{"product": "oat-milk", "options": [named | {"amount": "extra"}]}]), came, OWNERS)


def test_a_slot_that_nobody_expected_is_wrong_unless_it_may_be_missing() -> None:
    """Slots are exact; null among the alternatives allows a slot to be missing."""
    expected = ExpectedMeaning.model_validate({"intent": "CheckBalance", "slots": {"account": ["savings", None]}})
    assert differences(expected, Understood("CheckBalance", {"account": "savings"}), {}) == []
    assert differences(expected, Understood("CheckBalance", {}), {}) == []
    assert differences(expected, Understood("CheckBalance", {"account": "checking"}), {})
    assert differences(expected, Understood("CheckBalance", {"account": "savings", "count": 3}), {})
    assert differences(expected, NotUnderstood(Reason.UNCLEAR), {}) == [
        "expected CheckBalance, was not understood (unclear)"
    ]
