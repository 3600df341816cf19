#include "codec/measure.h"

namespace lmzip {

CostSum MeasureFrame(CodecContext& context, LoadedModel& model, const FrameHeader& header,
                     ByteView content, std::span<SymbolCost> costs, WorkClock& clock,
                     const std::vector<TypedSegment>& segments) {
  const FrameModel parts = model.ForFrame(header.kind);
  ContentForm form{.tokens = {}, .segments = segments};
  if (header.is_tokens()) {
    form.tokens = TokenizeContent(model.tokenizer(), *parts.tokens, header.geometry, content);
  }
  JobOwner job(FrameJob::Measure(header, content, parts, std::move(form), costs));
  job->Watch(clock, nullptr);
  context.Submit(job.get(), model);
  job->WaitAll();
  return job->cost();
}

}  // namespace lmzip
