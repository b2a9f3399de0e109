"""`reelrank compare` of this checkout: python scripts/compare_presets.py --help."""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.argv.insert(1, "compare")
    runpy.run_path(str(Path(__file__).parents[1] / "models_py"), run_name="__main__")
