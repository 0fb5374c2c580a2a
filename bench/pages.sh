#!/bin/sh
# pages.sh [ROWS] - the server's own time for list, matter, dashboard, figures and search among so many matters
# (usual: 10,000; ROWS=1000000 takes minutes to make). FOLDER=… keeps and reuses the district.
cd "$(dirname "$0")/.." || exit 1
. bench/lib.sh
rows=${1:-10000}
district 5
if [ ! -e "$folder/rows-$rows" ]; then
    awk -v rows="$rows" 'BEGIN { srand(2); n = split("路灯不亮 垃圾满溢 下水道堵塞 楼道堆物 违建 噪声扰民 暖气不热 停车占道 井盖松动 树枝遮挡", w, " ")
        print "number,title,body,reported_at,lon,lat"
        for (i = 1; i <= rows; i++)
            printf "%d,%s,%s第%d次反映：%s，请尽快处理，谢谢。,2026-%02d-%02d %02d:%02d:00,%.6f,%.6f\n", i, w[1 + i % n], w[1 + int(rand() * n)], i,
                w[1 + int(rand() * n)], 6 + int(rand() * 5), 1 + int(rand() * 28), 8 + int(rand() * 12), int(rand() * 60), 113 + rand() * 0.32, 39.9 + rand() * 0.23 }' >"$folder/rows.csv"
    began=$(date +%s%N)
    "$program" import matters "$folder/rows.csv" --data "$folder"
    echo "import: $((rows * 1000 / (($(date +%s%N) - began) / 1000000 + 1))) rows/s"
    if command -v sqlite3 >/dev/null; then
        began=$(date +%s%N)
        sqlite3 "$folder/peer.db" ".import --csv $folder/rows.csv t"
        echo "sqlite3 .import of the same file: $((rows * 1000 / (($(date +%s%N) - began) / 1000000 + 1))) rows/s"
    fi
    touch "$folder/rows-$rows"
fi
serve lingdao
first=$(curl -s -H "Authorization: Bearer $token" "http://127.0.0.1:$port/matters.json")
id=$(echo "$first" | grep -oE "\"id\":[0-9]+" | head -n 1 | cut -d: -f2)
unit=$(echo "$first" | grep -oE "\"unit_id\":[0-9]+" | head -n 1 | cut -d: -f2)
clock "list, district" /matters
clock "list, grid" "/matters?unit=$unit"
clock "matter" "/matters/$id"
clock "inbox" /work
clock "dashboard, district" /dashboard
clock "dashboard, street" "/dashboard?unit=140214001"
clock "figures" /figures
echo "waiting for the search index …"
sleep "${INDEX_WAIT:-5}"
clock "search 路灯" "/matters?words=%E8%B7%AF%E7%81%AF"
clock "search 第77次" "/matters?words=%E7%AC%AC77%E6%AC%A1"
memory
