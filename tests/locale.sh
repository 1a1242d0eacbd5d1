#!/usr/bin/env bash
# Every catalogue says all that the program says: each text of the sources is in it and translated, none is only
# guessed (fuzzy), and a translation has the placeholders and the outer blanks of its text. Needs gettext and awk alone.
set -euo pipefail

for tool in xgettext msgfmt msgcmp msgattrib awk; do
    command -v $tool >/dev/null || { echo "$tool is missing: install the package gettext" >&2; exit 1; }
done
cd "${KONTOR_ROOT:-$(dirname "${BASH_SOURCE[0]}")/..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What is marked as a text of the program, as script/pot takes it: tests left out.
find src -name '*.[ch]' ! -name '*_test.c' ! -name '*_kit.h' | LC_ALL=C sort >"$work/files"
# shellcheck disable=SC2046 # a word each
xgettext --language=C --from-code=UTF-8 $(cat script/keywords) --no-wrap \
    --files-from="$work/files" --output="$work/texts.pot"
touch "$work/texts.pot" # nothing is written when nothing is found
texts=$(grep -c '^msgid "..*"$' "$work/texts.pot" || true)
if [ "$texts" -lt 1000 ]; then # another macro or folder: nothing would be compared
    echo "only $texts texts were found under src" >&2
    exit 1
fi

# One line a fault: the placeholders {1} and %s as sets, and blanks at either end. A plural form has those of one of its
# two texts.
cat >"$work/compare.awk" <<'AWK'
function set_of(text,    rest, seen, n, list, i, j, t) {
    n = 0
    rest = text
    while (match(rest, /\{[0-9]+\}|%[-+#0]*[0-9]*(\.[0-9]+)?(hh|h|ll|l|z|j)?[a-zA-Z]/)) {
        t = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (!(t in seen)) {
            seen[t] = 1
            for (i = ++n; i > 1 && list[i - 1] > t; i--) list[i] = list[i - 1]
            list[i] = t
        }
    }
    t = ""
    for (j = 1; j <= n; j++) t = t list[j] " "
    return t
}
function ends_of(text) {
    return (text ~ /^([ \t]|\\n)/) (text ~ /([ \t]|\\n)$/)
}
function compare(    places) {
    if (id != "" && in_str) {
        places = set_of(str)
        if (places != set_of(id) && (plural == "" || places != set_of(plural))) {
            printf "%s: placeholders of \"%s\": %s<> %s\n", catalogue, id, set_of(id), places
            faults++
        }
        if (ends_of(id) != ends_of(str)) {
            printf "%s: blanks at the ends of \"%s\"\n", catalogue, id
            faults++
        }
    }
    in_str = 0
}
function quoted(line) {
    sub(/^[^"]*"/, "", line)
    sub(/"$/, "", line)
    return line
}
/^msgid / { compare(); part = "id"; id = quoted($0); plural = ""; next }
/^msgid_plural / { part = "plural"; plural = quoted($0); next }
/^msgstr[ \[]/ { compare(); part = "str"; in_str = 1; str = quoted($0); next }
/^"/ {
    if (part == "id") id = id quoted($0)
    else if (part == "plural") plural = plural quoted($0)
    else str = str quoted($0)
}
END { compare(); exit faults > 0 }
AWK

good=yes
catalogues=0
fault() { echo "$1" >&2; good=no; }
for po in locale/*.po; do
    [ -f "$po" ] || continue
    catalogues=$((catalogues + 1))
    msgfmt -c -o /dev/null "$po" || fault "$po: msgfmt -c finds faults"
    # msgcmp names each text that is missing, untranslated or fuzzy.
    msgcmp "$po" "$work/texts.pot" >"$work/missing" 2>&1 ||
        { grep -v 'warning:' "$work/missing" >&2 || true; fault "$po: texts are missing or untranslated"; }
    # Also what no source uses at the moment.
    for lack in --untranslated --only-fuzzy; do
        msgattrib --no-obsolete --no-wrap $lack "$po" >"$work/lacking"
        [ ! -s "$work/lacking" ] || { cat "$work/lacking" >&2; fault "$po: ${lack#--} texts"; }
    done
    msgattrib --no-obsolete --no-wrap "$po" >"$work/one.po"
    awk -v catalogue="$po" -f "$work/compare.awk" "$work/one.po" >&2 || good=no
done
[ "$catalogues" -gt 0 ] || fault "there is no catalogue in locale"
[ $good = yes ] || exit 1
echo "$catalogues catalogues, $texts texts"
