"""Converters from document formats to blocks, one module for each family of formats."""
