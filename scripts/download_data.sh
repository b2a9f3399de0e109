#!/usr/bin/env bash
# Fetch the real KuaiRec into data/KuaiRec. All the work is done by scripts/download (Python,
# standard library only); this finds a Python for it. See --help.
set -euo pipefail

scripts="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"

for python in "$scripts/../.venv/bin/python" python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$python" > /dev/null \
        && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        # -P: a file in the current folder must not stand in for ours.
        PYTHONPATH="$scripts" exec "$python" -P -m download "$@"
    fi
done

echo "error: No Python 3.11 or newer was found." >&2
echo "Install one (https://www.python.org/downloads/) and run this again." >&2
exit 1
