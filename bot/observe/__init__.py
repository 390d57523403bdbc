"""Metrics and health, for operators."""
