"""The page in real Chromium, against a Bolt app over Socket Mode. PAGE_SHOTS=folder keeps screenshots."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from bot.workspace.server import Workspace
from tests.tools import browser as find_browser
from tests.workspace.bolt_app import over_socket
from tests.workspace.test_socket_mode import until

pytestmark = pytest.mark.browser

INCIDENT = Path(__file__).parent.parent / "incidents" / "codequarry-db1-removal"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser, workspace: Workspace) -> AsyncIterator[Page]:
    """The page with a loaded incident; errors in the console and requests to other hosts fail the test."""
    workspace.delivery._timeout_s = 3.0
    workspace.load_case(INCIDENT)
    page = await chromium.new_page(viewport={"width": 1360, "height": 860})
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            wrong.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(workspace.base_url) else wrong.append(r.url))
    await page.goto(workspace.page_url)
    await page.get_by_role("button", name="# inc-codequarry-db1-removal").click()
    await expect(page.locator("#messages .message").last).to_be_visible()
    yield page
    assert [] == wrong


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("PAGE_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def test_command_review_button_question(page, workspace):
    """A person runs the command, reads the review, hears the audio, presses buttons and asks in the thread."""
    async with over_socket(workspace, []):
        await page.get_by_role("combobox", name="Message #inc-codequarry").fill("/test")
        await expect(page.get_by_role("option", name="/testing-postmortem")).to_be_visible()
        await page.keyboard.press("Tab")
        await page.keyboard.type("now")
        await page.keyboard.press("Enter")
        review = page.locator("#messages .message", has=page.get_by_text("Testing-gap review"))
        await expect(review.locator(".section strong")).to_have_text("Cause:")
        await shot(page, "review")
        await review.get_by_role("button", name=re.compile("1 reply")).click()
        thread = page.get_by_role("complementary", name="Thread")
        await expect(review.get_by_role("button", name="Accept")).to_be_in_viewport()  # the end stays in sight
        await expect(thread.locator("audio")).to_have_js_property("readyState", 4)
        assert 0.9 < await thread.locator("audio").evaluate("audio => audio.duration") < 1.2
        await thread.locator("audio").evaluate("audio => { audio.muted = true; return audio.play(); }")
        await thread.get_by_role("button", name="Overrule").click()
        modal = page.get_by_role("dialog", name="Overrule")
        await modal.get_by_role("button", name="Save").click()
        await expect(modal.get_by_role("alert")).to_have_text("Please complete this required field.")
        await modal.get_by_role("textbox", name="Your cause").fill("x")
        await modal.get_by_role("button", name="Save").click()
        await expect(modal.get_by_role("alert")).to_have_text("Say more.")
        await shot(page, "modal")
        await modal.get_by_role("textbox", name="Your cause").fill("the timeout")
        await modal.get_by_role("button", name="Save").click()
        await expect(modal).to_have_count(0)
        await page.get_by_role("combobox", name="Reply in thread").fill("@testing why?")
        await page.get_by_role("combobox", name="Reply in thread").fill("@testing-postmortem why?")
        await page.keyboard.press("Enter")
        await expect(thread.get_by_text("Because.")).to_be_visible()
        await shot(page, "thread")
        await thread.get_by_role("button", name="Accept").click()
        await expect(thread.get_by_text("Accepted.")).to_be_visible()


async def test_shortcut_and_home(page, workspace):
    """The message menu runs the shortcut, whose answer only this person sees; the App Home shows what was published."""
    async with over_socket(workspace, []):
        message = page.locator("#messages .message").last
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Review testing gaps").click()
        await expect(page.locator(".ephemeral", has_text="Reviewing")).to_contain_text("Only visible to you")
        await page.get_by_label("You act as").select_option(label="Bo Lind")
        await expect(page.locator(".ephemeral")).to_have_count(0)
        await page.get_by_role("button", name="Testing Postmortem", exact=True).click()
        await expect(page.get_by_text("Two gaps are open")).to_be_visible()
        await shot(page, "home")


async def test_data_never_becomes_markup(page, workspace):
    """Text, names and blocks with markup are shown as text; links lead to the web only."""
    workspace.add_user("eve", "<img src=x onerror=document.title='owned'>")
    channel = workspace.channel("inc-codequarry-db1-removal")
    evil = "<script>document.title='owned'</script> *bold*"
    workspace.post("eve", channel, evil)
    blocks = [
        {"type": "markdown", "text": "[x](javascript:alert(1)) <b>y</b> [z](https://a.example/)"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<javascript:alert(1)|click>"}},
    ]
    workspace.post("eve", channel, "blocks", blocks=blocks)
    last = page.locator("#messages .message").last
    await expect(last.get_by_text("<b>y</b>")).to_be_visible()
    await expect(page.locator("#messages").get_by_text("<script>document.title='owned'</script>")).to_be_visible()
    assert ["https://a.example/"] == await last.locator("a").evaluate_all("all => all.map(one => one.href)")
    assert "owned" not in await page.title()


async def test_keyboard_walks_and_reads(page, workspace):
    """Arrow keys walk through messages, the toolbar replies; new messages are announced."""
    channel = workspace.channel("inc-codequarry-db1-removal")
    await page.locator("#messages .message").last.focus()
    await page.keyboard.press("ArrowUp")
    focused = page.locator("#messages .message:focus")
    await expect(focused).to_have_count(1)
    await focused.get_by_role("button", name="Reply in thread").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="Reply in thread")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("complementary", name="Thread")).to_be_hidden()
    workspace.post("cole", channel, "a new thing")
    await expect(page.get_by_role("status")).to_contain_text("Cole Abernathy: a new thing")


async def test_topic_archive_and_permalink(page, workspace, client):
    """Topic and archive work from the header; a permalink opens the channel at that message."""
    channel = workspace.channel("inc-codequarry-db1-removal")
    await page.get_by_role("button", name="Set topic").click()
    await page.get_by_role("dialog").get_by_label("Topic").fill("all clear & done")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#channel-topic")).to_have_text("all clear & done")
    await page.get_by_role("button", name="Archive").click()
    await page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    await expect(page.locator("#composer-place").get_by_text("This channel is archived")).to_be_visible()
    await until(lambda: channel.is_archived)
    ts = workspace.messages(channel)[5]["ts"]
    link = (await client.chat_getPermalink(channel=channel.id, message_ts=ts))["permalink"]
    await page.goto(link)
    await expect(page.locator(f'#messages [data-ts="{ts}"]')).to_be_in_viewport()


async def test_frozen_page_opens_without_a_server(chromium, workspace, tmp_path):
    """The dump shows channel and thread from the file alone, with no error and no request."""
    channel = workspace.load_case(INCIDENT)
    workspace.upload("petra", channel, "note.txt", b"line one", thread_ts=workspace.messages(channel)[3]["ts"])
    dump = tmp_path / "page.html"
    dump.write_text(workspace.page_dump(channel, thread_ts=workspace.messages(channel)[3]["ts"]), "utf-8")
    page = await chromium.new_page(viewport={"width": 1360, "height": 860})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else wrong.append(r.url))
    await page.goto(dump.as_uri())
    await expect(page.get_by_role("heading", name="# inc-codequarry-db1-removal")).to_be_visible()
    await page.get_by_role("complementary").get_by_text("Preview").click()
    await expect(page.locator("#thread .preview")).to_have_text("line one")
    await shot(page, "frozen")
    assert [] == wrong


async def test_small_and_dark(page):
    """On a small screen nothing runs off to the side; the dark scheme is used when asked for."""
    await page.set_viewport_size({"width": 420, "height": 800})
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await shot(page, "small")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "rgb(26, 29, 33)" == await page.evaluate("getComputedStyle(document.body).backgroundColor")
