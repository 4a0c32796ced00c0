# Finds the uv installer, or fetches it without touching a managed Python. Sets UV.
# Sourced by scripts; expects the working directory to be the repository root.

runs() { "$@" >/dev/null 2>&1; }

# What a command prints says nothing about success (pip warns when run as root),
# so each way is judged by whether the uv it leaves behind really runs.
find_uv() {
    local candidate
    for candidate in uv "$HOME/.local/bin/uv" .venv-uv/bin/uv; do
        if runs "$candidate" --version; then UV="$candidate"; return; fi
    done
    fetch_uv
}

fetch_uv() {
    echo "setup: uv is not here yet; fetching it with pip" >&2
    if runs python3 -m pip install --user uv; then
        UV="$(python3 -m site --user-base)/bin/uv"
        if runs "$UV" --version; then return; fi
    fi
    UV=".venv-uv/bin/uv"
    if runs python3 -m venv --clear .venv-uv && runs .venv-uv/bin/python -m pip install uv \
        && runs "$UV" --version; then return; fi
    rm -rf .venv-uv
    if runs python3 -m pip install --target .venv-uv uv && runs "$UV" --version; then return; fi
    echo "setup: could not install uv. Install it by hand (python3 -m pip install uv)," >&2
    echo "       see that 'uv --version' works, then run this again." >&2
    exit 1
}
