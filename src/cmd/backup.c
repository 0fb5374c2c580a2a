#include "base/file.h"
#include "cmd/data.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS_MAX ((size_t)64 * 1024)
#define COPY_MAX ((size_t)1 << 40)

/* One answer in two shapes: a sentence, or {file, district, data}. */
static void print_done(const struct cmd_args *args, const struct desk *k, struct str sentence)
{
    struct val *v = val_map(args->a);

    if (!args->json) {
        (void)printf("%.*s\n", STR_ARG(sentence));
        return;
    }
    set_str(v, "file", str_of(args->rest[0]));
    set_int(v, "district", k->d->code);
    set_str(v, "data", str_of(cmd_place(args).dir));
    cmd_print_json(args->a, v);
}

COMMAND(cmd_backup, .name = "backup", .usage = "backup FILE --data DIR",
        .help = "a whole copy of the database while it is in use (the keys are not in it)",
        .least = 1, .most = 1, .options = OPTIONS(DATA_OPTIONS))
{
    struct desk k;
    struct err e = {0};
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    if (!db_backup(k.db, args->rest[0], &e))
        return cmd_refused(&e);
    print_done(args, &k,
               str_format(args->a,
                          "Saved to %s. Keep %s/keys too, somewhere else: without it sealed "
                          "content is lost.",
                          args->rest[0], cmd_place(args).dir));
    return EXIT_OK;
}

static const char *in_data(const struct cmd_args *args, const char *name)
{
    return str_format(args->a, "%s/%s", cmd_place(args).dir, name).p;
}

static bool is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

static bool copy_file(struct arena *a, const char *from, const char *to, size_t most, struct err *e)
{
    struct str bytes;

    return file_map(a, from, most, &bytes, e) && file_write(to, bytes, 0600, e);
}

/* A restore that failed leaves the folder as it was, so that it can be tried again. */
static int take_back(const struct cmd_args *args, bool made)
{
    static const char *const names[] = {"yingshao.db", "yingshao.db-wal", "yingshao.db-shm",
                                        "search.db",   "search.db-wal",   "search.db-shm",
                                        "keys"};

    for (size_t i = 0; i < COUNT(names); i++)
        (void)unlink(in_data(args, names[i]));
    if (made)
        (void)rmdir(cmd_place(args).dir);
    return EXIT_FAILED;
}

COMMAND(cmd_restore, .name = "restore", .usage = "restore FILE --keys KEYS --data DIR",
        .help = "a new data folder from a backup and its keys", .least = 1, .most = 1,
        .options = OPTIONS({"data", "DIR", "the folder to make; it must not hold a district", false,
                            true},
                           {"keys", "FILE", "the keys that belong to the backup", false, true}))
{
    const char *dir = cmd_place(args).dir;
    const char *db = in_data(args, "yingshao.db"), *keys = in_data(args, "keys");
    struct err e = {0};
    struct desk k;
    bool made;

    if (is_there(db) || is_there(keys))
        return cmd_say(args, EXIT_FAILED, "there is a district in %s already", dir);
    made = mkdir(dir, 0700) == 0;
    if (!copy_file(args->a, option_get(args, "keys"), keys, KEYS_MAX, &e) ||
        !copy_file(args->a, args->rest[0], db, COPY_MAX, &e)) {
        (void)cmd_refused(&e);
        return take_back(args, made);
    }
    if (cmd_desk(args, &k) != EXIT_OK)
        return take_back(args, made);
    print_done(args, &k,
               str_format(args->a,
                          "District %lld is back in %s; yingshao verify says whether it is whole.",
                          (long long)k.d->code, dir));
    return EXIT_OK;
}
