#!/usr/bin/env bash
# Fetch the real KuaiRec into data/KuaiRec. This is `reelrank download`, which needs the standard
# library only; this finds a Python for it. See --help.
set -euo pipefail

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"

for python in "$root/.venv/bin/python" python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$python" > /dev/null \
        && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        exec "$python" "$root/models_py" download "$@"
    fi
done

echo "error: No Python 3.11 or newer was found." >&2
echo "Install one (https://www.python.org/downloads/) and run this again." >&2
exit 1
