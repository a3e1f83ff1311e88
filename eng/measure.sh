#!/usr/bin/env bash
# The speed figures of this machine, in about eight minutes; nothing else should run meanwhile.
#   eng/measure.sh [DIRECTORY]     default artifacts/measured: table.txt, compare.json, compare.html, growth.txt, growth.json, plots
#   ROUNDS=3 eng/measure.sh        medians of three; takes about twenty minutes
#   LARGEST=100000 eng/measure.sh  how far a history, a user's conversations and a room grow (10000)
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/measured}
mkdir -p "$out"
out=$(cd "$out" && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

command -v redis-server >/dev/null || { echo "redis-server is needed for the peer: apt-get install redis-server" >&2; exit 1; }
dotnet build tests/LoadTester -c Release --nologo -v quiet
tester=tests/LoadTester/bin/Release/net10.0/ChatOrleans.LoadTester

# Ours over raw WebSockets and over SignalR, and the peers, by the same load: a fresh server each, the scenarios in one order.
ROUNDS=${ROUNDS:-1} eng/compare.sh --quiet --json "$out/compare.json" --html "$out/compare.html" | tee "$out/table.txt"
# What a message costs when something has grown.
"$tester" growth "${LARGEST:-10000}" --quiet --json "$out/growth.json" --html "$out" | tee "$out/growth.txt"
