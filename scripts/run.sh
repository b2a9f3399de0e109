#!/usr/bin/env bash
# From a fresh clone to recommendations: environment, data, dbt build, training, report, results.
# What is current is reused. This is `reelrank build` of this checkout; see --help for the options.
set -euo pipefail

scripts="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname -- "$scripts")"
python="${REELRANK_VENV:-$root/.venv}/bin/python"

for option in "$@"; do
    case "$option" in
        -h | --help)
            # Needs no environment: the options are read with only the standard library.
            if ! [ -x "$python" ]; then python=python3; fi
            exec "$python" "$root/models_py" build --help
            ;;
    esac
done

bash "$scripts/setup.sh"
exec "$python" "$root/models_py" build "$@"
