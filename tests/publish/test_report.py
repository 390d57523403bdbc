"""The report files: whole, self-contained, readable, and harmless whatever the review holds."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.errors import PublishError
from bot.nouns.answer import Answer
from bot.nouns.request import Progress, Question
from bot.nouns.review import Review
from bot.publish.folder import FolderPublisher
from bot.publish.html import review_html
from bot.publish.markdown import dialogue_md, review_md
from bot.publish.report import report_files
from bot.publish.timeline_svg import WIDTH, timeline_svg
from tests.publish.nasty import DIGESTS, REVIEWS
from tests.publish.sample import sample_digest, sample_narration, sample_posted, sample_request, sample_review

# Shrinking reviews of this size takes minutes and explains little.
_QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
_VOID = {"meta", "br", "img", "line", "rect", "circle", "link", "input"}


class Page(HTMLParser):
    """Tags, ids, links and whether the tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.ids, self.links, self.attributes = [], [], [], []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        self.attributes += [name for name, _ in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert tag == self.open.pop()


@_QUICK
@given(REVIEWS, DIGESTS)
def test_no_review_makes_the_page_run_or_fetch_anything(review, digest):
    """The page has no scripts, no event handlers and no links but anchors of its own and Slack's permalinks."""
    page = Page(review_html(review, digest))
    assert [] == page.open
    assert {"script", "img", "iframe", "link", "object", "form"}.isdisjoint(page.tags)
    assert [] == [name for name in page.attributes if name.startswith("on")]
    strange = [link for link in page.links if not link.startswith(("#", "https://acme.slack.com/archives/"))]
    assert [] == strange
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


@_QUICK
@given(REVIEWS, DIGESTS)
def test_markdown_links_only_to_slack(review, digest):
    """Text from the incident forms no link, image, HTML or mention on GitHub."""
    text = review_md(review, digest) + dialogue_md(review, digest)
    code_free = re.sub(r"`[^`\n]*`", "", text.replace("\\`", ""))
    assert [] == [
        link
        for link in re.findall(r"(?<!\\)\]\(<?([^)>]*)", code_free)
        if not link.startswith("https://acme.slack.com/")
    ]
    assert [] == re.findall(r"(?<!\\)<(?!/?(?:details|summary)>|https://acme\.slack\.com/)", code_free)
    assert [] == re.findall(r"@\w", code_free)


def test_the_files_are_complete(tmp_path):
    """Five files; review.json is the review."""
    paths = report_files(sample_review(), sample_digest(), tmp_path / "new")
    assert ["dialogue.md", "review.html", "review.json", "review.md", "summary.txt"] == sorted(p.name for p in paths)
    assert sample_review() == Review.model_validate(json.loads(paths[0].read_text()))
    assert sorted(paths) == sorted((tmp_path / "new").iterdir())


def test_every_citation_of_the_page_leads_to_its_quote():
    """The appendix holds what was said, with a link to Slack for messages."""
    page = review_html(sample_review(), sample_digest())
    assert "before 4.2.0 zero meant keep for ever" in page
    assert "candidates=41207" in page
    assert "open in Slack" in page


def test_the_page_is_accessible():
    """Language, one h1, headings without gaps, named picture, header cells with a scope."""
    html = review_html(sample_review(), sample_digest())
    page = Page(html)
    assert '<html lang="en">' in html
    assert 1 == page.tags.count("h1")
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert 'role="img" aria-label="Timeline with 7 events.' in html
    assert page.tags.count("th") == len(re.findall(r"<th scope=", html))


def test_the_picture_has_phases_events_and_no_overlap():
    """Marks of a lane do not touch, labels of phases neither, and all lie within the picture."""
    review = sample_review()
    crowded = tuple(
        review.timeline[4].model_copy(update={"at": f"2032-03-09T22:{14 + n // 3:02d}:00+00:00"}) for n in range(20)
    )
    svg = timeline_svg(review.model_copy(update={"timeline": (*review.timeline, *crowded)}))
    circles = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)]
    assert 27 == len(circles)
    assert all(0 < x < WIDTH for x, _ in circles)
    close = [
        (a, b)
        for i, a in enumerate(circles)
        for b in circles[i + 1 :]
        if (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 < 18**2
    ]
    assert [] == close
    labels = [
        (float(x), int(y), len(text) * 6.4)
        for x, y, text in re.findall(r'<text class="phase" x="([\d.]+)" y="(\d+)">([^<]+)', svg)
    ]
    assert 4 == len(labels)
    for i, (x, y, width) in enumerate(labels):
        assert all(y != row or x + width <= other or other + size <= x for other, row, size in labels[i + 1 :])


def test_without_times_there_is_no_picture():
    """An axis without two times would be a lie."""
    review = sample_review()
    facts = review.incident.model_copy(
        update={"started_at": None, "detected_at": None, "mitigated_at": None, "resolved_at": None}
    )
    assert "" == timeline_svg(review.model_copy(update={"incident": facts, "timeline": ()}))


async def test_the_folder_holds_the_same_after_a_repetition(tmp_path):
    """Every call twice: the same files, one answer."""
    said: list[Progress] = []

    async def report(progress: Progress) -> None:
        said.append(progress)

    out = tmp_path / "out"
    source = tmp_path / "case"
    source.mkdir()
    publisher = FolderPublisher(out, report=report)
    request, review = sample_request(), sample_review()
    question = Question(id="ask:1", channel_id="C", thread_ts="1.1", message_ts="1.2", user="U1", text="why?")
    for _ in range(2):
        posted = await publisher.acknowledge(request)
        await publisher.progress(request, posted, Progress(stage="gather"))
        posted = await publisher.review(request, posted, review, sample_digest(), source)
        await publisher.audio(request, posted, review, sample_narration(source))
        await publisher.answer(question, Answer(text="Because.", mode="model"), sample_digest())
    names = ["answers.md", "dialogue.md", "review.html", "review.json", "review.md", "summary.mp3", "summary.txt"]
    assert names == sorted(path.name for path in out.iterdir())
    assert 1 == (out / "answers.md").read_text().count("Because.")
    assert ["gather", "gather"] == [progress.stage for progress in said]


async def test_an_old_mp3_does_not_stay_beside_a_new_review(tmp_path):
    """Without audio the mp3 of the run before is removed."""
    said: list[Progress] = []

    async def report(progress: Progress) -> None:
        said.append(progress)

    (tmp_path / "summary.mp3").write_bytes(b"old")
    await FolderPublisher(tmp_path, report=report).no_audio(
        sample_request(), sample_posted(), sample_review(), "No voice."
    )
    assert not (tmp_path / "summary.mp3").exists()
    assert ["no audio: No voice."] == [progress.note for progress in said]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    """The error names the folder and what to do."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PublishError, match="Cannot write the report"):
        report_files(sample_review(), sample_digest(), tmp_path / "file")
