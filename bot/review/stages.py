"""The staged model calls after the rules have decided: each rewrites one text of the draft within checks."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.nouns.digest import Fact
from bot.nouns.ports import Json
from bot.nouns.review import MissedLayer, RecommendedTest, Review
from bot.review.check.blame import blames
from bot.review.check.entailment import unsupported
from bot.review.check.identifiers import unknown_names
from bot.review.check.injection import obeys_an_order
from bot.review.check.numbers import unknown_numbers
from bot.review.check.one_cause import rejected_in_channel, several_causes
from bot.review.check.sentence import sentence_problem
from bot.review.check.vague import vague_advice, vague_fault
from bot.review.fact_sheet import sheet_fact
from bot.review.interview import Interview
from bot.review.layers import findings
from bot.review.narrate import dialogue_by_model, summary_by_model
from bot.review.prose import content_words, plain, sentence, sentences, word_count
from bot.review.source import Source, full_text
from bot.review.suite import Plan, plans, slots

SENTENCE_WORDS = 34
CAUSE_WORDS = 55
FAULT_WORDS = 50
_KEPT_OF_DRAFT = 0.7  # share of the draft fault's content words that a redraft keeps, so that no step is lost

Stage = Callable[[], Awaitable[None]]


class Editor:
    """Takes a draft and an interview; `edited` gives the draft with every accepted sentence in its place."""

    def __init__(self, source: Source, draft: Review, interview: Interview) -> None:
        self._source, self._interview = source, interview
        self._draft = draft
        self._can = interview.capability

    async def edited(self) -> Review:
        calls = self._calls()
        self._interview.planned = len(calls)
        for call in calls:
            await call()
        return self._draft

    def _calls(self) -> list[Stage]:
        """The gaps first: there a sentence gains most, and a run that is short of time still has them."""
        made: list[Stage] = []
        if self._can.edits_lines and self._draft.root_cause.confidence != "unsettled":
            made.append(self._cause)
        for index, finding in enumerate(findings(self._source)):
            fact = finding.facts[0]
            if self._source.question_of(fact) and self._can.edits_answers:
                made.append(partial(self._layer, index, fact))
        chosen = plans(self._source)[: self._can.most_tests]
        made += [partial(self._test, index, plan) for index, plan in enumerate(chosen)]
        if self._can.edits_lines:
            made += [partial(self._signal, index) for index in range(len(self._draft.ignored_signals))]
        if self._can.narrates:
            made += [self._dialogue, self._summary]
        return made

    async def _cause(self) -> None:
        cause = self._draft.root_cause
        facts = [fact for fact in self._source.causes if set(fact.evidence) & set(cause.evidence)][:4]
        said = [sheet_fact(self._source, fact) for fact in facts]
        sources = " ".join(full_text(fact) for fact in facts)

        def check(answer: Json) -> str | None:
            text = str(answer["statement"]).strip()
            return (
                several_causes(text)
                or rejected_in_channel(text, (), self._source.digest.hypotheses)
                or sentence_problem(text, sources, self._source.people, most_words=CAUSE_WORDS, cause=True)
            )

        answer = await self._interview.ask("cause", "cause", _texts(statement=500), check, max_tokens=140, facts=said)
        if answer is not None:
            self._put(
                root_cause=cause.model_copy(
                    update={"statement": sentence(plain(answer["statement"])), "written_by": "model"}
                )
            )

    async def _layer(self, index: int, fact: Fact) -> None:
        layer = self._draft.missed_layers[index]
        said = sheet_fact(self._source, fact)
        sources = f"{said.question} {said.text} {full_text(fact)}"

        def check(answer: Json) -> str | None:
            text = _one(answer["sentence"])
            return sentence_problem(text, sources, self._source.people, most_words=SENTENCE_WORDS, layer=layer.layer)

        answer = await self._interview.ask(
            "layer", f"layer:{layer.layer}", _texts(sentence=300), check, max_tokens=80,
            question=said.question, answer=said.text, most_words=SENTENCE_WORDS - 8,
        )  # fmt: skip
        if answer is not None:
            self._put_layer(
                index, layer.model_copy(update={"why": sentence(_one(answer["sentence"])), "written_by": "model"})
            )

    def _put_layer(self, index: int, layer: MissedLayer) -> None:
        layers = list(self._draft.missed_layers)
        layers[index] = layer
        self._put(missed_layers=tuple(layers))

    async def _signal(self, index: int) -> None:
        signal = self._draft.ignored_signals[index]
        quote = " ".join(self._source.digest.evidence[ref].text for ref in signal.evidence)

        def check(answer: Json) -> str | None:
            return sentence_problem(
                _one(answer["sentence"]), f"{quote} {signal.signal}", self._source.people, most_words=SENTENCE_WORDS
            )

        answer = await self._interview.ask(
            "signal", f"signal:{index + 1}", _texts(sentence=300), check, max_tokens=80,
            quote=plain(signal.signal).replace('"', "'"), most_words=SENTENCE_WORDS - 8,
        )  # fmt: skip
        if answer is not None:
            signals = list(self._draft.ignored_signals)
            signals[index] = signal.model_copy(
                update={"signal": sentence(_one(answer["sentence"])), "written_by": "model"}
            )
            self._put(ignored_signals=tuple(signals))

    async def _test(self, index: int, plan: Plan) -> None:
        test = self._draft.recommended_tests[index]
        said = [sheet_fact(self._source, fact) for fact in plan.facts]
        quotes = [f"{fact.question} {fact.text}".strip() for fact in said]
        names = slots(self._source, plan)

        def check(answer: Json) -> str | None:
            return redraft_problem(
                test, _redrafted(test, answer), " ".join(quotes), self._source, tuple(names.values())
            )

        fields = {"title": 160, "fault": 420} if self._can.edits_lines else {"fault": 420}
        answer = await self._interview.ask(
            "test", f"test:{test.id}", _texts(**fields), check, layer=test.layer, facts=quotes, fault=test.failure_injection,
            thing=names["thing"], service=names["service"], with_title="title" in fields,
        )  # fmt: skip
        if answer is not None and not _same_words(test, _redrafted(test, answer)):
            tests = list(self._draft.recommended_tests)
            tests[index] = _redrafted(test, answer)
            self._put(recommended_tests=tuple(tests))

    async def _dialogue(self) -> None:
        lines = await dialogue_by_model(self._source, self._draft, self._interview)
        if lines:
            self._put(dialogue=lines)

    async def _summary(self) -> None:
        text = await summary_by_model(self._source, self._draft, self._interview)
        if text:
            self._put(audio_summary=text)

    def _put(self, **fields: object) -> None:
        self._draft = self._draft.model_copy(update=fields)


def _same_words(draft: RecommendedTest, made: RecommendedTest) -> bool:
    """A model that copies the draft has written nothing."""
    return (draft.title, draft.failure_injection) == (made.title, made.failure_injection)


def _redrafted(test: RecommendedTest, answer: Json) -> RecommendedTest:
    title = plain(str(answer.get("title", test.title))).rstrip(".")
    return test.model_copy(
        update={"title": title, "failure_injection": sentence(plain(str(answer["fault"]))), "written_by": "model"}
    )


def redraft_problem(
    draft: RecommendedTest, made: RecommendedTest, quotes: str, source: Source, names: tuple[str, ...]
) -> str | None:
    """The rules of a redrafted title and fault: nothing new, nothing vague, the draft's meaning kept, the incident named."""
    known = f"{quotes} {draft.title} {draft.scope} {draft.failure_injection} {draft.success_criteria}"
    if word_count(made.failure_injection) > FAULT_WORDS:
        return f"The fault has more than {FAULT_WORDS} words."
    for text in (made.title, made.failure_injection):
        problem = (
            obeys_an_order(text)
            or blames(text, source.people)
            or unknown_numbers(text, known)
            or unknown_names(text, known)
            or unsupported(text, known)
        )
        if problem:
            return problem
    return vague_fault(made.failure_injection) or vague_advice(made) or _meaning_lost(draft, made, quotes, names)


def _meaning_lost(draft: RecommendedTest, made: RecommendedTest, quotes: str, names: tuple[str, ...]) -> str | None:
    before, after = content_words(draft.failure_injection), content_words(made.failure_injection)
    if len(before & after) < _KEPT_OF_DRAFT * len(before):
        return "Keep every step of the idea."
    low = made.failure_injection.lower()
    lost = [name for name in names if name.lower() in draft.failure_injection.lower() and name.lower() not in low]
    if lost:
        return f"The fault must still name {lost[0]}."
    if not (content_words(made.title) | after) & content_words(quotes):
        return "Neither the title nor the fault names anything that people said."
    return None


def _one(text: str) -> str:
    """The first sentence: a model that goes on after it is not listened to."""
    parts = sentences(text)
    return parts[0] if parts else ""


def _texts(**most_characters: int) -> Json:
    """A schema of text fields; the bound is loose, because a server cuts at it in mid-word."""
    fields = {name: {"type": "string", "minLength": 10, "maxLength": most} for name, most in most_characters.items()}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
