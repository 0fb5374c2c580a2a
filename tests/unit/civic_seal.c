#include "civic/keys.h"
#include "db_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

STMT(key_count, "SELECT count(*) FROM subject_key");

struct keys_file {
    struct arena a;
    char dir[64], path[128];
};

static void keys_file_open(struct keys_file *k)
{
    *k = (struct keys_file){0};
    arena_init(&k->a, 1 << 20);
    (void)snprintf(k->dir, sizeof(k->dir), "/tmp/yingshao-keys.XXXXXX");
    cr_assert(mkdtemp(k->dir));
    (void)snprintf(k->path, sizeof(k->path), "%s/keys", k->dir);
}

static void keys_file_close(struct keys_file *k)
{
    (void)unlink(k->path);
    (void)rmdir(k->dir);
    arena_reset(&k->a);
}

Test(keys, are_made_once_and_read_back)
{
    struct keys_file k;
    struct keys made = {0}, read = {0}, other = {0};
    struct err e = {0};
    struct stat st;

    keys_file_open(&k);
    cr_assert(keys_create(&k.a, k.path, &made, &e), "%s", e.text);
    cr_assert(keys_load(&k.a, k.path, &read, &e), "%s", e.text);
    cr_assert(memcmp(&made, &read, sizeof(made)) == 0);
    cr_assert(stat(k.path, &st) == 0 && (st.st_mode & 0777) == 0600);
    cr_assert_not(keys_create(&k.a, k.path, &other, &e));
    cr_assert_eq(e.kind, ERR_CONFLICT);
    keys_file_close(&k);
}

Test(keys, that_are_absent_damaged_or_open_to_others_are_refused)
{
    static const char *const damaged[] = {"", "yingshao keys 1\n", "yingshao keys 1\nseal: AAAA\n",
                                          "yingshao keys 2\n"};
    struct keys_file k;
    struct keys keys = {0};
    struct err e = {0};
    FILE *out;

    keys_file_open(&k);
    cr_assert_not(keys_load(&k.a, k.path, &keys, &e));
    cr_assert_eq(e.kind, ERR_NOT_FOUND);
    for (size_t i = 0; i < COUNT(damaged); i++) {
        out = fopen(k.path, "w");
        (void)fputs(damaged[i], out);
        (void)fclose(out);
        (void)chmod(k.path, 0600);
        e = (struct err){0};
        cr_assert_not(keys_load(&k.a, k.path, &keys, &e));
        cr_assert_eq(e.kind, ERR_INVALID);
    }
    (void)chmod(k.path, 0640);
    e = (struct err){0};
    cr_assert_not(keys_load(&k.a, k.path, &keys, &e));
    cr_assert_eq(e.kind, ERR_DENIED);
    keys_file_close(&k);
}

TEST_ON_BOTH(seal, a_sealed_text_comes_back_until_its_key_is_destroyed)
{
    static const char *const plain[] = {"13800138000", "张三", "a"};
    struct keys_file k;
    struct district d = {.code = 140214, .ids = NEW(&f->a, struct id_maker)};
    struct err e = {0};
    struct str phone, again, spoiled;
    char *bytes;

    keys_file_open(&k);
    cr_assert(keys_create(&k.a, k.path, &d.keys, &e), "%s", e.text);
    for (size_t i = 0; i < COUNT(plain); i++) {
        struct str sealed = seal_text(f->db, &d, &f->a, 7, str_of(plain[i]));

        cr_assert_null(strstr(sealed.p, plain[i]) && strlen(plain[i]) > 1 ? sealed.p : NULL);
        cr_assert(str_eq(unseal_text(f->db, &d, &f->a, 7, sealed), str_of(plain[i])));
    }
    cr_assert_eq(fixture_int(f, &key_count), 1);
    phone = seal_text(f->db, &d, &f->a, 7, S("13800138000"));
    again = seal_text(f->db, &d, &f->a, 7, S("13800138000"));
    cr_assert_not(str_eq(phone, again)); /* equal texts do not look equal */
    cr_assert_eq(unseal_text(f->db, &d, &f->a, 8, phone).n, 0);
    cr_assert_eq(unseal_text(f->db, &d, &f->a, 7, S("13800138000")).n, 0);
    cr_assert_eq(seal_text(f->db, &d, &f->a, 9, S("")).n, 0);
    spoiled = str_copy(&f->a, phone);
    bytes = (char *)(uintptr_t)spoiled.p;
    bytes[20] = bytes[20] == 'A' ? 'B' : 'A';
    cr_assert_eq(unseal_text(f->db, &d, &f->a, 7, spoiled).n, 0);
    seal_erase(f->db, &d, 7);
    cr_assert_eq(unseal_text(f->db, &d, &f->a, 7, phone).n, 0);
    (void)seal_text(f->db, &d, &f->a, 7, S("new"));
    cr_assert_eq(unseal_text(f->db, &d, &f->a, 7, phone).n, 0);
    keys_file_close(&k);
}
