"""The sheets of a ledger and their columns, as they are documented."""

from __future__ import annotations

#: Every sheet, with the columns it must have and those it may have.
REQUIRED = {
    "ledger": ("name", "value"),
    "accounts": ("account",),
    "entries": ("date", "account", "jurisdiction", "entry", "amount", "unit"),
    "facts": ("account", "fact", "value"),
    "deliveries": ("account", "jurisdiction", "model year", "vehicle", "count"),
}
OPTIONAL = {
    "ledger": ("note",),
    "accounts": ("aliases", "owner", "owner share", "note"),
    "entries": (
        *("recorded", "kind", "vintage", "origin", "counterparty", "to jurisdiction"),
        *("from kind", "from amount", "from unit", "model year", "toward", "reference", "note"),
    ),
    "facts": ("jurisdiction", "model year", "kind", "unit", "date", "recorded", "reference", "note"),
    "deliveries": ("model", "delivered", "recorded", "reference", "note"),
}

#: The sheets without which there is no ledger; any other may be left out, and is then empty.
NEEDED = ("ledger", "accounts")

#: What the sheet ``ledger`` may say.
SETTINGS = ("title", "complete through", "note")

#: What credits become other ones, and where credits go: columns of few entries.
_FROM = ("from kind", "from amount", "from unit")
_WHITHER = ("counterparty", "to jurisdiction")

#: What may happen in an account: for each word the columns it needs beyond those every entry has,
#: and those it must leave blank because they would mean nothing there.
ENTRIES = {
    "opening": (("kind",), (*_WHITHER, *_FROM, "toward")),
    "issue": (("kind",), (*_WHITHER, *_FROM, "toward")),
    "deposit": (("kind",), (*_WHITHER, *_FROM, "toward")),
    "conversion": (("kind", *_FROM), (*_WHITHER, "toward")),
    "transfer": (("kind",), (*_FROM, "toward")),
    "surrender": (("kind", "model year"), (*_WHITHER, *_FROM)),
    "deficit": (("model year", "toward"), ("kind", "vintage", "origin", *_WHITHER, *_FROM)),
    "correction": (("kind",), (*_WHITHER, *_FROM, "toward")),
}

#: For some words columns of which one is enough, the likeliest first.
EITHER = {"transfer": ("counterparty", "to jurisdiction")}

#: What an entry says in each column that only some entries need.
SAYS = {
    "kind": "which kind of credit it moved",
    "counterparty": "to whom the credits went, or to which jurisdiction",
    "from kind": "which kind of credit became another",
    "from amount": "how many credits became others",
    "from unit": "what these were counted in",
    "model year": "for which model year it was",
    "toward": "toward which obligation it was",
}

#: The order in which a person would read the columns, as templates write them.
IN_ORDER = {
    "ledger": ("name", "value"),
    "accounts": ("account", "aliases", "owner", "owner share", "note"),
    "entries": (
        *("date", "recorded", "account", "jurisdiction", "entry", "kind", "amount", "unit", "vintage", "origin"),
        *("counterparty", "to jurisdiction", *_FROM, "model year", "toward", "reference", "note"),
    ),
    "facts": (
        *("account", "fact", "jurisdiction", "model year", "kind", "value", "unit", "date", "recorded"),
        *("reference", "note"),
    ),
    "deliveries": (
        *("account", "jurisdiction", "model year", "vehicle", "model", "count", "delivered", "recorded"),
        *("reference", "note"),
    ),
}
