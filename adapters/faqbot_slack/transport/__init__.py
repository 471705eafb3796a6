"""Connections to Slack: Socket Mode, HTTP, the Web API, dispatch and execution."""
