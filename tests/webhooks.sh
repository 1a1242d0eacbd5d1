#!/usr/bin/env bash
# Webhooks from outside, with the real program and receivers that check every signature: on both kinds of store.
# KONTOR: the program. KONTOR_TEST_PG: a PostgreSQL server (script/with-postgres).
set -euo pipefail
: "${KONTOR:?the program to test}" "${KONTOR_TEST_PG:?a PostgreSQL server}"
root=${KONTOR_ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
work=$PWD/webhooks
rm -rf "$work"
mkdir "$work"
cd "$work"
unset KONTOR_DB KONTOR_LISTEN KONTOR_SMTP KONTOR_PUSH_ALLOW KONTOR_WEBHOOK_ALLOW KONTOR_CA_FILE
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout key.pem -out cert.pem 2>openssl.log ||
    { cat openssl.log >&2; exit 1; }
node "$root/tests/mail/webhooks.mjs"
