"""A page in colour, for a terminal; this needs rich (``pip install "zevrules[cli]"``)."""

from __future__ import annotations

_STYLES = (
    (r"^COMPLIANT.*", "bold green"),
    (r"^(DEFICIT CARRIED|NOT COMPLIANT).*", "bold red"),
    (r"^(UNDETERMINED|NOT APPLICABLE).*", "bold yellow"),
    (r"(?m)^\S.*─{3,}$", "bold"),
    (r"\[\d+\?\]", "yellow"),
    (r"\[\d+\]", "cyan"),
    (r"(?m)^ +\? unverified:.*", "yellow"),
    (r"“[^”]*”", "italic"),
    (r"\S+\.(?:csv|xlsx|json) row \d+", "magenta"),
)


def show(text: str) -> None:
    """Print *text* with its verdict, headings, marks and quotations set apart.

    Raises:
        ImportError: If rich is not installed.
    """
    from rich.console import Console
    from rich.text import Text

    shown = Text(text.rstrip("\n"))
    for pattern, style in _STYLES:
        shown.highlight_regex(pattern, style)
    Console(highlight=False, soft_wrap=True).print(shown)
