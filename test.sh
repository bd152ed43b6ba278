#!/usr/bin/env bash
# Runs every test: installs what is missing, builds everything, tests. Ends with one line "N passed, N failed, N skipped".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
. ./.build-tools/environment.sh
./.build-tools/setup.sh --require
dotnet build Blase3D.Engine.sln -c Release --nologo -v quiet

results="$here/.build/test-results"
rm -rf "$results"
status=0
dotnet test Blase3D.Engine.sln -c Release --no-build --nologo --logger "trx" --results-directory "$results" "$@" || status=$?

count() { # count NAME: the sum of an attribute of the counters of all result files
  grep -ho "<Counters[^>]*" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{s += $1} END {print s + 0}'
}
# What a test could not do here it says with NOT RUN; the test then passes, so it has to be seen.
grep -ho 'NOT RUN: [^<]*' "$results"/*.trx 2>/dev/null | sort -u || true
passed=$(count passed) failed=$(count failed) total=$(count total)
echo "$passed passed, $failed failed, $((total - passed - failed)) skipped"
[ "$total" -gt 0 ] || { echo "test.sh: no test ran."; exit 1; }
exit "$status"
