/* Gatherings of the demo: called, and held if their day is over; at fairs booths booked by firms,
 * people who apply there, and what becomes of it. Nothing here knows a mechanism but by its name in
 * demo.yaml. */
#include "base/embed.h"
#include "civic/attachment.h"
#include "civic/booth.h"
#include "civic/resource.h"
#include "civic/tally.h"
#include "cmd/demo.h"

#define QUEUE_MS (20 * MINUTE_MS) /* between two who apply */
#define STEP_MS  (2 * DAY_MS)     /* how long it takes until somebody does something about it */

struct held {
    struct demo *d;
    const struct val *plan;
    int64_t now;
    struct gathering g;
};

static int64_t day_at(int64_t now, int64_t days, int64_t hour)
{
    return day_start_ms(day_of(now) + (int32_t)days) + hour * HOUR_MS;
}

static int64_t length_ms(const struct held *h)
{
    return demo_int(h->plan, "hours", 7) * HOUR_MS;
}

static bool call(struct held *h, struct desk *k, int64_t starts_at, struct err *e)
{
    const struct unit *u = unit_by_code(k->d->units, val_text(h->plan, "unit"));
    struct gathering_new n = {.kind = val_text(h->plan, "kind"),
                              .title = val_text(h->plan, "title"),
                              .place = val_text(h->plan, "place"),
                              .unit_id = u ? u->id : 0,
                              .starts_at = starts_at,
                              .ends_at = starts_at + length_ms(h),
                              .fields = val_get(h->plan, S("fields"))};

    demo_act_as(k, n.unit_id, val_text(h->plan, "by"), NEW(k->a, struct actor));
    return gathering_prepare(k, &n, &h->g, e) &&
           (!gathering_in(&h->g, "draft") || gathering_call(k, h->g.id, 0, e));
}

/* Who books there for a unit, and answers those who apply to it. */
static void act_for(const struct held *h, struct desk *k, int64_t unit)
{
    demo_act_as(k, unit, h->g.def->booths->who[0].role, NEW(k->a, struct actor));
}

static bool book(struct held *h, struct desk *k, struct err *e)
{
    const struct val *list = val_get(h->plan, S("booths"));
    int64_t n;

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        const struct unit *u = unit_by_code(k->d->units, it->val.str);

        k->now += QUEUE_MS;
        act_for(h, k, u ? u->id : 0);
        if (!booth_book(k, h->g.id, u ? u->id : 0, &n, e))
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

static bool fill(struct held *h, struct desk *k, const struct val *plan, struct matter_new *n,
                 struct val *fields, struct err *e)
{
    const struct proc *asks = h->g.def->booths->asks;

    for (int i = 0; i < asks->fields; i++) {
        const struct field *field = &asks->field[i];
        const char *key = str_copy(k->a, field->name).p;

        if (field->kind == FIELD_RESOURCE)
            set_int(fields, key, resource_called(k, field, n->unit_id, n->title));
        else if (field->kind == FIELD_FILE && !put_paper(h->d, k, set_map(fields, key), e))
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

static bool apply(struct held *h, struct desk *k, const struct val *plan,
                  struct matter_receipt *out, struct err *e)
{
    const struct unit *u = unit_by_code(k->d->units, val_text(plan, "unit"));
    struct val *fields = val_map(k->a);
    struct matter_new n = {.mechanism = h->g.def->booths->asks->mechanism,
                           .title = val_text(plan, "title"),
                           .channel = S("qr"),
                           .unit_id = u ? u->id : 0,
                           .gathering_id = h->g.id,
                           .fields = fields};

    act_as_guest(k, 0);
    n.name = demo_name(h->d, k->a);
    n.phone = demo_phone(h->d, k->a, 136);
    return fill(h, k, plan, &n, fields, e) && matter_open(k, &n, out, e);
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
static bool act(struct held *h, struct desk *k, const struct matter_receipt *r, struct str name,
                const struct val *says, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct demo_deed deed = {.says = says};

    if (!matter_load(k, r->id, m, e))
        return false;
    act_as_guest(k, r->report_id);
    deed.offer = offer_called(k, m, name);
    if (!deed.offer) {
        act_for(h, k, m->unit_id);
        deed.offer = offer_called(k, m, name);
    }
    if (!deed.offer)
        die("demo.yaml: nobody may do %.*s then", STR_ARG(name));
    return demo_do(h->d, k, m, &deed, e);
}

/* One after the other, each with what became of it by now. */
static bool applications(struct held *h, struct desk *k, int64_t from, struct err *e)
{
    const struct val *list = val_get(h->plan, S("applications"));

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        const struct val *does = val_get(&it->val, S("does"));
        struct matter_receipt receipt;

        from += QUEUE_MS;
        k->now = from;
        if (!apply(h, k, &it->val, &receipt, e))
            return false;
        for (const struct item *d = does ? does->first : NULL; d; d = d->next) {
            k->now += STEP_MS;
            if (k->now > h->now)
                break;
            if (!act(h, k, &receipt, d->val.str, val_get(&it->val, S("says")), e))
                return false;
        }
    }
    return true;
}

/* ---- the end ------------------------------------------------------------ */

static bool finish(struct held *h, struct desk *k, struct err *e)
{
    const struct gathering_kind *def = h->g.def;
    struct val *fields = val_map(k->a);

    for (int i = 0; i < def->closes; i++) {
        const struct field *field = &def->close[i];
        const struct val *said = val_get(h->plan, field->name);

        if (field->kind == FIELD_PICTURES)
            add_val(set_list(fields, str_copy(k->a, field->name).p),
                    (struct val){.kind = VAL_INT, .integer = demo_photo(h->d, k, field->picture)});
        else if (said)
            set_val(fields, field->name, *said);
    }
    k->now = h->g.ends_at;
    demo_act_as(k, h->g.unit_id, val_text(h->plan, "by"), NEW(k->a, struct actor));
    return gathering_close(k, h->g.id, 0, demo_int(h->plan, "heads", 100), fields, e);
}

static bool hold(struct db *db, void *arg, struct err *e)
{
    struct held *h = arg;
    struct desk k = *h->d->k;
    const struct gathering_kind *def = pack_gathering(k.d->pack, val_text(h->plan, "kind"));
    int64_t called = -demo_int(h->plan, "called", 0);
    int64_t starts_at = day_at(h->now, called + demo_int(h->plan, "starts", 7), 9);
    int64_t from = demo_since(h->d, day_at(h->now, called, 10));
    bool over = starts_at + length_ms(h) < h->now;

    if (!def || starts_at < from)
        return true;
    k.db = db;
    k.now = from;
    return call(h, &k, starts_at, e) && book(h, &k, e) &&
           applications(h, &k, over ? starts_at : from + DAY_MS, e) && (!over || finish(h, &k, e));
}

bool demo_gatherings(struct demo *d, int64_t now, struct err *e)
{
    struct db_hooks hooks = tally_hooks(d->k->d);

    for (const struct item *it = demo_get(d, "gatherings")->first; it; it = it->next) {
        struct held h = {.d = d, .plan = &it->val, .now = now};

        if (!db_write(d->k->db, hold, &h, &hooks, e))
            return false;
    }
    return true;
}
