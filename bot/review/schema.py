"""The JSON Schema of review.json. `python -m bot.review.schema` prints what prompts/review.schema.json must hold."""

import json
import sys

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


if __name__ == "__main__":
    sys.stdout.write(schema_text())
