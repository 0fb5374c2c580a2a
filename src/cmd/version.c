#include "cmd/cmd.h"

#include "base/version.h"

#include <stdio.h>

COMMAND(cmd_version, .name = "version", .usage = "version [--json]",
        .help = "which version this is")
{
    (void)printf(args->json ? "{\"version\":\"%s\"}\n" : "yingshao %s\n", YINGSHAO_VERSION);
    return EXIT_OK;
}
