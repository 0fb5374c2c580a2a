/* Who somebody is: ID numbers, dates of birth, and how the same person is known again. */
#include "base/utf8.h"
#include "civic/import_noun.h"
#include "civic/keys.h"
#include "civic/roll.h"

#define SAME_BYTES 16
#define ID_CHARS   18

static struct str text_of(const struct val *fields, const char *name)
{
    const struct val *v = val_get(fields, str_of(name));

    return v && v->kind == VAL_STR ? str_trim(v->str) : S("");
}

/* GB 11643: the last character makes the weighted sum of all fit. */
static bool check_character(struct str id)
{
    static const int weight[ID_CHARS - 1] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < ID_CHARS - 1; i++)
        sum += (id.p[i] - '0') * weight[i];
    return "10X98765432"[sum % 11] == (id.p[ID_CHARS - 1] == 'x' ? 'X' : id.p[ID_CHARS - 1]);
}

static bool id_day(struct desk *k, struct str id, int32_t *day)
{
    struct str text = str_format(k->a, "%.*s-%.*s-%.*s", 4, id.p + 6, 2, id.p + 10, 2, id.p + 12);
    int64_t at;

    *day = when_parse(text, &at) ? day_of(at) : INT32_MIN;
    return *day != INT32_MIN;
}

static bool id_number(struct desk *k, struct str id, int32_t *day, struct err *e)
{
    size_t digits = 0;

    if (!import_digits(id, "id_number", e))
        return false;
    while (digits < id.n && id.p[digits] >= '0' && id.p[digits] <= '9')
        digits++;
    if (id.n != ID_CHARS || digits < ID_CHARS - 1 ||
        (digits == ID_CHARS - 1 && id.p[digits] != 'X' && id.p[digits] != 'x'))
        return refuse(e, ERR_INVALID, "id_number",
                      "An ID number has 18 characters: 17 digits, and a digit or X.");
    if (!id_day(k, id, day))
        return refuse(e, ERR_INVALID, "id_number", "This ID number holds no date of birth.");
    return check_character(id) ||
           refuse(e, ERR_INVALID, "id_number", "The last character of this ID number is wrong.");
}

static bool born_on(struct desk *k, const struct val *fields, int32_t *day, struct err *e)
{
    struct str id = text_of(fields, "id_number"), said = text_of(fields, "birth_date");
    int64_t at;

    *day = INT32_MIN;
    if (id.n && !id_number(k, id, day, e))
        return false;
    if (said.n && !when_parse(said, &at))
        return refuse(e, ERR_INVALID, "birth_date", "This is not a date such as 2026-11-21.");
    if (said.n && id.n && day_of(at) != *day)
        return refuse(e, ERR_INVALID, "birth_date",
                      "The date of birth does not fit the ID number.");
    if (said.n)
        *day = day_of(at);
    return *day == INT32_MIN || *day <= day_of(k->now) ||
           refuse(e, ERR_INVALID, said.n ? "birth_date" : "id_number",
                  "This date of birth is still to come.");
}

/* A name alone only tells people apart within a unit. */
static struct str same_of(struct desk *k, const struct val *fields, const struct unit *u,
                          int32_t day)
{
    struct str id = text_of(fields, "id_number"), name = text_of(fields, "name");
    struct str phone = text_of(fields, "phone");

    if (id.n)
        return str_format(k->a, "id %.*s", ID_CHARS - 1, id.p);
    if (!name.n)
        return S("");
    if (phone.n)
        return str_format(k->a, "phone %.*s %.*s", STR_ARG(name), STR_ARG(phone));
    if (day != INT32_MIN)
        return str_format(k->a, "born %.*s %d", STR_ARG(name), day);
    return str_format(k->a, "unit %.*s %.*s", STR_ARG(name), STR_ARG(u->path));
}

bool identity_of(struct desk *k, const struct val *fields, const struct unit *u,
                 struct identity *out, struct err *e)
{
    struct str same;

    if (!import_digits(text_of(fields, "phone"), "phone", e) ||
        !born_on(k, fields, &out->born_day, e))
        return false;
    same = same_of(k, fields, u, out->born_day);
    out->same = same.n ? keyed_hash(k, "roll", same, SAME_BYTES) : S("");
    return true;
}

struct str personal_mask(struct arena *a, struct str field, struct str plain)
{
    if (!plain.n)
        return plain;
    if (str_eq(field, S("name")))
        return text_mask_name(a, plain);
    if (str_eq(field, S("phone")) || str_eq(field, S("id_number")))
        return text_mask(a, plain);
    if (str_eq(field, S("birth_date")))
        return str_format(a, "%.*s-**-**", 4, plain.n < 4 ? "****" : plain.p);
    return S("***");
}
