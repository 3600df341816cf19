/* What a program in C does with lmzip: outside c|d MODEL IN OUT. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lmzip/lmzip_c.h"

static void Require(int condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "outside: %s (%s)\n", what, lmzip_last_message());
  exit(1);
}

static ptrdiff_t Read(void* context, void* data, size_t size) {
  FILE* file = context;
  size_t got = fread(data, 1, size < 1000 ? size : 1000, file); /* less than asked for is no end */
  return ferror(file) ? -1 : (ptrdiff_t)got;
}

static int Write(void* context, const void* data, size_t size) {
  return fwrite(data, 1, size, (FILE*)context) != size;
}

static int Fail(void* context, const void* data, size_t size) {
  (void)context, (void)data, (void)size;
  return 1;
}

static void TestModels(const char* name) {
  lmzip_models* models = NULL;
  size_t i, found = 0;
  Require(lmzip_models_find(NULL, &models) == LMZIP_OK, "no models");
  for (i = 0; i < lmzip_models_count(models); ++i) {
    lmzip_model model = {.struct_size = sizeof(model)};
    Require(lmzip_models_get(models, i, &model) == LMZIP_OK, "no model");
    if (model.problem == NULL && (strcmp(model.name, name) == 0 || strstr(model.file, name) != NULL)) {
      found += strlen(model.id) == 64 && model.exact && strcmp(model.vocabulary_kind, "bytes") == 0;
    }
  }
  Require(found > 0, "the model is not listed");
  lmzip_models_delete(models);
}

/* Buffers, listing, options, errors. */
static void TestBuffers(lmzip_codec* codec) {
  static const char kText[] = "Here is a text, and here is a text, and here is a text again: 0123456789.";
  lmzip_encode_options encode = {.struct_size = sizeof(encode)};
  lmzip_decode_options decode = {.struct_size = sizeof(decode)};
  void *coded = NULL, *decoded = NULL;
  size_t coded_size = 0, decoded_size = 0;
  encode.method = LMZIP_METHOD_MODEL_MIXED;
  encode.verify = 1;
  Require(lmzip_compress(codec, kText, sizeof(kText), &encode, &coded, &coded_size) == LMZIP_OK, "compress");
  Require(coded_size > 0 && coded_size < sizeof(kText), "it does not shrink");
  Require(lmzip_decompress(codec, coded, coded_size, NULL, &decoded, &decoded_size) == LMZIP_OK, "decompress");
  Require(decoded_size == sizeof(kText) && memcmp(decoded, kText, sizeof(kText)) == 0, "it comes back changed");
  lmzip_free(decoded);

  decode.range_begin = 5;
  decode.range_length = 4;
  Require(lmzip_decompress(codec, coded, coded_size, &decode, &decoded, &decoded_size) == LMZIP_OK, "range");
  Require(decoded_size == 4 && memcmp(decoded, kText + 5, 4) == 0, "another range");
  lmzip_free(decoded);

  decode.range_length = 0;
  decode.max_output = 10;
  Require(lmzip_decompress(codec, coded, coded_size, &decode, &decoded, &decoded_size) == LMZIP_ERROR_LIMIT,
          "no limit");
  Require(decoded == NULL && decoded_size == 0 && strlen(lmzip_last_message()) > 0, "no message");

  ((char*)coded)[coded_size / 2] ^= 1;
  Require(lmzip_decompress(codec, coded, coded_size, NULL, &decoded, &decoded_size) == LMZIP_ERROR_CORRUPT,
          "damage is not found");
  Require(lmzip_decompress(codec, coded, coded_size / 2, NULL, &decoded, &decoded_size) != LMZIP_OK,
          "a cut is not found");
  Require(lmzip_decompress(codec, "junkjunkjunkjunk", 16, NULL, &decoded, &decoded_size) == LMZIP_ERROR_BAD_MAGIC,
          "junk is decoded");
  lmzip_free(coded);

  encode.method = 77;
  Require(lmzip_compress(codec, "x", 1, &encode, &coded, &coded_size) == LMZIP_ERROR_USAGE, "method 77");
  encode.struct_size = 0;
  Require(lmzip_compress(codec, "x", 1, &encode, &coded, &coded_size) == LMZIP_ERROR_USAGE, "no size");
  Require(lmzip_compress(NULL, "x", 1, NULL, &coded, &coded_size) == LMZIP_ERROR_USAGE, "no codec");
  Require(lmzip_compress(codec, NULL, 0, NULL, &coded, &coded_size) == LMZIP_OK && coded_size > 0, "nothing");
  lmzip_free(coded);
}

