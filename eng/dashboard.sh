#!/usr/bin/env bash
# Shows traces and metrics of a running server: .NET Aspire's dashboard at http://localhost:18888, which takes them at port 4317.
# Then: Observability__OtlpEndpoint=http://localhost:4317 Observability__TraceRatio=1 dotnet run --project src/WebFront
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet restore tests/WebFront.Tests --verbosity quiet
program=$(dotnet msbuild tests/WebFront.Tests -getProperty:DashboardPath)
cd "$(dirname "$program")"
# For one's own machine: whoever reaches the ports sees what was sent.
exec env ASPNETCORE_URLS=http://localhost:18888 ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:4317 \
  ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true ./Aspire.Dashboard
