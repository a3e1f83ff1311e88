#!/usr/bin/env bash
# Checks deploy/prometheus and deploy/grafana against a real Prometheus that scrapes a running server: rules and configuration parse, and
# every metric that a rule or a panel names exists. Needs prometheus, promtool and node; takes about 20 s after the build.
set -euo pipefail
cd "$(dirname "$0")/.."
dll=${CHAT_SERVER_DLL:-src/WebFront/bin/Debug/net10.0/ChatOrleans.WebFront.dll}
[[ -f $dll ]] || dotnet build src/WebFront --nologo -v quiet
promtool check rules deploy/prometheus/alerts.yml
promtool check config deploy/prometheus/prometheus.yml
exec timeout --kill-after=5 90 node eng/check-prometheus.mjs "$dll"
