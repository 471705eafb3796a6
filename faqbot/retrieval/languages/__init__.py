"""Word lists and closed classes, one package for each language."""
