#include "codec/measure.h"

#include "codec/frame_memory.h"

namespace lmzip {

CostSum MeasureFrame(LoadedModel& model, const FrameHeader& header, ByteView content,
                     std::span<SymbolCost> costs, WorkClock& clock,
                     const std::vector<TypedSegment>& segments) {
  const FrameModel parts = model.ForFrame(header.kind);
  ContentForm form{.tokens = {}, .segments = segments};
  if (header.is_tokens()) {
    form.tokens = TokenizeContent(model.tokenizer(), *parts.tokens, header.geometry, content);
  }
  JobOwner job(FrameJob::Measure(header, content, parts, costs, std::move(form)));
  job->Watch(clock, nullptr);
  model.scheduler().Submit(job.get());
  job->WaitAll();
  return job->cost();
}

CostSum MeasureFrame(CodecContext& context, const FrameHeader& header, ByteView content,
                     std::span<SymbolCost> costs) {
  const auto model = context.Model();
  if (header.uses_model()) model->ReserveMemory();
  const auto lease = context.budget().Wait(
      EncodingMemory(header, model->lane_memory(), /*verify=*/false) + costs.size_bytes(),
      "a frame of " + std::to_string(header.raw_bytes) + " bytes");
  WorkClock clock;
  return MeasureFrame(*model, header, content, costs, clock);
}

}  // namespace lmzip
