#!/usr/bin/env bash
# Ours and the SignalR peers in turn on this machine: medians of three and ratios. Arguments are handed on.
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/LoadTester -- compare 3 ours,ours-hub,redis,sqlite "$@"
