#!/usr/bin/env bash
# Ours and the SignalR peers in turn on this machine: medians of three rounds (ROUNDS) and ratios, as in docs/performance.md. About fifteen
# minutes; arguments are handed on.
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/LoadTester -- compare "${ROUNDS:-3}" ours,ours-hub,redis,sqlite --duration 5 --warmup 6 "$@"
