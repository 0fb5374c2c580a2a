/*
 * Actors lie flat in one arena that is emptied as a whole when it is full or something changed:
 * there are at most a few hundred people signed in, and reading one again is a query or two.
 */
#include "http/app.h"

#include <pthread.h>
#include <string.h>

#define SLOTS     1024
#define ARENA_MAX ((size_t)4 << 20)
#define KEEP_MS   (30 * SECOND_MS)

struct slot {
    unsigned char key[32];
    int64_t until;
    struct known *who; /* NULL: free */
};

struct actors {
    pthread_mutex_t lock;
    struct arena arena;
    uint64_t version;
    struct slot slot[SLOTS];
};

static void reset(void *arg)
{
    arena_reset(arg);
}

struct actors *actors_new(struct arena *boot)
{
    struct actors *c = NEW(boot, struct actors);

    pthread_mutex_init(&c->lock, NULL);
    arena_init(&c->arena, ARENA_MAX);
    arena_defer(boot, reset, &c->arena);
    return c;
}

static void copy_known(struct arena *a, const struct known *whole, struct known *out)
{
    const struct actor *from = &whole->actor;
    struct actor *to = &out->actor;
    struct holding *post = NEW_ARRAY(a, struct holding, from->posts + 1);

    *to = *from;
    to->name = str_copy(a, from->name);
    to->csrf = str_copy(a, from->csrf);
    for (size_t i = 0; i < from->posts; i++) {
        post[i] = from->post[i];
        post[i].role = str_copy(a, from->post[i].role);
        post[i].path = str_copy(a, from->post[i].path);
    }
    to->post = post;
    out->unit = str_copy(a, whole->unit);
}

static struct slot *slot_of(struct actors *c, const unsigned char key[32])
{
    uint32_t at;

    memcpy(&at, key, sizeof(at)); /* a hash: any bytes of it will do */
    return &c->slot[at % SLOTS];
}

static void forget(struct actors *c)
{
    memset(c->slot, 0, sizeof(c->slot));
    arena_reset(&c->arena);
}

bool actors_find(struct actors *c, const unsigned char key[32], int64_t now, struct arena *a,
                 struct known *out)
{
    struct slot *s = slot_of(c, key);
    bool found;

    pthread_mutex_lock(&c->lock);
    /* A clock that was set back (tests do) must not keep anyone longer either. */
    found = s->who && memcmp(s->key, key, sizeof(s->key)) == 0 && now < s->until &&
            now >= s->until - KEEP_MS;
    if (found)
        copy_known(a, s->who, out);
    pthread_mutex_unlock(&c->lock);
    return found;
}

void actors_put(struct actors *c, const unsigned char key[32], int64_t now, uint64_t version,
                const struct known *who)
{
    struct slot *s = slot_of(c, key);

    pthread_mutex_lock(&c->lock);
    if (version == c->version) {
        if (c->arena.used > ARENA_MAX / 2)
            forget(c);
        memcpy(s->key, key, sizeof(s->key));
        s->until = now + KEEP_MS;
        s->who = NEW(&c->arena, struct known);
        copy_known(&c->arena, who, s->who);
    }
    pthread_mutex_unlock(&c->lock);
}

void actors_forget(struct actors *c)
{
    pthread_mutex_lock(&c->lock);
    c->version++;
    forget(c);
    pthread_mutex_unlock(&c->lock);
}

uint64_t actors_version(struct actors *c)
{
    uint64_t v;

    pthread_mutex_lock(&c->lock);
    v = c->version;
    pthread_mutex_unlock(&c->lock);
    return v;
}
