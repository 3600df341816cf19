// Whole files through the public interface: listed, decoded as they come, in part and with
// recovery, within an output limit. They are made by recipe (file_maker.h), so that what is wrong
// with them lies behind checks that hold; inputs from 0x80 on are files as they are.
#include "detect/parse_kind.h"
#include "fuzz/file_maker.h"
#include "fuzz/tiny_codec.h"
#include "mixer/mixer.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;

constexpr uint64_t kMaxOutput = 2 * FileMaker::kMaxBytes;

std::string AnyKind(Recipe& recipe) {
  static const char* const kWithNumber[] = {
      "raw8:", "raw16le:",  "raw24be:", "raw32le:", "raw32f:", "gray:",  "graya:", "rgb:",
      "rgba:", "gray16le:", "rgb16be:", "palette:", "bits:",   "table:", "genome:"};
  static const char* const kWithout[] = {"raw16le",        "raw8s",         "program:x86",
                                         "program:x86-64", "program:arm64", "genome"};
  if (recipe.OneIn(3)) return recipe.OneOf(kWithout);
  const std::string text =
      recipe.OneOf(kWithNumber) + std::to_string(1 + recipe.Below(recipe.OneIn(2) ? 100 : 8));
  return ParseKind(text) ? text : "genome";
}

class TinyFrameCoder : public FrameCoder {
 public:
  explicit TinyFrameCoder(TinyCodec& codec) : codec_(codec) {
    if (tokens()) tokenizer_.emplace(*tokens(), /*lies_in=*/0);
  }

  Bytes Compress(Recipe& recipe, ByteView content) override {
    constexpr Method kMethods[] = {Method::kModel, Method::kStore, Method::kMixed,
                                   Method::kModelMixed, Method::kAuto};
    constexpr Effort kEfforts[] = {Effort::kDefault, Effort::kFast, Effort::kMax};
    EncodeOptions options;
    options.method = recipe.OneOf(kMethods);
    if (tokens()) options.method = Method::kMixed;  // the codec has no tokenizer
    if (recipe.OneIn(2)) options.frame_bytes = 1 + recipe.Below(2 * FileMaker::kMaxPiece);
    if (recipe.OneIn(2)) options.window_bytes = AnyNumber(recipe, 12);
    if (recipe.OneIn(2)) {
      options.lanes = 1 << recipe.Below(kMaxLanesLog2 + 1);
      options.segment_bytes = 16 << recipe.Below(8);
    }
    if (recipe.OneIn(2)) {
      options.effort = recipe.OneOf(kEfforts);
      options.data_kind = AnyKind(recipe);
      if (!HasModelSet(*ParseKind(options.data_kind))) options.data_kind.clear();
    }
    return Compressed(content, options);
  }

  Bytes Code(Recipe& recipe, ByteView content, FrameHeader& header) override {
    constexpr FrameKind kKinds[] = {FrameKind::kModel, FrameKind::kMixed, FrameKind::kModelMixed};
    header.kind = recipe.OneOf(kKinds);
    if (tokens()) header.kind = FrameKind::kTokens;
    header.raw_bytes = content.size();
    header.geometry = {.lanes_log2 = static_cast<int>(recipe.Below(3)),
                       .segment_log2 = static_cast<int>(recipe.Between(kMinSegmentLog2, 10))};
    ContentForm form;
    if (tokens()) form.tokens = TokenizeContent(*tokenizer_, *tokens(), header.geometry, content);
    return Coded(header, content, form);
  }

  TypedCode CodeTyped(Recipe& recipe, ByteView content, bool short_form,
                      FrameHeader& header) override {
    if (tokens()) return {};
    header.kind = recipe.OneIn(4) ? FrameKind::kModelMixed : FrameKind::kMixed;
    if (!short_form) {
      header.geometry = {.lanes_log2 = static_cast<int>(recipe.Below(kMaxLanesLog2 + 1)),
                         .segment_log2 = static_cast<int>(recipe.Between(kMinSegmentLog2, 10))};
    }
    TypedCode typed{.segments = MakeSegments(recipe, content.size(), HasModelSet), .code = {}};
    typed.code = Coded(header, content, {.tokens = {}, .segments = typed.segments});
    return typed;
  }

 private:
  Bytes Compressed(ByteView content, const EncodeOptions& options) {
    MemorySource source(content);
    MemorySink sink;
    codec_.codec.Compress(source, sink, options);
    return sink.bytes();
  }

