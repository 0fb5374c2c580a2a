#include "cmd/cmd.h"

#include <sys/stat.h>

int main(int argc, char **argv)
{
    (void)umask(077); /* what the program writes is the district's alone */
    return cmd_main(argc, argv);
}
