// lmzip's public interface: start here.
//
//   lmzip::Codec codec({.threads = 2});
//   codec.Compress(source, sink, {});      // any ByteSource to any ByteSink (lmzip/io.h)
//   codec.Decompress(source, sink, {});
//
// lmzip/models.h finds models, lmzip/memory_io.h and lmzip/file_io.h have sources and sinks,
// lmzip/lmzip_c.h is for C. Sizes are bytes, times seconds. Arguments stay the caller's; what is
// kept longer than a call is copied, or says so. Failures of the outside world throw lmzip::Error
// (lmzip/error.h). Nothing here prints, exits or changes the process's state (locale, signals,
// environment).
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lmzip/cost.h"
#include "lmzip/error.h"
#include "lmzip/io.h"
#include "lmzip/mixer_part.h"

namespace lmzip {

enum class Engine { kAuto, kNative, kTorch };

struct CodecOptions {
  std::string model;  // a name or path; empty: the linked-in model
  Engine engine = Engine::kAuto;
  std::string device = "cpu";                   // or "cuda", "cuda:N"
  int threads = 0;                              // 0: one a CPU that the process may use
  uint64_t memory_bytes = uint64_t{250} << 20;  // cap on buffers, tables and model states
  std::vector<std::filesystem::path> model_folders;  // searched before ModelSearchPath()
  /// Files that whoever decodes has, too: what frames repeat of them costs next to nothing, and
  /// mixers have learned the end of the last when they begin. Streams name them. At most 16; read
  /// at first use.
  std::vector<std::filesystem::path> references;
  /// Where the plug-ins (libtorch, SentencePiece) are, instead of beside the library or program, or
  /// in lib/lmzip of its installation. A process opens each of them once.
  std::filesystem::path plugin_folder;
};

enum class Method {
  kAuto,        // by samples of the content
  kModelMixed,  // model and mixer
  kModel,       // the model alone: the paper's setting; the only one with a model of tokens
  kMixed,       // the mixer alone
  kStore,
};

enum class Effort {
  kTurbo,    // never the model, and of text few contexts
  kFast,     // never the model
  kDefault,  // the model where it earns its time
  kMax,      // always the model
};

/// Whether Method::kAuto may take the model.
constexpr bool MayUseModel(Effort effort) { return effort > Effort::kFast; }

struct EncodeOptions {
  Method method = Method::kAuto;
  Effort effort = Effort::kDefault;  // of Method::kAuto, and of the lanes
  uint64_t frame_bytes = uint64_t{16} << 20;
  int lanes = 0;               // 0: by rule; else a power of two up to 64
  uint64_t segment_bytes = 0;  // 0: by rule; else a power of two from 16 to 64 MiB
  bool typed_segments = true;  // the mixer has models of their own for pictures, sound and others
  std::string data_kind;       // of all content, as DataKindHelp() has it; empty: what is found
  bool verify = false;         // decode every frame and compare before it is written
  /// How far before a frame what it repeats may stand; who decodes keeps so much content. 0: frames
  /// are independent of each other. Not set: what memory_bytes has room for on both sides, at most
  /// kMostDefaultWindowBytes. Method::kModel and kStore have none.
  std::optional<uint64_t> window_bytes;
};

inline constexpr uint64_t kMostDefaultWindowBytes = uint64_t{64} << 20;

/// What EncodeOptions::data_kind may say, a form a line: "raw16le:2", "rgb:640", ...
LMZIP_API std::string_view DataKindHelp();

struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = std::numeric_limits<uint64_t>::max();  // exclusive
};

struct DecodeOptions {
  ByteRange range;  // of the content; what lies outside is not written
  /// Go on behind damage; DecodeReport::damage says what was lost. Of a frame that the input's end
  /// cuts, what stands before the cut is written, too.
  bool keep_going = false;
  uint64_t max_output = std::numeric_limits<uint64_t>::max();
};

struct EncodeReport {
  uint64_t raw_bytes = 0;
  uint64_t coded_bytes = 0;
  uint64_t frames = 0;
  double work_seconds =
      0;  // while a frame was being coded: no waiting for input, output and others
};

/// Data of a kind that is modelled in its own way.
struct SegmentEntry {
  std::string form;     // e.g. "picture 8 bits x 3, 1152 bytes a row"
  uint64_t begin = 0;   // in what the frame codes: its content but for copies
  uint64_t bytes = 0;
};

/// One frame of a compressed file, as its headers tell.
struct FrameEntry {
  uint64_t stream = 0;
  uint64_t offset = 0;  // of its header in the file
  uint64_t raw_bytes = 0;
  uint64_t coded_bytes = 0;  // header included
  uint64_t reach = 0;        // how far before it the content begins that it needs; 0: independent
  std::string method;
  std::string model;  // its name, where a model was used; Listing: empty
  int lanes = 1;      // 0: stored
  uint64_t segment_bytes = 0;
  std::optional<double> byte_share;  // of the content, coded as tokens of one byte for want of
                                     // text; where the frame's header tells
  std::vector<SegmentEntry> segments;  // Listing alone; as far as the frame's list is sound
};

/// What a file would take, without the file.
struct CostReport {
  CostSum sum;               // of all bytes
  uint64_t coded_bytes =
      0;  // of the file, but for 0.1 % and 16 bytes a frame: with headers and checks
  std::vector<FrameEntry> frames;  // as they would be
};

struct SampleOptions {
  uint64_t bytes = 0;
  uint64_t seed = 0;
  double temperature = 1;  // 0: always the likeliest; above 1: bolder than the model
  double top_p = 1;        // less: of the likeliest alone that together have this probability
};

