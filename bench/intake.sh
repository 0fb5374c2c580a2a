#!/bin/sh
# intake.sh - reports by POST with the full work (rights, routing, deadline, sealed phone, hashed event, counters, receipt),
# each answered after it is on disk; in the same run the bare spike for the ratio.
cd "$(dirname "$0")/.." || exit 1
. bench/lib.sh
district 5
serve
awk 'BEGIN { srand(1); for (i = 0; i < 3000; i++)
    printf "{\"body\":\"三栋东侧路灯不亮，老人夜间出行不便，请尽快派人来修 {n}。已经反映过一次，没有人来，希望这次能解决，谢谢。\",\"lon\":\"%.6f\",\"lat\":\"%.6f\",\"channel\":\"api\",\"phone\":\"138%08d\"}\n",
        113 + rand() * 0.32, 39.9 + rand() * 0.23, rand() * 100000000 }' >"$folder/bodies"
for c in 1 16 64 256; do
    answers "intake" "$c" -b "$folder/bodies" -H 'Accept: application/json' "127.0.0.1:$port" /report
done
memory
echo "the bare spike, groups of 64:"
build/bench/spike "$folder/spike.db" 64 "$seconds"
