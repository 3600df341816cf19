/* lmzip's interface in C (C99 and later).
 *
 *   lmzip_codec* codec = NULL;
 *   void* coded = NULL;
 *   size_t coded_size = 0;
 *   if (lmzip_codec_new(NULL, &codec) != LMZIP_OK ||
 *       lmzip_compress(codec, data, size, NULL, &coded, &coded_size) != LMZIP_OK) {
 *     fprintf(stderr, "%s\n", lmzip_last_message());
 *   }
 *   lmzip_free(coded);
 *   lmzip_codec_delete(codec);
 *
 * Structures: the first member is their size, which the caller sets, so that later releases can add
 * members at the end; all others may be 0, which is the default of each:
 *   lmzip_encode_options options = {.struct_size = sizeof(options), .effort = LMZIP_EFFORT_MAX};
 * NULL instead of a structure of options, or of a result that is not wanted, is allowed.
 *
 * Ownership: arguments stay the caller's and are not used after the call. What a function makes is
 * given back by the function named with it. Strings that are returned live as long as the object
 * that they were asked of.
 *
 * Threads: a codec may be used by any number of threads at once, the other objects by one at a
 * time. After fork() a child must not use its parent's codecs.
 *
 * Errors: no exception leaves a function. Where one fails, its results are NULL or 0, unless it
 * says otherwise. Sizes are bytes. The functions that are void or return a value cannot fail. */
#ifndef LMZIP_LMZIP_C_H_
#define LMZIP_LMZIP_C_H_

#include <stddef.h>
#include <stdint.h>

#include "lmzip/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The values stay as they are in later releases; there may be more. */
typedef enum lmzip_status {
  LMZIP_OK = 0,
  LMZIP_ERROR_USAGE = 1,          /* an argument or a combination of options that makes no sense */
  LMZIP_ERROR_IO = 2,             /* a file failed, or a function of the caller */
  LMZIP_ERROR_BAD_MAGIC = 3,      /* not an lmzip stream */
  LMZIP_ERROR_UNSUPPORTED = 4,    /* a version, flag or kind that this release does not know */
  LMZIP_ERROR_MODEL_MISMATCH = 5, /* the stream names a model that is not here */
  LMZIP_ERROR_MODEL_LOAD = 6,     /* a model file that is damaged or of another family */
  LMZIP_ERROR_TRUNCATED = 7,      /* the stream ends early */
  LMZIP_ERROR_CORRUPT = 8,        /* a check failed */
  LMZIP_ERROR_LIMIT = 9,          /* memory_bytes or max_output would be exceeded */
  LMZIP_ERROR_MEMORY = 100,       /* the system has no more memory */
  LMZIP_ERROR_BUG = 101           /* in lmzip: please report it */
} lmzip_status;

/* Of the library, as "1.2.3". */
LMZIP_API const char* lmzip_version(void);

/* "ok", "usage", "io"...; "unknown" for other values. */
LMZIP_API const char* lmzip_status_name(lmzip_status status);

/* What the last function that failed in this thread says: what, where, what was expected and found.
 * Never NULL; valid until the thread's next call. */
LMZIP_API const char* lmzip_last_message(void);

/* Gives back what lmzip_compress() and lmzip_decompress() have made. NULL is allowed. */
LMZIP_API void lmzip_free(void* data);

/* ---- A codec: a model, threads and a memory budget ---- */

typedef struct lmzip_codec lmzip_codec;

typedef enum lmzip_engine {
  LMZIP_ENGINE_AUTO = 0,
  LMZIP_ENGINE_NATIVE = 1,
  LMZIP_ENGINE_TORCH = 2
} lmzip_engine;

typedef struct lmzip_codec_options {
  size_t struct_size;
  const char* model;         /* a name or path; NULL: the linked-in model */
  int engine;                /* an lmzip_engine */
  const char* device;        /* "cpu" (default), "cuda" or "cuda:N" */
  int threads;               /* 0: one for each CPU that the process may use */
  uint64_t memory_bytes;     /* cap on buffers, tables and model states; 0: 250 MiB */
  const char* model_folders; /* separated by colons; searched before $LMZIP_MODEL_PATH */
  const char* plugin_folder; /* of the plug-ins; NULL: lmzip's installation */
  /* Names of files that whoever decodes has, too, and a NULL: what content repeats of them costs
   * next to nothing, and mixers have learned the end of the last when they begin. At most 16; NULL:
   * none. */
  const char* const* references;
} lmzip_codec_options;

