#!/bin/sh
# bench/geo.sh [PROGRAM] - how many points a second find their area, and how many of them rightly.
#
# Method: the 71 community districts of New York and the service requests that state their board and
# have a place. Right: the program's answer is the board that the request states. Speed: `--measure`
# finds all points again and again for a second on one thread, without CSV; best of three.
set -eu
program=${1:-build/release/yingshao}
areas=../shared/data/areas/new_york_community_districts.geojson
requests=../shared/data/requests/new_york_311.csv
if [ ! -r "$areas" ] || [ ! -r "$requests" ]; then
    echo "geo: skipped, $areas is not here"
    exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 - "$requests" "$dir" <<'P'
import csv, sys
borough = {'MANHATTAN': 1, 'BRONX': 2, 'BROOKLYN': 3, 'QUEENS': 4, 'STATEN ISLAND': 5}
with open(sys.argv[2] + '/points', 'w') as points, open(sys.argv[2] + '/truth', 'w') as truth:
    points.write('id,lon,lat\n')
    for row in csv.DictReader(open(sys.argv[1], encoding='utf-8')):
        board, _, name = row['area_truth'].partition(' ')
        if row['lat'] and board.isdigit() and name in borough:
            points.write('%s,%s,%s\n' % (row['id'], row['lon'], row['lat']))
            truth.write('%s,%d\n' % (row['id'], borough[name] * 100 + int(board)))
P
"$program" area locate --areas "$areas" --key BoroCD <"$dir/points" | tail -n +2 >"$dir/found"
echo "geo: $(paste -d, "$dir/found" "$dir/truth" | awk -F, '$2 == $4' | wc -l) of $(wc -l <"$dir/truth") points right"
for _ in 1 2 3; do
    "$program" area locate --areas "$areas" --key BoroCD --measure <"$dir/points" 2>&1 >/dev/null
done | sort -t/ -k2 | awk -F'points/s ' '$2 > best { best = $2 } END { print "geo: " best " points/s" }'
