"""The estimate of tokens, against counts of two real tokenizers (SmolLM2 and Qwen2.5) on texts of this kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inference.tokens import TokenEstimator, least_chat, raw_chat, raw_count

ISO = "\n".join(
    f"2024-05-0{i % 9 + 1}T14:{i % 60:02d}:07Z level=error code={i * 7 % 500} took={i * i}" for i in range(80)
)
PROSE = "The replica fell behind because the nightly copy saturated the disk, and nobody had an alert on the lag. " * 20


@pytest.mark.parametrize(("text", "most"), [(ISO, 1.35), (PROSE, 1.35)])
def test_the_estimate_is_above_but_not_far_above(text: str, most: float) -> None:
    """A digit is a token for Qwen, and prose has four letters and more in one: bounds from the kinds of text alone."""
    digits_and_marks = sum(not c.isalpha() and not c.isspace() for c in text)
    words = len(text.split())

    estimate = TokenEstimator().count(text)

    assert max(digits_and_marks, words) <= estimate <= most * (digits_and_marks + words + len(text) / 12)


def test_the_factor_follows_the_worst_recent_count() -> None:
    """One high count lifts the estimate at once; it sinks only after enough low ones."""
    estimator = TokenEstimator()
    raw = raw_chat(PROSE)
    before = estimator.count(PROSE)

    estimator.learn(raw, round(raw * 1.5))
    lifted = estimator.count(PROSE)
    for _ in range(40):
        estimator.learn(raw, round(raw * 0.7))

    assert lifted > 1.4 * raw_count(PROSE)
    assert estimator.count(PROSE) < before


def test_short_prompts_teach_nothing() -> None:
    """Where the template is most of the prompt, a ratio says nothing about text."""
    estimator = TokenEstimator()
    estimator.learn(raw_chat("hi"), 900)

    assert estimator.factor == TokenEstimator().factor


@given(st.text(max_size=400))
def test_no_text_breaks_the_estimate(text: str) -> None:
    """Every text that is not blank has a count, and no lower bound is above it."""
    assert bool(text.strip()) <= raw_count(text)
    assert least_chat(text) <= raw_chat(text)


@given(st.text(max_size=100), st.text(max_size=100))
def test_more_text_is_never_fewer_tokens_by_much(left: str, right: str) -> None:
    """Budgets add up estimates of parts, so the whole is not above the sum of them."""
    assert raw_count(f"{left}\n{right}") <= raw_count(left) + raw_count(right) + raw_count("\n") + 1
