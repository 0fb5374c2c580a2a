/* Files of matters: opened by who acts on them, which is recorded and so no GET; taken back by who
 * gave them. Bytes of a browser's making are never shown in a page, only downloaded. */
#include "civic/attachment.h"

#include "http/page.h"

PAGE(attachment_get, .at = "POST /attachments/{id}", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    struct desk k = req_desk(q);
    struct document d;

    if (!attachment_open(&k, param_int(q, "id"), &d, &q->err))
        return false;
    q->type = document_mime(d.type);
    q->bytes = d.bytes;
    q->file_name = d.name;
    return true;
}

static bool withdraw(struct req *q, struct str back)
{
    struct desk k = req_desk(q);

    q->see_other = back;
    return attachment_withdraw(&k, param_int(q, "id"), &q->err);
}

PAGE(attachment_back, .at = "POST /attachments/{id}/withdraw", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    return withdraw(q, S("/work"));
}

PAGE(report_file_back, .at = "POST /report/files/{id}/withdraw", .who = WHO_CODE,
     .params = PARAMS({"id", PARAM_ID}))
{
    return withdraw(q, S("/report/show"));
}
