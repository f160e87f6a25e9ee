"""A tree gains meaning."""
