/* What a matter's fields said in numbers, and how it kept to what a step asks in every period. */
#include "civic/list.h"

#include "proc/amount.h"
#include "val/json.h"

STMT(event_said, "SELECT content FROM event WHERE district = $1 AND subject = $2 AND kind IN "
                 "('open', 'act') ORDER BY seq");

static void put_lines(struct desk *k, const struct val *v, struct val *list)
{
    struct line line[LINES_MAX];
    int n = lines_read(v, line);

    for (int i = 0; i < n; i++) {
        struct val *to = add_map(list);

        set_str(to, "text", text_mask(k->a, line[i].text));
        set_str(to, "money", amount_text(k->a, line[i].fen));
    }
}

/* The lines of each field, as they were said one after the other; without `adds` only the last. */
static void put_said(struct desk *k, const struct matter *m, struct val *lines[NUMBERS_MAX])
{
    struct rows r = db_query(k->db, k->a, event_said, ARG(k->d->code), ARG(m->id));

    while (rows_next(&r)) {
        struct val *content = NULL;
        const struct val *fields;
        struct err e = {0};

        if (!json_read(k->a, row_str(&r, 0), (size_t)1 << 20, &content, &e))
            continue;
        fields = val_get(content, S("fields"));
        for (int i = 0; fields && i < m->def->numbers; i++) {
            const struct field *f = m->def->number[i];
            const struct val *v = f->kind == FIELD_LINES ? val_get(fields, f->name) : NULL;

            if (!v || val_is_empty(v))
                continue;
            if (!f->adds)
                lines[i] = val_list(k->a);
            put_lines(k, v, lines[i]);
        }
    }
}

static bool has_lines(const struct matter *m)
{
    for (int i = 0; i < m->def->numbers; i++) {
        if (m->def->number[i]->kind == FIELD_LINES && m->state.number[i])
            return true;
    }
    return false;
}

void numbers_view(struct desk *k, const struct matter *m, struct val *list)
{
    struct val *lines[NUMBERS_MAX];

    for (int i = 0; i < m->def->numbers; i++)
        lines[i] = val_list(k->a);
    if (has_lines(m))
        put_said(k, m, lines);
    for (int i = 0; i < m->def->numbers; i++) {
        const struct field *f = m->def->number[i];
        int64_t n = m->state.number[i];
        struct val *v = n && f->kind != FIELD_RESOURCE ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "name", f->name);
        set_str(v, "title", desk_title(k, &f->title));
        set_str(v, "text",
                f->kind == FIELD_NUMBER ? str_format(k->a, "%lld", (long long)n)
                                        : amount_text(k->a, n));
        set_val(v, S("lines"), *lines[i]);
        set_bool(v, "lines_any", lines[i]->first != NULL);
    }
}

static const char *period_state(const struct desk *k, const struct proc_clock *c)
{
    switch (c->period) {
    case PERIOD_RUNS: return c->due_ms < k->now ? "overdue" : "due";
    case PERIOD_REPORTED: return c->stopped_ms > c->due_ms ? "late" : "in_time";
    case PERIOD_MISSED: return "missed";
    case PERIOD_NONE:
    case PERIOD_LEFT: break;
    }
    return NULL;
}

void periods_view(struct desk *k, const struct matter *m, struct val *list)
{
    for (int i = m->state.clocks; i-- > 0;) {
        const struct proc_clock *c = &m->state.clock[i];
        const char *state = period_state(k, c);
        struct val *v = state ? add_map(list) : NULL;
        bool bad =
            c->period == PERIOD_MISSED || (c->stopped_ms ? c->stopped_ms : k->now) > c->due_ms;

        if (!v)
            continue;
        set_str(v, "until", day_text(k->a, day_of(c->due_ms)));
        set_str(v, "state", str_of(state));
        set_bool(v, "bad", bad);
        set_str(v, "reported_at",
                c->period == PERIOD_REPORTED ? when_minute(k->a, c->stopped_ms) : S(""));
    }
}
