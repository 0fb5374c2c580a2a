#include "form/xlsx_part.h"

#include <expat.h>
#include <string.h>
#include <strings.h>
#include <zip.h>

#define UNPACKED_MAX ((uint64_t)400 * 1024 * 1024)
#define RATIO_MAX    200
#define RATIO_FREE   ((uint64_t)1024 * 1024) /* small parts may be as dense as they like */
#define PARTS_MAX    10000
#define DEPTH_MAX    64
#define TAG_MAX      (1024 * 1024)
#define PIECE        (16 * 1024)

struct package {
    struct arena *a;
    zip_t *zip;
    uint64_t unpacked; /* of all parts read so far */
};

struct part {
    struct package *package;
    struct part_reader reader;
    zip_file_t *file;
    XML_Parser parser;
    uint64_t packed, unpacked;
    uint64_t heard; /* unpacked when expat last told of anything */
    int depth;
    bool paused, done;
    struct err *e; /* of the part_run() under way */
};

bool package_damaged(struct err *e)
{
    return refuse(e, ERR_INVALID, NULL,
                  "The workbook is damaged; open it, save it again as .xlsx and try once more.");
}

static bool too_large(struct err *e)
{
    return refuse(e, ERR_TOO_LARGE, NULL,
                  "The workbook is larger than %d MB when unpacked; split it.",
                  (int)(UNPACKED_MAX >> 20));
}

static bool too_dense(struct err *e)
{
    return refuse(e, ERR_INVALID, NULL,
                  "The workbook is packed as no spreadsheet program packs; save it as CSV.");
}

static void close_zip(void *zip)
{
    zip_discard(zip);
}

bool package_open(struct arena *a, struct str bytes, struct package **out, struct err *e)
{
    struct package *p = NEW(a, struct package);
    zip_error_t error;
    zip_source_t *source;

    *out = p;
    p->a = a;
    zip_error_init(&error);
    source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    if (!source)
        die("zip: out of memory");
    p->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (!p->zip) {
        zip_source_free(source);
        return package_damaged(e);
    }
    arena_defer(a, close_zip, p->zip);
    if (zip_get_num_entries(p->zip, 0) > PARTS_MAX)
        return package_damaged(e);
    return true;
}

/* Some programs write other letters' case, a leading slash, or \ for /. */
static bool same_path(const char *name, struct str want)
{
    size_t n;

    name += *name == '/' || *name == '\\';
    n = strlen(name);
    if (n != want.n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = name[i] == '\\' ? '/' : name[i];

        if (strncasecmp(&c, want.p + i, 1) != 0)
            return false;
    }
    return true;
}

/* The entry's number, -1 if there is none, -2 if there are two: which one a program would take is
 * anybody's guess, and that is how one file shows two faces. */
static int64_t find_entry(zip_t *zip, struct str name)
{
    int64_t found = -1;

    for (int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
        const char *entry = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);

        if (!entry || !same_path(entry, name))
            continue;
        if (found >= 0)
            return -2;
        found = i;
    }
    return found;
}

static bool check_entry(const zip_stat_t *st, struct err *e)
{
    const zip_uint64_t need =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

    if ((st->valid & need) != need ||
        (st->comp_method != ZIP_CM_STORE && st->comp_method != ZIP_CM_DEFLATE))
        return package_damaged(e);
    if (st->encryption_method != ZIP_EM_NONE)
        return refuse(e, ERR_INVALID, NULL,
                      "The workbook has a password; save it without one and try again.");
    if (st->size > UNPACKED_MAX)
        return too_large(e);
    if (st->size > RATIO_FREE && st->size / RATIO_MAX > st->comp_size)
        return too_dense(e);
    return true;
}

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon ? colon + 1 : name;
}

struct str part_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2) {
        if (strcmp(local(attributes[0]), name) == 0)
            return str_of(attributes[1]);
    }
    return S("");
}

static void check(struct part *part)
{
    part->heard = part->unpacked;
    if (part->e->kind)
        XML_StopParser(part->parser, XML_FALSE);
    else if (part->paused)
        XML_StopParser(part->parser, XML_TRUE);
}

