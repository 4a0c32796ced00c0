# Makes sure that tests of the Zapier app find Node. Sourced by scripts/test.
# Where it cannot be installed those tests say so and are skipped; under CI=true they fail instead.

has_node() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }

# Only a Debian system and only its administrator can take the packaged one; nobody else's system is changed.
ensure_node() {
    if has_node || ! command -v apt-get >/dev/null 2>&1 || [[ "$(id -u)" != 0 ]]; then return 0; fi
    echo "test: installing Debian's Node for the tests of the Zapier app" >&2
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm; } \
        >/dev/null 2>&1 || echo "test: Node could not be installed" >&2
}
