#include "lmzip/lmzip_c.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <sstream>
#include <string>

#include "library/c_io.h"
#include "library/c_structs.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"
#include "lmzip/models.h"

struct lmzip_codec {
  explicit lmzip_codec(const lmzip::CodecOptions& options) : codec(options) {}
  lmzip::Codec codec;
};

struct lmzip_listing {
  lmzip::Listing listing;
};

struct lmzip_models {
  struct Entry {
    lmzip::InstalledModel model;
    std::string file, id;
  };
  std::vector<Entry> entries;
};

namespace lmzip {
namespace {

thread_local std::string last_message;

lmzip_status Fail(lmzip_status status, const char* message) noexcept {
  try {
    last_message = message;
  } catch (const std::bad_alloc&) {
    last_message.clear();
    return LMZIP_ERROR_MEMORY;
  }
  return status;
}

/// Runs what may throw, and turns what it throws into a status.
template <typename Action>
lmzip_status Guard(const Action& action) noexcept {
  try {
    action();
    return LMZIP_OK;
  } catch (const Error& e) {
    return Fail(static_cast<lmzip_status>(e.code()), e.what());
  } catch (const std::bad_alloc&) {
    return Fail(LMZIP_ERROR_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return Fail(LMZIP_ERROR_BUG, e.what());
  } catch (...) {
    return Fail(LMZIP_ERROR_BUG, "an exception of unknown type");
  }
}

static_assert(static_cast<int>(ErrorCode::kUsage) == LMZIP_ERROR_USAGE);
static_assert(static_cast<int>(ErrorCode::kIo) == LMZIP_ERROR_IO);
static_assert(static_cast<int>(ErrorCode::kBadMagic) == LMZIP_ERROR_BAD_MAGIC);
static_assert(static_cast<int>(ErrorCode::kUnsupported) == LMZIP_ERROR_UNSUPPORTED);
static_assert(static_cast<int>(ErrorCode::kModelMismatch) == LMZIP_ERROR_MODEL_MISMATCH);
static_assert(static_cast<int>(ErrorCode::kModelLoad) == LMZIP_ERROR_MODEL_LOAD);
static_assert(static_cast<int>(ErrorCode::kTruncated) == LMZIP_ERROR_TRUNCATED);
static_assert(static_cast<int>(ErrorCode::kCorrupt) == LMZIP_ERROR_CORRUPT);
static_assert(static_cast<int>(ErrorCode::kLimit) == LMZIP_ERROR_LIMIT);

MemorySource SourceOf(const void* data, size_t size) {
  Require(data != nullptr || size == 0, "no data");
  return MemorySource({static_cast<const uint8_t*>(data), size});
}

std::string TextOf(const char* text, const char* otherwise) { return text ? text : otherwise; }

Folders FoldersOf(const char* text) {
  Folders folders;
  std::istringstream parts(TextOf(text, ""));
  for (std::string part; std::getline(parts, part, ':');) {
    if (!part.empty()) folders.emplace_back(part);
  }
  return folders;
}

CodecOptions OptionsOf(const lmzip_codec_options* given) {
  const lmzip_codec_options c = TakeOptions(given);
  CodecOptions options;
  options.model = TextOf(c.model, "");
  switch (c.engine) {
    case LMZIP_ENGINE_AUTO: options.engine = Engine::kAuto; break;
    case LMZIP_ENGINE_NATIVE: options.engine = Engine::kNative; break;
    case LMZIP_ENGINE_TORCH: options.engine = Engine::kTorch; break;
    default: throw Error(ErrorCode::kUsage, "unknown engine");
  }
  options.device = TextOf(c.device, "cpu");
  options.threads = c.threads;
  if (c.memory_bytes > 0) options.memory_bytes = c.memory_bytes;
  options.model_folders = FoldersOf(c.model_folders);
  options.plugin_folder = TextOf(c.plugin_folder, "");
  for (auto name = c.references; name != nullptr && *name != nullptr; ++name) {
    options.references.emplace_back(*name);
  }
  return options;
}

EncodeOptions OptionsOf(const lmzip_encode_options* given) {
  const lmzip_encode_options c = TakeOptions(given);
  EncodeOptions options;
  switch (c.method) {
    case LMZIP_METHOD_AUTO: options.method = Method::kAuto; break;
    case LMZIP_METHOD_MODEL_MIXED: options.method = Method::kModelMixed; break;
    case LMZIP_METHOD_MODEL: options.method = Method::kModel; break;
    case LMZIP_METHOD_MIXED: options.method = Method::kMixed; break;
    case LMZIP_METHOD_STORE: options.method = Method::kStore; break;
    default: throw Error(ErrorCode::kUsage, "unknown method");
  }
  switch (c.effort) {
    case LMZIP_EFFORT_DEFAULT: options.effort = Effort::kDefault; break;
    case LMZIP_EFFORT_FAST: options.effort = Effort::kFast; break;
    case LMZIP_EFFORT_MAX: options.effort = Effort::kMax; break;
    case LMZIP_EFFORT_TURBO: options.effort = Effort::kTurbo; break;
    default: throw Error(ErrorCode::kUsage, "unknown effort");
  }
  if (c.frame_bytes > 0) options.frame_bytes = c.frame_bytes;
  options.lanes = c.lanes;
  options.segment_bytes = c.segment_bytes;
  options.verify = c.verify != 0;
  options.typed_segments = c.untyped == 0;
  options.data_kind = TextOf(c.data_kind, "");
  if (c.window_bytes > 0)
    options.window_bytes = c.window_bytes == LMZIP_NO_WINDOW ? 0 : c.window_bytes;
  return options;
}

DecodeOptions OptionsOf(const lmzip_decode_options* given) {
  const lmzip_decode_options c = TakeOptions(given);
  DecodeOptions options;
  options.range.begin = c.range_begin;
  const uint64_t most = options.range.end - c.range_begin;
  if (c.range_length > 0) options.range.end = c.range_begin + std::min(c.range_length, most);
  options.keep_going = c.keep_going != 0;
  if (c.max_output > 0) options.max_output = c.max_output;
  return options;
}

void CompressTo(lmzip_codec* codec, ByteSource& source, ByteSink& sink,
                const lmzip_encode_options* options, lmzip_report* report) {
  RequireSize(report);
  Require(codec != nullptr, "no codec");
  const EncodeReport done = codec->codec.Compress(source, sink, OptionsOf(options));
  GiveResult(lmzip_report{.struct_size = 0,
                          .raw_bytes = done.raw_bytes,
                          .coded_bytes = done.coded_bytes,
                          .frames = done.frames,
                          .damage = 0},
             report);
}

/// What went wrong though all was written that could be; null: nothing.
std::exception_ptr DecompressTo(lmzip_codec* codec, ByteSource& source, ByteSink& sink,
                                const lmzip_decode_options* options, lmzip_report* report) {
  RequireSize(report);
  Require(codec != nullptr, "no codec");
  const DecodeReport done = codec->codec.Decompress(source, sink, OptionsOf(options));
  uint64_t places = done.more_damage;
  for (const Damage& damage : done.damage) places += damage.places;
  GiveResult(lmzip_report{.struct_size = 0,
                          .raw_bytes = done.raw_bytes,
                          .coded_bytes = done.coded_bytes,
                          .frames = 0,
                          .damage = places},
             report);
  if (done.damage.empty()) return nullptr;
  return std::make_exception_ptr(Error(ErrorCode::kCorrupt, done.damage[0].message));
}

lmzip_frame FrameOf(const FrameEntry& frame) {
  return {.struct_size = 0,
          .stream = frame.stream,
          .offset = frame.offset,
          .raw_bytes = frame.raw_bytes,
          .coded_bytes = frame.coded_bytes,
          .method = frame.method.c_str(),
          .lanes = frame.lanes,
          .segment_bytes = frame.segment_bytes};
}

lmzip_model ModelOf(const lmzip_models::Entry& entry) {
  lmzip_model model{};
  model.file = entry.file.c_str();
  if (!entry.model.info) {
    model.problem = entry.model.problem.c_str();
    return model;
  }
  const ModelDescription& info = *entry.model.info;
  model.name = info.name.c_str();
  model.id = entry.id.c_str();
  model.version = info.version;
  model.exact = info.tier == Tier::kExact;
  model.vocabulary_kind = info.vocabulary_kind.c_str();
  model.vocabulary = info.vocabulary;
  model.parameters = info.dense_parameters;
  model.file_bytes = info.file_bytes;
  return model;
}

}  // namespace
}  // namespace lmzip

using namespace lmzip;

extern "C" {

const char* lmzip_version(void) { return Version(); }

const char* lmzip_status_name(lmzip_status status) {
  switch (status) {
    case LMZIP_OK: return "ok";
    case LMZIP_ERROR_USAGE: return "usage";
    case LMZIP_ERROR_IO: return "io";
    case LMZIP_ERROR_BAD_MAGIC: return "bad magic";
    case LMZIP_ERROR_UNSUPPORTED: return "unsupported";
    case LMZIP_ERROR_MODEL_MISMATCH: return "model mismatch";
    case LMZIP_ERROR_MODEL_LOAD: return "model load";
    case LMZIP_ERROR_TRUNCATED: return "truncated";
    case LMZIP_ERROR_CORRUPT: return "corrupt";
    case LMZIP_ERROR_LIMIT: return "limit";
    case LMZIP_ERROR_MEMORY: return "memory";
    case LMZIP_ERROR_BUG: return "bug";
  }
  return "unknown";
}

const char* lmzip_last_message(void) { return last_message.c_str(); }

const char* lmzip_data_kinds(void) { return DataKindHelp().data(); }  // ends with a NUL

void lmzip_free(void* data) { std::free(data); }

lmzip_status lmzip_codec_new(const lmzip_codec_options* options, lmzip_codec** codec) {
  return Guard([&] {
    Require(codec != nullptr, "no place for the codec");
    *codec = nullptr;
    *codec = new lmzip_codec(OptionsOf(options));
  });
}

void lmzip_codec_delete(lmzip_codec* codec) { delete codec; }

lmzip_status lmzip_compress(lmzip_codec* codec, const void* data, size_t size,
                            const lmzip_encode_options* options, void** out, size_t* out_size) {
  return Guard([&] {
    Require(out != nullptr && out_size != nullptr, "no place for the result");
    *out = nullptr;
    *out_size = 0;
    MemorySource source = SourceOf(data, size);
    MallocSink sink;
    CompressTo(codec, source, sink, options, nullptr);
    sink.HandOver(out, out_size);
  });
}

lmzip_status lmzip_decompress(lmzip_codec* codec, const void* data, size_t size,
                              const lmzip_decode_options* options, void** out, size_t* out_size) {
  return Guard([&] {
    Require(out != nullptr && out_size != nullptr, "no place for the result");
    *out = nullptr;
    *out_size = 0;
    MemorySource source = SourceOf(data, size);
    MallocSink sink;
    const auto damage = DecompressTo(codec, source, sink, options, nullptr);
    sink.HandOver(out, out_size);
    if (damage) std::rethrow_exception(damage);
  });
}

lmzip_status lmzip_compress_stream(lmzip_codec* codec, lmzip_read_function read,
                                   void* read_context, lmzip_write_function write,
                                   void* write_context, const lmzip_encode_options* options,
                                   lmzip_report* report) {
  return Guard([&] {
    FunctionSource source(read, read_context);
    FunctionSink sink(write, write_context);
    CompressTo(codec, source, sink, options, report);
  });
}

lmzip_status lmzip_decompress_stream(lmzip_codec* codec, lmzip_read_function read,
                                     void* read_context, lmzip_write_function write,
                                     void* write_context, const lmzip_decode_options* options,
                                     lmzip_report* report) {
  return Guard([&] {
    FunctionSource source(read, read_context);
    FunctionSink sink(write, write_context);
    const auto damage = DecompressTo(codec, source, sink, options, report);
    if (damage) std::rethrow_exception(damage);
  });
}

lmzip_status lmzip_cost(lmzip_codec* codec, const void* data, size_t size,
                        const lmzip_encode_options* options, lmzip_byte_cost* costs,
                        lmzip_cost_report* report) {
  return Guard([&] {
    RequireSize(report);
    Require(codec != nullptr, "no codec");
    Require(data != nullptr || size == 0, "no data");
    std::vector<SymbolCost> measured(costs ? size : 0);
    const CostReport done = codec->codec.Cost({static_cast<const uint8_t*>(data), size},
                                              OptionsOf(options), measured);
    for (size_t i = 0; i < measured.size(); ++i) {
      costs[i] = {measured[i].network, measured[i].mixed, measured[i].result};
    }
    GiveResult(lmzip_cost_report{.struct_size = 0,
                                 .coded_bytes = done.coded_bytes,
                                 .frames = done.frames.size(),
                                 .network = done.sum.network,
                                 .mixed = done.sum.mixed,
                                 .result = done.sum.result},
               report);
  });
}

lmzip_status lmzip_list(lmzip_read_function read, void* read_context, lmzip_listing** listing) {
  return Guard([&] {
    Require(listing != nullptr, "no place for the listing");
    *listing = nullptr;
    FunctionSource source(read, read_context);
    *listing = new lmzip_listing{List(source)};
  });
}

void lmzip_listing_delete(lmzip_listing* listing) { delete listing; }

uint64_t lmzip_listing_raw_bytes(const lmzip_listing* listing) {
  return listing->listing.raw_bytes;
}
uint64_t lmzip_listing_coded_bytes(const lmzip_listing* listing) {
  return listing->listing.coded_bytes;
}
size_t lmzip_listing_frame_count(const lmzip_listing* listing) {
  return listing->listing.frames.size();
}
size_t lmzip_listing_model_count(const lmzip_listing* listing) {
  return listing->listing.models.size();
}
const char* lmzip_listing_model(const lmzip_listing* listing, size_t index) {
  const auto& models = listing->listing.models;
  return index < models.size() ? models[index].c_str() : nullptr;
}

lmzip_status lmzip_listing_frame(const lmzip_listing* listing, size_t index, lmzip_frame* frame) {
  return Guard([&] {
    RequireSize(frame);
    Require(listing != nullptr && index < listing->listing.frames.size(), "no such frame");
    GiveResult(FrameOf(listing->listing.frames[index]), frame);
  });
}

lmzip_status lmzip_models_find(const char* folders, lmzip_models** models) {
  return Guard([&] {
    Require(models != nullptr, "no place for the models");
    *models = nullptr;
    auto found = std::make_unique<lmzip_models>();
    for (InstalledModel& model : InstalledModels(FoldersOf(folders))) {
      const bool has_id = model.info && model.info->id != ModelId{};
      std::string id = has_id ? IdText(model.info->id) : "";
      std::string file = model.info ? model.info->file : model.path.string();
      found->entries.push_back({std::move(model), std::move(file), std::move(id)});
    }
    *models = found.release();
  });
}

void lmzip_models_delete(lmzip_models* models) { delete models; }

size_t lmzip_models_count(const lmzip_models* models) { return models->entries.size(); }

lmzip_status lmzip_models_get(const lmzip_models* models, size_t index, lmzip_model* model) {
  return Guard([&] {
    RequireSize(model);
    Require(models != nullptr && index < models->entries.size(), "no such model");
    GiveResult(ModelOf(models->entries[index]), model);
  });
}

}  // extern "C"
