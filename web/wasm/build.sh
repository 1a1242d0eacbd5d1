#!/bin/sh
# Builds pricing for the browser: web/wasm/build.sh OUT.wasm
# The decimals, the money and the pricing are the server's own files, not a translation of them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in src/base/decimal.c src/base/money.c src/common/pricing/pricing.c web/wasm/pricing_wasm.c; do
    clang-14 --target=wasm32 -std=gnu17 -O2 -nostdlib -ffreestanding -fno-builtin \
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
        -I "$root/src" -c "$root/$file" -o "$work/$(basename "$file" .c).o"
done
builtins=$(find /usr/lib/llvm-14 /usr/lib/clang -name 'libclang_rt.builtins-wasm32.a' 2>/dev/null | head -n 1)
# Weights, parts and remainders of the largest basket stand on the stack.
wasm-ld-14 --no-entry --strip-all -z stack-size=262144 "$work"/*.o ${builtins:+"$builtins"} -o "$out"
