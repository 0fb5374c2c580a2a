/* One entry of a roll: for who keeps it, and for who is on it. */
#include "page/duties.h"
#include "page/offer.h"
#include "page/roll.h"

#include "civic/duty_view.h"
#include "civic/person.h"
#include "civic/service.h"

#define KEEPERS_SHOWN 200

static bool take(struct req *q, struct roll_entry *e)
{
    struct desk k = req_desk(q);

    return roll_entry_take(&k, param_int(q, "id"), 0, e, &q->err);
}

/* ---- showing ---------------------------------------------------------------- */

static void put_titles(struct req *q, struct val *v)
{
    struct val *sealed = show_member(v, "sealed");

    for (struct item *it = sealed->first; it; it = it->next) {
        if (!val_text(&it->val, "title").n)
            show_member(&it->val, "title")->str = (req_text(
                q, str_eq(val_text(&it->val, "name"), S("phone")) ? "roll.phone" : "roll.person"));
    }
}

static void put_offers(struct req *q, struct desk *k, const struct roll_entry *e)
{
    const struct roll_state *st = e->now.state >= 0 ? &e->def->state[e->now.state] : NULL;
    const struct roll_action **list =
        NEW_ARRAY(q->a, const struct roll_action *, (size_t)(st ? st->actions : 0) + 1);
    struct val *out = set_list(q->view, "offers");
    int n;

    roll_offers(k, e, list, &n);
    set_bool(q->view, "offers_any", n > 0);
    for (int i = 0; i < n; i++) {
        bool tried = q->refused && str_eq(param_str(q, "action"), list[i]->name);
        struct val *v = add_map(out);

        set_str(v, "name", list[i]->name);
        set_str(v, "title", desk_title(k, &list[i]->title));
        set_bool(v, "open", tried);
        set_bool(v, "asks", list[i]->asks > 0);
        fields_show(q, (struct facts_ask){list[i]->ask, list[i]->asks},
                    str_format(q->a, "o-%.*s", STR_ARG(list[i]->name)).p,
                    tried ? param_val(q, "rest") : NULL, set_list(v, "fields"));
    }
}

static void put_kinds(struct req *q, struct desk *k, const struct roll_entry *e)
{
    struct val *list = set_list(q->view, "kinds");

    for (int i = 0; e->now.state >= 0 && i < e->def->kinds; i++) {
        if (!str_eq(e->def->kind[i].name, e->now.kind))
            show_choice(list, e->def->kind[i].name, desk_title(k, &e->def->kind[i].title), false);
    }
}

/* Who holds a post in the entry's unit can be in charge of it. */
static void put_keepers(struct req *q, struct desk *k, const struct roll_entry *e)
{
    struct val *list = set_list(q->view, "keepers"), *posts = val_list(q->a);
    int64_t n = 0;

    posts_of_unit(k, e->unit_id, posts);
    for (struct item *it = posts->first; it && n < KEEPERS_SHOWN; it = it->next, n++) {
        int64_t id = val_int(&it->val, "person_id");

        show_choice(list, str_format(q->a, "%lld", (long long)id),
                    str_format(q->a, "%.*s · %.*s", STR_ARG(val_text(&it->val, "name")),
                               STR_ARG(val_text(&it->val, "role_title"))),
                    id == e->keeper_id);
    }
}

static void put_events(struct req *q, struct desk *k, const struct roll_entry *e)
{
    struct val *list = set_list(q->view, "events");

    roll_entry_events(k, e, list);
    for (struct item *it = list->first; it; it = it->next) {
        struct str kind = val_text(&it->val, "kind"), field = val_text(&it->val, "field");
        const char *key = str_format(q->a, "roll.did_%.*s", STR_ARG(kind)).p;

        set_str(&it->val, "title", req_text(q, key));
        if (str_eq(field, S("name")) || str_eq(field, S("phone")))
            show_member(&it->val, "field")->str =
                (req_text(q, str_eq(field, S("phone")) ? "roll.phone" : "roll.person"));
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
    }
}

static void put_duties(struct req *q, struct desk *k, const struct roll_entry *e)
{
    struct val *list = set_list(q->view, "duties");

    duties_of(k, e->id, list);
    duties_show(q, list);
    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "about", S("")); /* it stands on the page of that */
    set_bool(q->view, "duties_any", list->first != NULL);
}

