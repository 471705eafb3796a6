"""Replicas of the bot in a trial: the schedule of faults, and how each fault is brought about."""
