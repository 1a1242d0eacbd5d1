#!/bin/sh
# The till in the browser and the server come to the same cents: pricing compiled for WebAssembly holds the
# published vectors, and a million random lines have the same hash as natively.
set -eu
root=${KONTOR_ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/web/wasm/build.sh" "$work/pricing.wasm"
"${CC:-cc}" -std=gnu17 -O2 -Wall -Wextra -Werror -I "$root/src" -o "$work/native" "$root/tests/wasm_native.c" \
    "$root/web/wasm/pricing_wasm.c" "$root/src/common/pricing/pricing.c" "$root/src/base/decimal.c" \
    "$root/src/base/money.c" "$root/src/base/base.c"
node "$root/tests/wasm.mjs" "$work/pricing.wasm" "$root/src/common/pricing/pricing.vectors" "$("$work/native")"
