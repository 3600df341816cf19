#include "codec/frame_decoding.h"

#include <algorithm>
#include <utility>

#include "format/content_check.h"

namespace lmzip {

std::optional<FarSources> SourcesOf(const FrameHeader& header, uint64_t reference_bytes) {
  if (!header.has_far_copies()) return std::nullopt;
  return FarSources{
      .reach = header.reach, .position = header.position, .reference_bytes = reference_bytes};
}

FrameDecoding::FrameDecoding(const FrameHeader& header, std::span<const uint32_t> checks,
                             ByteView data, uint64_t reference_bytes)
    : header_(header), checks_(checks), data_(data), reference_bytes_(reference_bytes) {
  const auto room = [](uint64_t bytes) { return std::make_unique_for_overwrite<uint8_t[]>(bytes); };
  if (header.is_coded()) decoded_ = room(header.coded_bytes());
  if (header.has_copies()) expanded_ = room(header.raw_bytes);
  if (header.is_woven()) return;
  const ByteView behind = data.subspan(std::min<size_t>(header.lists_bytes(), data.size()));
  const ByteView residue = decoded_ ? ByteView(decoded_.get(), header.coded_bytes()) : behind;
  if (!header.has_copies()) {
    content_ = residue;
    return;
  }
  if (!header.is_coded()) coded_end_ = residue.size();
  try {
    copies_ = DecodeCopies(list(), header.raw_bytes, header.copied_bytes,
                           SourcesOf(header, reference_bytes));
  } catch (const Error& e) {
    error_ = e;
  }
  expander_.emplace(copies_, residue, std::span(expanded_.get(), header.raw_bytes));
}

// As far as it is there.
ByteView FrameDecoding::list() const {
  const ByteView behind = data_.subspan(std::min<size_t>(header_.segments_bytes, data_.size()));
  return behind.first(std::min<size_t>(header_.list_bytes, behind.size()));
}

void FrameDecoding::Weave(const ContentWindow& window) try {
  const FrameSources sources{.window = window, .far = *SourcesOf(header_, reference_bytes_)};
  std::vector<Copy> copies =
      DecodeWovenCopies(list(), header_.raw_bytes, header_.copied_bytes, sources);
  Weaving weaving = PlanWeaving(copies, header_.raw_bytes, sources);
  if (weaving.given_bytes != header_.given_bytes) RefuseCopies("something else is given");
  ReadGiven(copies, header_.raw_bytes, sources, weaving);
  Weave(std::move(copies), std::move(weaving));
} catch (const Error& e) {
  error_ = e;
}

void FrameDecoding::Weave(std::vector<Copy> copies, Weaving weaving) {
  copies_ = std::move(copies);
  given_places_ = GivenPlaces(copies_, weaving);
  given_ = std::move(weaving.given);
  std::ranges::copy(weaving.bytes, decoded_.get());
  expander_.emplace(copies_, ByteView(decoded_.get(), header_.coded_bytes()),
                    std::span(expanded_.get(), header_.raw_bytes), given_);
}

void FrameDecoding::Start(CodecContext& context, std::shared_ptr<LoadedModel> model,
                          const References* references, WorkClock& clock,
                          FrameProgress* progress) {
  job_.reset();
  model_ = std::move(model);
  if (header_.is_woven() && !expander_ && !error_) {
    error_ = Error(ErrorCode::kCorrupt, "what stands before this frame is not at hand");
  }
  if (error_) return;
  FrameModel parts = model_->ForFrame(header_.kind);
  if (references) parts.prime = &references->prime();
  auto job = FrameJob::Decode(header_, {checks_.begin(), checks_.end()}, data_,
                              std::span(decoded_.get(), header_.coded_bytes()),
                              parts, given_places_);
  job->Watch(clock, progress);
  context.Submit(job, *model_);
  job_.emplace(std::move(job));
}

uint64_t FrameDecoding::CheckBeyond(uint64_t known, const ContentWindow* window) {
  if (job_ && !expander_) return (*job_)->WaitBeyond(known);
  const uint64_t end = std::min(known + header_.unit_bytes(), header_.raw_bytes);
  if (expander_) ExpandTo(end, window);
  if (content_.size() < end && error_) throw *error_;
  if (content_.size() < end) throw Error(ErrorCode::kTruncated, "the input ends inside this frame");
  CheckUnit(known, end);
  return end;
}

void FrameDecoding::ExpandTo(uint64_t end, const ContentWindow* window) try {
  while (!error_) {
    const uint64_t there = expander_->Advance(coded_end_, window);
    content_ = {expanded_.get(), static_cast<size_t>(there)};
    if (there >= end || !job_) return;
    coded_end_ = (*job_)->WaitBeyond(coded_end_);
  }
} catch (const Error& e) {
  error_ = e;
}

void FrameDecoding::CheckUnit(uint64_t begin, uint64_t end) const try {
  CompareCheck(content_.subspan(begin, end - begin),
               checks_[begin / header_.unit_bytes()]);
} catch (const Error& e) {
  if (!expander_ || !expander_->misses_sources()) throw;
  throw Error(e.code(), "what it copies from frames before is lost");
}

void FrameDecoding::AppendTo(ContentWindow& window, std::span<const ByteRange> known) const {
  uint64_t end = 0;
  for (const ByteRange& range : known) {
    if (range.begin > end) window.Skip(range.begin - end);
    window.Append(content_.subspan(range.begin, range.end - range.begin));
    end = range.end;
  }
  if (header_.raw_bytes > end) window.Skip(header_.raw_bytes - end);
}

ByteView FrameDecoding::WaitForContent() {
  for (uint64_t done = 0; done < header_.raw_bytes;) done = CheckBeyond(done, nullptr);
  return content_;
}

ByteView FrameDecoding::WaitForCoded() {
  (*job_)->WaitAll();
  return {decoded_.get(), static_cast<size_t>(header_.coded_bytes())};
}

bool FrameDecoding::goes_on() const {
  return !error_ && (!job_ || header_.has_far_copies());
}

uint64_t FrameDecoding::certain_bytes() const {
  if (!job_) return content_.size();
  const uint64_t certain = (*job_)->certain_bytes();
  if (!expander_) return certain;
  return std::min<uint64_t>(ContentBytes(copies_, certain, given_), content_.size());
}

}  // namespace lmzip
