#include "codec/measure.h"

#include "codec/frame_plan.h"
#include "codec/method.h"
#include "codec/typed_content.h"

namespace lmzip {

CostSum MeasureFrame(CodecContext& context, LoadedModel& model, const FrameHeader& header,
                     ByteView content, std::span<SymbolCost> costs, WorkClock& clock,
                     const std::vector<TypedSegment>& segments) {
  const FrameModel parts = model.ForFrame(header.kind);
  ContentForm form{.tokens = {}, .segments = segments};
  if (header.is_tokens()) {
    form.tokens = TokenizeContent(model.tokenizer(), *parts.tokens, header.geometry, content);
  }
  JobOwner job(FrameJob::Measure(header, content, parts, costs, std::move(form)));
  job->Watch(clock, nullptr);
  context.Submit(job.get(), model);
  job->WaitAll();
  return job->cost();
}

CostSum MeasureContent(CodecContext& context, FrameKind kind, ByteView content,
                       const EncodeOptions& options, std::span<SymbolCost> costs) {
  if (content.empty()) return {};
  const auto model = context.Model();
  FrameHeader header{.kind = kind, .raw_bytes = content.size()};
  header.geometry = ChooseGeometry(kind, model->pinned() ? 1 : content.size(), options);
  std::vector<TypedSegment> segments;
  if (header.uses_mixer() && options.typed_segments) {
    for (const TypedCandidate& found : TypedCandidatesOf(content, options.effort)) {
      if (!found.guessed) segments.push_back(found.segment);
    }
  }
  if (header.uses_model()) context.Reserve(*model);
  const EncodingPlan plan(model->lane_memory(), /*verify=*/false);
  const auto lease = context.budget().Wait(
      plan.FrameBytes(header, KindBytesOf(segments, content.size())) + costs.size_bytes(),
      "a frame of " + std::to_string(content.size()) + " bytes");
  WorkClock clock;
  return MeasureFrame(context, *model, header, content, costs, clock, segments);
}

}  // namespace lmzip
