import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.workspace import limits
from bot.workspace.refusal import SlackRefusal


def _text(length: int, kind: str = "mrkdwn") -> dict:
    return {"type": kind, "text": "x" * length}


def _button(**more) -> dict:
    return {"type": "button", "action_id": "a", "text": _text(5, "plain_text"), **more}


FITS = {
    "header": {"type": "header", "text": _text(150, "plain_text")},
    "section text": {"type": "section", "text": _text(3000)},
    "section fields": {"type": "section", "fields": [_text(1)] * 10},
    "context": {"type": "context", "elements": [_text(1)] * 10},
    "actions": {"type": "actions", "elements": [_button(action_id=f"a{n}") for n in range(25)]},
    "button value": {"type": "actions", "elements": [_button(value="x" * 2000)]},
    "action id": {"type": "actions", "elements": [_button(action_id="x" * 255)]},
    "block id": {"type": "divider", "block_id": "x" * 255},
    "image": {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "x" * 2000},
}
BREAKS = {
    "header": {"type": "header", "text": _text(151, "plain_text")},
    "section text": {"type": "section", "text": _text(3001)},
    "section fields": {"type": "section", "fields": [_text(1)] * 11},
    "section empty": {"type": "section"},
    "context": {"type": "context", "elements": [_text(1)] * 11},
    "actions": {"type": "actions", "elements": [_button(action_id=f"a{n}") for n in range(26)]},
    "block id": {"type": "divider", "block_id": "x" * 256},
    "image": {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "x" * 2001},
}
STRICTER = {  # what Slack refuses and slack_sdk lets through, at least inside a block
    "button value": {"type": "actions", "elements": [_button(value="x" * 2001)]},
    "action id": {"type": "actions", "elements": [_button(action_id="x" * 256)]},
    "button text": {"type": "actions", "elements": [_button(text=_text(76, "plain_text"))]},
    "field length": {"type": "section", "fields": [_text(2001)]},
    "header kind": {"type": "header", "text": _text(5)},
    "empty text": {"type": "section", "text": _text(0)},
    "same action id": {"type": "actions", "elements": [_button(), _button()]},
    "unknown type": {"type": "nonsense"},
    "empty context": {"type": "context", "elements": []},
    "overflow": {
        "type": "actions",
        "elements": [{"type": "overflow", "options": [{"text": _text(1, "plain_text"), "value": "v"}] * 6}],
    },
}


@pytest.mark.parametrize("block", FITS.values(), ids=FITS)
def test_fits(block):
    """A block at its limit passes here and in slack_sdk's validators."""
    limits.check_message("x", [block])
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()


@pytest.mark.parametrize("block", BREAKS.values(), ids=BREAKS)
def test_breaks(block):
    """A block one over its limit is refused here and by slack_sdk's validators."""
    with pytest.raises(SlackRefusal, match="invalid_blocks"):
        limits.check_message("x", [block])
    with pytest.raises(SlackObjectFormationError):
        Block.parse(block).validate_json()


@pytest.mark.parametrize("block", STRICTER.values(), ids=STRICTER)
def test_stricter_than_the_sdk(block):
    """What Slack refuses although slack_sdk does not notice is refused here too, with its place."""
    with pytest.raises(SlackRefusal) as refused:
        limits.check_message("x", [block])
    assert "json-pointer:/blocks/0" in refused.value.more["errors"][0]


@pytest.mark.parametrize(
    ("text", "blocks", "error"),
    [
        ("x", [{"type": "divider"}] * 51, "invalid_blocks"),
        ("x", [{"type": "section", "text": _text(2700)}] * 5, "msg_blocks_too_long"),
        ("x", [{"type": "markdown", "text": "x" * 6001}] * 2, "invalid_blocks"),
        ("x", "not a list", "invalid_blocks_format"),
        ("x" * 40_001, None, "msg_too_long"),
        ("", None, "no_text"),
    ],
)
def test_whole_message(text, blocks, error):
    """Limits of the whole message have Slack's own words."""
    with pytest.raises(SlackRefusal) as refused:
        limits.check_message(text, blocks)
    assert error == refused.value.error


def test_fifty_blocks_pass():
    """Fifty blocks are allowed."""
    limits.check_message("x", [{"type": "divider"}] * 50)


def test_modal_needs_submit_for_inputs():
    """A modal with an input and no submit is refused."""
    element = {"type": "plain_text_input", "action_id": "a"}
    block = {"type": "input", "label": _text(3, "plain_text"), "element": element}
    view = {"type": "modal", "title": _text(3, "plain_text"), "blocks": [block]}
    with pytest.raises(SlackRefusal, match="invalid_arguments"):
        limits.check_view(view)
    limits.check_view(view | {"submit": _text(4, "plain_text")})
