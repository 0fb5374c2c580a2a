/* Banks of questions: what is in them, and ending one. Right answers are for those who keep them.
 */
#include "page/show.h"

#include "civic/question.h"

static struct str bank_at(struct req *q, int64_t n)
{
    return str_format(q->a, "/questions?bank=%lld", (long long)n);
}

static struct str answer_text(struct req *q, const struct question *it)
{
    if (it->kind != ASK_JUDGE || !it->answer.n)
        return it->answer;
    return req_text(q, str_format(q->a, "question.%.*s", STR_ARG(it->answer)).p);
}

static void put_question(struct req *q, const struct question *it, struct val *v)
{
    struct val *options = set_list(v, "options");
    struct str rest = it->options, line;

    set_int(v, "id", it->id);
    set_str(v, "text", it->text);
    set_str(v, "kind",
            req_text(q, str_format(q->a, "question.kind_%s", question_kinds[it->kind]).p));
    while (rest.n) {
        rest = str_cut(rest, '\n', &line);
        add_val(options, (struct val){.kind = VAL_STR, .str = line});
    }
    set_str(v, "answer", answer_text(q, it));
    set_int(v, "mark", it->mark);
}

PAGE(question_index, .at = "GET /questions", .template = "question/index", .who = WHO_STAFF,
     .right = "question.manage", .nav = "part.nav_questions", .nav_at = 83,
     .params = PARAMS({"bank", PARAM_ID}))
{
    struct val *banks = set_list(q->view, "banks"), *list;
    int64_t n = 1, asked = param_int(q, "bank") ? param_int(q, "bank") : 1;
    struct desk k = req_desk(q);
    struct str bank = S("");
    struct question *it;
    size_t count;

    /* Banks go by their place in the list; the first is shown. */
    question_banks(&k, banks);
    for (struct item *b = banks->first; b; b = b->next, n++) {
        set_str(&b->val, "at", bank_at(q, n));
        set_bool(&b->val, "on", n == asked);
        if (n == asked)
            bank = val_text(&b->val, "bank");
    }
    set_int(q->view, "bank_n", asked);
    set_bool(q->view, "any", banks->first != NULL);
    set_str(q->view, "import_at", S("/import?noun=questions"));
    it = question_read(&k, bank, &count);
    list = set_list(q->view, "questions");
    for (size_t i = 0; i < count; i++)
        put_question(q, &it[i], add_map(list));
    return true;
}

PAGE(question_stop, .at = "POST /questions/{id}/end", .who = WHO_STAFF, .right = "question.manage",
     .params = PARAMS({"id", PARAM_ID}, {"bank", PARAM_ID}))
{
    struct desk k = req_desk(q);

    q->see_other = bank_at(q, param_int(q, "bank") ? param_int(q, "bank") : 1);
    return question_end(&k, param_int(q, "id"), &q->err);
}
