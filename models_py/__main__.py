"""`python models_py COMMAND`: the command line `reelrank` of this checkout, installed or not."""

import sys

from reelrank_cli.main import main

sys.exit(main())
