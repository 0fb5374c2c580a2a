#!/bin/sh
# duties.sh [PEOPLE] - so many bonds (usual: 100,000) with a weekly, a monthly and a quarterly duty each, and the midnight at which
# all three begin (Monday, 1 January 2024): how long making them takes, what a page takes before and meanwhile, and an inbox after. FOLDER=… keeps the district.
cd "$(dirname "$0")/.." || exit 1
. bench/lib.sh
people=${1:-100000}
folder=${FOLDER:-$(mktemp -d)}
midnight=1704038400000
if [ ! -e "$folder/yingshao.db" ]; then
    "$program" init --data "$folder" --district 140214 --pack base >/dev/null || exit 1
    { echo code,name,kind,parent; awk 'BEGIN { for (i = 1; i <= 20; i++) { printf "s%d,第%d街道,street,140214\n", i, i
        for (j = 1; j <= 10; j++) printf "c%d-%d,第%d社区,community,s%d\n", i, j, i * 10 + j, i } }'; } >"$folder/units.csv"
    "$program" import units "$folder/units.csv" --data "$folder" >/dev/null || exit 1
    echo duties-bench | "$program" user add --login boss --name 督办 --role leader --unit 140214 --data "$folder" >/dev/null || exit 1
    echo duties-bench | "$program" user add --login one --name 导师 --role dispatcher --unit c1-1 --data "$folder" >/dev/null || exit 1
    # The one who is asked below has ten bonds; everybody else one.
    sqlite3 "$folder/yingshao.db" "UPDATE unit SET from_at = 1600000000000; UPDATE post SET from_at = 1600000000000;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $people),
        u AS (SELECT id, path, row_number() OVER (ORDER BY path) - 1 AS k FROM unit WHERE kind = 'community')
        INSERT INTO bond (district, id, kind, def_hash, unit_id, unit_path, one_person_id, other_person_id, state, from_at, until_at, duty_at)
        SELECT 140214, 1000000 + i, 'mentor_cadre', '', u.id, u.path, CASE WHEN i <= 10 THEN (SELECT person_id FROM login WHERE name = 'one') ELSE 5000000 + i END,
            6000000 + i, 'active', $midnight - 86400000, $midnight + 31536000000, $midnight FROM n JOIN u ON u.k = i % 200;
        INSERT INTO person (district, id, name, at) SELECT 140214, one_person_id, '导师' || id, 0 FROM bond WHERE id > 1000010" || exit 1
fi
echo $((midnight - 60000)) >"$folder/clock"
"$program" serve --data "$folder" --listen "127.0.0.1:$port" --no-supervisor --test-clock "$folder/clock" 2>"$folder/log" &
worker=$!
until curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; do sleep 0.05; done
trap 'kill $worker; wait $worker' EXIT
sqlite3 "$folder/yingshao.db" "SELECT count(*) || ' bonds, ' || (SELECT count(*) FROM duty) || ' duties' FROM bond"
token_of() { token=$("$program" user token "$1" --days 1 --label bench --data "$folder" | grep -oE '[0-9a-f]{64}'); }
# measure LABEL PATH SECONDS - one request after another, for so long; percentiles of the whole answer
measure() {
    stop=$(($(date +%s) + $3))
    while [ "$(date +%s)" -lt "$stop" ]; do
        i=0; while [ $i -lt 50 ]; do printf 'url="http://127.0.0.1:%s%s"\noutput=/dev/null\n' "$port" "$2"; i=$((i + 1)); done >"$folder/urls"
        curl -s -H "Authorization: Bearer $token" -w '%{time_total}\n' -K "$folder/urls"
    done | sort -n | awk -v label="$1" '{ t[NR] = $1 } END { printf "%-36s p50 %.2f ms  p99 %.2f ms  (%d)\n", label, t[int(NR / 2) + 1] * 1000, t[int(NR * 0.99)] * 1000, NR }'
}
token_of one
measure "a page, quiet" "/units" 5
began=$(date +%s%N)
echo $((midnight + 1000)) >"$folder/clock"
measure "the same page, while they are made" "/units" 5 & # an inbox grows meanwhile
meter=$!
want=$((people * 3))
# Asked in a way that costs nothing: a count of all would take a core from what is measured.
until [ -z "$(sqlite3 -readonly "$folder/yingshao.db" "SELECT 1 FROM bond WHERE duty_at > 0 AND duty_at <= $midnight + 1000 LIMIT 1")" ]; do sleep 0.2; done
echo "$(sqlite3 -readonly "$folder/yingshao.db" 'SELECT count(*) FROM duty') of $want duties made in $((($(date +%s%N) - began) / 1000000)) ms"
wait $meter
measure "inbox, $want live ones" "/work?box=duties" 5
echo $((midnight + 40 * 86400000)) >"$folder/clock"
sleep 3
token_of boss
measure "missed in the district" "/duties" 5
measure "missed in one community" "/duties?unit=$(sqlite3 "$folder/yingshao.db" "SELECT id FROM unit WHERE code = 'c9-9'")" 5
echo "database: $(($(stat -c %s "$folder/yingshao.db") / 1048576)) MB"
