"""Commands of the command line, one per module.

Heavy imports wait until a command runs.
"""