  Bytes Coded(const FrameHeader& header, ByteView content, const ContentForm& form) {
    LoadedModel& model = *codec_.model;
    const JobOwner job(FrameJob::Encode(header, content, model.ForFrame(header.kind), form));
    codec_.context.Submit(job.get(), model);
    job->WaitAll();
    return job->TakeCode();
  }

  const TokenTable* tokens() const { return codec_.model->file().tokens(); }

  TinyCodec& codec_;
  std::optional<lmzip::testing::GreedyTokenizer> tokenizer_;  // of a model of tokens
};

struct Outcome {
  Bytes content;
  std::optional<ErrorCode> error;
  size_t damages = 0;
};

Outcome Decode(Codec& codec, ByteView file, bool keep_going, const ByteRange& range = {}) {
  MemorySource source(file);
  MemorySink sink;
  Outcome outcome;
  try {
    const DecodeReport report = codec.Decompress(
        source, sink, {.range = range, .keep_going = keep_going, .max_output = kMaxOutput});
    LMZIP_CHECK(report.raw_bytes == sink.bytes().size() && report.coded_bytes <= file.size());
    outcome.damages = report.damage.size();
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() != ErrorCode::kUsage && e.code() != ErrorCode::kIo &&
                e.code() != ErrorCode::kModelLoad);
    outcome.error = e.code();
  }
  outcome.content = sink.bytes();
  LMZIP_CHECK(outcome.content.size() <= kMaxOutput);
  return outcome;
}

bool BeginsWith(ByteView whole, ByteView part) {
  return part.size() <= whole.size() && std::ranges::equal(whole.first(part.size()), part);
}

// In order and apart; of frames with copies they are of what is left.
void CheckSegments(const FrameEntry& frame, bool sound) {
  uint64_t end = 0;
  for (const SegmentEntry& segment : frame.segments) {
    LMZIP_CHECK(segment.begin >= end && segment.bytes >= kMinTypedSegmentBytes);
    LMZIP_CHECK(!sound || !segment.form.empty());
    end = segment.begin + segment.bytes;
  }
  LMZIP_CHECK(end <= frame.raw_bytes);
}

// What is listed is what is decoded.
void CheckListing(ByteView file, const Outcome& decoded) {
  MemorySource source(file);
  try {
    const Listing listing = List(source);
    LMZIP_CHECK(listing.coded_bytes == file.size());
    for (const FrameEntry& frame : listing.frames) CheckSegments(frame, !decoded.error);
    LMZIP_CHECK(decoded.error || listing.raw_bytes == decoded.content.size());
  } catch (const Error&) {
    LMZIP_CHECK(decoded.error.has_value());
  }
}

void CheckRange(Codec& codec, ByteView file, ByteView content, uint16_t choice) {
  const uint64_t begin = choice % (content.size() + 1);
  const uint64_t end = begin + (choice >> 8) % (content.size() - begin + 1);
  const Outcome part = Decode(codec, file, false, {.begin = begin, .end = end});
  LMZIP_CHECK(!part.error && std::ranges::equal(part.content, content.subspan(begin, end - begin)));
}

/// What decoding gave as it came.
Outcome CheckFile(Codec& codec, ByteView file) {
  const Outcome strict = Decode(codec, file, /*keep_going=*/false);
  CheckListing(file, strict);
  const Outcome kept = Decode(codec, file, /*keep_going=*/true);
  LMZIP_CHECK(BeginsWith(kept.content, strict.content));
  if (strict.error) return strict;
  LMZIP_CHECK(!kept.error && kept.damages == 0 && kept.content == strict.content);
  const auto choice = static_cast<uint16_t>(Xxh3(file));
  if (choice % 4 == 0) CheckRange(codec, file, strict.content, choice);
  return strict;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  if (size > 0 && data[0] >= 0x80) {
    for (TinyCodec* codec : {&ByteCodec(), &TokenCodec()}) CheckFile(codec->codec, input);
    return 0;
  }
  Recipe recipe(input);
  static TinyFrameCoder byte_coder(ByteCodec()), token_coder(TokenCodec());
  const bool of_tokens = recipe.OneIn(8);
  TinyCodec& codec = of_tokens ? TokenCodec() : ByteCodec();
  const FileMaker made(recipe, of_tokens ? &token_coder : &byte_coder, codec.id);
  const Outcome decoded = CheckFile(codec.codec, made.file());
  LMZIP_CHECK(!made.sound() || (!decoded.error && decoded.content == made.content()));
  return 0;
}
