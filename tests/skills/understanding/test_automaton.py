"""What can be said, as a graph: small, and saying no more and no less."""

from __future__ import annotations

import pytest

from skills.languages.model import SlotType
from skills.understanding.automaton import Automaton, Builder, GraphTooLarge, Tokens
from skills.understanding.exact import ExactMatcher
from skills.understanding.sockets import joined, names_socket, socket


def test_equal_ways_are_shared() -> None:
    """Two hundred sentences that begin and end alike need few arcs."""
    builder = Builder()
    end = builder.node()
    for number in range(200):
        middle, behind = builder.node(), builder.node()
        builder.phrase(0, middle, ["please", "add"])
        builder.phrase(middle, behind, [f"product{number}"], (("product", number),))
        builder.phrase(behind, end, ["to", "my", "cart"])
    automaton = builder.compiled(end)
    assert len(automaton.word) == 2 + 200 + 3


def test_merging_keeps_apart_what_means_different_things() -> None:
    """ "stop" that ends two intents has two readings."""
    builder = Builder()
    end = builder.node()
    for intent in ("Stop", "Cancel"):
        said = builder.node()
        builder.phrase(0, said, ["stop"])
        builder.skip(said, end, (("intent", intent),))
    readings = ExactMatcher(builder.compiled(end)).readings(["stop"])
    assert {tokens for tokens, _ in readings} == {(("intent", "Stop"),), (("intent", "Cancel"),)}


def test_a_loop_may_be_said_any_number_of_times() -> None:
    """Digits in a row come out in their order."""
    builder = Builder()
    end = builder.node()
    digits = [([word], (("digit", word),)) for word in ("one", "two")]
    builder.phrases(0, end, digits)
    builder.phrases(end, end, digits)
    matcher = ExactMatcher(builder.compiled(end))
    ((tokens, _),) = matcher.readings(["two", "one", "one", "two"])
    assert [token[1] for token in tokens] == ["two", "one", "one", "two"]
    assert matcher.readings([]) == []


def test_what_does_not_lead_to_an_end_is_dropped() -> None:
    """A dead end costs nothing."""
    builder = Builder()
    end = builder.node()
    builder.phrase(0, builder.node(), ["dead", "end"])
    builder.phrase(0, end, ["live"])
    assert builder.compiled(end).vocabulary == ("live",)


def test_a_graph_that_grows_too_large_is_refused() -> None:
    """The limit is an error that says so, and not a machine without memory."""
    builder = Builder(largest=10)
    builder.phrases(0, 0, [([str(number)], ()) for number in range(10)])
    with pytest.raises(GraphTooLarge) as raised:
        builder.phrase(0, 0, ["one more"])
    assert raised.value.arcs == 10


def test_a_part_may_have_sockets_itself() -> None:
    """Sentences with a socket for items, those with one for names: walked through or joined, they say the same."""
    items, names = socket(SlotType.ITEMS, "items"), names_socket(())
    sentences = _saying(["add"], items, ["please"])
    ordered = _saying(["a"], names, ["for", "me"], (("item", "items"),))
    goods = Builder()
    end = goods.node()
    goods.phrases(0, end, [(("rye", "bread"), (("product", "rye"),)), (("oat", "bread"), (("product", "oat"),))])
    called = goods.compiled(end)
    walked = ExactMatcher(sentences).with_parts({items: ExactMatcher(ordered), names: ExactMatcher(called)})
    whole = ExactMatcher(joined(joined(sentences, {items: ordered}), {names: called}))
    for words in ("add a rye bread for me please", "add a oat bread please", "add a rye bread"):
        (reading,) = walked.readings(words.split())
        assert whole.readings(words.split()) == [reading]
        assert reading[0] == (("item", "items"), ("product", words.split()[2]))
    for words in ("add a rye please", "add a rye bread please for me", "add rye bread for me please", "add please"):
        assert walked.readings(words.split()) == whole.readings(words.split()) == []


def _saying(before: list[str], name: str, behind: list[str], tokens: Tokens = ()) -> Automaton:
    """Words, a socket, and words that need not be said."""
    builder = Builder()
    start, end, first, last = (builder.node() for _ in range(4))
    builder.skip(0, start)
    builder.phrase(start, first, before, tokens)
    builder.word(first, last, name)
    builder.phrase(last, end, behind)
    builder.skip(last, end)
    return builder.compiled(end)
