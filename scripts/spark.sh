#!/usr/bin/env bash
# dbt on Spark: builds the tables of a lake from the same models, or tests them.
#   bash scripts/spark.sh run
#   bash scripts/spark.sh test
# It is `dbt --target spark`, after a look whether Spark and Java are there. What comes behind
# is dbt's; the settings are in docs/scale.md.
set -euo pipefail

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
venv="${REELRANK_VENV:-$root/.venv}"

fail() {
    printf 'error: %s\n%s\n' "$1" "$2" >&2
    exit 1
}

case "${1:-}" in
    "" | -h | --help)
        # what stands at the top of this file
        sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit
        ;;
esac

"$venv/bin/python" -c 'import dbt.adapters.spark, pyspark' 2> /dev/null \
    || fail "Spark's packages are not in $venv." \
        "Install them: $venv/bin/python -m pip install -r requirements-spark.txt"
[ -n "${SPARK_REMOTE:-}" ] || "${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2> /dev/null \
    || fail "There is no Java, which Spark runs on." \
        "Install one (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME."

cd -- "$root"
export PYSPARK_PYTHON="${PYSPARK_PYTHON:-$venv/bin/python}"
export PYTHONPATH="$root/models_py${PYTHONPATH:+:$PYTHONPATH}"
# by it a run knows whether the tables of the last were made by the same code
REELRANK_CODE="$("$venv/bin/python" -c 'from reelrank.dbt_plugins.whole_files import project_checksum as sum
from pyspark import __version__ as version
print(sum("."), version)')"
export REELRANK_CODE
command="$1"
shift
exec "$venv/bin/dbt" "$command" --target "$([ -n "${SPARK_REMOTE:-}" ] && echo connect || echo spark)" "$@"
