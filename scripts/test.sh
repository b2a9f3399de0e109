#!/usr/bin/env bash
# Lint and every test: Python and SQL style, unit tests, dbt's unit tests, the real commands from
# end to end on a tiny source. Arguments, if any, go to pytest, and lint is left out:
#   bash scripts/test.sh                        everything
#   bash scripts/test.sh tests/staging -k damage
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export REELRANK_VENV="${REELRANK_VENV:-$PWD/.venv}"
bash scripts/setup.sh --dev
bin="$REELRANK_VENV/bin"

# The machine's settings are not the tests'.
unset REELRANK_DB REELRANK_DATA_DIR REELRANK_THREADS REELRANK_MEMORY_LIMIT REELRANK_TEMP_DIR

# Tests share the cores: BLAS must not start threads of its own, OpenMP's must not spin.
export OPENBLAS_NUM_THREADS=1
export OMP_WAIT_POLICY=passive

if [ "$#" -gt 0 ]; then exec "$bin/python" -m pytest -v "$@"; fi

step() {
    echo "== $*" >&2
}

step "ruff: Python"
"$bin/ruff" check --quiet .
"$bin/ruff" format --check --quiet .

sqlfluff_lint() {
    # Looking for garbage is a quarter of its time, and it does not live long.
    "$bin/python" -c 'import gc; gc.disable(); from sqlfluff.cli.commands import cli; cli()' \
        lint "$@"
}

lint_sql() {
    sqlfluff_lint dbt_project && sqlfluff_lint --config .sqlfluff-parameters models_py scripts tests
}

# What tests write need not outlast them: where memory has room for it, no disk is waited for.
room="$(df --output=avail /dev/shm 2> /dev/null | tail -n 1 || true)"
if [ "${room:-0}" -gt 6000000 ] && ! grep -q ' /dev/shm .*noexec' /proc/mounts; then
    export TMPDIR=/dev/shm
fi
scratch="$(mktemp -d)"

step "sqlfluff: SQL, while the tests run"
{ lint_sql > "$scratch/sqlfluff.txt" 2>&1 || { cat "$scratch/sqlfluff.txt" >&2; false; }; } &
linting=$!
trap 'kill "$linting" 2> /dev/null || true; rm -rf -- "$scratch"' EXIT

step "pytest: every test"
# Without -q, so that the closing line is pytest's full one.
result=0
"$bin/python" -m pytest -v -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
    --durations 15 --basetemp "$scratch/tests" || result=$?
wait "$linting" || { echo "sqlfluff found faults in the SQL; they are above." >&2; result=1; }
exit "$result"
