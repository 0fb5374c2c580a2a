/* version.h - which version this is. */
#ifndef VERSION_H
#define VERSION_H

#define YINGSHAO_VERSION "0.1.0"

#endif
