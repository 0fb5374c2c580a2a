/* Fairs of the demo: called, booths booked by firms, people who apply there, and what becomes of
 * it. Nothing here knows a mechanism but by its name in demo.yaml. */
#include "base/embed.h"
#include "civic/attachment.h"
#include "civic/booth.h"
#include "civic/resource.h"
#include "civic/tally.h"
#include "cmd/demo.h"

#define FAIR_MS  (7 * HOUR_MS)    /* how long one is open */
#define QUEUE_MS (20 * MINUTE_MS) /* between two who apply */
#define STEP_MS  (2 * DAY_MS)     /* how long it takes until somebody does something about it */

struct fair {
    struct demo *d;
    const struct val *plan;
    int64_t now;
    struct gathering g;
};

static int64_t day_at(int64_t now, int64_t days, int64_t hour)
{
    return day_start_ms(day_of(now) + (int32_t)days) + hour * HOUR_MS;
}

static bool call(struct fair *f, struct desk *k, int64_t starts_at, struct err *e)
{
    const struct unit *u = unit_by_code(k->d->units, val_text(f->plan, "unit"));
    struct gathering_new n = {.kind = val_text(f->plan, "kind"),
                              .title = val_text(f->plan, "title"),
                              .place = val_text(f->plan, "place"),
                              .unit_id = u ? u->id : 0,
                              .starts_at = starts_at,
                              .ends_at = starts_at + FAIR_MS,
                              .fields = val_get(f->plan, S("fields"))};

    demo_act_as(k, n.unit_id, val_text(f->plan, "by"), NEW(k->a, struct actor));
    return gathering_prepare(k, &n, &f->g, e);
}

/* Who books there for a unit, and answers those who apply to it. */
static void act_for(const struct fair *f, struct desk *k, int64_t unit)
{
    demo_act_as(k, unit, f->g.def->booths->who[0].role, NEW(k->a, struct actor));
}

static bool book(struct fair *f, struct desk *k, struct err *e)
{
    const struct val *list = val_get(f->plan, S("booths"));
    int64_t n;

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        const struct unit *u = unit_by_code(k->d->units, it->val.str);

        k->now += QUEUE_MS;
        act_for(f, k, u ? u->id : 0);
        if (!booth_book(k, f->g.id, u ? u->id : 0, &n, e))
            return false;
    }
    return true;
}

/* ---- applying ----------------------------------------------------------- */

/* Of what the unit gives for this field, the one that is called so. */
static int64_t resource_called(struct desk *k, const struct field *f, int64_t unit,
                               struct str title)
{
    struct val *offered = val_list(k->a), *rows = val_list(k->a);

    proc_field_offer(offered, f);
    resource_choices(k, val_get(&offered->first->val, S("of")), unit, rows);
    for (const struct item *it = rows->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "title"), title))
            return val_int(&it->val, "id");
    }
    return 0;
}

static bool put_paper(struct demo *d, struct desk *k, struct val *value, struct err *e)
{
    const struct val *paper = demo_get(d, "paper");
    const struct embedded *file = embed_get(val_text(paper, "file"));
    struct document doc;

    if (!file)
        die("demo.yaml names a paper that is not there");
    if (!document_take(k->a, val_text(paper, "name"), (struct str){file->bytes, file->n}, &doc, e))
        return false;
    attachment_put(k, &doc, true, value);
    return true;
}

static bool fill(struct fair *f, struct desk *k, const struct val *plan, struct matter_new *n,
                 struct val *fields, struct err *e)
{
    const struct proc *asks = f->g.def->booths->asks;

    for (int i = 0; i < asks->fields; i++) {
        const struct field *field = &asks->field[i];
        const char *key = str_copy(k->a, field->name).p;

        if (field->kind == FIELD_RESOURCE)
            set_int(fields, key, resource_called(k, field, n->unit_id, n->title));
        else if (field->kind == FIELD_FILE && !put_paper(f->d, k, set_map(fields, key), e))
            return false;
    }
    n->body = val_text(plan, "body");
    return true;
}

/* Who has a receipt, or (0) nothing yet. */
static void act_as_guest(struct desk *k, int64_t report)
{
    struct actor *who = NEW(k->a, struct actor);

    *who = (struct actor){.report = report, .name = S(""), .csrf = S("")};
    k->actor = who;
}

