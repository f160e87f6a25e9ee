"""A model and a ledger become an answer."""
