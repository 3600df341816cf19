#include "codec/frame_job.h"

#include <algorithm>

#include "base/check.h"
#include "format/content_check.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

// Progress moves by so much content, or by a step that codes more: counting shall cost nothing.
constexpr uint64_t kToldBytes = 256;

// How much longer than its content a code may be before it is no longer kept: tests look at those.
constexpr size_t kLongerCodeBytes = 4096;

// Of a sample: whoever reads it sees it grow.
constexpr uint64_t kSampleUnitBytes = 32;

// Of one lane.
size_t PieceSize(const FrameSymbols& symbols) {
  return static_cast<size_t>(EncodeSteps(symbols.vocabulary())) * symbols.vocabulary();
}

}  // namespace

std::shared_ptr<FrameJob> FrameJob::OfKnown(const FrameHeader& header, ByteView content,
                                            ContentForm form) {
  LMZIP_CHECK(content.size() == header.coded_bytes() && header.is_coded());
  std::shared_ptr<FrameJob> job(new FrameJob(header, /*known=*/true));
  job->tokens_ = std::move(form.tokens);
  job->segments_ = std::move(form.segments);
  job->given_ = std::move(form.given);
  return job;
}

std::shared_ptr<FrameJob> FrameJob::Encode(const FrameHeader& header, ByteView content,
                                           const FrameModel& model, ContentForm form) {
  auto job = OfKnown(header, content, std::move(form));
  auto encoder = std::make_unique<BitEncoder>(content.size() + kLongerCodeBytes);
  job->encoder_ = encoder.get();
  job->coder_ = std::move(encoder);
  job->MakeSymbols(CodedContent::Known(content), model);
  return job;
}

std::shared_ptr<FrameJob> FrameJob::Measure(const FrameHeader& header, ByteView content,
                                            const FrameModel& model, ContentForm form,
                                            const CostPlaces& places) {
  LMZIP_CHECK(places.hold(content.size()));
  auto job = OfKnown(header, content, std::move(form));
  auto meter = std::make_unique<BitMeter>(/*split=*/!places.costs.empty(),
                                          /*expects=*/!places.likely.empty());
  job->meter_ = meter.get();
  job->coder_ = std::move(meter);
  job->places_ = places;
  std::ranges::fill(places.costs, SymbolCost{});
  std::ranges::fill(places.likely, LikelyBytes{});
  job->MakeSymbols(CodedContent::Known(content), model);
  return job;
}

std::shared_ptr<FrameJob> FrameJob::Decode(const FrameHeader& header, std::vector<uint32_t> checks,
                                           ByteView data, std::span<uint8_t> content,
                                           const FrameModel& model, std::vector<bool> given) {
  LMZIP_CHECK(content.size() == header.coded_bytes() && header.is_coded());
  LMZIP_CHECK(checks.size() == header.unit_count());
  std::shared_ptr<FrameJob> job(new FrameJob(header, /*known=*/false));
  job->content_ = content;
  job->given_ = std::move(given);
  if (!header.has_copies()) job->checks_ = std::move(checks);
  job->TakeSegments(data.first(std::min<uint64_t>(header.segments_bytes, data.size())));
  const uint64_t lists_bytes = std::min<uint64_t>(header.lists_bytes(), data.size());
  job->coder_ = std::make_unique<BitDecoder>(data.subspan(lists_bytes));
  job->MakeSymbols(CodedContent::Unknown(content), model);
  return job;
}

std::shared_ptr<FrameJob> FrameJob::Sample(const FrameHeader& header,
                                           std::unique_ptr<BitCoder> coder,
                                           std::span<uint8_t> content, const FrameModel& model) {
  LMZIP_CHECK(content.size() == header.coded_bytes() && header.is_coded());
  LMZIP_CHECK(!header.has_copies());
  std::shared_ptr<FrameJob> job(new FrameJob(header, /*known=*/false));
  job->content_ = content;
  job->unit_bytes_ = kSampleUnitBytes;
  job->coder_ = std::move(coder);
  job->MakeSymbols(CodedContent::Drawn(content), model);
  return job;
}

// A list that is damaged ends the job before it begins, and so does one that is cut: what is left
// may be a list of other kinds, for which nobody has leased the memory.
void FrameJob::TakeSegments(ByteView list) {
  if (!header_.has_segments()) return;
  try {
    if (list.size() < header_.segments_bytes) {
      throw Error(ErrorCode::kTruncated, "the list of typed segments ends early");
    }
    segments_ = DecodeSegments(list, header_.coded_bytes());
  } catch (const Error&) {
    const MutexLock lock(mutex_);
    Over(std::current_exception());
  }
}

