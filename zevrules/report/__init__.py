"""Answers and errors become words."""
