"""Several workspaces: installation by OAuth, encrypted tokens, and a bot for each workspace."""
