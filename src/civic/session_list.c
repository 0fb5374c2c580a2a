/* Sessions as their owner sees them. An id is the first bytes of the token's hash. */
#include "civic/session.h"

STMT(sessions_mine, "SELECT token_hash, label, is_token, created_at, seen_at, expires_at FROM "
                    "session WHERE district = $1 AND person_id = $2 AND expires_at > $3 ORDER BY "
                    "seen_at DESC LIMIT 100");
STMT(session_drop, "DELETE FROM session WHERE district = $1 AND token_hash = $2");
STMT(login_of_person, "SELECT name FROM login WHERE district = $1 AND person_id = $2");

static int64_t id_of(struct str hash)
{
    int64_t id = 0;

    for (size_t i = 0; i < 6 && i < hash.n; i++)
        id = id << 8 | (unsigned char)hash.p[i];
    return id;
}

void session_list(struct desk *k, int64_t person, const unsigned char now[32], struct val *list)
{
    struct rows r = db_query(k->db, k->a, sessions_mine, ARG(k->d->code), ARG(person), ARG(k->now));

    while (rows_next(&r)) {
        struct str hash = row_str(&r, 0);
        struct val *v = add_map(list);

        set_int(v, "id", id_of(hash));
        set_str(v, "label", row_str(&r, 1));
        set_bool(v, "is_token", row_int(&r, 2) != 0);
        set_int(v, "created_at", row_int(&r, 3));
        set_int(v, "seen_at", row_int(&r, 4));
        set_int(v, "expires_at", row_int(&r, 5));
        set_bool(v, "this", str_eq(hash, (struct str){(const char *)now, 32}));
    }
}

bool session_close(struct desk *k, int64_t person, int64_t id, struct err *e)
{
    struct rows r = db_query(k->db, k->a, sessions_mine, ARG(k->d->code), ARG(person), ARG(k->now));
    struct str found = S("");

    while (rows_next(&r)) {
        if (id_of(row_str(&r, 0)) == id)
            found = row_str(&r, 0);
    }
    if (!found.n)
        return refuse(e, ERR_NOT_FOUND, NULL, "This session has ended already.");
    (void)db_run(k->db, session_drop, ARG(k->d->code), arg_blob(found));
    return true;
}

struct str login_name(struct desk *k, int64_t person)
{
    struct rows r = db_query(k->db, k->a, login_of_person, ARG(k->d->code), ARG(person));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}
