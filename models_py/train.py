"""`reelrank train` of this checkout: python models_py/train.py --help lists the options."""

import sys

from reelrank_cli.train import main

if __name__ == "__main__":
    sys.exit(main())
