/*
 * picture_head.h - what a picture's first bytes say, read without decoding: size and orientation.
 *
 * Source: ITU T.81 B.1 (JPEG markers), CIPA DC-008 4.6.4 (Orientation), W3C PNG 11.2.2, GIF89a 18,
 * RFC 9649 (WebP). Orientation of JPEG only; that is what phones write.
 */
#ifndef PICTURE_HEAD_H
#define PICTURE_HEAD_H

#include "form/picture.h"

struct picture_head {
    enum picture_type type;
    int width, height; /* as stored, before turning */
    int orientation;   /* 1 to 8 as EXIF counts them; 1 is upright */
    size_t data;       /* JPEG: where the first scan begins */
};

/* False if the size cannot be told. */
bool picture_head_read(struct str bytes, struct picture_head *head) MUST_USE;

/* Orientation out of an EXIF block (TIFF header first); 1 if there is none. */
int picture_orientation(struct str exif);

/* HEIC, which iPhones send if they are not told otherwise. */
bool picture_is_heic(struct str bytes);

#endif
