#include "http/parse.h"

#include "base/utf8.h"
#include "val/json.h"

#include <string.h>
#include <strings.h>

#define JSON_BODY_MAX ((size_t)1 << 20)

bool str_eq_nocase(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* ---- percent code ------------------------------------------------------ */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool percent_decode(struct arena *a, struct str s, bool plus_is_blank, struct str *out)
{
    char *p;
    size_t n = 0;

    *out = s;
    if (!s.n || (!memchr(s.p, '%', s.n) && !(plus_is_blank && memchr(s.p, '+', s.n))))
        return utf8_valid(s);
    p = NEW_ARRAY(a, char, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
            int low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;

            if (high < 0 || low < 0)
                return false;
            p[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            p[n++] = plus_is_blank && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    *out = (struct str){p, n};
    return utf8_valid(*out);
}

void percent_encode(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char code[3] = {'%', hex[c >> 4], hex[c & 15]};
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-._~/", c));

        buf_put(b, plain ? (struct str){s.p + i, 1} : (struct str){code, 3});
    }
}

/* ---- forms ------------------------------------------------------------- */

static bool add_field(struct form *f, struct str name, struct val v, struct err *e)
{
    struct sent *it;

    if (name.n == 0)
        return true;
    if (name.n > FIELD_NAME_MAX || f->fields == FIELDS_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL, "The form has too many fields.");
    it = NEW(f->a, struct sent);
    *it = (struct sent){.name = name, .val = v};
    if (f->last)
        f->last->next = it;
    else
        f->first = it;
    f->last = it;
    f->fields++;
    return true;
}

const struct sent *form_find(const struct form *f, struct str name)
{
    const struct sent *it = f->first;

    while (it && !str_eq(it->name, name))
        it = it->next;
    return it;
}

static bool malformed(struct err *e)
{
    return refuse(e, ERR_INVALID, NULL,
                  "The form did not arrive whole. Please go back and send it again.");
}

bool form_query(struct form *f, struct str query, struct err *e)
{
    while (query.n) {
        struct str pair, name, value;

        query = str_cut(query, '&', &pair);
        value = str_cut(pair, '=', &name);
        if (!percent_decode(f->a, name, true, &name) || !percent_decode(f->a, value, true, &value))
            return malformed(e);
        if (!add_field(f, name, (struct val){.kind = VAL_STR, .str = value}, e))
            return false;
    }
    return true;
}

bool form_json(struct form *f, struct str body, struct err *e)
{
    struct val *root;

    if (!json_read(f->a, body, JSON_BODY_MAX, &root, e))
        return false;
    if (root->kind != VAL_MAP)
        return refuse(e, ERR_INVALID, NULL, "The JSON body must be an object.");
    for (const struct item *it = root->first; it; it = it->next) {
        if (!add_field(f, it->key, it->val, e))
            return false;
    }
    return true;
}

/* ---- multipart/form-data (RFC 7578) ------------------------------------ */

/* Undo \" and \\ ; browsers write %22 for a quote, which stays: it is only a file's name. */
static struct str unquote(struct arena *a, struct str s)
{
    char *p;
    size_t n = 0;

    if (!s.n || !memchr(s.p, '\\', s.n))
        return s;
    p = NEW_ARRAY(a, char, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
            i++;
        p[n++] = s.p[i];
    }
    return (struct str){p, n};
}

/* Take one ";"-separated piece off a header, minding quotes. */
static struct str cut_piece(struct str s, struct str *piece)
{
    bool quoted = false;
    size_t i = 0;

    for (; i < s.n && (quoted || s.p[i] != ';'); i++) {
        if (quoted && s.p[i] == '\\' && i + 1 < s.n)
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
    }
    if (i > s.n)
        i = s.n;
    *piece = str_trim((struct str){s.p, i});
    return i < s.n ? (struct str){s.p + i + 1, s.n - i - 1} : S("");
}

struct str header_param(struct arena *a, struct str header, struct str name)
{
    struct str piece, key, value;

    header = cut_piece(header, &piece);
    while (header.n) {
        header = cut_piece(header, &piece);
        value = str_trim(str_cut(piece, '=', &key));
        if (!str_eq_nocase(str_trim(key), name))
            continue;
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            return unquote(a, (struct str){value.p + 1, value.n - 2});
        return value;
    }
    return S("");
}

struct part {
    struct str disposition, type, bytes;
};

/* Headers up to the blank line; false if there is none. */
static bool read_part(struct str text, struct part *part)
{
    struct str line, name;

    *part = (struct part){0};
    for (int lines = 0; lines < 10; lines++) {
        text = str_cut(text, '\n', &line);
        line = str_trim(line);
        if (line.n == 0) {
            part->bytes = text;
            return true;
        }
        line = str_trim(str_cut(line, ':', &name));
        if (str_eq_nocase(name, S("content-disposition")))
            part->disposition = line;
        else if (str_eq_nocase(name, S("content-type")))
            part->type = line;
    }
    return false;
}

static struct str base_name(struct str path)
{
    for (size_t i = path.n; i > 0; i--) {
        if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
            return (struct str){path.p + i, path.n - i};
    }
    return path;
}

static bool add_file(struct form *f, struct upload up, struct err *e)
{
    struct upload *it;

    if (up.name.n == 0 && up.bytes.n == 0) /* a file field that was left empty */
        return true;
    if (f->n_files == FILES_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL, "There are more than %d files.", FILES_MAX);
    if (!utf8_valid(up.name) || !utf8_valid(up.type))
        return malformed(e);
    it = NEW(f->a, struct upload);
    *it = up;
    it->name = base_name(up.name);
    if (f->last_file)
        f->last_file->next = it;
    else
        f->files = it;
    f->last_file = it;
    f->n_files++;
    return true;
}

static bool add_part(struct form *f, struct str text, struct err *e)
{
    struct part part;
    struct str name;

    if (!read_part(text, &part))
        return malformed(e);
    name = header_param(f->a, part.disposition, S("name"));
    if (!name.n || name.n > FIELD_NAME_MAX || !utf8_valid(name))
        return malformed(e);
    if (memmem(part.disposition.p, part.disposition.n, "filename", 8))
        return add_file(f,
                        (struct upload){.field = name,
                                        .name = header_param(f->a, part.disposition, S("filename")),
                                        .type = part.type,
                                        .bytes = part.bytes},
                        e);
    if (!utf8_valid(part.bytes))
        return malformed(e);
    return add_field(f, name, (struct val){.kind = VAL_STR, .str = part.bytes}, e);
}

bool form_multipart(struct form *f, struct str boundary, struct str body, struct err *e)
{
    struct str mark;
    const char *at;

    if (!boundary.n || boundary.n > 70)
        return malformed(e);
    mark = str_format(f->a, "\r\n--%.*s", STR_ARG(boundary));
    /* The first delimiter has no line end before it. */
    if (str_starts(body, (struct str){mark.p + 2, mark.n - 2}))
        body = (struct str){body.p + mark.n - 2, body.n - (mark.n - 2)};
    else if (body.n && (at = memmem(body.p, body.n, mark.p, mark.n)))
        body = (struct str){at + mark.n, body.n - (size_t)(at + mark.n - body.p)};
    else
        return malformed(e);
    while (!str_starts(body, S("--"))) {
        struct str text;

        body = str_cut(body, '\n', &text); /* blanks may follow the delimiter */
        if (str_trim(text).n || !body.n)
            return malformed(e);
        at = memmem(body.p, body.n, mark.p, mark.n);
        if (!at)
            return malformed(e);
        text = (struct str){body.p, (size_t)(at - body.p)};
        body = (struct str){at + mark.n, body.n - text.n - mark.n};
        if (!add_part(f, text, e))
            return false;
    }
    return true;
}

bool form_body(struct form *f, struct str content_type, struct str body, struct err *e)
{
    struct str type;

    (void)cut_piece(content_type, &type);
    if (body.n == 0)
        return true;
    if (str_eq_nocase(type, S("application/x-www-form-urlencoded")))
        return form_query(f, body, e);
    if (str_eq_nocase(type, S("multipart/form-data")))
        return form_multipart(f, header_param(f->a, content_type, S("boundary")), body, e);
    if (str_eq_nocase(type, S("application/json")))
        return form_json(f, body, e);
    return refuse(e, ERR_INVALID, NULL, "Send a form or a JSON object.");
}

/* ---- headers ----------------------------------------------------------- */

struct str cookie_get(struct str header, struct str name)
{
    while (header.n) {
        struct str pair, key, value;

        header = str_cut(header, ';', &pair);
        value = str_cut(str_trim(pair), '=', &key);
        if (str_eq(key, name))
            return utf8_valid(value) ? value : S("");
    }
    return S("");
}

bool accept_json(struct str accept)
{
    while (accept.n) {
        struct str item, type;

        accept = str_cut(accept, ',', &item);
        (void)str_cut(item, ';', &type);
        type = str_trim(type);
        if (str_eq_nocase(type, S("application/json")) ||
            str_eq_nocase(type, S("application/problem+json")))
            return true;
        if (str_eq_nocase(type, S("text/html")))
            return false;
    }
    return false;
}

/* q=0.8 as 800; 1000 if it is not said. */
static int quality(struct str item)
{
    struct str q, rest = str_cut(item, ';', &q);
    int v = 0;

    rest = str_trim(rest);
    if (!str_starts(rest, S("q=")))
        return 1000;
    if (rest.n > 2 && rest.p[2] == '1')
        return 1000;
    for (size_t i = 4, worth = 100; i < 7; i++, worth /= 10) {
        if (i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9')
            v += (rest.p[i] - '0') * (int)worth;
    }
    return v;
}

struct str accept_lang(struct str header)
{
    int zh = 0, en = 0;

    while (header.n) {
        struct str item;
        int q;

        header = str_cut(header, ',', &item);
        item = str_trim(item);
        q = quality(item);
        if (item.n >= 2 && strncasecmp(item.p, "zh", 2) == 0 && q > zh)
            zh = q;
        if (item.n >= 2 && strncasecmp(item.p, "en", 2) == 0 && q > en)
            en = q;
    }
    return en > zh ? S("en") : S("zh");
}
