"""What the loader says about a language's data that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from skills.contract import Expectation
from skills.languages import LanguageError, load

GOOD = """\
Greet:
  about: Says hello.
  sentences:
    - "hello [<there>]"
"""


def written(folder: Path, intents: str = GOOD, rules: str = "there: (there|you)\n", **examples: str) -> Path:
    """A language called xx in `folder`."""
    (folder / "xx" / "intents").mkdir(parents=True)
    (folder / "xx" / "examples").mkdir()
    (folder / "xx" / "rules.yaml").write_text(rules)
    (folder / "xx" / "intents" / "some.yaml").write_text(intents)
    for name, text in examples.items():
        (folder / "xx" / "examples" / f"{name}.txt").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("intents", "line", "problem"),
    [
        (GOOD.replace("<there>", "<their>"), 4, "nothing is called their"),
        (GOOD.replace("hello", "hello {name}"), 4, "nothing is called name"),
        (GOOD.replace("[<there>]", "[<there>"), 4, "can't be parsed"),
        (GOOD + '    - "hello [<there>]"\n', 5, "stands here twice"),
        (GOOD + "  slot: {}\n", 5, "unknown field 'slot'"),
        (GOOD + "  slots: {name: {type: colour}}\n", 5, "unknown slot type 'colour'"),
        (GOOD + "  when: {shops: [butcher]}\n", 5, "'butcher' is not one of"),
        (GOOD + "Greet:\n  about: Again.\n", 5, "stands here twice"),
        (GOOD + "  also: [\n", 6, ""),
        ("Greet:\n  about: Nothing.\n", 2, "Greet has no sentences"),
        ("", 1, "the file is empty"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, intents: str, line: int, problem: str) -> None:
    """Each kind of mistake in an intents file is reported with the place where it stands."""
    with pytest.raises(LanguageError) as caught:
        load("xx", written(tmp_path, intents))
    assert caught.value.file == tmp_path / "xx" / "intents" / "some.yaml"
    assert caught.value.line == line
    assert problem in str(caught.value)


def test_an_example_that_stands_twice_is_reported(tmp_path: Path) -> None:
    """Two example sentences that differ in capitals only are one too many."""
    with pytest.raises(LanguageError, match=r"Greet\.txt, line 3: 'Hi' stands here twice"):
        load("xx", written(tmp_path, Greet="# short\nhi\nHi\n"))


def test_examples_of_an_unknown_intent_are_reported(tmp_path: Path) -> None:
    """A file of examples whose intent nobody describes is a spelling mistake."""
    with pytest.raises(LanguageError, match="there is no intent Greets"):
        load("xx", written(tmp_path, Greets="# short\nhi\n"))


def test_an_unknown_language_is_reported() -> None:
    """A language without a folder is named in the error."""
    with pytest.raises(LanguageError, match="there is no language 'xx'"):
        load("xx")


def test_examples_are_grouped_by_their_headings(tmp_path: Path) -> None:
    """Headings of an examples file become the ways of the phrasings, in order."""
    intent = load("xx", written(tmp_path, Greet="# short\nhi\n\n# long\nhello to you\nhello all\n")).intent("Greet")
    assert [phrasing.way for phrasing in intent.phrasings] == ["short", "long"]
    assert intent.examples == ("hi", "hello to you", "hello all")


def test_the_version_changes_with_the_data(tmp_path: Path) -> None:
    """Caches keyed by the version are rebuilt when any sentence changes."""
    one = load("xx", written(tmp_path / "one"))
    other = load("xx", written(tmp_path / "other", GOOD.replace("hello", "hullo")))
    assert one.version != other.version


def test_an_order_is_confirmed_only_while_a_quote_waits() -> None:
    """ "Buy it" is a yes when the total has just been read out, and a wish to check out before."""
    saying = [intent for intent in load("en").intents if any("(buy it|" in sentence for sentence in intent.sentences)]
    has = frozenset({"products"})
    assert {intent.name for intent in saying if intent.when.holds("cafe", Expectation.CONFIRM_QUOTE, has)} == {
        "Confirm"
    }
    assert {intent.name for intent in saying if intent.when.holds("cafe", Expectation.ANYTHING, has)} <= {"Checkout"}
