"""``python -m zevrules`` is the command ``zevrules``."""

from zevrules.cli import command

if __name__ == "__main__":
    raise SystemExit(command())
