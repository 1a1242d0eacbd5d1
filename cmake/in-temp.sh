#!/bin/sh
# Runs a program in a fresh folder that is removed afterwards, so that tests may write where they stand.
folder=$(mktemp -d "${TMPDIR:-/tmp}/kontor-test.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cd "$folder" && "$@"
