/* What the shared library exports: what bears this mark, and nothing else. */
#pragma once

#define LMZIP_API __attribute__((visibility("default")))
