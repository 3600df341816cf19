// Frames of every kind, with a network of one layer and a prior of four buckets: noise taken for
// code, content there and back, damaged code, and copies and typed segments of every form, whose
// lists may be forged. Decoding gives the content or Error{kCorrupt}, of lists Error{kUnsupported}.
#include "base/check.h"
#include "codec/codec_context.h"
#include "engine/native.h"
#include "format/content_check.h"
#include "fuzz/copies_recipe.h"
#include "fuzz/segments_recipe.h"
#include "mixer/mixer.h"
#include "support/order2_frames.h"
#include "support/random_exact1.h"
#include "support/random_prior.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;

constexpr size_t kMaxContent = 64;

/// One thread over a model of bytes.
class TinyPool {
 public:
  Bytes Encode(const FrameHeader& header, ByteView content, const Prior* prior,
               const std::vector<TypedSegment>& segments = {}) {
    Run(FrameJob::Encode(header, content, {.prior = prior}, {.tokens = {}, .segments = segments}));
    return job_->TakeCode();
  }

  Bytes Decode(const FrameHeader& header, const std::vector<uint32_t>& checks, ByteView code,
               const Prior* prior) {
    Bytes residue(header.residue_bytes());
    Run(FrameJob::Decode(header, checks, code, residue, {.prior = prior}));
    return ExpandCopies(header, code, residue, checks[0]);
  }

 private:
  void Run(std::shared_ptr<FrameJob> job) {
    job_ = std::move(job);
    const JobOwner owner(job_);
    pool_.Submit(job_);
    job_->WaitAll();
  }

  const std::unique_ptr<Model> model_ =
      NewNativeModel(RandomExact1::Make({.width = 64,
                                         .layers = 1,
                                         .hidden = 64,
                                         .window = 8,
                                         .vocabulary = 256,
                                         .tables = {{.order = 2, .rows = 256, .width = 64}}},
                                        Extremes::kNone, 1));
  std::shared_ptr<FrameJob> job_;
  lmzip::testing::TestNetwork network_{*model_};
  lmzip::testing::TestPool pool_{network_, 1};  // last: uses the model
};

TinyPool& Pool() {
  static TinyPool pool;
  return pool;
}

const Prior& SmallPrior() {
  static const Bytes blob = lmzip::testing::RandomPrior(4, 1);
  static const Prior prior(blob);
  return prior;
}

// Either the content that the checks are of, or an error.
void DecodeAny(const FrameHeader& header, ByteView content, ByteView code, const Prior* prior) {
  try {
    LMZIP_CHECK(
        std::ranges::equal(Pool().Decode(header, {UnitCheck(content)}, code, prior), content));
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kCorrupt ||
                (e.code() == ErrorCode::kUnsupported && header.has_segments()));
  }
}

// The same code as that of a residue.
void DecodeWithCopies(Recipe& recipe, const FrameHeader& header, ByteView residue, ByteView code,
                      const Prior* prior) {
  const CopiedFrame frame = WithCopies(recipe, header, residue, code, {}, 0);
  if (!frame.sound) return DecodeAny(frame.header, frame.content, frame.data, prior);
  LMZIP_CHECK(Pool().Decode(frame.header, {UnitCheck(frame.content)}, frame.data, prior) ==
              frame.content);
}

// Segments of all forms that there are sets for, maybe beside copies.
void TryTypedFrame(Recipe& recipe, FrameHeader header, const Prior* prior) {
  const uint64_t what = recipe.Below(4);
  Recipe damage(recipe.Take(what == 0 ? 6 : 0));
  const Bytes residue = MakeTypedContent(recipe);
  const auto segments = MakeSegments(recipe, residue.size(), HasModelSet);
  header.raw_bytes = residue.size();
  Bytes code = Pool().Encode(header, residue, prior, segments);
  if (what == 0) DamageBytes(damage, code);
  CopiedFrame frame{.header = header, .content = residue, .data = code, .sound = true};
  if (what == 1) frame = WithCopies(recipe, header, residue, code, {}, 0);
  const bool forged = what == 2;
  const Bytes list = forged ? ForgeSegments(recipe, segments, residue.size())
                            : EncodeSegments(segments, residue.size());
  PrependSegments(list, frame.header, frame.data);
  if (what == 0 || forged || !frame.sound) {
    return DecodeAny(frame.header, frame.content, frame.data, prior);
  }
  LMZIP_CHECK(Pool().Decode(frame.header, {UnitCheck(frame.content)}, frame.data, prior) ==
              frame.content);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Recipe recipe(ByteView(data, size));
  constexpr FrameKind kKinds[] = {FrameKind::kModel, FrameKind::kModel, FrameKind::kMixed,
                                  FrameKind::kModelMixed};
  const uint64_t kind = recipe.Below(8);
  const bool typed = kind >= 4;
  FrameHeader header{.kind = typed ? kKinds[2 + kind % 2] : kKinds[kind]};
  const Prior* const prior = recipe.OneIn(2) ? &SmallPrior() : nullptr;
  const uint64_t what = recipe.Below(3);
  header.geometry.segment_log2 = static_cast<int>(recipe.Between(4, 8));
  header.geometry.lanes_log2 =
      static_cast<int>(recipe.Below(recipe.OneIn(8) ? kMaxLanesLog2 + 1 : 3));
  if (typed) {
    TryTypedFrame(recipe, header, prior);
    return 0;
  }
  if (what == 0) {
    header.raw_bytes = 1 + recipe.Below(kMaxContent);
    DecodeAny(header, Bytes(header.raw_bytes), recipe.Take(kMaxContent), prior);
    return 0;
  }
  const uint64_t damages = what == 1 ? 0 : 1 + recipe.Below(4);
  Recipe damage(recipe.Take(6 * damages));
  const Bytes content = MakeContent(recipe, kMaxContent);
  header.raw_bytes = content.size();
  Bytes code = Pool().Encode(header, content, prior);
  if (damages == 0) {
    LMZIP_CHECK(Pool().Decode(header, {UnitCheck(content)}, code, prior) == content);
    if (!recipe.done()) DecodeWithCopies(recipe, header, content, code, prior);
    return 0;
  }
  for (uint64_t i = 0; i < damages; ++i) DamageBytes(damage, code);
  DecodeAny(header, content, code, prior);
  return 0;
}
