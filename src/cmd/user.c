/* user add, passwd, token, list: who may sign in. A password never stands in the arguments. */
#include "civic/person.h"
#include "civic/session.h"
#include "civic/tally.h"
#include "cmd/data.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LINE_MAX_BYTES 512

STMT(user_by_login, "SELECT l.person_id FROM login l WHERE l.district = $1 AND l.name = $2");
STMT(user_list, "SELECT l.name AS login, p.name AS person, o.role, u.code AS unit, u.name AS "
                "unit_name FROM login l JOIN person p ON p.district = l.district AND p.id = "
                "l.person_id LEFT JOIN post o ON o.district = l.district AND o.person_id = "
                "l.person_id AND o.to_at = 0 LEFT JOIN unit u ON u.district = l.district AND u.id "
                "= o.unit_id WHERE l.district = $1 ORDER BY l.name, o.id");

struct user {
    struct desk *k;
    struct str login, name, role, hash, label, token;
    const struct unit *unit;
    int64_t days;
    struct val *list;
};

/* One line from stdin; at a terminal asked for, and not shown. */
static bool read_password(struct arena *a, struct str *out, struct err *e)
{
    char line[LINE_MAX_BYTES];
    struct termios was, quiet;
    bool tty = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0, got;

    if (tty) {
        (void)fputs("Password: ", stderr);
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    got = fgets(line, sizeof(line), stdin) != NULL;
    if (tty) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        (void)fputs("\n", stderr);
    }
    if (!got)
        return refuse(e, ERR_INVALID, "password", "The password is read from standard input.");
    line[strcspn(line, "\r\n")] = '\0';
    *out = str_copy(a, str_of(line));
    memset(line, 0, sizeof(line));
    return true;
}

static bool find_login(const struct user *u, int64_t *person, struct err *e)
{
    struct rows r = db_query(u->k->db, u->k->a, user_by_login, ARG(u->k->d->code), ARG(u->login));
    bool found = rows_next(&r);

    *person = found ? row_int(&r, 0) : 0;
    rows_end(&r);
    return found ||
           refuse(e, ERR_NOT_FOUND, "login", "There is no login called %.*s.", STR_ARG(u->login));
}

static int write_it(struct user *u, bool (*run)(struct db *db, void *arg, struct err *e))
{
    struct db_hooks hooks = tally_hooks(u->k->d);
    struct err e = {0};

    return db_write(u->k->db, run, u, &hooks, &e) ? EXIT_OK : cmd_refused(&e);
}

/* The password is hashed outside the transaction: it takes its time. */
static int take_password(const struct cmd_args *args, struct user *u)
{
    struct str password;
    struct err e = {0};

    if (!read_password(args->a, &password, &e) || !password_hash(args->a, password, &u->hash, &e))
        return cmd_refused(&e);
    return EXIT_OK;
}

/* ---- add ------------------------------------------------------------------ */

/* The same name with a post in the same unit is the same person. */
static bool add(struct db *db, void *arg, struct err *e)
{
    struct user *u = arg;
    int64_t person;

    u->k->db = db;
    if (find_login(u, &person, e))
        return refuse(e, ERR_CONFLICT, "login", "There is a login called %.*s already.",
                      STR_ARG(u->login));
    *e = (struct err){0};
    person = person_find(u->k, u->name, u->unit->id);
    if (!person && !person_add(u->k, u->name, S(""), &person, e))
        return false;
    return post_give(u->k, &(struct post_new){person, u->unit->id, u->role, 0, 0, NULL}, NULL, e) &&
           login_set(u->k, u->login, person, u->hash, e);
}

COMMAND(cmd_user_add, .name = "user add",
        .usage = "user add --login NAME --name NAME --role ROLE --unit CODE --data DIR",
        .help = "a person with a post and a login; the password is read from standard input",
        .no_json = true,
        .options = OPTIONS(DATA_OPTIONS, {"login", "NAME", "to sign in with", false, true},
                           {"name", "NAME", "the person's own", false, true},
                           {"role", "ROLE", "dispatcher, liaison, admin …", false, true},
                           {"unit", "CODE", "where the post is", false, true}))
{
    struct user u = {.login = str_of(option_get(args, "login")),
                     .name = str_of(option_get(args, "name")),
                     .role = str_of(option_get(args, "role"))};
    struct desk k;
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    u.k = &k;
    u.unit = unit_by_code(k.d->units, str_of(option_get(args, "unit")));
    if (!u.unit)
        return cmd_say(args, EXIT_FAILED, "there is no unit with the code %s",
                       option_get(args, "unit"));
    code = take_password(args, &u);
    return code != EXIT_OK ? code : write_it(&u, add);
}