void FrameJob::MakeSymbols(CodedContent content, const FrameModel& model) {
  LMZIP_CHECK(given_.empty() || given_.size() == content.bytes.size());
  if (!given_.empty()) content.given = &given_;
  LMZIP_CHECK(!header_.uses_model() || header_.is_tokens() == (model.tokens != nullptr));
  if (header_.is_tokens()) {
    const TokenizedContent* const tokens = known_ ? &tokens_ : nullptr;
    symbols_ = NewTokenSymbols(cursor_, *coder_, content, *model.tokens, tokens);
  } else {
    symbols_ = NewByteSymbols(header_, cursor_, *coder_, content,
                              {.prior = model.prior,
                               .prime = model.prime,
                               .segments = segments_,
                               .without = model.without});
  }
}

void FrameJob::Watch(WorkClock& clock, FrameProgress* progress) {
  clock_ = &clock;
  progress_ = progress;
}

uint64_t FrameJob::WaitBeyond(uint64_t known) {
  const MutexLock lock(mutex_);
  while (ready_ <= known && !(over_ && running_groups_ == 0)) changed_.Wait(mutex_);
  if (ready_ > known) return ready_;
  LMZIP_CHECK(error_ != nullptr);
  std::rethrow_exception(error_);
}

void FrameJob::WaitAll() {
  for (uint64_t done = 0; done < header_.coded_bytes();) done = WaitBeyond(done);
}

Bytes FrameJob::TakeCode() {
  Bytes code = encoder_->Finish();
  code.resize(std::max<uint64_t>(code.size(), least_code_bytes()));  // zeros say nothing more
  return code;
}

void FrameJob::Cancel() {
  const MutexLock lock(mutex_);
  Over(nullptr);
  while (running_groups_ > 0) changed_.Wait(mutex_);
}

bool FrameJob::GroupStarted(int groups) noexcept {
  const MutexLock lock(mutex_);
  if (over_) return false;
  try {
    if (known_ && header_.uses_model() && groups > 1 && piece_logits_.empty()) {
      piece_logits_.resize(2 * header_.geometry.lanes() * PieceSize(*symbols_));
    }
  } catch (...) {
    Over(std::current_exception());
    return false;
  }
  ++running_groups_;
  if (clock_) clock_->Begin();
  return true;
}

void FrameJob::GroupStopped(std::exception_ptr error) noexcept {
  const MutexLock lock(mutex_);
  if (error) Over(error);
  if (clock_) clock_->End();
  --running_groups_;
  changed_.NotifyAll();
}

int16_t* FrameJob::PieceLogits(uint64_t piece, int lane) {
  const auto row =
      (piece % 2) * static_cast<uint64_t>(header_.geometry.lanes()) + static_cast<uint64_t>(lane);
  return piece_logits_.data() + row * PieceSize(*symbols_);
}

void FrameJob::CountCost(int lane) {
  cost_.Add(meter_->cost());
  const uint64_t position = cursor_.position(lane);
  if (!places_.costs.empty()) places_.costs[position] = meter_->cost();
  if (!places_.likely.empty()) places_.likely[position] = meter_->likely();
}

void FrameJob::EndStep() {
  if (coder_->Failed()) {
    throw Error(ErrorCode::kCorrupt, "the code ends before its content (damaged data)");
  }
  cursor_.EndStep();
  if (cursor_.block_done() || cursor_.coded_bytes() >= told_content_ + kToldBytes) TellProgress();
  const uint64_t coded_end = cursor_.contiguous_end();
  if (known_) {
    if (cursor_.block_done()) Ready(coded_end);
  } else {
    if (coder_->Certain()) certain_ = coded_end;
    const bool all = coded_end == header_.coded_bytes();
    if (all || coded_end - unit_begin_ >= unit_bytes_) Verify(coded_end);
  }
  if (!cursor_.frame_done()) return;
  symbols_->EndFrame();
  const MutexLock lock(mutex_);
  over_ = true;
}

// Decoding, the code counts as used in proportion: what takes time is the content.
void FrameJob::TellProgress() {
  told_content_ = cursor_.coded_bytes();
  if (!progress_) return;
  const uint64_t code = encoder_ ? encoder_->size()
                        : meter_ ? cost_.bytes()
                                 : header_.data_bytes * told_content_ / header_.coded_bytes();
  progress_->MoveTo(told_content_, code);
}

// Compares the units that end at or before `end` with their checks, if there are any.
void FrameJob::Verify(uint64_t end) {
  while (unit_begin_ < end) {
    const uint64_t next = std::min(unit_begin_ + unit_bytes_, header_.coded_bytes());
    if (next > end) break;
    if (!checks_.empty()) {
      CompareCheck(content_.subspan(unit_begin_, next - unit_begin_),
                   checks_[unit_begin_ / unit_bytes_]);
    }
    unit_begin_ = next;
    Ready(next);
  }
}

void FrameJob::Ready(uint64_t bytes) {
  const MutexLock lock(mutex_);
  ready_ = bytes;
  changed_.NotifyAll();
}

void FrameJob::Over(std::exception_ptr error) noexcept {
  if (over_) return;
  over_ = true;
  error_ = error;
  turns_.Abort();
  for (Sequencer& pieces : handed_over_) pieces.Abort();
  changed_.NotifyAll();
}

}  // namespace lmzip
