#!/bin/sh
# bare.sh - HTTP, queues and group commit without any work behind them: requests a second, latencies, CPU a request.
cd "$(dirname "$0")/.." || exit 1
make -s -j"$(nproc)" build/bench/bare build/bench/load || exit 1
folder=$(mktemp -d) port=${PORT:-18099} seconds=${SECONDS_EACH:-5}
build/bench/bare "$folder" "127.0.0.1:$port" quiet >"$folder/token" &
server=$!
trap 'kill $server; wait $server; rm -rf "$folder"' EXIT
until [ -s "$folder/token" ]; do sleep 0.05; done
i=0
words='树倒了压着电线，挡住了十里河东门的路，老人孩子都绕着走，请尽快派人来处理。'
while [ $i -lt 50 ]; do
    echo "{\"key\":\"k{n}\",\"value\":\"$words$words$words$words\"}"
    i=$((i + 1))
done >"$folder/bodies"

# measure NAME CONNECTIONS ARGUMENTS… PATH
measure() {
    name=$1 connections=$2
    shift 2
    before=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
    answer=$(build/bench/load -c "$connections" -s "$seconds" "$@")
    after=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
    echo "$answer" | awk -v name="$name" -v c="$connections" -v ticks=$((after - before)) -F'[:,}]' '{
        printf "%-6s c=%-4d %7.0f/s  p50 %.2f  p99 %.2f  p99.9 %.2f ms  CPU %.1f us a request  broken %d\n", name, c, $8, $10, $12, $14, ticks * 10000 / $2, $6 }'
}
for c in 1 16 64 256; do
    measure asset "$c" "127.0.0.1:$port" /assets/icon.svg
    measure read "$c" "127.0.0.1:$port" /bench/read.json
    measure write "$c" -b "$folder/bodies" -H "Authorization: Bearer $(cat "$folder/token")" "127.0.0.1:$port" /bench/write
done
