/*
 * texts.h - every sentence that the program says, in both languages.
 *
 * The .yaml files of text/zh-CN and text/en are flat maps, merged. A key without a blank is a label
 * (matter.list.title) and must be in both; any other key is a refusal's English format, only in
 * zh-CN, with {1}, {2} … for its % in order. A key twice, a label in one language only, or a
 * placeholder that the format does not have, stops the program at boot with file and line.
 */
#ifndef TEXTS_H
#define TEXTS_H

#include "base/err.h"
#include "val/val.h"

enum lang { LANG_ZH, LANG_EN, LANGS };

struct texts;

bool texts_load(struct arena *boot, struct texts **out, struct err *e) MUST_USE;

enum lang lang_of(struct str code); /* "zh" or "en"; anything else is zh */

/* "" and false if there is no such label. */
bool text_find(const struct texts *t, enum lang lang, struct str key, struct str *text) MUST_USE;
/* The label, or the key itself where there is none. */
struct str text_of(const struct texts *t, enum lang lang, const char *key);

/* The refusal in the person's language. A first argument that is the field's name is shown as the
 * text field.NAME, where there is one. */
struct str err_text(struct arena *a, const struct texts *t, enum lang lang, const struct err *e);

/* *source with each [[key]] replaced by the label, escaped for HTML, in the arena of the texts.
 * Refused with file:line if there is none. */
bool text_fill(const struct texts *t, enum lang lang, struct str file, struct str *source,
               struct err *e) MUST_USE;

#endif