/* Expat may call once more after it was told to stop: those calls count for nothing. */
static void XMLCALL on_start(void *to, const char *name, const char **attributes)
{
    struct part *part = to;

    if (part->e->kind)
        return;
    if (++part->depth > DEPTH_MAX)
        package_damaged(part->e);
    else
        part->reader.start(part->reader.to, local(name), attributes, part->e);
    check(part);
}

static void XMLCALL on_end(void *to, const char *name)
{
    struct part *part = to;

    if (part->e->kind)
        return;
    part->depth--;
    part->reader.end(part->reader.to, local(name), part->e);
    check(part);
}

static void XMLCALL on_text(void *to, const char *p, int n)
{
    struct part *part = to;

    if (part->e->kind || !part->reader.text)
        return;
    part->reader.text(part->reader.to, (struct str){p, (size_t)n}, part->e);
    check(part);
}

static void XMLCALL on_doctype(void *to, const char *name, const char *system, const char *public,
                               int internal)
{
    struct part *part = to;

    (void)name, (void)system, (void)public, (void)internal;
    if (part->e->kind)
        return;
    (void)refuse(part->e, ERR_INVALID, NULL,
                 "The workbook declares a document type, which no spreadsheet program does; save "
                 "it as CSV.");
    check(part);
}

static void close_part(void *arg)
{
    struct part *part = arg;

    XML_ParserFree(part->parser);
    (void)zip_fclose(part->file);
}

bool part_open(struct package *p, struct str name, struct part_reader reader, struct part **out,
               struct err *e)
{
    int64_t entry = find_entry(p->zip, name);
    struct part *part;
    zip_stat_t st;

    *out = NULL;
    if (entry == -1)
        return true;
    if (entry < 0 || zip_stat_index(p->zip, (zip_uint64_t)entry, 0, &st) != 0)
        return package_damaged(e);
    if (!check_entry(&st, e))
        return false;
    part = NEW(p->a, struct part);
    *part = (struct part){.package = p, .reader = reader, .packed = st.comp_size};
    part->file = zip_fopen_index(p->zip, (zip_uint64_t)entry, 0);
    if (!part->file)
        return package_damaged(e);
    part->parser = XML_ParserCreate(NULL);
    if (!part->parser)
        die("expat: out of memory");
    arena_defer(p->a, close_part, part);
    XML_SetUserData(part->parser, part);
    XML_SetElementHandler(part->parser, on_start, on_end);
    XML_SetCharacterDataHandler(part->parser, on_text);
    XML_SetStartDoctypeDeclHandler(part->parser, on_doctype);
    *out = part;
    return true;
}

void part_pause(struct part *part)
{
    part->paused = true;
}

/* Counts what came out of the zip; what it declared was checked before, but may be a lie. */
static bool count(struct part *part, uint64_t n, struct err *e)
{
    part->unpacked += n;
    part->package->unpacked += n;
    if (part->package->unpacked > UNPACKED_MAX)
        return too_large(e);
    if (part->unpacked > RATIO_FREE && part->unpacked / RATIO_MAX > part->packed)
        return too_dense(e);
    /* What expat still holds is one unfinished tag. */
    if (part->unpacked - part->heard > TAG_MAX)
        return package_damaged(e);
    return true;
}

static enum XML_Status feed(struct part *part, struct err *e)
{
    void *piece = XML_GetBuffer(part->parser, PIECE);
    zip_int64_t n;

    if (!piece)
        die("expat: out of memory");
    n = zip_fread(part->file, piece, PIECE);
    if (n < 0) {
        package_damaged(e);
        return XML_STATUS_ERROR;
    }
    if (!count(part, (uint64_t)n, e))
        return XML_STATUS_ERROR;
    part->done = n == 0;
    return XML_ParseBuffer(part->parser, (int)n, part->done);
}

bool part_run(struct part *part, struct err *e)
{
    enum XML_Status status;

    part->e = e;
    do {
        if (part->paused) {
            part->paused = false;
            status = XML_ResumeParser(part->parser);
        } else if (part->done) {
            return false;
        } else {
            status = feed(part, e);
        }
        if (status == XML_STATUS_ERROR)
            return e->kind ? false : package_damaged(e);
    } while (status != XML_STATUS_SUSPENDED);
    return true;
}
