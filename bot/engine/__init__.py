"""Durable execution (DBOS on SQLite or Postgres), the desk that hands work to it, and the calendar (APScheduler)."""
