/* Any bytes as a package, and as the sheet, shared texts and styles of a package that is sound. */
#include "base/utf8.h"
#include "form/csv.h"

#include <assert.h>
#include <string.h>
#include <zip.h>

static void read_all(struct arena *a, struct str bytes)
{
    struct err e = {0};
    struct sheet *s;
    struct cells row;
    int64_t line = 0;

    if (!sheet_open(a, bytes, &s, &e))
        return;
    while (sheet_next(s, &row, &e)) {
        assert(row.line > line && row.n >= 1 && row.n <= 256);
        line = row.line;
        for (size_t i = 0; i < row.n; i++)
            assert(utf8_valid(row.cell[i]) && utf8_count(row.cell[i]) <= 32768);
    }
}

#define R "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

static void add(zip_t *zip, const char *name, struct str text)
{
    zip_int64_t at =
        zip_file_add(zip, name, zip_source_buffer(zip, text.p, text.n, 0), ZIP_FL_ENC_UTF_8);

    (void)zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
}

/* The input, cut at its NULs, as three parts. */
static void read_parts(struct arena *a, struct str bytes)
{
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
    struct str sheet, shared, styles = str_cut(str_cut(bytes, '\0', &sheet), '\0', &shared);
    zip_stat_t st;
    char *packed;

    zip_source_keep(to);
    add(zip, "_rels/.rels",
        S("<R><Relationship Id=\"1\" Type=\"" R "officeDocument\" Target=\"b\"/></R>"));
    add(zip, "b", S("<w><sheet r:id=\"1\"/></w>"));
    add(zip, "_rels/b.rels",
        S("<R><Relationship Id=\"1\" Type=\"" R "worksheet\" Target=\"s\"/>"
          "<Relationship Id=\"2\" Type=\"" R "sharedStrings\" Target=\"t\"/>"
          "<Relationship Id=\"3\" Type=\"" R "styles\" Target=\"u\"/></R>"));
    add(zip, "s", sheet);
    if (shared.n)
        add(zip, "t", shared);
    if (styles.n)
        add(zip, "u", styles);
    assert(zip_close(zip) == 0 && zip_source_open(to) == 0 && zip_source_stat(to, &st) == 0);
    packed = NEW_ARRAY(a, char, st.size);
    assert(zip_source_read(to, packed, st.size) == (zip_int64_t)st.size);
    zip_source_close(to);
    zip_source_free(to);
    read_all(a, (struct str){packed, st.size});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str bytes = {(const char *)data, n};
    struct arena a;

    arena_init(&a, (size_t)256 << 20);
    if (n >= 4 && memcmp(data, "PK\3\4", 4) == 0)
        read_all(&a, bytes);
    else if (n)
        read_parts(&a, bytes);
    arena_reset(&a);
    return 0;
}
