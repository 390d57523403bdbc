import re

import httpx
import pytest

from bot.workspace.page import PAGE
from bot.workspace.page_acts import as_typed
from bot.workspace.page_dump import SCRIPTS, bundle


@pytest.fixture
async def browser(workspace, channel):
    async with httpx.AsyncClient(base_url=workspace.base_url) as http:
        await http.get("/")
        yield http


async def act(http, workspace, action, who="ana", **body):
    return await http.post(f"/page/api/act/{action}", json={"user": workspace.user(who).id, **body})


async def test_only_a_browser_that_opened_the_page_may_act(workspace, channel):
    """Without the page's cookie, or under another host name, the page's API is closed."""
    async with httpx.AsyncClient(base_url=workspace.base_url) as http:
        body = {"user": workspace.user("ana").id, "channel": channel.id, "text": "x"}
        assert 403 == (await http.post("/page/api/act/post", json=body)).status_code
        assert 403 == (await http.get("/page/api/state")).status_code
        assert 403 == (await http.get("/", headers={"Host": "evil.example"})).status_code
        await http.get("/")
        assert 403 == (await http.get("/page/api/state", headers={"Host": "evil.example:80"})).status_code
        assert 200 == (await http.post("/page/api/act/post", json=body)).status_code
    assert ["x"] == [m["text"] for m in workspace.messages(channel)]


async def test_page_loads_nothing_from_outside(browser):
    """The policy allows this server only, and no asset names another host but for the SVG namespace."""
    page = await browser.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    for asset in PAGE.iterdir():
        text = asset.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert [] == re.findall(r"https?://[\w.-]+\.\w+", text)


def test_scripts_build_elements_only():
    """No script writes markup: innerHTML and the like do not occur."""
    for name in SCRIPTS:
        text = (PAGE / f"{name}.js").read_text("utf-8")
        assert [] == re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)


def test_scripts_have_distinct_names():
    """The frozen page joins all scripts, so that no two may have a top-level name in common; none is left out."""
    names = []
    for name in SCRIPTS:
        text = (PAGE / f"{name}.js").read_text("utf-8")
        names += re.findall(r"^(?:export )?(?:async )?(?:const|let|function) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert sorted(SCRIPTS) == sorted(asset.name[:-3] for asset in PAGE.iterdir() if asset.name.endswith(".js"))
    assert [] == re.findall(r"^(?:import|export)\b", bundle(), re.MULTILINE)


async def test_files_are_served_to_the_page_with_ranges(workspace, channel, browser):
    """Audio can be sought: a range gives that part; a page file that could run is sent as plain text."""
    sound = workspace.upload("ana", channel, "a.mp3", bytes(range(200)))
    page = workspace.upload("ana", channel, "a.html", b"<script>alert(1)</script>")
    part = await browser.get(f"/page/files/{sound.id}/a.mp3", headers={"Range": "bytes=10-19"})
    shown = await browser.get(f"/page/files/{page.id}/a.html")
    assert (206, bytes(range(10, 20)), "audio/mpeg") == (part.status_code, part.content, part.headers["content-type"])
    assert shown.headers["content-type"].startswith("text/plain")
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_acts_of_a_person(workspace, channel, browser):
    """Posting, editing, reacting, topic, archive and deletion work through the page's API."""
    ts = (await act(browser, workspace, "post", channel=channel.id, text="hi @bo")).json()["ts"]
    await act(browser, workspace, "edit", channel=channel.id, ts=ts, text="hello @bo")
    await act(browser, workspace, "react", channel=channel.id, ts=ts, name="eyes")
    message = workspace.messages(channel)[0]
    assert f"hello <@{workspace.user('bo').id}>" == message["text"]
    assert ["eyes"] == [reaction["name"] for reaction in message["reactions"]]
    await act(browser, workspace, "react", channel=channel.id, ts=ts, name="eyes")
    assert [] == message["reactions"]
    assert 400 == (await act(browser, workspace, "delete", who="bo", channel=channel.id, ts=ts)).status_code
    await act(browser, workspace, "delete", channel=channel.id, ts=ts)
    await act(browser, workspace, "topic", channel=channel.id, topic="resolved")
    await act(browser, workspace, "archive", channel=channel.id)
    refused = await act(browser, workspace, "post", channel=channel.id, text="late")
    assert "is_archived" == refused.json()["error"]
    assert ["channel_topic", "channel_archive"] == [m["subtype"] for m in workspace.messages(channel)]


async def test_upload_from_the_page(workspace, channel, browser):
    """A person's file arrives as a message with the file."""
    fields = {"user": workspace.user("ana").id, "channel": channel.id, "text": "log"}
    answer = await browser.post("/page/api/upload", data=fields, files={"file": ("app.log", b"line")})
    message = workspace.messages(channel)[0]
    assert (200, "log", "app.log") == (answer.status_code, message["text"], message["files"][0]["name"])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("hi @ana.", "hi <@{ana}>."),
        ("@nobody @here", "@nobody <!here>"),
        ("see #inc-1", "see <#{channel}|inc-1>"),
        ("see https://a.example/x?b=1&c=2.", "see <https://a.example/x?b=1&amp;c=2>."),
        ("mail me@ana", "mail me@ana"),
        ("<@U1> <!channel>", "&lt;@U1&gt; &lt;!channel&gt;"),
    ],
)
async def test_typed_text_is_stored_as_slack_does(workspace, channel, typed, stored):
    """Names, channels and links become references; everything else is escaped, so that nobody forges one."""
    expected = stored.format(ana=workspace.user("ana").id, channel=channel.id)
    assert expected == as_typed(workspace.state, typed)


async def test_dump_needs_no_server(workspace, channel):
    """The frozen page holds the messages and the audio, closes every script tag in data, and names no server file."""
    workspace.post("ana", channel, "</script><script>alert(1)</script>")
    workspace.upload("ana", channel, "a.mp3", b"sound")
    html = workspace.page_dump(channel)
    assert 2 == html.count("script>")  # one opens and one closes
    assert "/page/static" not in html
    assert "data:audio/mpeg;base64,c291bmQ=" in html
