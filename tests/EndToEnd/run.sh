#!/usr/bin/env bash
# Runs every browser suite against the real server, which it starts as a process of its own on fresh data.
# Installs what it needs by name (chromium from Debian, npm packages). CHAT_SERVER_DLL names a server that is built already;
# otherwise it is built here. Arguments go to playwright, e.g.: ./run.sh recovery --repeat-each=10
set -euo pipefail
cd "$(dirname "$0")"

chromium="${CHROMIUM:-/usr/bin/chromium}"
if [ ! -x "$chromium" ]; then
  echo "Installing chromium"
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji > /dev/null
fi

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

if [ -z "${CHAT_SERVER_DLL:-}" ]; then
  configuration="${CONFIGURATION:-Release}"
  dotnet build ../../src/WebFront/WebFront.csproj -c "$configuration" -v q --nologo
  CHAT_SERVER_DLL="$PWD/../../src/WebFront/bin/$configuration/net10.0/ChatOrleans.WebFront.dll"
fi
export CHAT_SERVER_DLL

npx tsc --noEmit
exec npx playwright test "$@"
