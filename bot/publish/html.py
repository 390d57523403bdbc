"""review.html: one self-contained page without scripts or outside resources. Pure."""

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from bot.nouns.digest import Digest
from bot.nouns.review import Refs, Review
from bot.publish import wording
from bot.publish.citations import Citations
from bot.publish.details import TITLES
from bot.publish.evidence import cited
from bot.publish.mrkdwn import one_line
from bot.publish.timeline_svg import timeline_svg


def review_html(review: Review, digest: Digest) -> str:
    """Every citation leads to the evidence appendix, which quotes it and links to Slack where it can."""
    cite = Citations.of(review, digest)
    anchors = {ref: f"e{number}" for number, ref in enumerate(cited(review), start=1)}

    def chips(refs: Refs) -> list[tuple[str, str, bool]]:
        return [(anchors[ref], cite.label(ref), wording.is_message(ref)) for ref in dict.fromkeys(refs)]

    day = wording.spans_days(review)
    return _template().render(
        review=review,
        titles=TITLES,
        wording=wording,
        picture=Markup(timeline_svg(review)),  # noqa: S704 - its texts are escaped where they are put in
        chips=chips,
        time=lambda text: _time(text, day=day),
        drafted=wording.drafted(review.provenance),
        coverage=wording.coverage(review, digest),
        appendix=[_item(ref, anchor, cite) for ref, anchor in anchors.items()],
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: one_line(value) if type(value) is str else value,
    )
    return environment.get_template("review.html.j2")


def _time(text: str | None, *, day: bool) -> str:
    at = wording.moment(text)
    return wording.clock(at, day=day) if at else text or "not stated"


def _item(ref: str, anchor: str, cite: Citations) -> dict[str, str | bool | None]:
    found = cite.evidence(ref)
    return {
        "anchor": anchor,
        "label": cite.label(ref),
        "text": _quote(found.text) if found else None,
        "link": cite.permalink(ref),
        "is_log": not wording.is_message(ref),
    }


def _quote(text: str) -> Markup:
    """Line breaks of the source are kept; the page shows them."""
    return Markup("\n").join(escape(one_line(line)) for line in text.splitlines())
