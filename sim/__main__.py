"""``python -m sim`` is ``trader-sim``."""

from .cli import main

main()