/* ---- passwd ----------------------------------------------------------------- */

static bool change(struct db *db, void *arg, struct err *e)
{
    struct user *u = arg;
    int64_t person;

    u->k->db = db;
    return find_login(u, &person, e) && login_set(u->k, u->login, person, u->hash, e);
}

COMMAND(cmd_user_passwd, .name = "user passwd", .usage = "user passwd LOGIN --data DIR",
        .help = "a new password, read from standard input; ends the person's sessions", .least = 1,
        .most = 1, .no_json = true, .options = OPTIONS(DATA_OPTIONS))
{
    struct user u = {.login = str_of(args->rest[0])};
    struct desk k;
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    u.k = &k;
    code = take_password(args, &u);
    return code != EXIT_OK ? code : write_it(&u, change);
}

/* ---- token -------------------------------------------------------------------- */

static bool give_token(struct db *db, void *arg, struct err *e)
{
    struct user *u = arg;
    int64_t person;

    u->k->db = db;
    if (!find_login(u, &person, e))
        return false;
    u->token = token_new(u->k, person, u->label, u->k->now + u->days * DAY_MS);
    return true;
}

COMMAND(cmd_user_token, .name = "user token",
        .usage = "user token LOGIN --days N --label TEXT --data DIR",
        .help = "a token for another program, shown only now; it may do what the person may",
        .least = 1, .most = 1,
        .options = OPTIONS(DATA_OPTIONS, {"days", "N", "how long it holds; 1 to 1000", false, true},
                           {"label", "TEXT", "what it is for", false, true}))
{
    struct user u = {.login = str_of(args->rest[0]), .label = str_of(option_get(args, "label"))};
    struct desk k;
    int code;

    if (!str_int(str_of(option_get(args, "days")), &u.days) || u.days < 1 || u.days > 1000)
        return cmd_say(args, EXIT_USAGE, "--days is a number from 1 to 1000");
    code = cmd_desk(args, &k);
    if (code != EXIT_OK)
        return code;
    u.k = &k;
    code = write_it(&u, give_token);
    if (code == EXIT_OK)
        (void)printf(args->json ? "{\"token\":\"%.*s\"}\n" : "%.*s\n", STR_ARG(u.token));
    return code;
}

/* ---- list --------------------------------------------------------------------- */

static bool read_list(struct db *db, void *arg, struct err *e)
{
    struct user *u = arg;
    struct rows r = db_query(db, u->k->a, user_list, ARG(u->k->d->code));

    (void)e;
    rows_to_list(&r, u->list);
    return true;
}

static struct str text_of_row(const struct val *row, const char *key)
{
    const struct val *v = val_get(row, str_of(key));

    return v && v->kind == VAL_STR ? v->str : S("-");
}

COMMAND(cmd_user_list, .name = "user list", .usage = "user list --data DIR",
        .help = "logins, with the posts of their people", .options = OPTIONS(DATA_OPTIONS))
{
    struct user u = {.list = val_list(args->a)};
    struct err e = {0};
    struct desk k;
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    u.k = &k;
    if (!db_read(k.db, read_list, &u, &e))
        return cmd_refused(&e);
    if (args->json) {
        cmd_print_json(args->a, u.list);
        return EXIT_OK;
    }
    for (const struct item *it = u.list->first; it; it = it->next)
        (void)printf(
            "%-16.*s %-20.*s %-16.*s %.*s  %.*s\n", STR_ARG(text_of_row(&it->val, "login")),
            STR_ARG(text_of_row(&it->val, "role")), STR_ARG(text_of_row(&it->val, "unit")),
            STR_ARG(text_of_row(&it->val, "person")), STR_ARG(text_of_row(&it->val, "unit_name")));
    return EXIT_OK;
}
