/* What is personal on a roll: looked at with a reason, corrected, erased. */
#include "base/utf8.h"
#include "civic/look.h"
#include "civic/person.h"
#include "civic/roll.h"

#define ASK_MAX 500

STMT(entry_others, "SELECT id FROM roll_entry WHERE district = $1 AND person_id = $2 AND person_id "
                   "> 0 AND id <> $3 AND to_at = 0");

static bool find_sealed(struct desk *k, const struct roll_entry *e, struct str field,
                        struct str *plain)
{
    struct facts_ask ask = roll_facts(k->a, e->def, e->now.kind);

    if (str_eq(field, S("name")) || str_eq(field, S("phone"))) {
        *plain = roll_opened(k, e, str_eq(field, S("name")) ? e->name_sealed : e->phone_sealed);
        return true;
    }
    for (int i = 0; i < ask.n; i++) {
        if (ask.field[i].personal && str_eq(ask.field[i].name, field)) {
            *plain =
                facts_word(k->a, facts_read(k->a, roll_opened(k, e, e->personal_sealed)), field);
            return true;
        }
    }
    return false;
}

bool roll_reveal(struct desk *k, const struct reveal *ask, struct str *plain, struct err *err)
{
    struct str reason = str_trim(ask->reason);
    struct val *c = val_map(k->a);
    struct roll_entry e;
    struct look look;

    if (!roll_entry_take(k, ask->id, 0, &e, err))
        return false;
    if (!find_sealed(k, &e, ask->field, plain))
        return refuse(err, ERR_INVALID, "field", "There is no such field.");
    if (roll_is_self(k, &e))
        return true;
    if (!actor_may(k->actor, S("personal.reveal"), e.unit_path) &&
        !(e.def->whos && roll_keeps(k, e.def, e.unit_path)))
        return refuse(err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (utf8_count(reason) < 2)
        return refuse(err, ERR_INVALID, "reason", "Please say why you need to see this.");
    look = (struct look){
        .unit_path = e.unit_path, .roll_entry = e.id, .field = ask->field, .reason = reason};
    look_put(k, &look);
    set_str(c, "field", look.field);
    set_str(c, "reason", look.reason);
    roll_save(k, &e, S("look"), c);
    return true;
}

/* ---- asking and answering --------------------------------------------------- */

bool roll_ask(struct desk *k, const struct roll_step *s, struct str words, struct err *err)
{
    struct val *c = val_map(k->a);
    struct roll_entry e;

    if (!roll_entry_take(k, s->id, s->seen, &e, err))
        return false;
    if (!roll_is_self(k, &e))
        return refuse(err, ERR_DENIED, NULL, "Only who is on the roll can ask for this.");
    if (!str_eq(s->what, S("correction")) && !str_eq(s->what, S("erasure")))
        return refuse(err, ERR_INVALID, "what", "Please say what you ask for.");
    if (e.asked.n)
        return refuse(err, ERR_CONFLICT, NULL,
                      "You have asked for something already; please wait for the answer.");
    words = str_trim(words);
    if (!words.n || utf8_count(words) > ASK_MAX)
        return refuse(err, ERR_INVALID, "words",
                      "Please say what is wrong, in at most %d characters.", ASK_MAX);
    e.asked = s->what;
    e.asked_sealed = seal_text(k->db, k->d, k->a, e.id, words);
    set_str(c, "what", s->what);
    roll_save(k, &e, S("ask"), c);
    return true;
}

bool roll_answer(struct desk *k, const struct roll_step *s, struct str words, struct err *err)
{
    bool yes = str_eq(s->what, S("yes"));
    struct val *c = val_map(k->a);
    struct roll_entry e;

    if (!roll_entry_take(k, s->id, s->seen, &e, err))
        return false;
    if (!roll_keeps(k, e.def, e.unit_path))
        return refuse(err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!e.asked.n)
        return refuse(err, ERR_CONFLICT, NULL, "Nothing is asked here any more.");
    if (!yes && !str_eq(s->what, S("no")))
        return refuse(err, ERR_INVALID, "what", "Please answer yes or no.");
    words = str_trim(words);
    if (utf8_count(words) < 2 || utf8_count(words) > ASK_MAX)
        return refuse(err, ERR_INVALID, "words", "Please give an answer of 2 to %d characters.",
                      ASK_MAX);
    if (yes && str_eq(e.asked, S("erasure")))
        return roll_erase(k, s, words, err);
    set_str(c, "what", e.asked);
    set_bool(c, "granted", yes);
    set_str(c, "reason", words);
    e.asked = e.asked_sealed = S("");
    roll_save(k, &e, S("answer"), c);
    return true;
}

/* ---- erasing ----------------------------------------------------------------- */

static bool stands_elsewhere(struct desk *k, const struct roll_entry *e)
{
    struct rows r =
        db_query(k->db, k->a, entry_others, ARG(k->d->code), ARG(e->person_id), ARG(e->id));
    bool is = rows_next(&r);

    rows_end(&r);
    return is;
}

bool roll_erase(struct desk *k, const struct roll_step *s, struct str reason, struct err *err)
{
    struct val *c = val_map(k->a);
    struct roll_entry e;
    int64_t person;

    if (!roll_entry_take(k, s->id, s->seen, &e, err))
        return false;
    if (!roll_keeps(k, e.def, e.unit_path))
        return refuse(err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (str_eq(e.now.outcome, S("erased")))
        return refuse(err, ERR_CONFLICT, NULL, "This entry was erased.");
    if (utf8_count(str_trim(reason)) < 2)
        return refuse(err, ERR_INVALID, "reason", "Please say why this entry ends.");
    roll_leave(k, &e, S("erased"));
    person = e.person_id;
    if (person && !stands_elsewhere(k, &e))
        (void)person_erase(k, person);
    e.fields = roll_countable(k, &e);
    e.name_sealed = e.phone_sealed = e.personal_sealed = e.asked_sealed = S("");
    e.same = e.asked = S("");
    e.person_id = 0;
    seal_erase(k->db, k->d, e.id);
    set_str(c, "reason", str_trim(reason));
    roll_save(k, &e, S("erase"), c);
    db_scrub(k->db);
    return true;
}
