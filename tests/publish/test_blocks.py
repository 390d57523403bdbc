"""Everything that is posted is valid Block Kit, whatever the review holds."""

import re

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.nouns.answer import Answer
from bot.nouns.request import Progress
from bot.publish import status
from bot.publish.blocks import Post, fitted, sections, weight
from bot.publish.details import PARTS, details
from bot.publish.verdict import verdict
from tests.publish.nasty import DIGESTS, REVIEWS, TEXT
from tests.publish.sample import sample_digest, sample_request, sample_review, ts

_ANGLE = re.compile(r"<([^>]*)>")
_PERMALINK = re.compile(r"https://acme\.slack\.com/archives/C1/p1\?thread_ts=1\.2&amp;cid=C1\|[^<>|]*")
# Shrinking reviews of this size takes minutes and explains little.
_QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def texts(value):
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


def problems(post: Post) -> list[str]:
    """What Slack would refuse, by slack_sdk's validators and the limits that they miss."""
    found = []
    for block in post.blocks:
        parsed = Block.parse(dict(block))
        if parsed is None:
            found.append(f"unknown block {block['type']}")
        else:
            parsed.validate_json()
        for element in block.get("elements", ()):
            if element.get("type") == "button" and len(element["text"]["text"]) > 75:
                found.append("button text too long")
    found += [f"empty text in {post.part}" for text in texts(list(post.blocks)) if not text["text"].strip()]
    for field in (field for block in post.blocks for field in block.get("fields", ())):
        if len(field["text"]) > 2000:
            found.append("field too long")
    if len(post.blocks) > 50 or weight(post.blocks) > 12_000:
        found.append(f"{post.part} is too large: {len(post.blocks)} blocks, {weight(post.blocks)}")
    if not post.text.strip() or len(post.text) > 4_000:
        found.append("notification text")
    return found


@_QUICK
@given(REVIEWS, DIGESTS)
def test_any_review_is_valid_block_kit(review, digest):
    """Every message of every review passes slack_sdk's validators and Slack's limits."""
    posts = [verdict(review, digest, "review:C1:r1"), *details(review, digest)]
    assert [] == [problem for post in posts for problem in problems(post)]
    assert len(posts) == 6


@_QUICK
@given(REVIEWS, DIGESTS)
def test_data_makes_no_link_and_no_mention(review, digest):
    """The only angle brackets are the permalinks that Slack itself gave, and Slack detects nothing by itself."""
    for post in (verdict(review, digest, "review:C1:r1"), *details(review, digest)):
        for text in texts(list(post.blocks)):
            if text["type"] != "mrkdwn":
                continue
            assert text["verbatim"] is True
            assert [] == [inner for inner in _ANGLE.findall(text["text"]) if not _PERMALINK.fullmatch(inner)]
            assert "@here" not in text["text"]
        assert "<" not in post.text


@_QUICK
@given(TEXT, TEXT, st.integers(-5, 10**7), st.integers(-5, 10**7), st.floats(0, 1e7), DIGESTS)
def test_short_messages_are_valid_block_kit(text, stage, done, total, elapsed, digest):
    """Status, failure, audio and answer messages keep to the limits for any text."""
    request = sample_request(channel_name=text[:80])
    progress = Progress(stage=stage, note=text, done=done, total=total, elapsed_s=elapsed)
    posts = [
        status.status(request),
        status.status(request, progress),
        status.status(request, Progress(stage="queue", done=2)),
        status.failure(request, text),
        status.late_failure(text),
        status.no_audio(text, text),
        status.no_files(text),
        status.answer_post(Answer(text=text, evidence=(ts(58), "a.log:3"), mode="model"), digest),
    ]
    assert [] == [problem for post in posts for problem in problems(post)]


def test_the_verdict_says_what_matters_first():
    """Header, figures, cause, three gaps, three tests, coverage and who drafted it, in this order."""
    post = verdict(sample_review(), sample_digest(), "review:C0INVOICE:r1")
    shown = "\n".join(text["text"] for text in texts(list(post.blocks)))
    wanted = [
        "Testing-gap review: Invoices of February cannot be opened",
        "*Severity*\nSEV1",
        "*Duration*\n3 h 21 min",
        "*Time to detect*\n27 min",
        "*Time to mitigate*\n57 min",
        "high confidence",
        "retention_days=0",
        "*unit* (environment differed)",
        "*alerting*",
        "*backup-restore*",
        "deletion candidates = 0 invoices per run",
        "AI-drafted by qwen2.5-coder:1.5b (d7372fd82851). Check before acting.",
        "64 messages, 8,214 log lines, 26 claims, 26 with evidence",
    ]
    places = [shown.find(words) for words in wanted]
    assert -1 not in places
    assert sorted(places) == places
    assert "canary" not in shown


def test_a_review_by_rules_says_so():
    """Without a model the verdict does not claim one."""
    review = sample_review()
    rules = review.provenance.model_copy(update={"mode": "deterministic", "model": None})
    post = verdict(review.model_copy(update={"provenance": rules}), sample_digest(), "r")
    shown = "\n".join(text["text"] for text in texts(list(post.blocks)))
    assert "Drafted by rules, no model." in shown
    assert "AI-drafted" not in shown


def test_messages_are_cited_by_permalink_and_logs_by_line():
    """A message is a link labelled with author and time, a log line is file:line in code style."""
    shown = "\n".join(
        text["text"] for post in details(sample_review(), sample_digest()) for text in texts(list(post.blocks))
    )
    assert f"<https://acme.slack.com/archives/C0INVOICE/p{ts(58).replace('.', '')}|yuki 9 Mar 22:38>" in shown
    assert "`reaper.log.gz:412`" in shown


def test_the_details_are_the_five_sections_in_order():
    """Timeline, gaps, cause, tests, prevention."""
    assert PARTS == tuple(post.part for post in details(sample_review(), sample_digest()))


def test_what_does_not_fit_is_left_out_whole_and_said():
    """A message that is too long keeps its first blocks and its tail and points to the files."""
    blocks = [block for number in range(60) for block in sections([f"entry {number} " + "y" * 500])]
    tail = [{"type": "divider"}]
    made = fitted(blocks, tail)
    assert made[0] == blocks[0]
    assert made[-1] == tail[0]
    assert "report files" in made[-2]["elements"][0]["text"]
    assert weight(made) <= 11_500


def test_buttons_carry_the_request():
    """Run again and Cancel name the request that they are about."""
    request = sample_request()
    buttons = {
        element["action_id"]: element["value"]
        for post in (verdict(sample_review(), sample_digest(), request.id), status.status(request))
        for block in post.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }
    assert {"tp_rerun": request.id, "tp_cancel": request.id} == buttons


def test_the_status_says_stage_time_and_queue():
    """Stage n of m with note and elapsed time, or how many reviews are ahead."""
    running = status.status(
        sample_request(), Progress(stage="digest", note="3 of 4 files", done=3, total=4, elapsed_s=75)
    )
    assert "Stage 2 of 4: finding what happened (3 of 4 files) · 75 s" in running.blocks[0]["text"]["text"]
    assert "75%" in running.blocks[0]["text"]["text"]
    waiting = status.status(sample_request(), Progress(stage="queue", done=1))
    assert "1 review ahead" in waiting.blocks[0]["text"]["text"]


def test_a_failure_may_mention_the_person_but_no_group():
    """<@U1> in the bot's own sentence stays a mention; <!channel> does not."""
    text = status.failure(sample_request(), "Cancelled by <@U123>. <!channel>").blocks[0]["text"]["text"]
    assert "<@U123>" in text
    assert "&lt;!channel&gt;" in text
