"""Several workspaces: OAuth installation, encrypted tokens, a bot each."""