static bool apply(struct fair *f, struct desk *k, const struct val *plan,
                  struct matter_receipt *out, struct err *e)
{
    const struct unit *u = unit_by_code(k->d->units, val_text(plan, "unit"));
    struct val *fields = val_map(k->a);
    struct matter_new n = {.mechanism = f->g.def->booths->asks->mechanism,
                           .title = val_text(plan, "title"),
                           .channel = S("qr"),
                           .unit_id = u ? u->id : 0,
                           .gathering_id = f->g.id,
                           .fields = fields};

    act_as_guest(k, 0);
    n.name = demo_name(f->d, k->a);
    n.phone = demo_phone(f->d, k->a, 136);
    return fill(f, k, plan, &n, fields, e) && matter_open(k, &n, out, e);
}

static const struct val *offer_called(struct desk *k, const struct matter *m, struct str name)
{
    struct val *offers = val_list(k->a);

    matter_offers(k, m, offers);
    for (const struct item *it = offers->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "name"), name))
            return &it->val;
    }
    return NULL;
}

/* By who applied, if it is theirs to do, else by who was applied to. */
static bool act(struct fair *f, struct desk *k, const struct matter_receipt *r, struct str name,
                const struct val *says, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct demo_deed deed = {.says = says};

    if (!matter_load(k, r->id, m, e))
        return false;
    act_as_guest(k, r->report_id);
    deed.offer = offer_called(k, m, name);
    if (!deed.offer) {
        act_for(f, k, m->unit_id);
        deed.offer = offer_called(k, m, name);
    }
    if (!deed.offer)
        die("demo.yaml: nobody may do %.*s then", STR_ARG(name));
    return demo_do(f->d, k, m, &deed, e);
}

/* One after the other, each with what became of it by now. */
static bool applications(struct fair *f, struct desk *k, int64_t from, struct err *e)
{
    const struct val *list = val_get(f->plan, S("applications"));

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        const struct val *does = val_get(&it->val, S("does"));
        struct matter_receipt receipt;

        from += QUEUE_MS;
        k->now = from;
        if (!apply(f, k, &it->val, &receipt, e))
            return false;
        for (const struct item *d = does ? does->first : NULL; d; d = d->next) {
            k->now += STEP_MS;
            if (k->now > f->now)
                break;
            if (!act(f, k, &receipt, d->val.str, val_get(&it->val, S("says")), e))
                return false;
        }
    }
    return true;
}

/* ---- the end ------------------------------------------------------------ */

static bool finish(struct fair *f, struct desk *k, struct err *e)
{
    const struct gathering_kind *def = f->g.def;
    struct val *fields = val_map(k->a);

    for (int i = 0; i < def->closes; i++) {
        const struct field *field = &def->close[i];
        const struct val *said = val_get(f->plan, field->name);

        if (field->kind == FIELD_PICTURES)
            add_val(set_list(fields, str_copy(k->a, field->name).p),
                    (struct val){.kind = VAL_INT, .integer = demo_photo(f->d, k, field->picture)});
        else if (said)
            set_val(fields, field->name, *said);
    }
    k->now = f->g.ends_at;
    demo_act_as(k, f->g.unit_id, val_text(f->plan, "by"), NEW(k->a, struct actor));
    return gathering_close(k, f->g.id, 0, demo_int(f->plan, "heads", 100), fields, e);
}

static bool hold(struct db *db, void *arg, struct err *e)
{
    struct fair *f = arg;
    struct desk k = *f->d->k;
    const struct gathering_kind *def = pack_gathering(k.d->pack, val_text(f->plan, "kind"));
    int64_t called = -demo_int(f->plan, "called", 0);
    int64_t starts_at = day_at(f->now, called + demo_int(f->plan, "starts", 7), 9);
    int64_t from = demo_since(f->d, day_at(f->now, called, 10));
    bool over = starts_at + FAIR_MS < f->now;

    if (!def || !def->booths || starts_at < from)
        return true;
    k.db = db;
    k.now = from;
    return call(f, &k, starts_at, e) && book(f, &k, e) &&
           applications(f, &k, over ? starts_at : from + DAY_MS, e) && (!over || finish(f, &k, e));
}

bool demo_fairs(struct demo *d, int64_t now, struct err *e)
{
    struct db_hooks hooks = tally_hooks(d->k->d);

    for (const struct item *it = demo_get(d, "fairs")->first; it; it = it->next) {
        struct fair f = {.d = d, .plan = &it->val, .now = now};

        if (!db_write(d->k->db, hold, &f, &hooks, e))
            return false;
    }
    return true;
}
