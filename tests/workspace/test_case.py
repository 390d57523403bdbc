import gzip
import json
import zipfile
from pathlib import Path

import httpx
import pytest

from bot.errors import NotAnIncident
from bot.workspace.case import read_case

INCIDENTS = Path(__file__).parent.parent / "incidents"
CASES = sorted(path.parent.name for path in INCIDENTS.glob("*/channel.json"))


@pytest.mark.parametrize("name", CASES)
async def test_case_keeps_every_ts_and_serves_its_files(workspace, client, name):
    """A case folder becomes a channel whose messages the Web API gives with their ts, and whose files download."""
    folder = INCIDENTS / name
    raw = json.loads((folder / "channel.json").read_text())
    channel = workspace.load_case(folder)
    found = []
    async for page in await client.conversations_history(channel=channel.id, limit=50):
        for message in page["messages"]:
            replies = await client.conversations_replies(channel=channel.id, ts=message["ts"])
            found += replies["messages"] if message.get("reply_count") else [message]
    assert {m["ts"] for m in raw} == {m["ts"] for m in found}
    files = [file for message in found for file in message.get("files", [])]
    assert {path.name for path in (folder / "attachments").iterdir()} == {file["name"] for file in files}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {workspace.bot_token}"}) as http:
        for file in files:
            answer = await http.get(file["url_private"])
            assert (folder / "attachments" / file["name"]).read_bytes() == answer.content


async def test_play_posts_events_and_resolves(workspace):
    """A played case is told as events with the original ts, and ends with the topic "resolved" by the lead."""
    folder = INCIDENTS / CASES[1]
    case = read_case(folder)
    channel = await workspace.play(folder, seconds=0)
    told = [one.event for one in workspace.deliveries if one.event["type"] == "message"]
    assert [m["ts"] for m in case.messages] == [event["ts"] for event in told[: len(case.messages)]]
    last = workspace.messages(channel)[-1]
    assert ("channel_topic", case.lead) == (last["subtype"], last["user"])
    assert "resolved" in last["topic"].lower()
    assert last["topic"] == channel.topic["value"]


def _export(folder: Path) -> None:
    (folder / "inc-7").mkdir(parents=True)
    (folder / "random").mkdir()
    (folder / "users.json").write_text(json.dumps([{"id": "U1", "name": "eva", "profile": {"real_name": "Eva Holm"}}]))
    day = [{"type": "message", "user": "U1", "text": "it broke", "ts": "1700000000.000100"}]
    later = [{"type": "message", "user": "U9", "text": "who am I", "ts": "1700090000.000100"}]
    (folder / "inc-7" / "2023-11-14.json").write_text(json.dumps(day))
    (folder / "inc-7" / "2023-11-15.json").write_text(json.dumps(later))
    (folder / "random" / "2023-11-14.json").write_text(json.dumps(day * 3))


@pytest.mark.parametrize("packed", [False, True])
async def test_slack_export(workspace, tmp_path, packed):
    """A Slack export, as folder or zip, gives the incident channel; unknown people keep their id."""
    _export(tmp_path / "export")
    path = tmp_path / "export"
    if packed:
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w") as zipped:
            for file in sorted((tmp_path / "export").rglob("*.json")):
                zipped.write(file, file.relative_to(tmp_path / "export"))
    channel = workspace.load_case(path)
    assert ("inc-7", ["it broke", "who am I"]) == (channel.name, [m["text"] for m in workspace.messages(channel)])
    assert ("Eva Holm", "u9") == (workspace.user("U1").real_name, workspace.user("U9").name)


@pytest.mark.parametrize(
    ("content", "words"),
    [({}, "no channel.json"), ({"channel.json": "{"}, "not valid JSON"), ({"channel.json": '[{"a": 1}]'}, "with ts")],
)
def test_not_a_case(tmp_path, content, words):
    """What is no incident is refused with what is missing."""
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(NotAnIncident, match=words):
        read_case(tmp_path)


async def test_missing_attachment_is_not_found(workspace, tmp_path):
    """A file that the case names but does not hold answers 404, not an empty file."""
    file = {"id": "F1", "name": "app.log", "size": 5, "mimetype": "text/plain"}
    message = {"type": "message", "user": "U1", "text": "log", "ts": "1700000000.000100", "files": [file]}
    (tmp_path / "channel.json").write_text(json.dumps([message]))
    channel = workspace.load_case(tmp_path)
    url = workspace.messages(channel)[0]["files"][0]["url_private"]
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {workspace.bot_token}"}) as http:
        answer = await http.get(url)
    assert 404 == answer.status_code


def test_packed_logs_stay_packed():
    """A .gz attachment is kept as it is."""
    packed = next(path for path in INCIDENTS.glob("*/attachments/*.gz"))
    case = read_case(packed.parent.parent)
    assert gzip.decompress(packed.read_bytes()) == gzip.decompress(case.attachments[packed.name])
