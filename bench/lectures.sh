#!/bin/sh
# lectures.sh [OTHERS] - a year of 1,900 lectures in the yaohai pack among so many other gatherings (usual: 100,000), and 11,000
# riders: the server's own time for the list of lectures, its figures and a figure over people. FOLDER=… keeps the district.
cd "$(dirname "$0")/.." || exit 1
. bench/lib.sh
others=${1:-100000}
folder=${FOLDER:-$(mktemp -d)}
if [ ! -e "$folder/yingshao.db" ]; then
    "$program" init --data "$folder" --district 340102 --pack yaohai >/dev/null || exit 1
    { echo code,name,kind,parent; echo s1,一号街道,street,340102
        awk 'BEGIN { for (i = 1; i <= 40; i++) printf "c%d,第%d社区,community,s1\nb%d,第%d联合体,alliance,c%d\n", i, i, i, i, i }'; } >"$folder/units.csv"
    { echo name,unit,role; awk 'BEGIN { for (i = 1; i <= 11000; i++) printf "骑手%d,b%d,rider\n", i, 1 + i % 40 }'; } >"$folder/people.csv"
    for noun in units people; do "$program" import $noun "$folder/$noun.csv" --data "$folder" >/dev/null || exit 1; done
    echo lectures-bench | "$program" user add --login lead --name 领导 --role leader --unit 340102 --data "$folder" >/dev/null || exit 1
    # Rows as they are after closing; 2024 begins at 1704038400000 in Shanghai. Entries and counters are counted from them.
    sqlite3 "$folder/yingshao.db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $others + 1900),
        u AS (SELECT id, path, row_number() OVER (ORDER BY path) - 1 AS k FROM unit WHERE kind = 'community'),
        g AS (SELECT i, i % (($others + 1900) / 1900) = 0 AND i / (($others + 1900) / 1900) <= 1900 AS lecture FROM n)
        INSERT INTO gathering (district, id, kind, def_hash, title, place, online, fields, unit_id, unit_path, opener_id, state,
            prepared_at, called_at, starts_at, ends_at, opened_at, closed_at, changed_at, heads, seq, head)
        SELECT 340102, 1000000 + i, CASE WHEN lecture THEN 'lecture' ELSE 'council' END, '', '第' || i || '场', '', 0, '{}', u.id, u.path, 0,
            'closed', t, t, t, t + 3600000, t, t + 3600000, t, 179, 0, x'' FROM (SELECT *, 1704038400000 + i * 300000 AS t FROM g) JOIN u ON u.k = i % 40;
        DELETE FROM setting WHERE name = 'counted';
        SELECT count(*) || ' lectures of ' || (SELECT count(*) FROM gathering) FROM gathering WHERE kind = 'lecture'" || exit 1
fi
serve lead
until curl -sf -H "Authorization: Bearer $token" "http://127.0.0.1:$port/figures/H-1.json?period=2024" >"$folder/H-1"; do sleep 0.5; done
echo "$(grep -oE '"value":"[^"]*"' "$folder/H-1" | head -n 1) of H-1, counted after $((($(date +%s%N) - began) / 1000000000)) s"
clock "lectures" "/gatherings?kind=lecture"
clock "all gatherings" /gatherings
clock "H-1" "/figures/H-1?period=2024"
clock "H-2" "/figures/H-2?period=2024"
clock "H-1, records" "/figures/H-1/records?period=2024"
clock "11,000 riders" "/figures/riders"
memory
