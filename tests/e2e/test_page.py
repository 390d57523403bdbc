"""A person at the page, with the real bot behind it: command, review, button, question. PAGE_SHOTS=folder keeps screenshots."""

import pytest
from playwright.async_api import async_playwright, expect

from tests.tools import browser
from tests.workspace.test_page_browser import FLAGS, INCIDENT, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
async def page(workspace):
    workspace.load_case(INCIDENT)
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
        page = await chromium.new_page(viewport={"width": 1440, "height": 1000})
        await page.goto(workspace.page_url)
        await page.get_by_role("button", name="# inc-codequarry-db1-removal").click()
        await expect(page.locator("#messages .message").last).to_be_visible()
        yield page
        await chromium.close()


@pytest.mark.timeout(240)
async def test_command_review_question_rerun(workspace, bot, page):
    """The command brings a verdict with sections, files and audio in the thread; a question is answered with a citation;
    the rerun button makes revision 2."""
    async with bot.running():
        await workspace.connected()
        await page.get_by_role("combobox", name="Message #inc-codequarry").fill("/testing-postmortem")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Enter")
        verdict = page.locator("#messages .message", has=page.get_by_text("Primary root cause")).last
        await expect(verdict).to_be_visible(timeout=60_000)
        await shot(page, "bot-verdict")
        await verdict.get_by_role("button", name="repl").click()
        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread.locator("audio")).to_have_js_property("readyState", 4, timeout=60_000)
        for title in ("Testing Gap Analysis", "Recommended Test Suite", "Prevention & Validation Strategy"):
            await expect(thread.get_by_text(title).first).to_be_visible()
        await shot(page, "bot-thread")
        await page.get_by_role("combobox", name="Reply in thread").fill("Which tests should we write first?")
        await page.keyboard.press("Enter")
        answer = thread.locator(".message").last
        await expect(answer).to_contain_text("T1", timeout=60_000)
        await expect(answer.get_by_role("link").first).to_be_visible()
        await shot(page, "bot-answer")
        await verdict.get_by_role("button", name="Run again").click()
        await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
        await expect(page.locator("#messages .message", has=page.get_by_text("Primary root cause"))).to_have_count(
            2, timeout=60_000
        )
        await shot(page, "bot-rerun")
