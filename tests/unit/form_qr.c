#include "form/qr.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIDE_MAX 200

/* Draws the SVG's second path (M x y h n v1 h-n z) into a grid of modules; returns its side. */
static int draw(const char *svg, unsigned char grid[SIDE_MAX][SIDE_MAX])
{
    const char *at = strstr(svg, "viewBox=\"0 0 ");
    int side, used, x, y, n, back;

    memset(grid, 255, SIDE_MAX * SIDE_MAX);
    cr_assert(at && sscanf(at, "viewBox=\"0 0 %d", &side) == 1 && side < SIDE_MAX);
    at = strstr(svg, "<path d=\"");
    cr_assert(at != NULL);
    for (at += 9; sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &n, &back, &used) == 4; at += used) {
        cr_assert(n == back && x >= 4 && y >= 4 && x + n <= side - 4 && y < side - 4);
        memset(&grid[y][x], 0, (size_t)n);
    }
    cr_expect_str_eq(at, "\"/></svg>");
    return side;
}

static void read_back(unsigned char grid[SIDE_MAX][SIDE_MAX], int side, const char *want)
{
    char path[] = "/tmp/qr-XXXXXX", command[128], got[4096] = "";
    FILE *f = fdopen(mkstemp(path), "w"), *p;

    (void)fprintf(f, "P5 %d %d 255\n", side * 4, side * 4);
    for (int y = 0; y < side * 4; y++) {
        for (int x = 0; x < side * 4; x++)
            (void)fputc(grid[y / 4][x / 4], f);
    }
    (void)fclose(f);
    (void)snprintf(command, sizeof(command), "zbarimg --raw -q %s 2>/dev/null", path);
    p = popen(command, "r");
    cr_assert(p != NULL);
    got[fread(got, 1, sizeof(got) - 1, p)] = '\0';
    (void)pclose(p);
    (void)unlink(path);
    got[strcspn(got, "\n")] = '\0';
    cr_expect_str_eq(got, want, "read back: %s", got);
}

Test(form_qr, a_code_has_its_size_and_reads_back)
{
    static const struct {
        const char *text;
        int side;
    } codes[] = {
        {"https://12345.example.gov.cn/g/3201020010010001", 33 + 8},
        {"A", 21 + 8},
        {"一格一码：淮海路街道第三网格", 29 + 8},
    };
    unsigned char grid[SIDE_MAX][SIDE_MAX];

    cr_assert(access("/usr/bin/zbarimg", X_OK) == 0, "tools/packages brings zbar-tools");
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct arena a;
        struct str svg;
        int side;

        arena_init(&a, 1 << 22);
        svg = str_copy(&a, qr_svg(&a, str_of(codes[i].text), 6));
        side = draw(svg.p, grid);
        cr_expect(side == codes[i].side, "%s: %d", codes[i].text, side);
        cr_expect(grid[4][4] == 0 && grid[4][10] == 0 && grid[10][4] == 0 && grid[5][5] == 255);
        read_back(grid, side, codes[i].text);
        arena_reset(&a);
    }
}

Test(form_qr, two_thousand_bytes_fit)
{
    struct arena a;
    char *text;

    arena_init(&a, 1 << 24);
    text = NEW_ARRAY(&a, char, 2001);
    memset(text, 'x', 2000);
    cr_expect(qr_svg(&a, str_of(text), 2).n > 10000);
    arena_reset(&a);
}
