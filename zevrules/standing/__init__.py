"""Answers under several laws become one position: where a manufacturer stands, and what moved between jurisdictions."""
