#include "civic/facts.h"

#include "civic/list.h"
#include "val/json.h"

#define FACTS_BYTES_MAX 20000

const struct val *facts_read(struct arena *a, struct str json)
{
    struct val *v;
    struct err e = {0};

    return json.n && json_read(a, json, FACTS_BYTES_MAX, &v, &e) ? v : NULL;
}

struct str facts_write(struct arena *a, const struct val *facts)
{
    struct buf b = {.arena = a};

    if (!facts || !facts->first)
        return S("");
    json_write(&b, facts);
    return buf_str(&b);
}

static const struct proc_unit *unit_for_fields(void *arg, int64_t id)
{
    return unit_for_proc(arg, id);
}

bool facts_check(struct desk *k, struct facts_ask ask, const struct val *got, struct err *e)
{
    struct proc_env env = {.arena = k->a, .places = {.unit = unit_for_fields, .arg = k}};

    return proc_fields_check(&env, got ? got : val_map(k->a), ask.field, ask.n, e);
}

/* ---- showing ------------------------------------------------------------ */

void facts_view(const struct desk *k, struct facts_ask ask, const struct val *facts,
                struct val *rows)
{
    for (int i = 0; i < ask.n; i++) {
        const struct field *f = &ask.field[i];
        const struct val *v = facts ? val_get(facts, f->name) : NULL;
        struct str words =
            v && !f->personal && f->kind != FIELD_PICTURES ? field_words(k, f, v) : S("");
        struct val *row;

        if (!words.n)
            continue;
        row = add_map(rows);
        set_str(row, "name", f->name);
        set_str(row, "title", desk_title(k, &f->title));
        set_str(row, "value", words);
    }
}