/* Costs add up to what is coded. */
static void TestCosts(lmzip_codec* codec) {
  static const char kText[] = "Here is a text, and here is a text, and here is a text again: 0123456789.";
  lmzip_encode_options encode = {.struct_size = sizeof(encode), .method = LMZIP_METHOD_MODEL_MIXED};
  lmzip_cost_report report = {.struct_size = sizeof(report)}, sum = {.struct_size = sizeof(sum)};
  lmzip_byte_cost costs[sizeof(kText)];
  void* coded = NULL;
  size_t coded_size = 0, i;
  uint64_t added = 0;
  Require(lmzip_cost(codec, kText, sizeof(kText), &encode, costs, &report) == LMZIP_OK, "cost");
  Require(lmzip_compress(codec, kText, sizeof(kText), &encode, &coded, &coded_size) == LMZIP_OK, "compress");
  Require(report.coded_bytes + 16 >= coded_size && report.coded_bytes <= coded_size + 16, "another size");
  for (i = 0; i < sizeof(kText); ++i) {
    Require(costs[i].network > 0 && costs[i].mixed > 0 && costs[i].result > 0, "a byte is free");
    added += costs[i].result;
  }
  Require(added == report.result && report.frames == 1, "the sum is another");
  Require(lmzip_cost(codec, kText, sizeof(kText), &encode, NULL, &sum) == LMZIP_OK, "the sum alone");
  Require(sum.result == report.result && sum.coded_bytes == report.coded_bytes, "the sum alone is another");
  Require(lmzip_cost(NULL, kText, sizeof(kText), NULL, NULL, NULL) == LMZIP_ERROR_USAGE, "costs without a codec");
  lmzip_free(coded);
}

/* Callers of earlier and of later releases have shorter and longer structures. */
static void TestVersions(lmzip_codec* codec) {
  struct {
    lmzip_encode_options known;
    uint64_t later;
  } longer = {.known = {.struct_size = sizeof(longer), .method = LMZIP_METHOD_STORE}, .later = 0};
  struct {
    size_t struct_size;
    int method, effort;
  } shorter = {sizeof(shorter), LMZIP_METHOD_STORE, LMZIP_EFFORT_DEFAULT};
  void* coded = NULL;
  size_t coded_size = 0;
  Require(lmzip_compress(codec, "aaaa", 4, &longer.known, &coded, &coded_size) == LMZIP_OK, "longer");
  lmzip_free(coded);
  longer.later = 1;
  Require(lmzip_compress(codec, "aaaa", 4, &longer.known, &coded, &coded_size) == LMZIP_ERROR_USAGE,
          "an unknown option is ignored");
  Require(lmzip_compress(codec, "aaaa", 4, (const lmzip_encode_options*)(const void*)&shorter, &coded, &coded_size) ==
              LMZIP_OK, "shorter");
  lmzip_free(coded);
}

/* What the content is can be said; what nobody knows is refused. */
static void TestKinds(lmzip_codec* codec) {
  unsigned char picture[2048];
  lmzip_encode_options encode = {.struct_size = sizeof(encode), .method = LMZIP_METHOD_MIXED};
  const char* const kinds[] = {NULL, "gray:32"};
  void *coded = NULL, *decoded = NULL;
  size_t sizes[2] = {0, 0}, decoded_size = 0;
  for (size_t i = 0; i < sizeof(picture); ++i) {
    picture[i] = (unsigned char)(i < 32 ? i * i * 7 : picture[i - 32] + i % 5 - 2);
  }
  encode.untyped = 1;
  for (int i = 0; i < 2; ++i, encode.untyped = 0) {
    encode.data_kind = kinds[i];
    Require(lmzip_compress(codec, picture, sizeof(picture), &encode, &coded, &sizes[i]) == LMZIP_OK, "a picture");
    Require(lmzip_decompress(codec, coded, sizes[i], NULL, &decoded, &decoded_size) == LMZIP_OK, "its code");
    Require(decoded_size == sizeof(picture) && memcmp(decoded, picture, decoded_size) == 0, "another picture");
    lmzip_free(coded);
    lmzip_free(decoded);
  }
  Require(sizes[0] != sizes[1], "its kind does not matter");
  Require(strstr(lmzip_data_kinds(), "gray:WIDTH") != NULL, "kinds are not told");
  encode.data_kind = "smell";
  Require(lmzip_compress(codec, picture, sizeof(picture), &encode, &coded, &sizes[0]) == LMZIP_ERROR_USAGE, "smell");
}

