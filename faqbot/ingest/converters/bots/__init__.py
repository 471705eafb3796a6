"""Converters of the files of other chatbots."""
