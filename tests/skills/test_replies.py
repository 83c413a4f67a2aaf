"""Every reply is there in every language, is used, and fits what fills it."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import skills
from commerce.order_states import OrderStatus
from commerce.payments.states import PaymentOutcome
from skills.contract import Reason
from skills.languages.replies import ReplyMissing, replies
from skills.languages.saying import say
from tests.skills.talking import TUESDAY

SOURCES = [path for room in ("intents", "dialogue") for path in (Path(skills.__file__).parent / room).glob("*.py")]
LANGUAGES = ("en", "ko")
KINDS = ("groceries", "cafe", "bank", "pizzeria")


def said_in_code() -> tuple[set[str], list[str]]:
    """Reply keys named in the code, and patterns of those that are put together."""
    keys: set[str] = set()
    patterns: list[str] = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                keys.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
                patterns.append("".join(parts))
    return keys, patterns


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_is_used(language: str) -> None:
    """A reply that nothing says is dead wood: each key stands in the code or fits a pattern that does."""
    keys, patterns = said_in_code()
    unused = [
        key for key in replies(language).keys if key not in keys and not any(re.fullmatch(p, key) for p in patterns)
    ]
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_is_missing(language: str) -> None:
    """Whatever the code says directly has words in every language."""
    wanted = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                wanted |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    keys = {str(key) for key in wanted if re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", str(key))}
    assert keys - replies(language).keys <= {"refused.", "PayBill"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_replies_for_every_status_are_there(language: str) -> None:
    """A new order status, payment outcome, reason or kind of shop can't be forgotten in the replies."""
    keys = replies(language).keys
    wanted = {f"order.state.{status.value}" for status in OrderStatus}
    wanted |= {f"{what}.{outcome.value}" for what in ("purchase", "bill") for outcome in PaymentOutcome}
    wanted |= {f"not_understood.{reason.value}" for reason in Reason}
    wanted |= {f"{help_}.{kind}" for help_ in ("help", "help.brief") for kind in KINDS}
    assert wanted - keys == set()


def test_languages_say_the_same_things() -> None:
    """A reply that one language has and another lacks would fail in the middle of a conversation."""
    assert replies("en").keys == replies("ko").keys


def test_translations_are_filled_alike() -> None:
    """A translation never asks for a value that the handlers give only to another wording."""
    english, korean = fields("en"), fields("ko")
    assert {key: names for key, names in korean.items() if not names <= english[key] | {"count"}} == {}


def fields(language: str) -> dict[str, set[str]]:
    """Each key with the values that its wordings use."""
    return {
        key: {
            name
            for wording in replies(language).wordings(key)
            for _, name, _, _ in string.Formatter().parse(wording)
            if name
        }
        for key in replies(language).keys
    }


def test_an_unknown_reply_is_an_error() -> None:
    """A key without a template is a mistake in the program, never silence towards the shopper."""
    with pytest.raises(ReplyMissing):
        replies("en").render([say("no.such.reply")], TUESDAY)


def test_wordings_take_turns() -> None:
    """The same reply three times in a row is not the same sentence three times, and is always the same in one turn."""
    said = [replies("en").render([say("goodbye")], TUESDAY, turn).speech for turn in (0, 1, 2, 2)]
    assert said == ["Goodbye.", "Bye for now.", "Goodbye.", "Goodbye."]


def test_singular_and_plural_go_by_the_language() -> None:
    """One bill is "one bill", two are "two bills", on the screen with digits."""
    english = replies("en")
    one = english.render([say("bills.more", count=1)], TUESDAY)
    two = english.render([say("bills.more", count=2)], TUESDAY)
    assert (one.speech, two.speech, two.screen) == ("And one more.", "And two more.", "And 2 more.")
