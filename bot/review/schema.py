"""`python -m bot.review.schema > prompts/review.schema.json` publishes the schema after a change of the record."""

import sys

from bot.review.contract import schema_text

if __name__ == "__main__":
    sys.stdout.write(schema_text())
