/*
 * model.h - the district for which a classifier is trained: its subjects as labels, and where the
 * model is kept (table model, name "subjects"; loaded when the server starts).
 */
#ifndef CMD_MODEL_H
#define CMD_MODEL_H

#include "cmd/cmd.h"

struct model_home;

/* EXIT_OK, or the exit code with the reason printed. */
int model_open(const struct cmd_args *args, struct model_home **out);
/* The subject that a label names, by name or title; the label itself where there is none. */
struct str model_subject(const struct model_home *h, struct str label);
bool model_store(struct model_home *h, struct str bytes, struct err *e) MUST_USE;

#endif
