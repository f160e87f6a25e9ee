"""Records become a ledger: what each account was brought, earned, gave away and reported."""
