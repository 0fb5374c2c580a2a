#include "civic/keys.h"

#include "base/file.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE "yingshao keys 1"
#define FILE_MAX   ((size_t)4096)

static void library_init(void)
{
    if (sodium_init() < 0)
        die("libsodium does not start");
}

static void put_key(struct buf *b, struct str name, const unsigned char *key, size_t n)
{
    char text[200];

    buf_put(b, name);
    buf_put(b, S(": "));
    buf_put(b,
            str_of(sodium_bin2base64(text, sizeof(text), key, n, sodium_base64_VARIANT_ORIGINAL)));
    buf_put(b, S("\n"));
}

static bool take_key(struct str *rest, struct str name, unsigned char *key, size_t n)
{
    struct str line, head;
    size_t got;

    *rest = str_cut(*rest, '\n', &line);
    line = str_trim(str_cut(line, ':', &head));
    return str_eq(head, name) &&
           sodium_base642bin(key, n, line.p, line.n, NULL, &got, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == n;
}

bool keys_create(struct arena *a, const char *file, struct keys *out, struct err *e)
{
    struct buf b = {.arena = a};

    library_init();
    if (access(file, F_OK) == 0)
        return refuse(e, ERR_CONFLICT, "keys", "There are keys in %s already; they are kept.",
                      file);
    randombytes_buf(out->seal, sizeof(out->seal));
    randombytes_buf(out->code, sizeof(out->code));
    (void)crypto_sign_keypair(out->sign_public, out->sign_secret);
    buf_put(&b, S(FIRST_LINE "\n"));
    put_key(&b, S("seal"), out->seal, sizeof(out->seal));
    put_key(&b, S("sign"), out->sign_secret, sizeof(out->sign_secret));
    put_key(&b, S("code"), out->code, sizeof(out->code));
    return file_write(file, buf_str(&b), 0600, e);
}

bool keys_load(struct arena *a, const char *file, struct keys *out, struct err *e)
{
    struct stat st;
    struct str rest, line;

    library_init();
    if (stat(file, &st) == 0 && st.st_mode & 077)
        return refuse(e, ERR_DENIED, "keys",
                      "The keys in %s can be read by others; run chmod 600 on the file.", file);
    if (!file_read(a, file, FILE_MAX, &rest, e))
        return false;
    rest = str_cut(rest, '\n', &line);
    if (!str_eq(line, S(FIRST_LINE)) || !take_key(&rest, S("seal"), out->seal, sizeof(out->seal)) ||
        !take_key(&rest, S("sign"), out->sign_secret, sizeof(out->sign_secret)) ||
        !take_key(&rest, S("code"), out->code, sizeof(out->code)))
        return refuse(e, ERR_INVALID, "keys", "The keys in %s are damaged.", file);
    (void)crypto_sign_ed25519_sk_to_pk(out->sign_public, out->sign_secret);
    return true;
}

struct str keyed_hash(struct desk *k, const char *what, struct str s, size_t n)
{
    unsigned char *out = NEW_ARRAY(k->a, unsigned char, crypto_generichash_BYTES_MAX);
    size_t made = n < crypto_generichash_BYTES_MIN ? crypto_generichash_BYTES_MIN : n;
    crypto_generichash_state h;

    assert(n <= crypto_generichash_BYTES_MAX);
    (void)crypto_generichash_init(&h, k->d->keys.code, sizeof(k->d->keys.code), made);
    (void)crypto_generichash_update(&h, (const unsigned char *)what, strlen(what) + 1);
    (void)crypto_generichash_update(&h, (const unsigned char *)s.p, s.n);
    (void)crypto_generichash_final(&h, out, made);
    return (struct str){(const char *)out, n};
}
