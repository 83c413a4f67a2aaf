"""A turn that takes too long: the shopper hears that it does, the work is done once, and its answer is given later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from skills.alexa.progress import Progress
from skills.contract import Heard, Listener, Outcome
from skills.understanding.context import Context
from tests.skills.talking import UNDERSTANDING
from tests.voicecart.alexa.requests import intent
from tests.voicecart.alexa.speaker import Skill, Speaker, a_skill, speech
from voicecart.service import alexa_deadline


@dataclass(slots=True)
class Slow:
    """An understanding that can be held up; while it is, the deadlines are soon over."""

    monkeypatch: pytest.MonkeyPatch
    may_go_on: Event = field(default_factory=Event)

    def at_once(self, text: str, context: Context) -> Outcome | None:
        return None

    def understand(self, heard: Heard, context: Context, listener: Listener | None = None) -> Outcome:
        """As the real one, later."""
        self.may_go_on.wait(60)
        return UNDERSTANDING.understand(heard, context, listener)

    def hold(self) -> None:
        """Nothing is understood from now on."""
        self.may_go_on.clear()
        self.monkeypatch.setattr(alexa_deadline, "PROGRESS_AFTER", 0.05)
        self.monkeypatch.setattr(alexa_deadline, "ANSWER_WITHIN", 0.3)

    def go_on(self) -> None:
        """All that was said is understood."""
        self.monkeypatch.setattr(alexa_deadline, "ANSWER_WITHIN", 60.0)
        self.may_go_on.set()


@dataclass(slots=True)
class Directives:
    """Amazon's directive service. told: what it was asked to speak."""

    url: str
    told: list[tuple[str, dict[str, dict[str, str]]]] = field(default_factory=list)
    came: Event = field(default_factory=Event)


@pytest.fixture
def directives() -> Iterator[Directives]:
    """One on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.told.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(204)
            self.end_headers()
            service.came.set()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Directives(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """One that is held up."""
    made = Slow(monkeypatch)
    made.hold()
    yield made
    made.go_on()


def _skill(folder: Path, understanding: Slow, **settings: str) -> Skill:
    skill = a_skill(folder, **settings)
    skill.assembly.understanding = understanding  # type: ignore[assignment] - it is asked for one thing only
    return skill


def test_the_answer_that_is_owed_is_given_at_the_next_turn(tmp_path: Path, slow: Slow) -> None:
    """Adding takes too long; it is done once, and whatever is said next gets its answer and does nothing else."""
    skill = _skill(tmp_path, slow)
    carla = Speaker(skill, skill.link())
    late = carla.says("AddToCart", items="a carton of oat milk")
    assert "still on it" in speech(late)
    assert late["shouldEndSession"] is False
    slow.go_on()
    owed = carla.says("AMAZON.YesIntent")
    assert "oat milk" in speech(owed)
    assert "late" not in carla.attributes
    assert [line.quantity for line in skill.shop.carts.get("carla").lines] == [1]


def test_a_total_that_was_not_heard_is_not_confirmed(tmp_path: Path, slow: Slow) -> None:
    """The yes that is said before the total was read out is no yes to it: the total is read out instead."""
    slow.go_on()
    skill = _skill(tmp_path, slow)
    carla = Speaker(skill, skill.link(may_buy=True))
    carla.sends(intent(skill.clock.now(), "AddToCart", carla.token, items="a carton of oat milk"))
    slow.hold()
    assert "still on it" in speech(carla.says("Checkout"))
    slow.go_on()
    assert "Shall I order it?" in speech(carla.says("AMAZON.YesIntent"))
    assert skill.shop.carts.get("carla").lines
    assert "Order" in speech(carla.says("AMAZON.YesIntent"))


def test_a_turn_that_was_lost_with_its_process_is_made_up_for(skill: Skill) -> None:
    """Nobody knows the turn that is owed: it is done now, from the words that Alexa kept for us."""
    carla = Speaker(skill, skill.link(), is_new=False)
    carla.attributes = {"late": {"id": "amzn1.lost", "text": "add a carton of oat milk"}}
    assert "oat milk" in speech(carla.says("AMAZON.HelpIntent"))
    assert [line.quantity for line in skill.shop.carts.get("carla").lines] == [1]


def test_a_code_is_not_sent_around(tmp_path: Path, slow: Slow) -> None:
    """What Alexa keeps for us of a turn that is late holds no code."""
    skill = _skill(tmp_path, slow)
    carla = Speaker(skill, skill.link(), is_new=False, attributes={"expected": "code"})
    taken = skill.assembly.assistant()._sessions.take("carla", _device(skill), "another turn")
    assert "still on it" in speech(carla.says("GiveCode", code="4711"))
    assert "4711" not in json.dumps(carla.attributes)
    skill.assembly.assistant()._sessions.give_back(taken, "{}" if taken.state is None else taken.state)


def test_progress_is_told_while_a_turn_goes_on(tmp_path: Path, slow: Slow, directives: Directives) -> None:
    """The shopper hears a word after a while; the token goes where Alexa said, to an address that is allowed."""
    skill = _skill(tmp_path, slow, alexa_api_endpoint=directives.url)
    made = intent(skill.clock.now(), "CheckBalance", skill.link())
    made["context"]["System"]["apiEndpoint"] = directives.url
    skill.send(made)
    assert directives.came.wait(30)
    [(authorization, told)] = directives.told
    assert authorization == "Bearer an-api-token"
    assert told["header"] == {"requestId": made["request"]["requestId"]}
    assert told["directive"] == {"type": "VoicePlayer.Speak", "speech": "<speak>One moment.</speak>"}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://api.amazonalexa.com",
        "https://api.amazonalexa.com.evil.example",
        "https://api.amazonalexa.com/x",
        "",
        None,
    ],
)
def test_the_token_goes_to_nobody_else(monkeypatch: pytest.MonkeyPatch, endpoint: str | None) -> None:
    """An address that is not exactly one of Amazon's is not called."""
    monkeypatch.setattr("skills.alexa.progress.call", lambda *_: pytest.fail("it was called"))
    system = {"apiEndpoint": endpoint, "apiAccessToken": "secret"}
    Progress().tell({"request": {"type": "IntentRequest", "requestId": "1"}, "context": {"System": system}})


def _device(skill: Skill) -> str:
    return skill.access.linking.links("carla")[0].speakers[-1].key
