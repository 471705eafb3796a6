"""A Slack of our own on loopback, as strict as Slack is: for tests and benchmarks, offline."""
