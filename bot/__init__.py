"""Testing Postmortem: from an incident channel to a testing-gap review.

Newcomers read `bot/pipeline.py` first; the folders follow the data, see CONTRIBUTING.md.
"""

__version__ = "0.1.0"