/* The model is loaded at its first use. */
LMZIP_API lmzip_status lmzip_codec_new(const lmzip_codec_options* options, lmzip_codec** codec);
/* When no call uses it any more. NULL is allowed. */
LMZIP_API void lmzip_codec_delete(lmzip_codec* codec);

typedef enum lmzip_method {
  LMZIP_METHOD_AUTO = 0,        /* by samples of the content */
  LMZIP_METHOD_MODEL_MIXED = 1, /* model and mixer */
  LMZIP_METHOD_MODEL = 2,       /* the model alone */
  LMZIP_METHOD_MIXED = 3,       /* the mixer alone */
  LMZIP_METHOD_STORE = 4
} lmzip_method;

typedef enum lmzip_effort {
  LMZIP_EFFORT_DEFAULT = 0, /* the model where it earns its time */
  LMZIP_EFFORT_FAST = 1,    /* never the model */
  LMZIP_EFFORT_MAX = 2,     /* always the model */
  LMZIP_EFFORT_TURBO = 3    /* never the model, and of text few contexts */
} lmzip_effort;

typedef struct lmzip_encode_options {
  size_t struct_size;
  int method;             /* an lmzip_method */
  int effort;             /* an lmzip_effort */
  uint64_t frame_bytes;   /* of content; 0: 16 MiB */
  int lanes;              /* 0: by rule; else a power of two up to 64 */
  uint64_t segment_bytes; /* 0: by rule; else a power of two from 16 to 64 MiB */
  int verify;             /* not 0: every frame is decoded and compared before it is written */
  int untyped;            /* not 0: no models of their own for pictures, sound and others */
  const char* data_kind;  /* of all content, as lmzip_data_kinds() has it; NULL: what is found */
  uint64_t window_bytes;  /* how far before a frame what it repeats may stand; 0: by memory_bytes */
} lmzip_encode_options;

/* As window_bytes: frames need none of the others. */
#define LMZIP_NO_WINDOW UINT64_MAX

typedef struct lmzip_decode_options {
  size_t struct_size;
  uint64_t range_begin;  /* of the content; what lies outside is not written */
  uint64_t range_length; /* 0: to the end */
  int keep_going;        /* not 0: goes on behind damage */
  uint64_t max_output;   /* 0: no limit */
} lmzip_decode_options;

typedef struct lmzip_report {
  size_t struct_size;
  uint64_t raw_bytes;   /* content: read, or written */
  uint64_t coded_bytes; /* compressed: written, or read */
  uint64_t frames;      /* encoding */
  uint64_t damage;      /* places, with keep_going */
} lmzip_report;

/* What data_kind may say, a form a line: "raw16le:2", "rgb:640"... */
LMZIP_API const char* lmzip_data_kinds(void);

/* Of buffers. *out is given back by lmzip_free(). */
LMZIP_API lmzip_status lmzip_compress(lmzip_codec* codec, const void* data, size_t size,
                                      const lmzip_encode_options* options, void** out,
                                      size_t* out_size);
/* With keep_going, what damage leaves is in *out although LMZIP_ERROR_CORRUPT is returned. Content
 * of unknown origin may be as large as it likes: see max_output. */
LMZIP_API lmzip_status lmzip_decompress(lmzip_codec* codec, const void* data, size_t size,
                                        const lmzip_decode_options* options, void** out,
                                        size_t* out_size);

/* Reads up to `size` bytes into `data`; returns how many, 0 at the end, or -1 for a failure, which
 * ends the call with LMZIP_ERROR_IO. */
typedef ptrdiff_t (*lmzip_read_function)(void* context, void* data, size_t size);
/* Writes all of `data`; returns 0, or anything else for a failure. */
typedef int (*lmzip_write_function)(void* context, const void* data, size_t size);
/* Both are called by the thread that made the call, with the pointer that was passed beside them.
 * They must neither throw nor jump out. */

