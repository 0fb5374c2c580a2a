#include "form/xlsx.h"

struct xlsx {
    int sheet;
};

bool xlsx_open(struct arena *a, struct str bytes, struct xlsx **out, struct err *e)
{
    (void)bytes;
    *out = NEW(a, struct xlsx);
    return refuse(e, ERR_INVALID, NULL, "Workbooks are not read yet; save it as CSV.");
}

bool xlsx_next(struct xlsx *x, struct cells *row, struct err *e)
{
    (void)x, (void)row, (void)e;
    return false;
}
