# Makes sure that tests of pages find a browser. Sourced by scripts/test.
# Where none can be installed those tests say so and are skipped; under CI=true they fail instead.

has_chromium() { [[ -n "${TRIAGE_CHROMIUM:-}" && -x "$TRIAGE_CHROMIUM" ]] || command -v chromium >/dev/null 2>&1; }

# Only a Debian system and only its administrator can take the packaged browser; nobody else's system is changed.
ensure_chromium() {
    if has_chromium || ! command -v apt-get >/dev/null 2>&1 || [[ "$(id -u)" != 0 ]]; then return 0; fi
    echo "test: installing Debian's chromium for the tests of pages" >&2
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium; } \
        >/dev/null 2>&1 || echo "test: chromium could not be installed" >&2
}
