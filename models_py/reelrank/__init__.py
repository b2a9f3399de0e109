"""The learning side of Reelrank: candidates, ranker, evaluation, publication."""

import os
from pathlib import Path

__version__ = "1.0.0"

# Read by OpenMP and OpenBLAS when they are loaded, so before LightGBM and implicit are.
# Threads that wait asleep: on a busy machine, spinning ones made LightGBM 3 to 8 times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# implicit parallelises over rows itself and asks for this; it also keeps sums in one order.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Left to itself OpenBLAS takes other routines, and adds in another order, on each processor.
_processor = Path("/proc/cpuinfo")
if _processor.is_file() and " avx2 " in _processor.read_text():
    os.environ["OPENBLAS_CORETYPE"] = "Haswell"
