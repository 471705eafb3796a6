"""Converters from document formats to blocks, one module per family."""
