#!/usr/bin/env bash
# Open the explorer on localhost: users, videos, models, metrics, experiments and SQL, of a
# finished run. Installs requirements-explore.txt when it is missing. This is `reelrank explore`
# of this checkout; see --help for the options.
set -euo pipefail

scripts="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname -- "$scripts")"
python="${REELRANK_VENV:-$root/.venv}/bin/python"

for option in "$@"; do
    case "$option" in
        -h | --help)
            # Needs no environment: the options are read with only the standard library.
            if ! [ -x "$python" ]; then python=python3; fi
            exec "$python" "$root/models_py" explore --help
            ;;
    esac
done

bash "$scripts/setup.sh"
if ! "$python" -c 'import streamlit' 2> /dev/null; then
    echo "installing requirements-explore.txt" >&2
    "$python" -m pip install --quiet --disable-pip-version-check \
        --requirement "$root/requirements-explore.txt"
fi
exec "$python" "$root/models_py" explore "$@"