struct Damage {
  std::string message;                  // what and where in the input
  std::optional<ByteRange> content;     // what was lost, when that is known; may be empty
  std::optional<ByteRange> unverified;  // written although no check covers it
  uint64_t places = 1;                  // in the input, one after the other
};

struct DecodeReport {
  uint64_t raw_bytes = 0;      // written
  uint64_t coded_bytes = 0;    // read
  double work_seconds = 0;     // as EncodeReport
  std::vector<Damage> damage;  // the first of it
  uint64_t more_damage = 0;    // places beyond those
};

struct Listing {
  uint64_t raw_bytes = 0;
  uint64_t coded_bytes = 0;
  uint64_t streams = 0;
  uint64_t window_bytes = 0;              // the longest of the streams' windows
  std::vector<std::string> references;  // that the streams need, each once: "N bytes with XXH3 H",
                                        // or, of the short form, "check C"
  std::vector<std::string> models;        // short ids, in hex, that the streams need, each once
  std::vector<std::string> fingerprints;  // of the pinned models' environments, each once
  std::vector<FrameEntry> frames;
};

/// How far calls are; they add to it as they work, inside of frames too.
struct Progress {
  /// Any thread may set it: the calls end then within the next hundreds of bytes of their frames,
  /// with Error{kCancelled}.
  std::atomic<bool> cancelled = false;

  // Any thread may read these at any time.
  std::atomic<uint64_t> raw_bytes = 0;    // content that is coded or decoded
  std::atomic<uint64_t> coded_bytes = 0;  // what it was coded in, or decoded from
  /// If set, called whenever those have moved, a few hundred bytes apart, by the thread that moved
  /// them: for callers that have no other thread to look from. It may set `cancelled`, and must not
  /// throw.
  std::function<void()> moved;
  /// If set, called with every frame that is done, by the thread that made the call.
  std::function<void(const FrameEntry&)> frame_done;
};

/// A model, threads and a memory budget. Thread-safe: any number of calls share them at once.
class LMZIP_API Codec {
 public:
  /// The model is loaded at its first use. Throws Error{kUsage} for options out of range.
  explicit Codec(const CodecOptions& options);
  ~Codec();
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  /// Writes one stream with all of `source`. What it writes depends on the content, the model and
  /// the EncodeOptions only; where they set no window, on memory_bytes, too.
  EncodeReport Compress(ByteSource& source, ByteSink& sink, const EncodeOptions& options,
                        Progress* progress = nullptr);

  /// Writes a part of the stream that Compress() writes of `source`, so that several machines can
  /// make it: StreamJoiner (lmzip/stream_joiner.h) puts the parts together. `part`, of the content,
  /// begins and ends at multiples of frame_bytes, or ends with the content; what stands before it
  /// is passed over, but for the window. All parts need the same model and options, memory_bytes
  /// included. Throws Error{kUsage} for other parts, those that the content does not reach, and
  /// with references; Error{kLimit} where memory makes frames shorter.
  EncodeReport CompressPart(ByteSource& source, const ByteRange& part, ByteSink& sink,
                            const EncodeOptions& options, Progress* progress = nullptr);

  /// Measures what Compress() would write, by the same choices of methods and frames. `costs`:
  /// empty, or [content.size()], for what every byte costs by the network alone, by the mixer and
  /// by what codes it (without, only the sum of the result is told): of a token at its first byte,
  /// zeros behind it; of a stored byte 8 bits; of a copy its entry in the frame's list at its first
  /// byte, zeros behind it. `likely`: empty, or [content.size()], for what networks of bytes
  /// expected; without, nothing is told.
  CostReport Cost(std::span<const uint8_t> content, const EncodeOptions& options,
                  std::span<SymbolCost> costs = {}, Progress* progress = nullptr,
                  std::span<LikelyBytes> likely = {});

  /// Measures what Compress() would write if the mixer had no such part; methods and frames are
  /// chosen by what they cost then.
  CostReport CostWithout(MixerPart part, std::span<const uint8_t> content,
                         const EncodeOptions& options, Progress* progress = nullptr);

  /// Writes what might follow `prompt`, while it works: decodes random bits, std::mt19937_64's of
  /// the seed, as if they were a file's, of one lane. Temperature and top_p change the
  /// probabilities of tokens or, where a model has bytes, of each of their bits; without them, and
  /// without a prompt, bytes compress to the bits that made them. Method::kAuto takes network and
  /// mixer, or what there is of them for the model and the effort. Throws Error{kUsage} for options
  /// out of range, Method::kStore, and more than 64 MiB of prompt and sample.
  void Sample(std::span<const uint8_t> prompt, ByteSink& sink, const SampleOptions& sample,
              const EncodeOptions& options, Progress* progress = nullptr);

  /// Writes the content of all streams of `source`; only what has passed its check is written, but
  /// for Damage::unverified. Of a range, frames are decoded from the first on that it depends on,
  /// where the source can restart, else from its stream's begin on.
  DecodeReport Decompress(ByteSource& source, ByteSink& sink, const DecodeOptions& options,
                          Progress* progress = nullptr);

 private:
  std::unique_ptr<class CodecContext> context_;
};

/// Reads headers only, needs no model. Throws like Codec::Decompress.
LMZIP_API Listing List(ByteSource& source);

/// Whether content that begins with `bytes` claims to be a stream; kSignatureBytes of them tell.
LMZIP_API bool LooksCompressed(std::span<const uint8_t> bytes) noexcept;
inline constexpr size_t kSignatureBytes = 3;

/// Of the library, as "1.2.3".
LMZIP_API const char* Version() noexcept;

}  // namespace lmzip
