"""A Slack-shaped workspace on loopback, with its own page: for the demo and the tests. `server.Workspace` is the entry."""
