#!/usr/bin/env bash
# Make .venv with the exact versions of requirements.txt and this package, unless it is current.
#   bash scripts/setup.sh          what the pipeline needs
#   bash scripts/setup.sh --dev    and what lint and tests need
# REELRANK_VENV names another folder than .venv; pip takes its own settings from the user.
set -euo pipefail

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
venv="${REELRANK_VENV:-$root/.venv}"
wanted="$root/requirements.txt"
stamp="$venv/reelrank-requirements.txt"
package_stamp="$venv/reelrank-package.txt"

fail() {
    printf 'error: %s\n%s\n' "$1" "$2" >&2
    exit 1
}

case "${1:-}" in
    "") ;;
    -h | --help)
        # what is at the top of this file
        sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit
        ;;
    --dev)
        wanted="$root/requirements-dev.txt"
        stamp="$venv/reelrank-requirements-dev.txt"
        ;;
    *) fail "$1 is not an option of setup.sh." "Use it without options, or with --dev." ;;
esac

# What must be unchanged for an environment to be current: its place (scripts inside it hold
# absolute paths, so a moved one is useless) and the versions.
fingerprint() {
    printf '# %s\n' "$venv"
    cat "$root/requirements.txt" "$1"
}

remember() {
    fingerprint "$1" > "$2.new"
    mv -- "$2.new" "$2"
}

find_python() {
    local python
    for python in python3 python3.13 python3.12 python3.11 python; do
        if command -v "$python" > /dev/null \
            && "$python" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2> /dev/null
        then
            command -v "$python"
            return
        fi
    done
    fail "No Python 3.11 or newer was found." \
        "Install one (https://www.python.org/downloads/) and run this again."
}

make_venv() {
    local python
    python="$(find_python)"
    echo "making the environment $venv with $("$python" --version)" >&2
    rm -rf -- "$venv"
    if ! "$python" -m venv -- "$venv" > /dev/null 2>&1; then
        # Debian keeps ensurepip in a package of its own: use the pip outside.
        rm -rf -- "$venv"
        "$python" -m venv --without-pip -- "$venv" \
            || fail "$python cannot make a virtual environment in $venv." \
                "Check that the folder can be written; on Debian: apt-get install python3-venv."
        "$python" -m pip --python "$venv/bin/python" install --quiet pip \
            || fail "$python has neither ensurepip nor a pip that can install into $venv." \
                "On Debian: apt-get install python3-venv. Elsewhere: python3 -m ensurepip."
    fi
}

# Python compiles what is used, when it is used: most of what is installed never is.
install() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile "$@" \
        2> "$venv/pip-messages.txt"
}

# What the installed package was made from: the checkout it belongs to, and its description.
package_fingerprint() {
    printf '%s\n' "$root"
    cat "$root/pyproject.toml"
}

# An environment that checkouts share (REELRANK_VENV) keeps the package of the first of them;
# scripts/*.sh and models_py/*.py use their own checkout all the same.
package_is_current() {
    local installed
    [ -e "$package_stamp" ] || return 1
    installed="$(head -n 1 "$package_stamp")"
    if [ "$venv" != "$root/.venv" ] && [ "$installed" != "$root" ] && [ -d "$installed" ]; then
        return 0
    fi
    package_fingerprint | cmp -s - "$package_stamp"
}

# Needs no network: setuptools is among the requirements.
install_package() {
    install --no-deps --no-build-isolation --editable "$root" \
        || fail "pip could not install reelrank itself (all it said: $venv/pip-messages.txt)." \
            "Check that $root can be written, then run this again."
    package_fingerprint > "$package_stamp.new"
    mv -- "$package_stamp.new" "$package_stamp"
}

install_requirements() {
    echo "installing $(basename -- "$wanted") into $venv" >&2
    # What the tests need includes what the pipeline needs.
    install --requirement "$root/requirements.txt" --requirement "$wanted" \
        || {
            grep -i '^error' "$venv/pip-messages.txt" | head -n 3 >&2 || true
            fail "pip could not install $wanted (all it said: $venv/pip-messages.txt)." \
                "Check the network and pip's settings (pip config list), then run this again."
        }
    remember "$root/requirements.txt" "$venv/reelrank-requirements.txt"
    remember "$wanted" "$stamp"
}

# An environment that was moved or is incomplete is made again.
is_whole() {
    [ -e "$venv/pyvenv.cfg" ] \
        && "$venv/bin/python" -m pip --version > /dev/null 2>&1 \
        && [ "$("$venv/bin/python" -c 'import sys; print(sys.prefix)')" = "$venv" ] \
        && { [ ! -e "$stamp" ] || [ "$(head -n 1 "$stamp")" = "# $venv" ]; }
}

if ! fingerprint "$wanted" | cmp -s - "$stamp"; then
    is_whole || make_venv
    install_requirements
fi
package_is_current || install_package
