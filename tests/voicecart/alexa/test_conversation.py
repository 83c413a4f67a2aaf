"""A shopper at a smart speaker: the same shop, cart and rules as everywhere."""

from __future__ import annotations

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import ResponseEnvelope

from commerce.linking.values import LinkKind
from skills.alexa.refusal import Reason
from skills.contract import Heard, Hypothesis
from skills.dialogue import SessionKey
from tests.voicecart.alexa import requests
from tests.voicecart.alexa.speaker import Skill, Speaker, speech


def test_a_cart_is_filled_and_bought(skill: Skill) -> None:
    """Two items, the cart, the total read out, a yes: exactly one order, and its card names it."""
    carla = Speaker(skill, skill.link(may_buy=True))
    assert "Carla" in speech(carla.opens())
    assert "oat milk" in speech(carla.says("AddToCart", items="a carton of oat milk"))
    assert "two bunches of bananas" in speech(carla.says("AddToCart", quantity="2", product="bananas"))
    assert "oat milk" in speech(carla.says("ReadCart"))
    quoted = carla.says("Checkout")
    assert "the total with tax is" in speech(quoted)
    assert quoted["directives"][0]["type"] == "Dialog.ConfirmIntent"
    bought = carla.says("AMAZON.YesIntent")
    [order] = [order for order in skill.shop.orders.list("carla") if order.placed_at == skill.clock.now()]
    assert bought["card"]["title"] == f"Order {order.number}"
    assert skill.shop.carts.get("carla").lines == ()


def test_the_cart_is_the_same_at_the_keyboard(skill: Skill) -> None:
    """What was put into the cart at the speaker is there for whoever types."""
    Speaker(skill, skill.link()).says("AddToCart", items="a carton of oat milk")
    heard = Heard("1", "en", (Hypothesis("what's in my cart"),), spoken=False)
    turn = skill.assembly.assistant().hears(heard, session=SessionKey("carla", "keyboard"))
    assert "oat milk" in turn.reply.speech


def test_buying_is_off_until_its_owner_switches_it_on(skill: Skill) -> None:
    """A speaker that was just linked fills the cart and buys nothing."""
    carla = Speaker(skill, skill.link())
    carla.says("AddToCart", items="a carton of oat milk")
    refused = carla.says("Checkout")
    assert "switch" in speech(refused).lower()
    carla.says("AMAZON.YesIntent")
    assert all(order.placed_at != skill.clock.now() for order in skill.shop.orders.list("carla"))


def test_a_code_is_asked_for_and_never_shown(skill: Skill) -> None:
    """With a code set, the yes is followed by the code; neither speech nor card nor what Alexa keeps shows it."""
    skill.shop.customers.set_code("carla", "4711")
    carla = Speaker(skill, skill.link(may_buy=True))
    carla.says("AddToCart", items="a carton of oat milk")
    carla.says("Checkout")
    asked = carla.says("AMAZON.YesIntent")
    elicited = asked["directives"][0]
    assert (elicited["type"], elicited["slotToElicit"]) == ("Dialog.ElicitSlot", "code")
    assert elicited["updatedIntent"]["name"] == "GiveCode"
    wrong = carla.says("GiveCode", code="1234")
    assert "not the right code" in speech(wrong)
    right = carla.says("GiveCode", code="4711")
    assert right["card"]["title"].startswith("Order ")
    assert "4711" not in str((asked, wrong, right, carla.attributes))


def test_three_wrong_codes_lock_every_channel(skill: Skill) -> None:
    """After the third wrong code nothing is bought any more, neither here nor at the keyboard."""
    skill.shop.customers.set_code("carla", "4711")
    carla = Speaker(skill, skill.link(may_buy=True))
    carla.says("AddToCart", items="a carton of oat milk")
    carla.says("Checkout")
    carla.says("AMAZON.YesIntent")
    said = [speech(carla.says("GiveCode", code=code)) for code in ("1111", "2222", "3333")]
    assert "locked" in said[-1]
    typing = SessionKey("carla", "keyboard")
    for number, text in enumerate(("check out", "yes", "4711")):
        heard = Heard(f"typed {number}", "en", (Hypothesis(text),), spoken=False)
        turn = skill.assembly.assistant().hears(heard, session=typing)
    assert "locked" in turn.reply.speech


