// Frames coded with the order-2 test model.
#pragma once

#include "codec/codec_context.h"
#include "codec/frame_job.h"
#include "codec/scheduler.h"
#include "format/content_check.h"
#include "support/order2_model.h"
#include "support/random_bytes.h"

namespace lmzip::testing {

/// Content that the order-2 model predicts well: about one bit a byte.
inline Bytes Order2Content(size_t count, uint64_t seed) {
  Random random(seed);
  Bytes bytes(count);
  int32_t a = 0, b = 0;
  for (uint8_t& byte : bytes) {
    byte = Below(random, 100) < 93 ? Order2Model::Successor(a, b) : static_cast<uint8_t>(random());
    a = b;
    b = byte;
  }
  return bytes;
}

inline FrameHeader CodedHeader(FrameKind kind, uint64_t raw_bytes, int lanes_log2,
                               int segment_log2) {
  return {.kind = kind,
          .raw_bytes = raw_bytes,
          .data_bytes = 0,
          .geometry = {.lanes_log2 = lanes_log2, .segment_log2 = segment_log2}};
}

/// A pool over one order-2 model.
class Order2Pool {
 public:
  explicit Order2Pool(int threads, int preferred_lanes = 4, Sharing sharing = Sharing::kLanes)
      : model_(preferred_lanes),
        scheduler_([this]() -> const Model& { return model_; }, threads, sharing) {}

  JobOwner StartEncoding(const FrameHeader& header, ByteView content) {
    return Submit(FrameJob::Encode(header, content, {}));
  }

  JobOwner StartDecoding(const FrameHeader& header, std::vector<uint32_t> checks, ByteView data,
                         std::span<uint8_t> content) {
    return Submit(FrameJob::Decode(header, std::move(checks), data, content, {}));
  }

  Bytes Encode(const FrameHeader& header, ByteView content) {
    JobOwner job = StartEncoding(header, content);
    job->WaitAll();
    return job->TakeCode();
  }

  CostSum Measure(const FrameHeader& header, ByteView content, std::span<SymbolCost> costs = {}) {
    JobOwner job = Submit(FrameJob::Measure(header, content, {}, costs));
    job->WaitAll();
    return job->cost();
  }

  Bytes Sample(const FrameHeader& header, std::unique_ptr<CodeSource> code) {
    Bytes content(header.raw_bytes);
    JobOwner job = Submit(FrameJob::Sample(header, std::move(code), content, {}));
    job->WaitAll();
    return content;
  }

  Bytes Decode(const FrameHeader& header, const std::vector<uint32_t>& checks, ByteView data) {
    Bytes content(header.raw_bytes);
    JobOwner job = StartDecoding(header, checks, data, content);
    job->WaitAll();
    return content;
  }

 private:
  JobOwner Submit(std::shared_ptr<FrameJob> job) {
    scheduler_.Submit(job);
    return JobOwner(std::move(job));
  }

  Order2Model model_;
  Scheduler scheduler_;  // last: its threads use the model
};

}  // namespace lmzip::testing
