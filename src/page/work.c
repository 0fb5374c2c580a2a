/* What waits for somebody: the inbox. */
#include "civic/duty_view.h"
#include "civic/notice.h"
#include "page/bond.h"
#include "page/duties.h"
#include "page/notice.h"
#include "page/roll.h"

static void put_box(struct req *q, struct val *box, const char *name, int64_t n, bool on)
{
    struct val *v = set_map(box, name);

    set_str(v, "n", n > 999 ? S("999+") : n ? str_format(q->a, "%lld", (long long)n) : S(""));
    set_bool(v, "on", on);
}

/* What stands on rolls and is to be confirmed again: the actor's own to look after, and by roll and
 * unit what else is. */
static int64_t put_reviews(struct req *q, struct desk *k, bool on)
{
    struct val *charge = set_list(q->view, "charge"), *reviews = set_list(q->view, "reviews");
    int64_t n = roll_in_charge(k, on ? charge : NULL) + roll_reviews(k, on ? reviews : NULL);

    rolls_link(q, charge);
    for (struct item *it = reviews->first; it; it = it->next)
        set_str(&it->val, "at",
                str_format(
                    q->a, "%.*s?review=1",
                    STR_ARG(roll_at(q, val_int(&it->val, "unit_id"), val_text(&it->val, "roll")))));
    set_bool(q->view, "charge_any", charge->first != NULL);
    set_bool(q->view, "reviews_any", reviews->first != NULL);
    return n;
}

/* The box of what falls due again and again; its count stands beside the others always. */
static void put_duties(struct req *q, struct desk *k, bool on)
{
    struct duty_counts n = duties_mine_count(k);
    struct val *rows = set_list(q->view, "duties");
    int64_t reviews = put_reviews(q, k, on);

    put_box(q, show_member(q->view, "box"), "duties", n.open + reviews, on);
    set_bool(q->view, "duties_missed", n.missed > 0);
    if (on)
        duties_mine(k, rows);
    duties_about(k, rows);
    duties_show(q, rows);
    set_bool(q->view, "duties_on", on);
    set_bool(q->view, "duties_any", rows->first != NULL);
    set_bool(q->view, "due_any", rows->first != NULL || (on && reviews));
}

/* The box of bonds in which something is wrong, for who keeps them; there while there are any. */
static void put_bonds(struct req *q, struct desk *k, bool on)
{
    int64_t n = bonds_waiting_count(k);
    struct val *rows = set_list(q->view, "bonds");

    put_box(q, show_member(q->view, "box"), "bonds", n, on);
    if (on)
        bonds_waiting(k, rows);
    for (struct item *it = rows->first; it; it = it->next)
        bond_row_show(q, &it->val);
    set_bool(q->view, "bonds_on", on);
    set_bool(q->view, "bonds_box", on || n);
    set_bool(q->view, "bonds_any", rows->first != NULL);
}

/* The box of what one was told; how many are new stands beside it always. */
static int64_t put_notices(struct req *q, struct desk *k, bool on)
{
    int64_t n = notices_new(k), next = 0;

    put_box(q, show_member(q->view, "box"), "notices", n, on);
    set_bool(q->view, "notices_on", on);
    set_bool(q->view, "notices_new", n > 0);
    if (on)
        next = notices_show(q, k);
    set_bool(q->view, "notices_any", on && val_int(q->view, "newest"));
    return next;
}

PAGE(work_inbox, .at = "GET /work", .template = "work/inbox", .who = WHO_STAFF,
     .nav = "part.nav_work", .nav_at = 10, .tab = "part.todo",
     .params = PARAMS({"box", PARAM_TEXT, .max = 12}, {"before", PARAM_INT}))
{
    struct desk k = req_desk(q);
    struct str name = param_str(q, "box");
    enum inbox which = str_eq(name, S("done"))         ? INBOX_DONE
                       : str_eq(name, S("open"))       ? INBOX_OPEN
                       : str_eq(name, S("supervised")) ? INBOX_SUPERVISED
                                                       : INBOX_TODO;
    struct val *counts = val_map(q->a), *box, *rows;
    bool duties = str_eq(name, S("duties")), bonds = str_eq(name, S("bonds"));
    bool notices = str_eq(name, S("notices")), matters = !duties && !bonds && !notices;
    int64_t next, open;

    inbox_counts(&k, counts);
    open = val_get(counts, S("open"))->integer;
    box = set_map(q->view, "box");
    put_box(q, box, "todo", val_get(counts, S("todo"))->integer, which == INBOX_TODO && matters);
    put_box(q, box, "open", open, which == INBOX_OPEN);
    put_box(q, box, "done", 0, which == INBOX_DONE);
    put_box(q, box, "supervised", 0, which == INBOX_SUPERVISED);
    rows = set_list(q->view, "rows");
    put_duties(q, &k, duties);
    put_bonds(q, &k, bonds);
    next = put_notices(q, &k, notices);
    if (matters)
        inbox_list(&k, which, param_int(q, "before"), rows, &next);
    show_rows(q, rows);
    show_pager(q, S("/work"), next);
    set_bool(q->view, "may_open", actor_may_somewhere(q->actor, S("matter.open")));
    set_bool(q->view, "step_due", which == INBOX_TODO || which == INBOX_OPEN);
    set_bool(q->view, "open_any", open || which == INBOX_OPEN);
    set_bool(q->view, "matters_on", matters);
    set_bool(q->view, "empty", rows->first == NULL);
    set_str(q->view, "done_at", S("/work?box=done"));
    return true;
}
