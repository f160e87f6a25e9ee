"""How Sphinx builds these pages; nothing in them is fetched from elsewhere."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_ext")]

project = "Zevrules"
author = "the Zevrules developers"
copyright = author

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "catalogue",
    "states",
    "zev_lexer",
]
exclude_patterns = ["_build", "changes/+*"]
html_theme = "furo"
html_title = "Zevrules"
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}

default_role = "code"
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

CHANGES = {"added": "Added", "changed": "Changed", "fixed": "Fixed", "removed": "Removed"}


def list_changes(app, docname, text):
    """Put the fragments ``+<name>.<kind>.md`` where the page of changes begins to list them."""
    if docname != "changes/index":
        return
    for kind, title in CHANGES.items():
        fragments = sorted((ROOT / "docs" / "changes").glob(f"+*.{kind}.md"))
        if fragments:
            text[0] += f"\n## {title}\n\n"
        for path in fragments:
            said = path.read_text(encoding="utf-8").strip().replace("\n", "\n  ")
            text[0] += f"* {said}\n"


def setup(app):
    app.connect("source-read", list_changes)
    # The page is made of other files, which Sphinx does not watch: it is read anew each time.
    app.connect("env-get-outdated", lambda app, env, added, changed, removed: ["changes/index"])
