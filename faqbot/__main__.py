"""Run the command line with ``python -m faqbot``."""

import sys

from faqbot.cli import main

sys.exit(main())
