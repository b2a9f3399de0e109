"""`reelrank simulate` of this checkout: python scripts/simulate_kuairec.py --help."""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.argv.insert(1, "simulate")
    runpy.run_path(str(Path(__file__).parents[1] / "models_py"), run_name="__main__")
