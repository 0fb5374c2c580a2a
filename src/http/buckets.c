#include "http/app.h"

#include <pthread.h>

#define BUCKETS 8192

struct bucket {
    uint64_t key;
    int64_t at_ms;
    int64_t left; /* thousandths of a request */
};

struct buckets {
    pthread_mutex_t lock;
    struct bucket bucket[BUCKETS];
};

struct buckets *buckets_new(struct arena *boot)
{
    struct buckets *l = NEW(boot, struct buckets);

    pthread_mutex_init(&l->lock, NULL);
    return l;
}

/* FNV-1a: two addresses in one bucket only share a limit. */
static uint64_t key_of(struct str address, const void *purpose)
{
    uint64_t h = 14695981039346656037u ^ (uint64_t)(uintptr_t)purpose;

    for (size_t i = 0; i < address.n; i++)
        h = (h ^ (unsigned char)address.p[i]) * 1099511628211u;
    return (h ^ (h >> 29)) | 1;
}

bool buckets_take(struct buckets *l, struct str address, const void *purpose, int per_minute,
                  int64_t now, int *wait_s)
{
    uint64_t key = key_of(address, purpose);
    struct bucket *b = &l->bucket[key % BUCKETS];
    int64_t most = (int64_t)per_minute * 1000;
    bool ok;

    pthread_mutex_lock(&l->lock);
    if (b->key != key || now < b->at_ms) {
        *b = (struct bucket){key, now, most};
    } else {
        int64_t passed = now - b->at_ms;
        int64_t more = passed > MINUTE_MS ? most : passed * most / MINUTE_MS;

        b->left = b->left + more > most ? most : b->left + more;
        b->at_ms = more ? now : b->at_ms;
    }
    ok = b->left >= 1000;
    if (ok)
        b->left -= 1000;
    *wait_s = ok ? 0 : (int)((1000 - b->left) * 60 / most) + 1;
    pthread_mutex_unlock(&l->lock);
    return ok;
}
