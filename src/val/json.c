#include "val/json.h"

#include "val/scan.h"

#define KEYS_MAX 1024 /* looking for a key twice is n * n */

static struct val number(struct str digits)
{
    bool minus = digits.p[0] == '-';
    int64_t n = 0;

    if (digits.n - minus > 18)
        return (struct val){.kind = VAL_STR, .str = digits};
    for (size_t i = minus; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return (struct val){.kind = VAL_STR, .str = digits};
        n = n * 10 + (digits.p[i] - '0');
    }
    return (struct val){.kind = VAL_INT, .integer = minus ? -n : n};
}

static bool read_value(struct scan *s, struct val *out);

static bool read_members(struct scan *s, struct val *map)
{
    size_t n = 0;

    while (scan_more(s, '}', &n)) {
        struct str key;
        struct val v;

        if (!scan_key(s, &key))
            return false;
        if (n > KEYS_MAX)
            return refuse(s->e, ERR_TOO_LARGE, NULL, "Line %d: too many names in one object.",
                          s->line);
        if (val_get(map, key))
            return refuse(s->e, ERR_INVALID, NULL, "Line %d: the name %.*s is here already.",
                          s->line, STR_ARG(key));
        if (!read_value(s, &v))
            return false;
        set_val(map, key, v);
    }
    return s->e->kind == ERR_NONE;
}

static bool read_list(struct scan *s, struct val *list)
{
    size_t n = 0;

    while (scan_more(s, ']', &n)) {
        struct val v;

        if (!read_value(s, &v))
            return false;
        add_val(list, v);
    }
    return s->e->kind == ERR_NONE;
}

static bool read_scalar(struct scan *s, char c, struct val *out)
{
    struct str text;

    if (c == '"') {
        out->kind = VAL_STR;
        return scan_text(s, &out->str);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        if (!scan_number(s, &text))
            return false;
        *out = number(str_copy(s->arena, text));
        return true;
    }
    if (!scan_word(s, &text))
        return false;
    out->kind = text.p[0] == 'n' ? VAL_NULL : VAL_BOOL;
    if (out->kind == VAL_BOOL)
        out->boolean = text.p[0] == 't';
    return true;
}

static bool read_value(struct scan *s, struct val *out)
{
    char c = scan_peek(s);
    int line = s->line;
    bool ok;

    *out = (struct val){.arena = s->arena};
    if (c == '{') {
        out->kind = VAL_MAP;
        ok = scan_enter(s, c) && read_members(s, out);
    } else if (c == '[') {
        out->kind = VAL_LIST;
        ok = scan_enter(s, c) && read_list(s, out);
    } else {
        ok = read_scalar(s, c, out);
    }
    out->arena = s->arena;
    out->line = line;
    return ok;
}

bool json_read(struct arena *a, struct str text, size_t most, struct val **out, struct err *e)
{
    struct scan s;

    if (text.n > most)
        return refuse(e, ERR_TOO_LARGE, NULL, "This is larger than %zu bytes.", most);
    *out = NEW(a, struct val);
    return scan_open(&s, a, text, e) && read_value(&s, *out) && scan_close(&s);
}

struct str json_text(struct arena *a, const struct val *v)
{
    struct buf b = {.arena = a};

    if (v)
        json_write(&b, v);
    return buf_str(&b);
}

struct val *json_map(struct arena *a, struct str text, size_t most)
{
    struct val *v = NULL;
    struct err e = {0};

    if (text.n && json_read(a, text, most, &v, &e) && v->kind == VAL_MAP)
        return v;
    return val_map(a);
}
