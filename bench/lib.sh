# lib.sh - what the benches share: a district in a scratch folder, the server on it, and a token for it.
set -u
program=${PROGRAM:-build/release/yingshao}
port=${PORT:-18099}
seconds=${SECONDS_EACH:-5}

# district DAYS - a demo district in $folder, whose life is so many days long
district() {
    make -s -j"$(nproc)" build/release/yingshao build/bench/load build/bench/spike || exit 1
    folder=${FOLDER:-$(mktemp -d)}
    [ -e "$folder/yingshao.db" ] && return
    "$program" init --data "$folder" --district 140214 --pack yungang >/dev/null || exit 1
    "$program" demo --data "$folder" --days "$1" >/dev/null || exit 1
}

# serve - starts the server; $worker is the process that does the work
serve() {
    began=$(date +%s%N)
    "$program" serve --data "$folder" --listen "127.0.0.1:$port" --no-supervisor 2>"$folder/log" &
    worker=$!
    until curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; do sleep 0.005; done
    echo "start: $((($(date +%s%N) - began) / 1000000)) ms"
    trap 'kill $worker; wait $worker' EXIT
    token=$("$program" user token "${1:-shequ}" --days 1 --label bench --data "$folder" | grep -oE '[0-9a-f]{64}')
}

memory() { echo "memory: $(awk '/VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$worker/status") MB"; }

# answers LABEL CONNECTIONS ARGUMENTS… - one line: requests a second, latencies, CPU a request
answers() {
    label=$1 connections=$2
    shift 2
    before=$(awk '{ print $14 + $15 }' "/proc/$worker/stat")
    answer=$(build/bench/load -c "$connections" -s "$seconds" -H "Authorization: Bearer $token" "$@")
    after=$(awk '{ print $14 + $15 }' "/proc/$worker/stat")
    echo "$answer" | awk -v label="$label" -v c="$connections" -v ticks=$((after - before)) -F'[:,}]' '{
        printf "%-28s c=%-3d %7.0f/s  good %d of %d  p50 %.2f  p99 %.2f  p99.9 %.2f ms  CPU %.0f us\n",
            label, c, $8, $4, $2, $10, $12, $14, ticks * 10000 / ($2 ? $2 : 1) }'
}

# clock LABEL PATH - 300 requests one after another; the microseconds are those of the server's log
clock() {
    lines=$(wc -l <"$folder/log")
    i=0
    while [ $i -lt 300 ]; do
        echo "url=\"http://127.0.0.1:$port$2\""
        echo "output=/dev/null"
        i=$((i + 1))
    done >"$folder/urls"
    curl -s -H "Authorization: Bearer $token" -K "$folder/urls"
    sleep 0.2
    tail -n +"$((lines + 1))" "$folder/log" | grep -oE '[0-9]+us$' | tr -d 'us' | sort -n |
        awk -v label="$1" '{ t[NR] = $1 } END { printf "%-28s p50 %.2f ms  p95 %.2f ms  (%d)\n", label, t[int(NR / 2) + 1] / 1000, t[int(NR * 0.95)] / 1000, NR }'
}
