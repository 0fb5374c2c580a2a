#!/bin/sh
# form.sh - rows per second and peak memory of reading 50,000 x 12 as csv (UTF-8, GB18030) and xlsx,
# 1,000,000 small csv rows, and writing the xlsx; beside Python's csv module where there is python3.
set -e
cd "$(dirname "$0")/.."
make -s build/release/yingshao
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/form.c" <<'C'
#include "form/xlsx.h"
#include "base/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void write_all(struct arena *a, const char *path)
{
    struct str row[12], header[12];
    struct xlsx_out *x;
    struct err e = {0};
    double from = now();

    for (int c = 0; c < 12; c++)
        header[c] = str_format(a, "第%d列", c);
    x = xlsx_begin(a, header, NULL, 12);
    for (int r = 0; r < 50000; r++) {
        char text[12][64];
        for (int c = 0; c < 12; c++)
            row[c] = (struct str){text[c], (size_t)snprintf(text[c], 64, "第%d行水管漏水%d", r, r * c)};
        xlsx_row(x, row, 12);
    }
    if (!file_write(path, xlsx_end(x), 0600, &e))
        die("%s", e.text);
    printf("%-28s %9.0f rows/s\n", "xlsx written", 50000 / (now() - from));
}

int main(int argc, char **argv)
{
    struct arena a;
    struct err e = {0};
    struct sheet *s;
    struct cells row;
    struct str bytes;
    struct rusage u;
    size_t n = 0, before;
    double from;

    arena_init(&a, (size_t)4 << 30);
    if (argc == 2) {
        write_all(&a, argv[1]);
        return 0;
    }
    if (!file_read(&a, argv[2], (size_t)400 << 20, &bytes, &e))
        die("%s", e.text);
    before = a.used;
    from = now();
    if (sheet_open(&a, bytes, &s, &e))
        while (sheet_next(s, &row, &e))
            n++;
    if (e.kind)
        die("%s", e.text);
    getrusage(RUSAGE_SELF, &u);
    printf("%-28s %9.0f rows/s  %7zu rows  arena +%zu kB  peak %ld kB (file %zu kB)\n", argv[1],
           (double)n / (now() - from), n, (a.used - before) / 1024, u.ru_maxrss, bytes.n / 1024);
    return 0;
}
C
objects=$(find build/release/src/base build/release/src/form -name '*.o')
cc -std=gnu17 -D_GNU_SOURCE -O2 -Isrc "$work/form.c" $objects build/embed.o \
    -lzip -lexpat -lxlsxwriter -lgd -lqrencode -lseccomp -lsodium -lm -o "$work/form"
"$work/form" "$work/50k.xlsx"
awk 'BEGIN { for (r = 0; r < 50000; r++) { for (c = 0; c < 12; c++) printf "%s第%d行水管漏水%d", c ? "," : "", r, r * c; print "" } }' > "$work/50k.csv"
awk 'BEGIN { for (r = 0; r < 1000000; r++) printf "%d,报修,\"水管, 漏水\",2026-11-21 09:30,%d\n", r, r % 97 }' > "$work/1m.csv"
iconv -f UTF-8 -t GB18030 "$work/50k.csv" > "$work/gb.csv"
"$work/form" "csv UTF-8 50,000 x 12" "$work/50k.csv"
"$work/form" "csv GB18030 50,000 x 12" "$work/gb.csv"
"$work/form" "csv 1,000,000 x 5" "$work/1m.csv"
"$work/form" "xlsx 50,000 x 12" "$work/50k.xlsx"
if command -v python3 > /dev/null; then
    for f in 50k 1m; do
        python3 - "$work/$f.csv" <<'P'
import csv, sys, time
t = time.time(); n = sum(1 for _ in csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
print("%-28s %9.0f rows/s" % ("python3 csv, " + sys.argv[1].split("/")[-1], n / (time.time() - t)))
P
    done
fi
