"""The playbook is data that must hold for every incident."""

import pytest

from bot.nouns.vocabulary import CAUSE_FAMILIES, LAYERS
from bot.review.check.vague import vague_advice
from bot.review.playbook import CAUSE_LAYERS, choose, playbook
from bot.review.quantities import quantities, seconds_in
from bot.review.source import Source
from bot.review.suite import Plan, recommended_test
from tests.review.cart_incident import sample_digest


@pytest.mark.parametrize("pattern", playbook(), ids=lambda pattern: pattern.key)
def test_every_pattern_makes_a_test_that_is_not_vague(pattern):
    """Filled from any incident, a pattern passes the lint for vague advice."""
    source = Source(sample_digest())
    made = recommended_test(source, Plan(pattern, pattern.layer, tuple(source.causes[:2]), ()), 0)
    assert vague_advice(made) is None
    for text in (made.title, made.scope, made.failure_injection, made.success_criteria):
        assert "{" not in text


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_has_two_or_more_patterns(layer):
    """One pattern a layer makes vague tests, so there are at least two, with unlike words."""
    mine = [pattern for pattern in playbook() if pattern.layer == layer]
    assert len(mine) >= 2
    assert len({pattern.key for pattern in mine}) == len(mine)


@pytest.mark.parametrize("family", CAUSE_FAMILIES)
def test_each_family_has_a_layer_and_patterns(family):
    """Every cause family can be reproduced somewhere, and some pattern speaks of it."""
    assert CAUSE_LAYERS[family]
    assert any(family in pattern.families for pattern in playbook())


@pytest.mark.parametrize("pattern", playbook(), ids=lambda pattern: pattern.key)
def test_durations_have_units_that_convert(pattern):
    """A pattern that takes durations of the incident has a unit of time."""
    if pattern.measure == "duration":
        assert seconds_in(60, pattern.unit) is not None
    else:
        assert pattern.measure in {"percent", "none"}


def test_words_of_the_evidence_choose_the_pattern():
    """The same layer gives another pattern for another gap."""
    silent = choose("alerting", ["the nightly job mails a bucket report"], ["network"])
    inside = choose("alerting", ["all monitoring lives inside the cluster, metrics are lost"], ["network"])
    assert (silent.key, inside.key) == ("alerting.silent-job", "alerting.watch-from-outside")


def test_a_pattern_is_used_once():
    """Taken patterns are not chosen again; when all are taken there is none."""
    keys = {pattern.key for pattern in playbook() if pattern.layer == "soak"}
    assert choose("soak", ["leak"], [], keys) is None


def test_quantities_have_units():
    """Numbers are read with their unit; clock times, versions and bare numbers are not quantities."""
    text = "at 12:04 v9.6.1 took 36 min and 1,041 nodes, 10 parallel users, 4.5 GB, 31% of 80"
    assert [(item.value, item.kind, item.text) for item in quantities(text)] == [
        (2160.0, "duration", "36 min"),
        (1041.0, "count", "1,041 nodes"),
        (10.0, "count", "10 parallel users"),
        (4.5, "size", "4.5 GB"),
        (31.0, "percent", "31%"),
    ]
