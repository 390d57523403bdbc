"""The second redaction scan, over all that goes out. Redaction has seen the input; this catches what was put together since."""

import re
from collections.abc import Callable
from typing import Any

from bot.nouns.digest import Digest
from bot.nouns.review import Review
from bot.publish.blocks import Block, Post
from bot.publish.mrkdwn import clip

Scrub = Callable[[str], str]

# Ids, times and hashes: no prose, and a reader needs them as they are.
_KEPT = frozenset(
    {"evidence", "provenance", "id", "at", "closes", "started_at", "detected_at", "mitigated_at", "resolved_at"}
)
_OURS = re.compile(r"(<[^<>]*>)")  # links and mentions that the renderers made from Slack's own ids
_LIMITS = {"mrkdwn": 3_000, "plain_text": 150}


def scrubbed_review(review: Review, scrub: Scrub) -> Review:
    """All prose of the review through `scrub`."""
    return Review.model_validate(_walk(review.model_dump(), scrub))


def scrubbed_digest(digest: Digest, scrub: Scrub, refs: frozenset[str]) -> Digest:
    """The quotes that the refs point at through `scrub`; the rest is not published."""
    evidence = {
        ref: item.model_copy(update={"text": scrub(item.text), "speaker": item.speaker and scrub(item.speaker)})
        for ref, item in digest.evidence.items()
        if ref in refs
    }
    return digest.model_copy(update={"evidence": evidence})


def _walk(value: Any, scrub: Scrub) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: item if key in _KEPT else _walk(item, scrub) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_walk(item, scrub) for item in value)
    return value


def scrubbed_post(post: Post, scrub: Scrub) -> Post:
    """The rendered message once more, except links and mentions, which the scan could break."""
    blocks = tuple(_block(block, scrub) for block in post.blocks)
    return Post(post.part, scrubbed_text(post.text, scrub), blocks)


def scrubbed_text(text: str, scrub: Scrub) -> str:
    return "".join(part if part.startswith("<") else scrub(part) for part in _OURS.split(text))


def _block(value: Any, scrub: Scrub) -> Any:
    if isinstance(value, list | tuple):
        return [_block(item, scrub) for item in value]
    if not isinstance(value, dict):
        return value
    made: Block = {key: _block(item, scrub) for key, item in value.items()}
    if isinstance(value.get("text"), str):
        made["text"] = clip(scrubbed_text(value["text"], scrub), _LIMITS.get(value.get("type", ""), 3_000))
    return made
