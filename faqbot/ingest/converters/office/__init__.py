"""Converters of Office files: Word documents and workbooks."""
