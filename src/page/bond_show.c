/* One bond: who, until when, plan, what falls due, what was written down, and what may be done. */
#include "page/bond.h"

#include "civic/duty.h"

#define SHOWN 8 /* of duties and of events; what is older is folded away */

static bool get(struct req *q, struct bond *b)
{
    struct desk k = req_desk(q);

    if (!bond_load(&k, param_int(q, "id"), b, &q->err))
        return false;
    return bond_visible(&k, b) || refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such bond.");
}

/* ---- what may be done ------------------------------------------------- */

struct offer {
    struct str name, title;
    struct facts_ask ask;
    bool reason, warn; /* a reason is asked; it takes something away */
};

static void put_act(struct req *q, const struct bond *b, const struct offer *o, struct val *list)
{
    struct val *v = add_map(list);
    bool tried = q->refused && str_eq(param_str(q, "action"), o->name);

    set_str(v, "name", o->name);
    set_str(v, "title", o->title);
    set_bool(v, "reason", o->reason);
    set_bool(v, "warn", o->warn);
    set_bool(v, "open", tried);
    set_str(v, "typed_reason", tried ? param_str(q, "reason") : S(""));
    set_str(v, "id", str_format(q->a, "%lld-%.*s", (long long)b->id, STR_ARG(o->name)));
    fields_show(q, o->ask, str_format(q->a, "a-%.*s", STR_ARG(o->name)).p,
                tried                        ? param_val(q, "rest")
                : str_eq(o->name, S("plan")) ? b->plan
                                             : NULL,
                set_list(v, "fields"));
}

static struct str label(const struct req *q, const char *key)
{
    return req_text(q, key);
}

static void put_keeper_acts(struct req *q, const struct bond *b, struct val *list)
{
    struct facts_ask end = {b->def->end, b->def->ends};

    if (bond_in(b, "proposed")) {
        put_act(q, b, &(struct offer){S("approve"), label(q, "bond.approve"), {0}, false, false},
                list);
        put_act(q, b, &(struct offer){S("decline"), label(q, "bond.decline"), {0}, true, true},
                list);
        return;
    }
    if (end.n && (bond_in(b, "closing") || bond_in(b, "active")))
        put_act(q, b, &(struct offer){S("assess"), label(q, "bond.assess"), end, false, false},
                list);
    if (bond_in(b, "active"))
        put_act(q, b, &(struct offer){S("stop"), label(q, "bond.stop"), {0}, true, true}, list);
}

static void put_acts(struct req *q, const struct bond *b, unsigned as)
{
    struct val *list = set_list(q->view, "acts");
    struct desk k = req_desk(q);
    bool active = bond_in(b, "active");

    if (b->def && active && (as & b->def->plan.by) && b->def->plan.asks)
        put_act(q, b,
                &(struct offer){S("plan"),
                                label(q, b->now.plan_at ? "bond.replan" : "bond.plan"),
                                {b->def->plan.ask, b->def->plan.asks},
                                false,
                                false},
                list);
    for (int i = 0; b->def && (active || bond_in(b, "closing")) && i < b->def->notes; i++) {
        const struct bond_note *note = &b->def->note[i];

        if (as & note->by)
            put_act(q, b,
                    &(struct offer){note->name,
                                    desk_title(&k, &note->title),
                                    {note->ask, note->asks},
                                    false,
                                    false},
                    list);
    }
    if (b->def && (as & BY_KEEPER))
        put_keeper_acts(q, b, list);
    set_bool(q->view, "acts_any", list->first != NULL);
}

/* ---- the page --------------------------------------------------------- */

static void put_fields(struct req *q, const struct bond *b)
{
    struct desk k = req_desk(q);
    struct val *plan = set_list(q->view, "plan"), *end = set_list(q->view, "assessment"),
               *fields = set_list(q->view, "fields");

    if (b->def) {
        facts_view(&k, (struct facts_ask){b->def->ask, b->def->asks}, b->fields, fields);
        facts_view(&k, (struct facts_ask){b->def->plan.ask, b->def->plan.asks}, b->plan, plan);
        facts_view(&k, (struct facts_ask){b->def->end, b->def->ends}, b->end, end);
    }
    set_bool(q->view, "planned", b->def && b->def->plan.given);
    set_bool(q->view, "plan_any", plan->first != NULL);
    set_bool(q->view, "assessment_any", end->first != NULL);
}

static void put_duties(struct req *q, const struct bond *b)
{
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "duties");

    duties_of(&k, b->id, list);
    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "state_title",
                req_text(
                    q, str_format(q->a, "bond.duty_%.*s", STR_ARG(val_text(&it->val, "state"))).p));
    set_bool(q->view, "duties_folded", show_fold(q, list, SHOWN));
    set_bool(q->view, "duties_any", list->first != NULL);
}

static void put_events(struct req *q, const struct bond *b)
{
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "events");

    bond_events(&k, b, list);
    set_bool(q->view, "folded", show_fold(q, list, SHOWN));
    for (struct item *it = list->first; it; it = it->next) {
        struct str kind = val_text(&it->val, "kind"), alarm = val_text(&it->val, "alarm");
        int64_t matter = show_member(&it->val, "matter")->integer;

        set_str(&it->val, "matter_at",
                matter ? str_format(q->a, "/matters/%lld", (long long)matter) : S(""));
        set_str(&it->val, "title", req_text(q, str_format(q->a, "bond.did_%.*s", STR_ARG(kind)).p));
        set_str(&it->val, "alarm_title",
                alarm.n ? req_text(q, str_format(q->a, "bond.alarm_%.*s", STR_ARG(alarm)).p)
                        : S(""));
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
    }
}

static bool show(struct req *q)
{
    struct bond *b = NEW(q->a, struct bond);
    struct desk k = req_desk(q);

    if (!get(q, b))
        return false;
    bond_row_view(&k, b, q->view);
    set_int(q->view, "seen", b->head.seq);
    bond_row_show(q, q->view);
    set_str(q->view, "unit_at", str_format(q->a, "/units/%lld", (long long)b->unit_id));
    set_str(q->view, "outcome_title",
            b->now.outcome.n
                ? req_text(q, str_format(q->a, "bond.by_%.*s", STR_ARG(b->now.outcome)).p)
                : S(""));
    put_fields(q, b);
    put_acts(q, b, bond_stands(&k, b));
    put_duties(q, b);
    put_events(q, b);
    return true;
}

PAGE(bond_page, .at = "GET /bonds/{id}", .template = "bond/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    return show(q);
}

/* A note goes by its own name. */
PAGE(bond_did, .at = "POST /bonds/{id}/act", .template = "bond/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"action", PARAM_TEXT, .max = 40},
                      {"reason", PARAM_TEXT}, {"rest", PARAM_REST}),
     .again = show)
{
    struct desk k = req_desk(q);
    struct bond *b = NEW(q->a, struct bond);
    struct bond_act act = {.id = param_int(q, "id"),
                           .seen = param_int(q, "seen"),
                           .does = param_str(q, "action"),
                           .reason = param_str(q, "reason")};
    struct facts_ask ask = {0};

    if (!get(q, b))
        return false;
    if (b->def)
        ask.field = bond_asked(b->def, act.does, &ask.n);
    act.fields = fields_typed(q, ask.field, ask.n);
    q->see_other = str_format(q->a, "/bonds/%lld", (long long)b->id);
    return bond_do(&k, &act, &q->err);
}