static void put_change(struct req *q, struct desk *k, const struct roll_entry *e)
{
    const struct val *typed = param_val(q, "rest");
    struct facts_ask ask = roll_facts(k->a, e->def, e->now.kind), open = {0};
    struct field *plain = NEW_ARRAY(q->a, struct field, (size_t)ask.n + 1);

    for (int i = 0; i < ask.n; i++) {
        plain[open.n] = ask.field[i];
        plain[open.n++].need = false;
    }
    open.field = plain;
    fields_show(q, open, "c", typed ? typed : e->fields, set_list(q->view, "asked"));
}

static bool show(struct req *q, struct str field, struct str text)
{
    struct desk k = req_desk(q);
    struct roll_entry e;
    bool keeps, self;
    int64_t minutes;

    if (!take(q, &e))
        return false;
    keeps = roll_keeps(&k, e.def, e.unit_path);
    self = roll_is_self(&k, &e);
    roll_entry_view(&k, &e, q->view);
    put_titles(q, q->view);
    for (struct item *it = show_member(q->view, "sealed")->first; it; it = it->next) {
        set_str(&it->val, "shown",
                field.n && str_eq(val_text(&it->val, "name"), field) ? text : S(""));
    }
    set_str(q->view, "at", entry_at(q, e.id));
    set_str(q->view, "roll_at", keeps ? roll_at(q, e.unit_id, e.roll) : S("/rolls"));
    set_bool(q->view, "keeps", keeps && e.now.state >= 0);
    set_bool(q->view, "may_erase", keeps && !str_eq(e.now.outcome, S("erased")));
    set_bool(q->view, "may_confirm", e.now.review_at && (keeps || e.keeper_id == q->actor->person));
    set_bool(q->view, "self", self);
    set_bool(q->view, "may_ask", self && !e.asked.n);
    set_bool(q->view, "may_answer", keeps && e.asked.n);
    set_bool(q->view, "may_look",
             !self && (actor_may(q->actor, S("personal.reveal"), e.unit_path) ||
                       (e.def->whos && keeps)));
    put_offers(q, &k, &e);
    put_kinds(q, &k, &e);
    put_keepers(q, &k, &e);
    put_change(q, &k, &e);
    put_duties(q, &k, &e);
    put_events(q, &k, &e);
    minutes = self ? service_minutes(&k, q->actor->person) : 0;
    set_int(q->view, "minutes", minutes);
    set_bool(q->view, "served", minutes > 0);
    return true;
}

static bool again(struct req *q)
{
    return show(q, S(""), S(""));
}

PAGE(entry_show, .at = "GET /entries/{id}", .template = "roll/entry", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    return show(q, S(""), S(""));
}

/* ---- doing -------------------------------------------------------------------- */

static struct roll_step step_of(struct req *q, const char *what)
{
    q->see_other = entry_at(q, param_int(q, "id"));
    q->actors_changed = true;
    return (struct roll_step){.id = param_int(q, "id"),
                              .seen = param_int(q, "seen"),
                              .what = *what ? param_str(q, what) : S(""),
                              .said = param_val(q, "rest")};
}

#define STEP_PARAMS       \
    {"id", PARAM_ID},     \
    {                     \
        "seen", PARAM_INT \
    }

PAGE(entry_do, .at = "POST /entries/{id}/do", .template = "roll/entry", .who = WHO_STAFF,
     .again = again,
     .params = PARAMS(STEP_PARAMS, {"action", PARAM_TEXT, .max = 40},
                      {"rest", PARAM_REST, .max = 1000}))
{
    struct roll_step s = step_of(q, "action");
    struct desk k = req_desk(q);

    return roll_do(&k, &s, &q->err);
}

PAGE(entry_kind, .at = "POST /entries/{id}/kind", .template = "roll/entry", .who = WHO_STAFF,
     .again = again, .params = PARAMS(STEP_PARAMS, {"kind", PARAM_TEXT, .max = 40}))
{
    struct roll_step s = step_of(q, "kind");
    struct desk k = req_desk(q);

    return roll_set_kind(&k, &s, &q->err);
}

