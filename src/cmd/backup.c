#include "base/file.h"
#include "cmd/data.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS_MAX ((size_t)64 * 1024)
#define COPY_MAX ((size_t)1 << 40)

COMMAND(cmd_backup, .name = "backup", .usage = "backup FILE --data DIR",
        .help = "a whole copy of the database while it is in use (the keys are not in it)",
        .least = 1, .most = 1, .options = OPTIONS(DATA_OPTIONS))
{
    struct desk k;
    struct err e = {0};
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    if (db_is_postgres(k.db)) {
        (void)fprintf(stderr, "yingshao backup: use pg_basebackup or pg_dump for PostgreSQL\n");
        return EXIT_FAILED;
    }
    if (!db_backup(k.db, args->rest[0], &e))
        return cmd_refused(&e);
    (void)printf("Saved to %s. Keep %s/keys too, somewhere else: without it sealed content is "
                 "lost.\n",
                 args->rest[0], cmd_place(args).dir);
    return EXIT_OK;
}

static bool copy_file(struct arena *a, const char *from, const char *to, size_t most, struct err *e)
{
    struct str bytes;

    return file_read(a, from, most, &bytes, e) && file_write(to, bytes, 0600, e);
}

COMMAND(cmd_restore, .name = "restore", .usage = "restore FILE --keys KEYS --data DIR",
        .help = "a new data folder from a backup and its keys", .least = 1, .most = 1,
        .options = OPTIONS({"data", "DIR", "the folder to make; it must not hold a database", false,
                            true},
                           {"keys", "FILE", "the keys that belong to the backup", false, true}))
{
    struct place_of_data where = cmd_place(args);
    const char *db = str_format(args->a, "%s/yingshao.db", where.dir).p;
    const char *keys = str_format(args->a, "%s/keys", where.dir).p;
    struct err e = {0};
    struct stat st;
    struct desk k;

    if (stat(db, &st) == 0) {
        (void)fprintf(stderr, "yingshao restore: there is a database in %s already\n", where.dir);
        return EXIT_FAILED;
    }
    (void)mkdir(where.dir, 0700);
    if (!copy_file(args->a, option_get(args, "keys"), keys, KEYS_MAX, &e) ||
        !copy_file(args->a, args->rest[0], db, COPY_MAX, &e))
        return cmd_refused(&e);
    if (cmd_desk(args, &k) != EXIT_OK) {
        (void)unlink(db);
        return EXIT_FAILED;
    }
    (void)printf("District %lld is back in %s; yingshao verify says whether it is whole.\n",
                 (long long)k.d->code, where.dir);
    return EXIT_OK;
}
