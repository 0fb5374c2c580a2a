#include "form/picture.h"
#include "cmd/cmd.h"

COMMAND(cmd_picture, .name = "picture", .usage = "picture < FILE > REPLY",
        .help = "the server's own: decodes a picture out of its way", .no_json = true)
{
    (void)args;
    return picture_child();
}