PAGE(entry_keeper, .at = "POST /entries/{id}/keeper", .template = "roll/entry", .who = WHO_STAFF,
     .again = again, .params = PARAMS(STEP_PARAMS, {"keeper", PARAM_INT}))
{
    struct roll_step s = step_of(q, "");
    struct desk k = req_desk(q);

    return roll_set_keeper(&k, &s, param_int(q, "keeper"), &q->err);
}

PAGE(entry_confirm, .at = "POST /entries/{id}/confirm", .template = "roll/entry", .who = WHO_STAFF,
     .again = again, .params = PARAMS(STEP_PARAMS))
{
    struct roll_step s = step_of(q, "");
    struct desk k = req_desk(q);

    return roll_confirm_it(&k, &s, &q->err);
}

/* What is personal is written over only where something was typed. */
PAGE(entry_change, .at = "POST /entries/{id}/change", .template = "roll/entry", .who = WHO_STAFF,
     .again = again, .params = PARAMS(STEP_PARAMS, {"rest", PARAM_REST, .max = 1000}))
{
    struct roll_step s = step_of(q, "");
    struct val *said = val_map(q->a);
    struct desk k = req_desk(q);
    struct roll_entry e;
    struct facts_ask ask;

    if (!take(q, &e))
        return false;
    ask = roll_facts(k.a, e.def, e.now.kind);
    for (const struct item *it = s.said ? s.said->first : NULL; it; it = it->next) {
        bool sealed = str_eq(it->key, S("name")) || str_eq(it->key, S("phone"));

        for (int i = 0; i < ask.n; i++)
            sealed = sealed || (ask.field[i].personal && str_eq(ask.field[i].name, it->key));
        if (!sealed || !val_is_empty(&it->val))
            set_val(said, it->key, it->val);
    }
    s.said = said;
    return roll_change(&k, &s, &q->err);
}

PAGE(entry_look, .at = "POST /entries/{id}/look", .template = "roll/entry", .who = WHO_STAFF,
     .again = again,
     .params = PARAMS({"id", PARAM_ID}, {"field", PARAM_TEXT, .max = 40},
                      {"reason", PARAM_TEXT, .max = 100}))
{
    struct reveal ask = {param_int(q, "id"), param_str(q, "field"), param_str(q, "reason")};
    struct desk k = req_desk(q);
    struct str plain;

    return roll_reveal(&k, &ask, &plain, &q->err) && show(q, ask.field, plain);
}

PAGE(entry_ask, .at = "POST /entries/{id}/ask", .template = "roll/entry", .who = WHO_STAFF,
     .again = again,
     .params = PARAMS(STEP_PARAMS, {"what", PARAM_TEXT, .max = 20},
                      {"words", PARAM_TEXT, .max = 600}))
{
    struct roll_step s = step_of(q, "what");
    struct desk k = req_desk(q);

    return roll_ask(&k, &s, param_str(q, "words"), &q->err);
}

PAGE(entry_answer, .at = "POST /entries/{id}/answer", .template = "roll/entry", .who = WHO_STAFF,
     .again = again,
     .params = PARAMS(STEP_PARAMS, {"what", PARAM_TEXT, .max = 20},
                      {"words", PARAM_TEXT, .max = 600}))
{
    struct roll_step s = step_of(q, "what");
    struct desk k = req_desk(q);

    return roll_answer(&k, &s, param_str(q, "words"), &q->err);
}

PAGE(entry_end, .at = "POST /entries/{id}/end", .template = "roll/entry", .who = WHO_STAFF,
     .again = again, .params = PARAMS(STEP_PARAMS, {"reason", PARAM_TEXT, .max = 200}))
{
    struct roll_step s = step_of(q, "");
    struct desk k = req_desk(q);

    return roll_end(&k, s.id, param_str(q, "reason"), &q->err);
}

PAGE(entry_erase, .at = "POST /entries/{id}/erase", .template = "roll/entry", .who = WHO_STAFF,
     .again = again, .params = PARAMS(STEP_PARAMS, {"reason", PARAM_TEXT, .max = 200}))
{
    struct roll_step s = step_of(q, "");
    struct desk k = req_desk(q);

    return roll_erase(&k, &s, param_str(q, "reason"), &q->err);
}
