#include "pack/read.h"

void figures_read(struct pack_reader *r)
{
    (void)r;
}
