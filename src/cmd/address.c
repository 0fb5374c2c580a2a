/* At which address people reach the district: what stands in QR codes, on slips and in calendars.
 */
#include "civic/district.h"
#include "cmd/data.h"

#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX 200

struct setting {
    struct desk k;
    struct str address;
};

/* https://host, with or without port and path; no query, and nothing that a code could not hold. */
static bool check(struct str s, struct err *e)
{
    struct str scheme, rest = str_cut(s, '/', &scheme);
    bool good = (str_eq(scheme, S("https:")) || str_eq(scheme, S("http:"))) && rest.n > 1 &&
                s.n <= ADDRESS_MAX && rest.p[0] == '/' && !strchr("/:", rest.p[1]);

    for (size_t i = 0; good && i < s.n; i++)
        good = s.p[i] > ' ' && s.p[i] < 127 && !strchr("?#\"<>\\@", s.p[i]);
    return good || refuse(e, ERR_INVALID, "address",
                          "An address is like https://yingshao.example.cn, without a query.");
}

static bool read_it(struct db *db, void *arg, struct err *e)
{
    struct setting *s = arg;

    (void)e;
    s->k.db = db;
    s->address = setting_get(&s->k, S("public_url"));
    return true;
}

static bool put(struct db *db, void *arg, struct err *e)
{
    struct setting *s = arg;

    s->k.db = db;
    if (!check(s->address, e))
        return false;
    setting_put(&s->k, S("public_url"), s->address);
    return true;
}

static void say(const struct cmd_args *args, struct str address)
{
    struct val *out = val_map(args->a);

    set_str(out, "address", address);
    if (args->json)
        cmd_print_json(args->a, out);
    else if (address.n)
        (void)printf("%.*s\n", STR_ARG(address));
    else
        (void)printf("None is set: each page uses the address at which it was asked for.\n");
}

COMMAND(cmd_address, .name = "address", .usage = "address [https://HOST] --data DIR",
        .help = "show or set the address that QR codes, slips and calendars lead to", .most = 1,
        .options = OPTIONS(DATA_OPTIONS))
{
    struct setting s = {.address = S("")};
    struct err e = {0};
    int code = cmd_desk(args, &s.k);

    if (code != EXIT_OK)
        return code;
    if (args->n_rest)
        s.address = str_of(args->rest[0]);
    if (!(args->n_rest ? db_write(s.k.db, put, &s, NULL, &e) : db_read(s.k.db, read_it, &s, &e)))
        return cmd_refused(&e);
    say(args, s.address);
    return EXIT_OK;
}
