"""``python -m zevrules`` is the command ``zevrules``."""

from zevrules.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
