"""Where rulesets are found: those shipped, and an author's own, which win over shipped ones of the same name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from errno import EEXIST
from pathlib import Path

from zevrules.diagnostic import Diagnostic, Rejected, nearest
from zevrules.model import errors
from zevrules.model.assembly import Draft, draft
from zevrules.shipped import rulesets_folder
from zevrules.source import Source, Span
from zevrules.syntax.parser import parse

#: Far more than any law has; a deeper chain of folders or adoptions is a mistake.
_MOST_FILES = 500


class NotFound(Exception):  # noqa: N818 - says what happened
    """There is no ruleset of that name or at that path."""


def shipped_names() -> tuple[str, ...]:
    """The rulesets that come with the package, by name."""
    root = rulesets_folder()
    folders = {path.parent for path in root.glob("*/*/*.zev")}
    return tuple(sorted(folder.relative_to(root).as_posix() for folder in folders))


def shipped_ledgers() -> tuple[str, ...]:
    """The example ledgers that come with the package, by name."""
    return tuple(sorted(path.parent.name for path in rulesets_folder().glob("ledgers/*/ledger.csv")))


def copy(name: str, folder: Path) -> list[Path]:
    """Copy what is shipped as *name*, to be changed: a ruleset to ``folder/name``, a ledger likewise.

    A ruleset keeps its place below *folder*, so that another one there that adopts it finds the copy
    before the shipped one.

    Args:
        name: A shipped ruleset, as ``jurisdiction/ruleset``, or a shipped ledger.
        folder: Where to copy to; it is made if it is not there.

    Returns:
        The files written.

    Raises:
        NotFound: If nothing of that name is shipped.
        FileExistsError: If there is something at that place; nothing is written then.
    """
    target = folder / name
    if name in shipped_names():
        source = rulesets_folder() / name
    elif name in shipped_ledgers():
        source = rulesets_folder() / "ledgers" / name
    else:
        raise NotFound(_not_shipped(name))
    if target.exists():
        raise FileExistsError(EEXIST, "is there already", str(target))
    written = []
    for path in sorted(source.rglob("*")):
        if path.is_file():
            to = target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
            written.append(to)
    return written


def _not_shipped(name: str) -> str:
    known = (*shipped_names(), *shipped_ledgers())
    meant = nearest(name, known)
    words = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
    return f"nothing is shipped as {name}; {words}"


def find(reference: str) -> tuple[Path, Path]:
    """The folder (or single file) of the ruleset that *reference* means, and the root that its adoptions start from.

    A folder of the author's own wins over a shipped ruleset of the same name, if it holds any rules.

    Args:
        reference: A path of the author's own, or the name of a shipped ruleset.

    Raises:
        NotFound: If there is neither, or if a folder holds several rulesets.
    """
    path = Path(reference)
    if path.is_file():
        return path, path.parent
    shipped = reference in shipped_names()
    if path.is_dir() and not (shipped and not any(path.rglob("*.zev"))):
        folder = _ruleset_below(path)
        return folder, folder.parent.parent
    if shipped:
        return rulesets_folder() / reference, rulesets_folder()
    raise NotFound(reference)


def _ruleset_below(path: Path) -> Path:
    if any(path.glob("*.zev")):
        return path
    below = sorted({p.parent for p in path.rglob("*.zev")})[:9]
    if len(below) == 1:
        return below[0]
    if not below:
        raise NotFound(f"{path} holds no ruleset (no file ending in .zev)")
    listed = ", ".join(str(p) for p in below)
    raise NotFound(f"{path} holds several rulesets; name one of them: {listed}")


def load_drafts(reference: str) -> tuple[str, dict[str, Draft]]:
    """The ruleset that *reference* means, with all it adopts: its name, and the drafts by name.

    Raises:
        NotFound: If there is no such ruleset.
        Rejected: With everything wrong in the writing of any of them.
    """
    folder, root = find(reference)
    found: list[Diagnostic] = []
    drafts: dict[str, Draft] = {}
    main = _read(folder, folder.parent if folder.is_file() else root, found)
    if main is None:
        raise Rejected(found)
    drafts[main.path] = main
    _adopted(main, _roots(folder, main.path), drafts, (main.path,), found)
    if found:
        raise Rejected(found)
    return main.path, drafts


def _roots(folder: Path, name: str) -> tuple[Path, ...]:
    """Where adopted rulesets are looked for: beside the author's own first, then among those shipped."""
    depth = name.count("/") + 1
    home = folder.parent if folder.is_file() else folder
    beside = home.resolve() if len(home.parts) < depth else home  # "." has no parents to go up to
    for _ in range(depth):
        beside = beside.parent
    return tuple(dict.fromkeys((beside, home.parent, home, rulesets_folder())))


def _adopted(
    own: Draft, roots: tuple[Path, ...], drafts: dict[str, Draft], chain: tuple[str, ...], found: list[Diagnostic]
) -> None:
    for adopted in own.adopted:
        name = adopted.adoption.adopted
        if name in chain:
            found.append(errors.circular_adoption(adopted.span, [*chain[chain.index(name) :], name]))
        elif name not in drafts:
            folder = next((root / name for root in roots if any((root / name).glob("*.zev"))), None)
            if folder is None:
                found.append(errors.unknown_ruleset(adopted.span, name, shipped_names()))
                continue
            made = _read(folder, folder.parent, found)
            if made is not None:
                drafts[name] = made
                _adopted(made, roots, drafts, (*chain, name), found)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    inside = folder.resolve()
    for path in sorted(folder.glob("*.zev"))[:_MOST_FILES]:
        # A link that leads out of the folder would bring in words that nobody laid beside the law.
        if path.resolve().is_relative_to(inside):
            yield path


def _read(folder: Path, root: Path, found: list[Diagnostic]) -> Draft | None:
    """The draft of the ruleset in *folder*; faults go to *found*."""
    trees = []
    digest = hashlib.sha256()
    before = len(found)
    for path in _files(folder):
        source = _source(path, found)
        if source is None:
            continue
        digest.update(f"{path.name}\0{source.text}\0".encode())
        try:
            trees.append(parse(source))
        except Rejected as rejected:
            found.extend(rejected.diagnostics)
    if len(found) > before or not trees:
        return None
    try:
        return draft(tuple(trees), digest.hexdigest())
    except Rejected as rejected:
        found.extend(rejected.diagnostics)
        return None


def _source(path: Path, found: list[Diagnostic]) -> Source | None:
    name = _shown(path)
    try:
        return Source.read(path, name=name)
    except UnicodeDecodeError:
        found.append(errors.not_text(Span(Source(name, ""), 0, 0), name))
    except OSError as fault:
        found.append(errors.unreadable_file(Span(Source(name, ""), 0, 0), name, fault.strerror or "it cannot be read"))
    return None


def _shown(path: Path) -> str:
    """A shipped file by its place among the rulesets; an author's own by the path that was given."""
    root = rulesets_folder()
    return f"rulesets/{path.relative_to(root).as_posix()}" if path.is_relative_to(root) else path.as_posix()
