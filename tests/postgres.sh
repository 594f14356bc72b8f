#!/bin/sh
# Starts a PostgreSQL for the acceptance tests until Ctrl-C, and prints the variables they need.
# `cargo xtask test` does the same by itself; this is for running single tests by hand:
#   tests/postgres.sh            (in one terminal)
#   cargo test -p acceptance     (in another, after pasting the printed lines)
set -eu
port=${1:-54329}
programs=$(command -v initdb >/dev/null 2>&1 && dirname "$(command -v initdb)" ||
  ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
folder=$(mktemp -d "${TMPDIR:-/tmp}/egard-postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 0' INT TERM
as=
if [ "$(id -u)" = 0 ]; then
  # initdb and postgres refuse root.
  chown postgres "$folder"
  as='runuser -u postgres --'
fi
cd /
$as "$programs/initdb" -D "$folder/data" -U egard --auth=trust --encoding=UTF8 --no-locale >/dev/null
echo "export EGARD_TEST_POSTGRES_URL=postgres://egard@127.0.0.1:$port/postgres"
echo "export EGARD_POSTGRES_PROGRAMS=$programs"
$as "$programs/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" \
  -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
  -c autovacuum=off >"$folder/log" 2>&1 </dev/null &
wait
