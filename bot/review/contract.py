"""The JSON Schema of review.json, generated from the record and published as prompts/review.schema.json."""

import json

from bot.nouns.ports import Json
from bot.nouns.review import Review


def review_schema() -> Json:
    """Draft 2020-12, generated from the record, so that the two cannot drift apart."""
    made = Review.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://testing-postmortem.invalid/schema/review-1.json",
        **made,
        "title": "Testing Postmortem review, schema_version 1",
    }


def schema_text() -> str:
    return json.dumps(review_schema(), indent=2, ensure_ascii=False) + "\n"
