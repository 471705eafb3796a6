"""Commands of the command line, one per module; heavy imports wait until a command runs."""
