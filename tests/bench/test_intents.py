"""The benchmarks of intents and of everyday talk count what they say they count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import intents, rejection
from skills.languages import load

SENTENCES = Path(__file__).parents[2] / "bench" / "sentences"


def written(folder: Path, *lines: object) -> Path:
    file = folder / "tests.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def test_right_and_wrong_intents_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of three sentences are right, one of them by its second accepted intent; the third is told with --verbose."""
    tests = written(
        tmp_path,
        {"text": "what's my balance", "accept": ["CheckBalance"]},
        {"text": "goodbye", "accept": ["Cancel", "Stop"]},
        {"text": "goodbye", "accept": ["Confirm"]},
    )
    assert intents.run(tests, verbose=True, as_json=True) == 0
    *rows, total = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (total["n"], total["right"], total["accuracy"]) == (3, 2, 0.6667)
    assert total["ms_p50"] >= 0
    wrong = {row["intent"]: row["wrong"] for row in rows}
    assert wrong["Confirm"] == [{"text": "goodbye", "understood": "Stop"}]


@pytest.mark.parametrize("line", [{"text": "hello"}, {"text": "hello", "accept": []}, ["hello"]])
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: object) -> None:
    """The error says in which line of which file something is missing."""
    tests = written(tmp_path, {"text": "hello", "accept": ["Launch"]}, line)
    with pytest.raises(intents.BadTests, match=r"tests\.jsonl, line 2"):
        intents.run(tests)


def test_talk_that_is_taken_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a command and two lines of talk, one is taken, and the command changed no order."""
    texts = tmp_path / "talk.txt"
    texts.write_text("the minister declined to comment on the report\n\nwhat's in my cart\nwho let the dog in again\n")
    assert rejection.run(texts, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"n": 3, "taken": 1, "asked": 0, "changed": 0, "orders": 0}


def test_nothing_to_hear_is_an_error(tmp_path: Path) -> None:
    """An empty file proves nothing."""
    texts = tmp_path / "empty.txt"
    texts.write_text("\n")
    with pytest.raises(rejection.NothingToHear):
        rejection.run(texts)


def test_the_sentences_of_the_benchmarks_are_kept_apart_from_the_examples() -> None:
    """What is learned from is not measured."""
    model = load("en")
    learned = {text.lower() for intent in model.intents for text in intent.examples} | set(model.none_examples)
    slang = [json.loads(line)["text"] for line in (SENTENCES / "slang.jsonl").read_text().splitlines()]
    talk = (SENTENCES / "talk.txt").read_text().splitlines()
    assert learned.isdisjoint([*slang, *talk])
