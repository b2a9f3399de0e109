"""Load thousands of damaged files: no crash, no lost line, nothing executed from data."""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from fuzzing.checking import fault_of
from fuzzing.damage import DAMAGES, damaged
from fuzzing.loading import FILES, Loading
from reelrank.progress import progress

SCRIPTS = Path(__file__).resolve().parent


def main() -> int:
    """Run the command; 1 if any input showed a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="examples:\n  python scripts/fuzz_loading.py --count 500",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    what = parser.add_argument_group("what to load")
    what.add_argument(
        "--count", type=int, default=5_000, metavar="N", help="inputs (default: %(default)s)"
    )
    what.add_argument(
        "--seed", type=int, default=1, metavar="N", help="of the damage (default: %(default)s)"
    )
    parser.add_argument_group("results").add_argument(
        "--json", action="store_true", help="print the result as JSON"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        faults = fuzz(Path(home), options.count, options.seed)
    if options.json:
        print(json.dumps({"count": options.count, "seed": options.seed, "faults": faults}))
        return 1 if faults else 0
    for fault in faults[:20]:
        print(fault)
    print(f"{options.count:,} damaged files, {len(faults)} faults")
    return 1 if faults else 0


def fuzz(home: Path, count: int, seed: int) -> list[str]:
    """Load `count` damaged files; returns what went wrong."""
    source = home / "source"
    simulate = [sys.executable, str(SCRIPTS / "simulate_kuairec.py"), "--scale", "tiny"]
    subprocess.run([*simulate, "--out", str(source)], check=True, capture_output=True)
    loading = Loading(source, home / "loading")
    rng = random.Random(seed)
    faults = []
    with progress("damaged files", count, "files") as step:
        for _ in range(count):
            name, damage = rng.choice(list(FILES)), rng.choice(DAMAGES)
            one = rng.randrange(2**32)
            fault = fault_of(loading, name, damaged(loading.clean[name], damage, one))
            if fault:
                faults.append(f"{name}, {damage.__name__}, seed {one}: {fault}")
            step(1)
    return faults


if __name__ == "__main__":
    sys.exit(main())
