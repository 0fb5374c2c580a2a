#include "cmd/model.h"

#include "cmd/data.h"

struct model_home {
    struct desk k;
    struct str bytes;
};

int model_open(const struct cmd_args *args, struct model_home **out)
{
    *out = NEW(args->a, struct model_home);
    return cmd_desk(args, &(*out)->k);
}

struct str model_subject(const struct model_home *h, struct str label)
{
    const struct pack *p = h->k.d->pack;

    for (int i = 0; i < p->subjects; i++) {
        const struct subject *s = &p->subject[i];

        if (str_eq(label, s->name) || str_eq(label, s->title.zh) || str_eq(label, s->title.en))
            return s->name;
    }
    return label;
}

static bool put(struct db *db, void *arg, struct err *e)
{
    const struct model_home *h = arg;
    struct desk k = h->k;

    (void)e;
    k.db = db;
    district_put_model(&k, h->bytes);
    return true;
}

bool model_store(struct model_home *h, struct str bytes, struct err *e)
{
    h->bytes = bytes;
    return db_write(h->k.db, put, h, NULL, e);
}
