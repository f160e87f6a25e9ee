"""ANSWERS STAND SIDE BY SIDE: the same ledger under several rulesets, options, readings or texts."""