def test_a_yes_counts_only_where_the_total_was_read_out(skill: Skill) -> None:
    """A new session that begins with a yes is greeted, and hears the open question; nothing is bought by it."""
    carla = Speaker(skill, skill.link(may_buy=True))
    carla.says("AddToCart", items="a carton of oat milk")
    carla.says("Checkout")
    later = Speaker(skill, carla.token)
    assert "Shall I order it?" in speech(later.says("AMAZON.YesIntent"))
    assert skill.shop.carts.get("carla").lines


def test_a_confirmed_intent_is_a_yes(skill: Skill) -> None:
    """Alexa answers a ConfirmIntent directive with the same intent, confirmed or denied."""
    carla = Speaker(skill, skill.link(may_buy=True))
    carla.says("AddToCart", items="a carton of oat milk")
    for status, said in (("DENIED", "nothing was bought"), ("CONFIRMED", "Order")):
        carla.says("Checkout")
        made = requests.intent(skill.clock.now(), "Checkout", carla.token)
        made["request"]["intent"]["confirmationStatus"] = status
        assert said in speech(carla.sends(made))


def test_a_missing_slot_is_elicited(skill: Skill) -> None:
    """ "Add" without anything is asked for what, and the bare answer of the elicited slot goes into the cart."""
    carla = Speaker(skill, skill.link())
    carla.opens()
    asked = carla.says("RemoveFromCart")
    assert asked["directives"][0]["slotToElicit"] == "product"
    carla.says("AddToCart", items="a bunch of bananas")
    assert "Your cart is empty" in speech(carla.says("RemoveFromCart", product="bananas"))


def test_a_screen_shows_cart_orders_and_choices(skill: Skill) -> None:
    """A speaker with a screen gets a document; a touched choice is as good as a spoken one."""
    carla = Speaker(skill, skill.link(), has_screen=True)
    cart = _shown(carla.says("AddToCart", items="a bunch of bananas"))
    assert [row["text"] for row in cart["rows"]] == ["Bananas, bunch"]
    orders = _shown(carla.says("ListOrders"))
    assert orders["rows"][0]["text"].startswith("Order ")
    asked = carla.says("AddToCart", items="muffins")
    choices = _shown(asked)["rows"]
    assert [row["choice"] for row in choices] == [1, 2]
    touch = {"type": "Alexa.Presentation.APL.UserEvent", "arguments": ["choose", 2], "token": "shop"}
    carla.sends(requests.envelope(touch, skill.clock.now(), carla.token))
    assert len(skill.shop.carts.get("carla").lines) == 2


def test_without_a_screen_nothing_is_drawn(standing_skill: Skill) -> None:
    """A directive that a speaker does not know would be an error there."""
    answer = Speaker(standing_skill, standing_skill.link()).says("ReadCart")
    assert all(not one["type"].startswith("Alexa.Presentation") for one in answer.get("directives", []))


def test_alexa_learns_what_the_customer_usually_buys(standing_skill: Skill) -> None:
    """At the start of a session the usual products replace what Alexa knew, a hundred names at most."""
    [directive] = Speaker(standing_skill, standing_skill.link()).opens()["directives"]
    assert (directive["type"], directive["updateBehavior"]) == ("Dialog.UpdateDynamicEntities", "REPLACE")
    [products] = directive["types"]
    assert products["values"][0]["id"] == "oat-milk"
    assert sum(1 + len(value["name"]["synonyms"]) for value in products["values"]) <= 100


def test_what_takes_no_account_is_answered_without_one(standing_skill: Skill) -> None:
    """Prices and stock are told to everybody."""
    guest = Speaker(standing_skill)
    assert guest.opens()["card"]["type"] == "LinkAccount"
    assert "dollar" in speech(guest.says("ProductPrice", product="bananas"))
    assert "we have" in speech(guest.says("ProductAvailability", product="rye bread")).lower()
    assert "You can say" in speech(guest.says("AMAZON.HelpIntent"))


