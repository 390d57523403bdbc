"""Slack's payloads to requests: acknowledge, translate, hand over to the desk."""

from bot.trigger.bolt import EVENTS_PATH, http_route, make_app, socket_mode
from bot.trigger.rules import ResolveRules

__all__ = ["EVENTS_PATH", "ResolveRules", "http_route", "make_app", "socket_mode"]
