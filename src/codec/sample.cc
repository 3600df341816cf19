// Samples: a random code, decoded as if it were a frame's.
#include <string>

#include "codec/codec_context.h"
#include "codec/frame_plan.h"
#include "codec/method.h"
#include "codec/sampler.h"
#include "coder/random_code.h"

namespace lmzip {
namespace {

// Where nothing is measured that could choose, the one that says most.
FrameKind KindOf(FrameKind model_kind, const EncodeOptions& options) {
  EncodeOptions chosen = options;
  if (chosen.method == Method::kAuto) {
    chosen.method = !MayUseModel(options.effort)         ? Method::kMixed
                    : model_kind == FrameKind::kTokens ? Method::kModel
                                                       : Method::kModelMixed;
  }
  return ChooseKind({}, model_kind, chosen, {});
}

void CheckSampleOptions(const SampleOptions& sample, const EncodeOptions& options, uint64_t bytes) {
  CheckOptions(options);
  const auto require = [](bool condition, const std::string& what) {
    if (!condition) throw Error(ErrorCode::kUsage, what);
  };
  require(sample.temperature >= 0 && sample.temperature <= 100, "the temperature must be 0 to 100");
  require(sample.top_p > 0 && sample.top_p <= 1, "top-p must be above 0 and at most 1");
  require(options.method != Method::kStore, "what is stored follows no model: nothing to sample");
  require(options.lanes <= 1, "a sample has one lane");
  require(bytes <= kMaxFrameBytes, "prompt and sample may be " + std::to_string(kMaxFrameBytes) +
                                       " bytes together, not " + std::to_string(bytes));
}

}  // namespace

void SampleStream(CodecContext& context, ByteView prompt, ByteSink& sink,
                  const SampleOptions& sample, const EncodeOptions& options, Progress* progress) {
  const uint64_t bytes = prompt.size() + std::min(sample.bytes, kMaxFrameBytes + 1);
  CheckSampleOptions(sample, options, bytes);
  if (sample.bytes == 0) return;
  const auto model = context.Model();
  FrameHeader header{.kind = KindOf(model->model_kind(), options), .raw_bytes = bytes};
  header.geometry = ChooseGeometry(header.kind, 1, options);  // one lane
  if (header.uses_model()) context.Reserve(*model);
  const auto lease =
      context.budget().Wait(DecodingBytes(header, KindBytesOf({}, bytes), model->lane_memory(),
                                          /*prime_bytes=*/0, /*keep_payload=*/false),
                            "a sample of " + std::to_string(bytes) + " bytes");
  const FrameModel parts = model->ForFrame(header.kind);
  SamplePrompt given{.bytes = prompt, .tokens = {}};
  if (header.is_tokens() && !prompt.empty()) {
    given.tokens =
        TokenizeContent(model->tokenizer(), *parts.tokens, header.geometry, prompt).tokens;
  }
  Bytes content(bytes);
  JobOwner job(FrameJob::Sample(header,
                                std::make_unique<Sampler>(std::make_unique<RandomCode>(sample.seed),
                                                          std::move(given), sample, parts.tokens),
                                content, parts));
  WorkClock clock;
  FrameProgress frame_progress(progress);
  job->Watch(clock, &frame_progress);
  context.Submit(job.get(), *model);
  for (uint64_t done = prompt.size(); done < bytes;) {
    const uint64_t ready = job->WaitBeyond(done);
    sink.Write(ByteView(content).subspan(done, ready - done));
    done = ready;
  }
}

}  // namespace lmzip