@pytest.mark.parametrize("name", ["CheckBalance", "Checkout", "OrderStatus", "Reorder", "ReadCart"])
def test_what_takes_an_account_asks_for_one(standing_skill: Skill, name: str) -> None:
    """It is said, a card to link the account is sent, and the session is over."""
    answer = Speaker(standing_skill).says(name)
    assert "link your account" in speech(answer)
    assert answer["card"]["type"] == "LinkAccount"
    assert answer["shouldEndSession"] is True


def test_a_token_that_is_over_asks_for_the_account_again(skill: Skill) -> None:
    """An hour later the token is no longer good, and whoever uses it is a stranger."""
    token = skill.link()
    skill.clock.advance(minutes=61)
    assert Speaker(skill, token).says("CheckBalance")["card"]["type"] == "LinkAccount"


def test_one_question_is_answered_and_the_session_ends(standing_skill: Skill) -> None:
    """ "Ask the shop for my balance" opens no conversation; an open question keeps it open."""
    token = standing_skill.link()
    assert Speaker(standing_skill, token).says("CheckBalance")["shouldEndSession"] is True
    asked = Speaker(standing_skill, token).says("AddToCart", items="muffins")
    assert asked["shouldEndSession"] is False
    assert asked["reprompt"]


def test_an_open_session_always_asks_something(standing_skill: Skill) -> None:
    """After a launch the microphone stays open only behind a question, and there is a reprompt."""
    carla = Speaker(standing_skill, standing_skill.link())
    carla.opens()
    answer = carla.says("CheckBalance")
    assert answer["shouldEndSession"] is False
    assert speech(answer).endswith("?")
    assert "help" in answer["reprompt"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize("name", ["AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"])
def test_stop_cancel_and_home_leave(standing_skill: Skill, name: str) -> None:
    """Each of them ends the session, also for somebody without an account."""
    for token in (None, standing_skill.link()):
        somebody = Speaker(standing_skill, token)
        somebody.opens()
        assert somebody.says(name)["shouldEndSession"] is True


def test_cancel_drops_the_purchase_first(skill: Skill) -> None:
    """While a total waits for its yes, cancel is about that."""
    carla = Speaker(skill, skill.link(may_buy=True))
    carla.opens()
    carla.says("AddToCart", items="a carton of oat milk")
    carla.says("Checkout")
    cancelled = carla.says("AMAZON.CancelIntent")
    assert "nothing was bought" in speech(cancelled)
    assert cancelled["shouldEndSession"] is False


@pytest.mark.parametrize(
    "name", ["Help", "Repeat", "Fallback", "StartOver", "Next", "Previous", "More", "Pause", "Resume", "Yes", "No"]
)
def test_every_builtin_intent_is_answered(standing_skill: Skill, name: str) -> None:
    """Amazon's own intents are said at any time, also those that the shop has no use for."""
    for token in (None, standing_skill.link()):
        somebody = Speaker(standing_skill, token)
        somebody.opens()
        assert speech(somebody.says(f"AMAZON.{name}Intent"))


def test_whatever_is_said_behind_a_carrier_is_understood(standing_skill: Skill) -> None:
    """The catch-all intent hands on the words as they are."""
    carla = Speaker(standing_skill, standing_skill.link())
    assert "forty-two dollars" in speech(carla.says("Say", words="what's my store credit"))


def test_can_fulfill_says_what_could_be_done_and_does_nothing(standing_skill: Skill) -> None:
    """Alexa asks on behalf of somebody who named no skill: yes for what is sold, not yes for what is not."""
    answers = []
    for product in ("bananas", "submarines"):
        made = requests.intent(standing_skill.clock.now(), "ProductPrice", product=product)
        made["request"]["type"] = "CanFulfillIntentRequest"
        del made["session"]
        answers.append(standing_skill.send(made).get_json()["response"]["canFulfillIntent"]["canFulfill"])
    assert answers[0] == "YES"
    assert answers[1] != "YES"


@pytest.mark.parametrize(
    "ended",
    [
        {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
        {"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "INVALID_RESPONSE", "message": "x"}},
        {"type": "System.ExceptionEncountered", "error": {"type": "INVALID_RESPONSE", "message": "x"}},
    ],
    ids=["left", "failed", "broken answer"],
)
def test_nothing_is_said_when_nobody_hears(standing_skill: Skill, ended: dict[str, object]) -> None:
    """Alexa takes no speech for these."""
    response = standing_skill.send(
        requests.envelope(ended, standing_skill.clock.now(), standing_skill.link())
    ).get_json()["response"]
    assert "outputSpeech" not in response


def test_whoever_disables_the_skill_is_unlinked(skill: Skill) -> None:
    """None of the links of Alexa's user opens anything any more."""
    token = skill.link()
    assert skill.send(requests.event(skill.clock.now(), "SkillDisabled")).status_code == 200
    assert Speaker(skill, token).says("CheckBalance")["card"]["type"] == "LinkAccount"


def test_an_account_that_was_linked_is_known_before_anything_is_said(skill: Skill) -> None:
    """Linked and disabled without a word in between: the link is gone all the same."""
    token = skill.access.linking.link("carla", LinkKind.SKILL, "alexa", "Kitchen").access
    skill.send(requests.event(skill.clock.now(), "SkillAccountLinked", accessToken=token))
    skill.send(requests.event(skill.clock.now(), "SkillDisabled"))
    assert skill.access.linking.customer_of(token, LinkKind.SKILL) is None


def test_a_paired_devices_token_opens_nothing_at_the_skill(skill: Skill) -> None:
    """Copied into a skill's request, or into its event, a device's token speaks for nobody, and knows no user."""
    token = skill.access.linking.link("carla", LinkKind.DEVICE, "device", "Kitchen").access
    assert Speaker(skill, token).says("CheckBalance")["card"]["type"] == "LinkAccount"
    skill.send(requests.event(skill.clock.now(), "SkillAccountLinked", accessToken=token))
    skill.send(requests.event(skill.clock.now(), "SkillDisabled"))
    assert skill.access.linking.customer_of(token, LinkKind.DEVICE) is not None


def test_what_breaks_is_told_and_logged(skill: Skill, caplog: pytest.LogCaptureFixture) -> None:
    """A turn that fails inside is answered with an apology, and what failed is in the log."""
    token = skill.link()
    del skill.assembly.assistant()._surroundings  # break the assistant from inside
    answer = Speaker(skill, token).says("CheckBalance")
    assert "something went wrong" in speech(answer)
    assert "a turn of the skill failed" in caplog.text


def test_every_answer_is_what_alexa_takes(skill: Skill) -> None:
    """Amazon's own types read every answer, and none is larger than Alexa allows."""
    carla = Speaker(skill, skill.link(may_buy=True), has_screen=True)
    for made in (
        requests.launch(skill.clock.now(), carla.token),
        requests.intent(skill.clock.now(), "AddToCart", carla.token, items="two bunches of bananas"),
        requests.intent(skill.clock.now(), "ListOrders", carla.token),
        requests.intent(skill.clock.now(), "Checkout", carla.token),
    ):
        answer = skill.send(made)
        assert len(answer.get_data()) <= 24 * 1024
        DefaultSerializer().deserialize(answer.get_data(as_text=True), ResponseEnvelope)
    assert skill.refused(Reason.MALFORMED) == 0


def _shown(response: dict[str, object]) -> dict[str, list[dict[str, object]]]:
    directives = response["directives"]
    assert isinstance(directives, list)
    [drawn] = [one for one in directives if one["type"] == "Alexa.Presentation.APL.RenderDocument"]
    shown: dict[str, list[dict[str, object]]] = drawn["datasources"]["shop"]
    return shown
