#!/usr/bin/env bash
# A whole cluster on this machine, as plain processes on loopback: redis, azurite, 3 silos, 2 web fronts, and nginx before them.
#   eng/cluster.sh up [--profile AzureStorage]   builds, starts what does not run, and waits until every health check answers
#   eng/cluster.sh down                          stops everything; the data stays, and the next up goes on with it
#   eng/cluster.sh status                        a line for each process
#   eng/cluster.sh restart NAME                  stops cleanly and starts: front-1, front-2, silo-1, silo-2, silo-3, redis, azurite, nginx
#   eng/cluster.sh kill NAME                     SIGKILL, as a crash
#   eng/cluster.sh logs [NAME]                   follows the logs of all, or of one
# By environment:
#   CHAT_CLUSTER_PORT      nginx listens here (8000); the others at fixed distances above it
#   CHAT_CLUSTER_DIR       data, logs and process ids (artifacts/cluster)
#   CHAT_CLUSTER_BUILD     Release; another configuration; none, or none:Debug: run what was built before
# Whatever else is set, such as Auth__SigningKey or Cluster__ProbeTimeout, reaches every member.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

port=${CHAT_CLUSTER_PORT:-8000}
dir=${CHAT_CLUSTER_DIR:-$root/artifacts/cluster}
build=${CHAT_CLUSTER_BUILD:-Release}
[[ $dir == /* ]] || dir=$PWD/$dir
fronts=(front-1 front-2)
silos=(silo-1 silo-2 silo-3)
all=(redis azurite "${silos[@]}" "${fronts[@]}" nginx)
patience=120

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2; }
fail() { echo "cluster: $*" >&2; exit 1; }

port_of() {
  case $1 in
    nginx) echo "$port" ;;
    front-*) echo $((port + ${1#front-})) ;;
    silo-*) echo $((port + 10 + ${1#silo-})) ;;
    redis) echo $((port + 20)) ;;
    azurite) echo $((port + 21)) ;;
    *) fail "there is no $1; there are ${all[*]}" ;;
  esac
}

# A process id says nothing once it is used again: it is kept with when its process began. Nothing for one that has ended, also
# where nobody has taken note of its end.
began() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != Z ]] && echo "${fields[19]}"
}

pid_of() { # prints the id of NAME if it runs
  local pid since
  [[ -f $dir/run/$1 ]] || return 1
  read -r pid since <"$dir/run/$1"
  [[ -n $since && $(began "$pid") == "$since" ]] || return 1
  echo "$pid"
}

# The command, and what brings it.
need() {
  command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 ]] && return
  echo "cluster: installing $2"
  local sudo=(); [[ $(id -u) == 0 ]] || sudo=(sudo)
  { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$2"; } >"$dir/logs/install-$2.log" 2>&1 || fail "could not install $2: see $dir/logs/install-$2.log"
}

launch() { # NAME COMMAND...
  local name=$1 pid; shift
  (cd "$dir/data/$name" && exec setsid "$@" >>"$dir/logs/$name.log" 2>&1 </dev/null) &
  pid=$!
  echo "$pid $(began "$pid")" >"$dir/run/$name"
}

member() { # NAME PROGRAM
  local settings=(
    "ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}"
    "ASPNETCORE_URLS=http://127.0.0.1:$(port_of "$1")"
    "Cluster__Profile=$(<"$dir/profile")"
    "Cluster__AdvertisedAddress=127.0.0.1"
    "Cluster__Redis=127.0.0.1:$(port_of redis)"
    "Storage__Redis=127.0.0.1:$(port_of redis)"
    "Storage__AzureTables=$(azurite_account)"
  )
  local dll configuration=${build#none:}
  [[ $configuration == none ]] && configuration=$(<"$dir/configuration")
  dll=$root/src/$2/bin/$configuration/net10.0/ChatOrleans.$2.dll
  [[ -f $dll ]] || fail "$dll is not built; leave CHAT_CLUSTER_BUILD out"
  launch "$1" env "${settings[@]}" dotnet "$dll"
}

azurite_account() {
  echo "DefaultEndpointsProtocol=http;AccountName=chat;AccountKey=$(<"$dir/azurite-key");TableEndpoint=http://127.0.0.1:$(port_of azurite)/chat;"
}

start() { # NAME
  pid_of "$1" >/dev/null && return
  mkdir -p "$dir/data/$1"
  case $1 in
    redis)
      launch redis redis-server --bind 127.0.0.1 --port "$(port_of redis)" --dir "$dir/data/redis" --save "" \
        --appendonly yes --appendfsync always --maxmemory-policy noeviction ;;
    azurite)
      launch azurite env "AZURITE_ACCOUNTS=chat:$(<"$dir/azurite-key")" "${AZURITE_TABLE:-$root/tests/Azurite/node_modules/.bin/azurite-table}" \
        --tableHost 127.0.0.1 --tablePort "$(port_of azurite)" --location "$dir/data/azurite" --silent --skipApiVersionCheck --disableTelemetry ;;
    silo-*) member "$1" Silo ;;
    front-*) member "$1" WebFront ;;
    nginx)
      nginx_configuration >"$dir/nginx.conf"
      launch nginx env "PATH=$PATH:/usr/sbin" nginx -e stderr -p "$dir/data/nginx" -c "$dir/nginx.conf" ;;
    *) port_of "$1" ;;
  esac
}

# Any front can take any connection: nothing ties a client to one.
nginx_configuration() {
  local front servers=""
  for front in "${fronts[@]}"; do servers+="    server 127.0.0.1:$(port_of "$front") max_fails=1 fail_timeout=2s;"$'\n'; done
  cat <<END
daemon off;
worker_processes 1;
pid $dir/run/nginx.pid;
error_log stderr warn;
events { worker_connections 8192; }
http {
  # Whole addresses may hold tokens: they are not logged, and so neither is what goes wrong with a request, which tells its address.
  access_log off;
  error_log stderr emerg;
  client_body_temp_path $dir/data/nginx/body;
  proxy_temp_path $dir/data/nginx/proxy;
  fastcgi_temp_path $dir/data/nginx/fastcgi;
  uwsgi_temp_path $dir/data/nginx/uwsgi;
  scgi_temp_path $dir/data/nginx/scgi;
  map \$http_upgrade \$connection_upgrade { default upgrade; '' ''; }
  upstream fronts {
    least_conn;
$servers    keepalive 32;
  }
  server {
    listen 127.0.0.1:$port;
    # Of this machine alone, and not for clients.
    location /metrics { return 404; }
    location / {
      proxy_pass http://fronts;
      proxy_http_version 1.1;
      proxy_set_header Host \$http_host;
      proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto \$scheme;
      proxy_set_header Upgrade \$http_upgrade;
      proxy_set_header Connection \$connection_upgrade;
      proxy_buffering off;
      proxy_connect_timeout 2s;
      # Above two heartbeats: a socket is closed by those who know whether it lives.
      proxy_read_timeout 90s;
    }
  }
}
END
}

answers() { # NAME
  case $1 in
    redis) redis-cli -h 127.0.0.1 -p "$(port_of redis)" ping 2>/dev/null | grep -q PONG ;;
    azurite) (exec 3<>"/dev/tcp/127.0.0.1/$(port_of azurite)") 2>/dev/null ;;
    *) curl -fs -o /dev/null --max-time 5 "http://127.0.0.1:$(port_of "$1")/health/ready" ;;
  esac
}

wait_for() { # NAME...
  local name until=$((SECONDS + patience))
  for name in "$@"; do
    until answers "$name"; do
      pid_of "$name" >/dev/null || { tail -n 20 "$dir/logs/$name.log" >&2; fail "$name ended; see $dir/logs/$name.log"; }
      ((SECONDS < until)) || { tail -n 20 "$dir/logs/$name.log" >&2; fail "$name was not ready within $patience s; see $dir/logs/$name.log"; }
      sleep 0.2
    done
  done
}

stop() { # NAME
  local pid until=$((SECONDS + 40))
  pid=$(pid_of "$1") || return 0
  kill -CONT "$pid" 2>/dev/null || true
  # Azurite keeps its last writes only when it is interrupted.
  if [[ $1 == azurite ]]; then kill -INT "$pid"; else kill -TERM "$pid"; fi
  while pid_of "$1" >/dev/null; do
    ((SECONDS < until)) || { echo "cluster: $1 did not stop within 40 s and is killed" >&2; kill -KILL "$pid"; until=$((SECONDS + 40)); }
    sleep 0.1
  done
  rm -f "$dir/run/$1"
}

stop_all() { # NAME...
  local name
  for name in "$@"; do stop "$name" & done
  wait
}

compile() {
  [[ $build == none* ]] && return
  local project skip=()
  command -v npm >/dev/null || skip=(-p:SkipClient=true)
  for project in WebFront Silo; do
    dotnet build "$root/src/$project" -c "$build" --nologo -v quiet "${skip[@]}" >"$dir/logs/build.log" 2>&1 \
      || { tail -n 20 "$dir/logs/build.log" >&2; fail "the build failed; see $dir/logs/build.log"; }
  done
  echo "$build" >"$dir/configuration"
}

up() {
  local profile=Redis name
  while (($#)); do
    case $1 in
      --profile) profile=${2:-}; shift 2 || usage ;;
      *) usage ;;
    esac
  done
  [[ $profile == Redis || $profile == AzureStorage ]] || fail "--profile is Redis or AzureStorage"
  mkdir -p "$dir"/{run,logs,data}
  if [[ -f $dir/profile && $(<"$dir/profile") != "$profile" ]]; then
    for name in "${silos[@]}" "${fronts[@]}"; do
      pid_of "$name" >/dev/null && fail "it runs with the profile $(<"$dir/profile"); say: $0 down"
    done
  fi
  echo "$profile" >"$dir/profile"
  [[ -s $dir/azurite-key ]] || head -c 64 /dev/urandom | base64 -w 0 >"$dir/azurite-key"
  need redis-server redis-server
  need nginx nginx-light
  need curl curl
  if [[ -z ${AZURITE_TABLE:-} && ! -x $root/tests/Azurite/node_modules/.bin/azurite-table ]]; then
    need npm npm
    npm ci --silent --prefix "$root/tests/Azurite" || fail "could not install azurite from npm"
  fi
  compile
  for name in "${all[@]}"; do start "$name"; done
  wait_for "${all[@]}"
  echo "Ready: http://127.0.0.1:$port (profile $profile; logs in $dir/logs)"
}

status() {
  local name pid state
  for name in "${all[@]}"; do
    if pid=$(pid_of "$name"); then
      answers "$name" && state=ready || state="not ready"
      printf '%-8s %-10s port %-6s pid %s\n' "$name" "$state" "$(port_of "$name")" "$pid"
    else
      printf '%-8s %s\n' "$name" stopped
    fi
  done
}

known() { port_of "${1:?name one of ${all[*]}}" >/dev/null; [[ -d $dir/run ]] || fail "nothing was started in $dir"; }

case ${1:-} in
  up) shift; up "$@" ;;
  # The way in first, and what all others need last. Members one by one: those that all go at once wait for each other's answers.
  down) [[ -d $dir/run ]] && { for name in nginx "${fronts[@]}" "${silos[@]}"; do stop "$name"; done; stop_all redis azurite; }; echo "Stopped." ;;
  status) status ;;
  restart) known "${2:-}"; stop "$2"; start "$2"; wait_for "$2" ;;
  kill)
    known "${2:-}"
    pid=$(pid_of "$2") || fail "$2 does not run"
    kill -KILL "$pid"
    while pid_of "$2" >/dev/null; do sleep 0.05; done ;;
  logs) known "${2:-nginx}"; exec tail -n 50 -F "$dir"/logs/"${2:-*}".log ;;
  *) usage ;;
esac
