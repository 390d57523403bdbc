"""The rules that words must pass, one file per rule. Pure functions.

A rule returns None when the text is good, else the reason as one sentence: it goes back to the model once, and into
the log when the text is refused.
"""
