#!/usr/bin/env bash
# Publishes what the images hold: OUT/web, OUT/silo, OUT/cli. The Dockerfile runs it, and so does tests/Deployment.
#   eng/publish.sh OUT [ARCHITECTURE]     amd64 or arm64; left out: this machine's
# By environment:
#   CHAT_SKIP_CLIENT=1    takes src/WebFront/wwwroot as it is instead of building the client
#   CHAT_SOURCE_REVISION=COMMIT    what the version ends with, where there is no git to ask
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:?"say where to: $0 OUT [amd64|arm64]"}
case ${2:-$(uname -m)} in
  amd64 | x86_64) runtime=linux-x64 ;;
  arm64 | aarch64) runtime=linux-arm64 ;;
  *) echo "publish: no such architecture: $2" >&2; exit 2 ;;
esac
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

publish() { # PROJECT DIRECTORY
  # An artifacts path of its own: a build for one runtime must not stand in the way of the next plain one. No analyzers, which take a third
  # of the time: they have their say in every plain build.
  dotnet publish "src/$1/$1.csproj" -c Release -r "$runtime" --self-contained false -p:UseAppHost=false \
    -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false \
    ${CHAT_SOURCE_REVISION:+-p:SourceRevisionId=$CHAT_SOURCE_REVISION} ${CHAT_SKIP_CLIENT:+-p:SkipClient=true} --artifacts-path artifacts/publish -o "$out/$2" --nologo -v quiet
  # For another libc and another allocator than the image has.
  rm -f "$out/$2"/librocksdb-musl.so "$out/$2"/librocksdb-jemalloc.so
}

publish WebFront web
publish Silo silo
publish Cli cli
