"""Converter of PDF: lines of text, running heads, hidden layers and annotations."""