/* What a reference has costs next to nothing, and is needed to decode; frames can be asked to be independent. */
static void TestReferences(lmzip_codec* without, const char* model, const char* path) {
  const char* const references[] = {path, NULL};
  lmzip_codec_options options = {.struct_size = sizeof(options), .model = model, .references = references};
  lmzip_encode_options encode = {.struct_size = sizeof(encode), .method = LMZIP_METHOD_MIXED, .window_bytes = LMZIP_NO_WINDOW};
  unsigned char content[3000];
  void *plain = NULL, *coded = NULL, *decoded = NULL;
  size_t plain_size = 0, coded_size = 0, decoded_size = 0;
  lmzip_codec* codec = NULL;
  FILE* file = fopen(path, "rb");
  Require(file != NULL && fread(content, 1, sizeof(content), file) == sizeof(content), "the reference");
  fclose(file);
  Require(lmzip_codec_new(&options, &codec) == LMZIP_OK, "a codec with a reference");
  Require(lmzip_compress(without, content, sizeof(content), &encode, &plain, &plain_size) == LMZIP_OK, "without");
  Require(lmzip_compress(codec, content, sizeof(content), &encode, &coded, &coded_size) == LMZIP_OK, "by a reference");
  Require(coded_size < plain_size / 2, "the reference does not help");
  Require(lmzip_decompress(without, coded, coded_size, NULL, &decoded, &decoded_size) == LMZIP_ERROR_MODEL_MISMATCH,
          "decoded without the reference");
  Require(lmzip_decompress(codec, coded, coded_size, NULL, &decoded, &decoded_size) == LMZIP_OK, "with it");
  Require(decoded_size == sizeof(content) && memcmp(decoded, content, decoded_size) == 0, "other content");
  lmzip_free(plain);
  lmzip_free(coded);
  lmzip_free(decoded);
  encode.window_bytes = LMZIP_NO_WINDOW - 1;
  Require(lmzip_compress(codec, content, sizeof(content), &encode, &coded, &coded_size) == LMZIP_ERROR_USAGE,
          "a window of all there is");
  lmzip_codec_delete(codec);
}

static void TestListing(const char* path, uint64_t coded_bytes) {
  FILE* file = fopen(path, "rb");
  lmzip_listing* listing = NULL;
  lmzip_frame frame = {.struct_size = sizeof(frame)};
  Require(file != NULL && lmzip_list(Read, file, &listing) == LMZIP_OK, "list");
  fclose(file);
  Require(lmzip_listing_coded_bytes(listing) == coded_bytes, "another size");
  Require(lmzip_listing_frame_count(listing) == 1 && lmzip_listing_model_count(listing) == 1, "frames");
  Require(lmzip_listing_frame(listing, 0, &frame) == LMZIP_OK, "frame");
  Require(frame.raw_bytes == lmzip_listing_raw_bytes(listing) && strlen(frame.method) > 0, "frame's size");
  Require(strlen(lmzip_listing_model(listing, 0)) >= 8 && lmzip_listing_model(listing, 1) == NULL, "id");
  Require(lmzip_listing_frame(listing, 1, &frame) == LMZIP_ERROR_USAGE, "frame 1");
  lmzip_listing_delete(listing);
}

int main(int argc, char** argv) {
  lmzip_codec_options options = {.struct_size = sizeof(options)};
  lmzip_report report = {.struct_size = sizeof(report)};
  lmzip_codec* codec = NULL;
  FILE *in, *out;
  Require(argc == 5, "usage: outside c|d MODEL IN OUT");
  options.model = argv[2];
  options.threads = 2;
  Require(lmzip_codec_new(&options, &codec) == LMZIP_OK, "codec");
  in = fopen(argv[3], "rb");
  out = fopen(argv[4], "wb");
  Require(in != NULL && out != NULL, "files");
  if (argv[1][0] == 'c') {
    TestModels(argv[2]);
    TestBuffers(codec);
    TestVersions(codec);
    TestCosts(codec);
    TestKinds(codec);
    TestReferences(codec, argv[2], argv[3]);
    Require(lmzip_compress_stream(codec, Read, in, Write, out, NULL, &report) == LMZIP_OK, "compress");
    Require(fclose(out) == 0, "close");
    TestListing(argv[4], report.coded_bytes);
    rewind(in);
    Require(lmzip_compress_stream(codec, Read, in, Fail, NULL, NULL, NULL) == LMZIP_ERROR_IO, "a failure to write");
    Require(strstr(lmzip_last_message(), "to write failed") != NULL, "its message");
  } else {
    Require(lmzip_decompress_stream(codec, Read, in, Write, out, NULL, &report) == LMZIP_OK, "decompress");
    Require(fclose(out) == 0, "close");
  }
  Require(report.raw_bytes > 0 && report.coded_bytes > 0 && report.damage == 0, "report");
  fclose(in);
  lmzip_codec_delete(codec);
  printf("%s, %s\n", lmzip_version(), lmzip_status_name(LMZIP_OK));
  return 0;
}
