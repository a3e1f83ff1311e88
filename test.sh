#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test.
#   ./test.sh         everything
#   ./test.sh fast    unit and grain tests alone
# Prints a line for each suite and ends with their sum: N passed, N failed. Results lie in artifacts/test-results.
set -uo pipefail
cd "$(dirname "$0")"

mode=${1:-all}
[[ $mode == all || $mode == fast ]] || { echo "usage: ./test.sh [fast]" >&2; exit 2; }

results=$PWD/artifacts/test-results
client=src/WebFront/ClientApp
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
rm -rf "$results" && mkdir -p "$results"
passed=0 failed=0 skipped=0

say() { printf '\n== %s\n' "$*"; }

# The command, and Debian's package that brings it.
need() {
  command -v "$1" >/dev/null && return
  say "installing $2"
  local sudo=(); [[ $(id -u) == 0 ]] || sudo=(sudo)
  if [[ -z ${apt_updated:-} ]]; then "${sudo[@]}" apt-get update -qq && apt_updated=1; fi
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >"$results/apt-$2.log" 2>&1 \
    || { tail -n 5 "$results/apt-$2.log"; echo "Could not install $2, which brings $1." >&2; exit 1; }
}

# count NAME SECONDS PASSED FAILED SKIPPED
count() {
  passed=$((passed + $3)) failed=$((failed + $4)) skipped=$((skipped + $5))
  summary+=$(printf '%-28s %5d passed %4d failed %4d skipped  %5d s' "$1" "$3" "$4" "$5" "$2")$'\n'
}

# A check that passes or fails as a whole: check NAME COMMAND...
check() {
  local name=$1 start=$SECONDS; shift
  say "$name"
  if "$@"; then count "$name" $((SECONDS - start)) 1 0 0; else count "$name" $((SECONDS - start)) 0 1 0; fi
}

# A check beside those that follow, which keeps one processor busy at the most: begin NAME COMMAND..., then end NAME.
declare -A begun
begin() {
  local name=$1; shift
  "$@" >"$results/$name.log" 2>&1 &
  begun[$name]=$!
}
end() {
  check "$1" wait "${begun[$1]}"
  cat "$results/$1.log"
}

# A suite that leaves a report: suite NAME REPORT COMMAND... A run that fails without a failed test counts as one.
suite() {
  local name=$1 report=$2 start=$SECONDS status=0 p=0 f=0 s=0; shift 2
  say "$name"
  timeout --kill-after=30 1200 "$@" || status=$?
  read -r p f s < <(node tests/results.mjs "$report") || { p=0 f=0 s=0; }
  if ((status != 0 && f == 0)); then
    echo "$name ended with $status and no failed test in its report."
    f=1
  fi
  # Again at the end, where it is looked for.
  ((f == 0)) || failures+=$(node tests/results.mjs "$report" failures 2>/dev/null)$'\n'
  ((p + f + s > 0)) || { echo "$name ran no test."; f=1; }
  count "$name" $((SECONDS - start)) "$p" "$f" "$s"
}

dotnet_suite() { # PROJECT.csproj
  local name; name=$(basename "$1" .csproj)
  suite "$name" "$results/$name.trx" dotnet test "$1" --no-build --nologo \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results"
}

finish() {
  [[ -z ${failures:-} ]] || printf '\n%s' "$failures"
  printf '\n%s\n' "${summary:-}"
  ((skipped == 0)) || echo "$skipped skipped"
  echo "$passed passed, $failed failed"
  ((failed == 0)); exit
}

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: see README.md." >&2; exit 1; }
need node nodejs
need npm npm
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' \
  || { echo "Node $(node --version) is too old: 20.19, 22.12 or newer is needed. See README.md." >&2; exit 1; }

if [[ $mode == fast ]]; then
  say "build"
  dotnet build tests/Grains.Tests --nologo -v quiet || { count build 0 0 1 0; finish; }
  dotnet_suite tests/Grains.Tests/Grains.Tests.csproj
  finish
fi

if grep -rqs redis-server tests --include=*.cs; then need redis-server redis-server; fi

# For the dashboard and the alert rules.
need prometheus prometheus

# Azure Tables' emulator, for the storage suites.
say "azurite"
if ! npm ci --silent --prefix tests/Azurite; then
  echo "Could not install azurite from npm." >&2
  exit 1
fi
export AZURITE_TABLE=$PWD/tests/Azurite/node_modules/.bin/azurite-table

start=$SECONDS
say "build"
if ! dotnet build ChatOrleans.sln --nologo -v quiet; then
  count build $((SECONDS - start)) 0 1 0
  finish
fi
count build $((SECONDS - start)) 1 0 0

# Compose file and manifests against their schemas; what the images hold, started as they would.
deployment() { npm ci --silent --prefix tests/Deployment && timeout --kill-after=10 600 npm test --silent --prefix tests/Deployment; }
PATH=$PATH:/usr/sbin need nginx nginx-light
check "deployment" deployment
check "dependencies" eng/audit.sh
begin format dotnet format ChatOrleans.sln --verify-no-changes --no-restore
check "client typecheck" npm run --silent --prefix "$client" typecheck
check "client lint" npm run --silent --prefix "$client" lint
suite "client" "$results/client.json" env -C "$client" \
  npx vitest run --reporter=default --reporter=json --outputFile.json="$results/client.json"
check "prometheus" env CHAT_SERVER_DLL="$PWD/src/WebFront/bin/Debug/net10.0/ChatOrleans.WebFront.dll" eng/check-prometheus.sh
end format
for project in tests/*.Tests/*.csproj; do dotnet_suite "$project"; done
# Counts and promises, no times: both drivers lose, repeat and disorder nothing, and a message costs no more than it did.
check "speed" dotnet run --no-build --project tests/LoadTester -- check --server "$PWD/src/WebFront/bin/Debug/net10.0/ChatOrleans.WebFront.dll"
report=$results/end-to-end.json
suite "EndToEnd" "$report" env PLAYWRIGHT_JSON_OUTPUT_FILE="$report" \
  CHAT_SERVER_DLL="$PWD/src/WebFront/bin/Debug/net10.0/ChatOrleans.WebFront.dll" tests/EndToEnd/run.sh --reporter=list,json
finish