LMZIP_API lmzip_status lmzip_compress_stream(lmzip_codec* codec, lmzip_read_function read,
                                             void* read_context, lmzip_write_function write,
                                             void* write_context,
                                             const lmzip_encode_options* options,
                                             lmzip_report* report);
/* With keep_going, damage is LMZIP_ERROR_CORRUPT at the end, when all that is whole is written; the
 * report is then filled, and lmzip_last_message() tells of the first place. */
LMZIP_API lmzip_status lmzip_decompress_stream(lmzip_codec* codec, lmzip_read_function read,
                                               void* read_context, lmzip_write_function write,
                                               void* write_context,
                                               const lmzip_decode_options* options,
                                               lmzip_report* report);

/* What a byte costs, in 1/2^24 bit: by the network alone, by the mixer before its last correction,
 * and by what codes it; 0 for a part that is not there. */
typedef struct lmzip_byte_cost {
  uint32_t network;
  uint32_t mixed;
  uint32_t result;
} lmzip_byte_cost;

typedef struct lmzip_cost_report {
  size_t struct_size;
  /* Of what lmzip_compress() would write, but for 0.1 % and 16 bytes a frame. */
  uint64_t coded_bytes;
  uint64_t frames;
  /* The sums of all bytes' costs, of network and mixed where `costs` is not NULL. */
  uint64_t network;
  uint64_t mixed;
  uint64_t result;
} lmzip_cost_report;

/* Measures what lmzip_compress() would write. costs: NULL, or room for `size` of them. The cost of
 * a token stands at its first byte, that of a copy's entry in its list at the copy's first byte;
 * zeros behind them. */
LMZIP_API lmzip_status lmzip_cost(lmzip_codec* codec, const void* data, size_t size,
                                  const lmzip_encode_options* options, lmzip_byte_cost* costs,
                                  lmzip_cost_report* report);

/* ---- What a compressed file holds, from its headers; needs no codec and no model ---- */

typedef struct lmzip_listing lmzip_listing;

typedef struct lmzip_frame {
  size_t struct_size;
  uint64_t stream;
  uint64_t offset; /* of its header in the file */
  uint64_t raw_bytes;
  uint64_t coded_bytes; /* header included */
  const char* method;
  int lanes; /* 0: stored */
  uint64_t segment_bytes;
} lmzip_frame;

LMZIP_API lmzip_status lmzip_list(lmzip_read_function read, void* read_context,
                                  lmzip_listing** listing);
LMZIP_API void lmzip_listing_delete(lmzip_listing* listing);
LMZIP_API uint64_t lmzip_listing_raw_bytes(const lmzip_listing* listing);
LMZIP_API uint64_t lmzip_listing_coded_bytes(const lmzip_listing* listing);
LMZIP_API size_t lmzip_listing_frame_count(const lmzip_listing* listing);
/* Short ids, in hexadecimal digits, of the models that decoding needs. */
LMZIP_API size_t lmzip_listing_model_count(const lmzip_listing* listing);
LMZIP_API const char* lmzip_listing_model(const lmzip_listing* listing, size_t index);
LMZIP_API lmzip_status lmzip_listing_frame(const lmzip_listing* listing, size_t index,
                                           lmzip_frame* frame);

/* ---- The models that are found ---- */

typedef struct lmzip_models lmzip_models;

typedef struct lmzip_model {
  size_t struct_size;
  const char* file;    /* its path, or "linked-in model" */
  const char* problem; /* NULL; else why it could not be read, and only `file` is told */
  const char* name;
  const char* id; /* 64 hexadecimal digits; empty for a pinned model: its file was not read whole */
  int version;
  int exact; /* 0: pinned */
  const char* vocabulary_kind;
  int vocabulary;
  uint64_t parameters; /* dense */
  uint64_t file_bytes;
} lmzip_model;

/* `folders`, separated by colons, are searched first; NULL: none. */
LMZIP_API lmzip_status lmzip_models_find(const char* folders, lmzip_models** models);
LMZIP_API void lmzip_models_delete(lmzip_models* models);
LMZIP_API size_t lmzip_models_count(const lmzip_models* models);
LMZIP_API lmzip_status lmzip_models_get(const lmzip_models* models, size_t index,
                                        lmzip_model* model);

#ifdef __cplusplus
}
#endif

#endif /* LMZIP_LMZIP_C_H_ */
