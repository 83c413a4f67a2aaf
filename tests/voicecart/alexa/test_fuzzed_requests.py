"""Requests of any shape, rightly signed: answered or refused, and never a failure of the server."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.skills.alexa.test_hostile_names import PIECES
from tests.skills.talking import TUESDAY
from tests.voicecart.alexa.requests import envelope, intent, launch
from tests.voicecart.alexa.speaker import Skill, Speaker

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40)
JSON = st.recursive(
    LEAVES | st.sampled_from(["IntentRequest", "AMAZON.YesIntent", "CONFIRMED", "en-GB", "xx", "{words}"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
TYPES = (
    "LaunchRequest",
    "IntentRequest",
    "SessionEndedRequest",
    "CanFulfillIntentRequest",
    "System.ExceptionEncountered",
    "AlexaSkillEvent.SkillEnabled",
    "AlexaSkillEvent.SkillDisabled",
    "AlexaSkillEvent.SkillAccountLinked",
    "AlexaSkillEvent.SkillPermissionAccepted",
    "AlexaSkillEvent.ProactiveSubscriptionChanged",
    "Alexa.Presentation.APL.UserEvent",
    "Connections.Response",
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in _paths(one, (*path, key)))]


def _put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_request_with_anything_anywhere(standing_skill: Skill, data: st.DataObject) -> None:
    """A right request in which up to three places hold something else, of any type."""
    kind = data.draw(st.sampled_from(TYPES))
    made: Any = intent(TUESDAY, "ProductPrice", product="bananas") if kind == "IntentRequest" else launch(TUESDAY)
    made["request"]["type"] = kind
    made["session"]["attributes"] = {"late": {"id": "x", "text": "y"}, "expected": "code", "turn": 3}
    for _ in range(data.draw(st.integers(0, 3))):
        places = _paths(made)
        made = _put(deepcopy(made), places[data.draw(st.integers(0, len(places) - 1))], data.draw(JSON))
    answer = standing_skill.send(made)
    assert answer.status_code in (200, 400), (answer.status_code, json.dumps(made))


@given(
    st.dictionaries(st.sampled_from(["items", "product", "quantity", "words", "x"]), st.text(), max_size=3), st.data()
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_anything_may_be_said(standing_skill: Skill, slots: dict[str, str], data: st.DataObject) -> None:
    """Any words in the slots of any intent, by somebody with an account: answered."""
    names = ["AddToCart", "Correct", "Say", "Reorder", "GiveCode", "AMAZON.YesIntent", "Nobody.Knows"]
    made = envelope(
        {
            "type": "IntentRequest",
            "intent": {
                "name": data.draw(st.sampled_from(names)),
                "confirmationStatus": "NONE",
                "slots": {name: {"name": name, "value": value} for name, value in slots.items()},
            },
        },
        TUESDAY,
        _TOKEN.setdefault("carla", standing_skill.link()),
    )
    answer = standing_skill.send(made)
    assert answer.status_code == 200
    assert "something went wrong" not in answer.get_data(as_text=True)


_TOKEN: dict[str, str] = {}


def test_hostile_products_and_customers_are_only_read_out(skill: Skill) -> None:
    """The whole way: a product and a customer with markup for names are greeted, put into the cart and shown."""
    hostile = "".join(piece for piece in PIECES if piece not in ("\0", "\ud800", "a" * 300))
    with skill.assembly.database.transaction() as session:
        session.execute(text("UPDATE customers SET name = :name"), {"name": hostile.replace(" ", "")})
        session.execute(text("UPDATE products SET name = :name WHERE key = 'bananas'"), {"name": hostile})
    carla = Speaker(skill, skill.link(), has_screen=True)
    carla.opens()
    added = carla.says("AddToCart", items="a bunch of bananas")
    for response in (added, carla.says("ReadCart")):
        ssml = response["outputSpeech"]["ssml"]
        assert ssml.count("<") == ssml.count(">") == 2
        assert "&lt;audio" in ssml
