// Compression: frames are read, coded by the pool and written in order.
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "base/check.h"
#include "chunker/copy_finder.h"
#include "codec/codec_context.h"
#include "codec/frame_memory.h"
#include "codec/measure.h"
#include "codec/method.h"
#include "codec/typed_content.h"
#include "format/content_check.h"
#include "format/stream_writer.h"

namespace lmzip {
namespace {

/// A frame between its reading and its writing.
struct PendingFrame {
  MemoryBudget::Lease memory;
  FrameProgress progress;
  Bytes content;
  Bytes copies;   // the list of them
  Bytes residue;  // content that is not copied, where there are copies
  std::vector<TypedSegment> segments;  // of what is coded
  Bytes segment_list;                  // where the frame is coded with them
  FrameHeader header;
  std::optional<Bytes> code;    // where the choice of the kind has made it already
  std::optional<JobOwner> job;  // absent: stored, or coded already. Goes before content.

  const Bytes& coded() const { return header.has_copies() ? residue : content; }
};

/// Codes of all that a frame is to code, by kind: choices that made them may take them.
struct MadeCode {
  FrameHeader header;
  Bytes code;
};
using MadeCodes = std::map<FrameKind, MadeCode>;

class StreamEncoder {
 public:
  StreamEncoder(CodecContext& context, ByteSource& source, ByteSink& sink,
                const EncodeOptions& options, Progress* progress)
      : context_(context), source_(source), sink_(sink), options_(options), progress_(progress) {}

  EncodeReport Run() {
    for (;;) {
      while ((!at_end_ || !ahead_.empty()) && frames_.size() < context_.frames_in_flight()) {
        if (!ReadFrame()) break;
      }
      if (frames_.empty()) break;
      WriteFrame(frames_.front());
      frames_.pop_front();
    }
    if (writer_) {
      writer_->Finish();
      report_.coded_bytes = writer_->bytes_written();
    } else if (report_.frames == 0) {
      WriteShort({.kind = FrameKind::kStored}, UnitCheck({}), {});
    }
    report_.work_seconds = clock_.seconds();
    return report_;
  }

 private:
  // Starts the next frame. False when its memory has to wait for the frames in flight.
  bool ReadFrame() {
    if (ahead_.empty()) ReadMore(std::min<uint64_t>(kFirstReadBytes, options_.frame_bytes));
    if (ahead_.empty()) return true;
    PendingFrame frame;
    frame.memory = LeaseFor(at_end_ ? ahead_.size() : options_.frame_bytes);
    if (!frame.memory) return false;
    // A buffer that grows takes half as much again.
    ReadMore(std::min(options_.frame_bytes, frame.memory.bytes() / 3 * 2));
    FitLease(frame.memory, at_end_ ? ahead_.size() : options_.frame_bytes);
    frame.content = std::exchange(ahead_, {});
    frame.header.raw_bytes = frame.content.size();
    MadeCodes codes;
    TakeApart(frame, codes);
    frame.progress = FrameProgress(progress_, verify() ? 2 : 1);
    ChooseFrameKind(frame, std::move(codes));
    frame.memory.ShrinkTo(FrameMemory(frame.header));
    frames_.push_back(std::move(frame));
    PendingFrame& pending = frames_.back();
    if (pending.header.is_coded() && !pending.code) {
      pending.job.emplace(StartEncoding(pending.header, pending.coded(),
                                        pending.segments, &pending.progress));
    }
    return true;
  }

  // The paper's setting codes every byte, and what is stored is what it is.
  bool looks_for_copies() const {
    return options_.method != Method::kModel && options_.method != Method::kStore &&
           !context_.Model()->pinned();
  }

  bool looks_for_segments() const {
    return options_.typed_segments && options_.method != Method::kModel &&
           options_.method != Method::kStore;
  }

  // Copies and typed segments.
  void TakeApart(PendingFrame& frame, MadeCodes& codes) {
    std::vector<TypedSegment> segments;
    if (looks_for_segments()) segments = TypedSegmentsOf(frame.content, options_.effort);
    std::vector<Copy> copies;
    if (looks_for_copies()) copies = TakeCopies(frame, segments, codes);
    frame.segments = SegmentsOfResidue(segments, copies);
  }

  // Returns those that were taken.
  std::vector<Copy> TakeCopies(PendingFrame& frame, std::span<const TypedSegment> segments,
                               MadeCodes& codes) {
    const Bytes& content = frame.content;
    if (content.size() <= kMaxShortFormBytes) return {};
    std::vector<Copy> copies = CopiesBeside(segments, FindCopies(content));
    // What is too long to be coded twice keeps copies that are long beside what they may spoil.
    const uint64_t copied = CopiedBytes(copies);
    if (content.size() > kMostWhollyCosted && copied < content.size() / 2) {
      copies = LongCopies(copies, kLongCopyBytes);
    }
    if (copies.empty()) return {};
    Bytes list = EncodeCopies(copies);
    Bytes residue = Residue(content, copies);
    if (segments.empty() && !CopiesPay(content, residue, list.size(), codes)) return {};
    frame.header.copied_bytes = content.size() - residue.size();
    frame.header.list_bytes = list.size();
    frame.copies = std::move(list);
    frame.residue = std::move(residue);
    return copies;
  }

  // A picture's rows, a table's records are no longer in step behind a copy; whether that costs
  // more than the copies save, the mixer tells.
  bool CopiesPay(const Bytes& content, const Bytes& residue, uint64_t list_bytes,
                 MadeCodes& codes) {
    if (residue.size() <= kMaxShortFormBytes || residue.size() <= content.size() / 8) return true;
    if (content.size() > kMostWhollyCosted) return true;
    const auto coded = [this](const Bytes& bytes) {
      MadeCode made{.header = HeaderOf(FrameKind::kMixed, bytes.size()), .code = {}};
      made.code = Encoded(made.header, bytes, {}, nullptr);
      return made;
    };
    MadeCode without = coded(content), with = coded(residue);
    const bool pay = list_bytes + with.code.size() <= without.code.size();
    codes[FrameKind::kMixed] = std::move(pay ? with : without);
    return pay;
  }

  // For a frame of at most `raw_bytes`. Where that is more than can ever be had, a shorter one may
  // still do: then the lease is all that there is.
  MemoryBudget::Lease LeaseFor(uint64_t raw_bytes) {
    if (uses_model_file() && std::ranges::any_of(Kinds(), UsesModel)) {
      context_.Model()->ReserveMemory();
    }
    const uint64_t bytes = FrameMemory(raw_bytes);
    return frames_.empty() ? context_.budget().WaitAtMost(bytes) : context_.budget().Try(bytes);
  }

  // Makes the lease that of a frame of `raw_bytes`. Throws Error{kLimit} when it is too small.
  void FitLease(MemoryBudget::Lease& lease, uint64_t raw_bytes) {
    const uint64_t bytes = FrameMemory(raw_bytes);
    if (lease.bytes() < bytes) {
      context_.budget().RequirePossible(bytes, "a frame of " + std::to_string(raw_bytes) + " bytes");
    }
    lease.ShrinkTo(bytes);
  }

  // Fills ahead_ up to `size` bytes, growing with the input: a small file pays for no large frame.
  void ReadMore(uint64_t size) {
    for (size_t filled = ahead_.size(); filled < size && !at_end_; filled = ahead_.size()) {
      const uint64_t next = std::min(size, std::max<uint64_t>(2 * filled, kFirstReadBytes));
      ahead_.reserve(next);
      ahead_.resize(next);
      ahead_.resize(filled + source_.Read(std::span(ahead_).subspan(filled)));
      at_end_ = ahead_.size() < next;
    }
  }

  FrameHeader HeaderOf(FrameKind kind, uint64_t raw_bytes) const {
    FrameHeader header;
    header.kind = kind;
    header.raw_bytes = raw_bytes;
    header.geometry = GeometryOf(kind, raw_bytes);
    return header;
  }

  // A pinned model runs one lane at a time: as if the content were small, unless asked.
  Geometry GeometryOf(FrameKind kind, uint64_t raw_bytes) const {
    const bool pinned = uses_model_file() && context_.Model()->pinned();
    return ChooseGeometry(kind, pinned ? 1 : raw_bytes, options_);
  }

  std::vector<FrameKind> Kinds() const {
    return PossibleKinds(context_.Model()->model_kind(), options_);
  }
  static bool UsesModel(FrameKind kind) { return FrameHeader{.kind = kind}.uses_model(); }

  uint64_t FrameMemory(const FrameHeader& header) const {
    if (!uses_model_file()) return EncodingMemory(header, {}, verify());
    return EncodingMemory(header, context_.Model()->lane_memory(), verify());
  }

  // Of whatever kind it will be.
  uint64_t FrameMemory(uint64_t raw_bytes) const {
    uint64_t most = FrameMemory(HeaderOf(FrameKind::kStored, raw_bytes));
    if (!uses_model_file()) return most;
    for (FrameKind kind : Kinds()) {
      most = std::max(most, FrameMemory(HeaderOf(kind, raw_bytes)));
    }
    // Where there are copies, there is a residue beside the content.
    if (looks_for_copies()) most += raw_bytes + CopyFinderMemory(raw_bytes);
    // A choice of the kind may keep a code of each.
    if (Kinds().size() > 1) most += 2 * std::min(raw_bytes, kMostWhollyCosted);
    return most;
  }

  // Kind and geometry, and the code where a choice took the trouble to make it.
  void ChooseFrameKind(PendingFrame& frame, MadeCodes codes) {
    const ByteView content = frame.coded();
    FrameKind kind = FrameKind::kStored;  // needs no model
    if (options_.method != Method::kStore) kind = KindOf(frame, codes);
    frame.header.kind = kind;
    frame.header.geometry = GeometryOf(kind, content.size());
    if (!frame.segments.empty() && frame.header.uses_mixer()) {
      frame.segment_list = EncodeSegments(frame.segments, content.size());
      frame.header.segments_bytes = frame.segment_list.size();
      frame.header.kinds = KindsOf(frame.segments, content.size());
    }
    const auto made = codes.find(kind);
    if (made == codes.end() || made->second.header.geometry != frame.header.geometry) return;
    frame.header.byte_share = made->second.header.byte_share;
    frame.code = std::move(made->second.code);
  }

  // By what lies beside typed segments, where there are some: lanes would cut pictures and sound to
  // pieces, and the network knows nothing of them. Codes that are made of all of the content are kept.
  FrameKind KindOf(PendingFrame& frame, MadeCodes& codes) {
    const ByteView content = frame.coded();
    if (options_.method == Method::kAuto && !frame.segments.empty() &&
        MediaBytes(frame.segments) >= content.size() / kMediaShare) {
      return FrameKind::kMixed;
    }
    const auto model = context_.Model();
    const Bytes general =
        frame.segments.empty() ? Bytes{} : GeneralBytes(content, frame.segments);
    const ByteView asked = frame.segments.empty() ? content : general;
    const auto cost = [&](FrameHeader header, ByteView sample) -> uint64_t {
      if (sample.size() < content.size()) {
        return MeasureFrame(*model, header, sample, {}, clock_).bytes();
      }
      const auto [made, missing] = codes.try_emplace(header.kind, MadeCode{header, {}});
      if (missing) {
        const bool slowest = header.kind != FrameKind::kMixed;  // it tells the progress best
        FrameProgress* const progress = slowest ? &frame.progress : nullptr;
        made->second.code = Encoded(made->second.header, sample, {}, progress);
      }
      return made->second.code.size();
    };
    return ChooseKind(asked, model->model_kind(), options_, cost);
  }

  // Completes `header` by what the content's tokens tell.
  std::shared_ptr<FrameJob> StartEncoding(FrameHeader& header, ByteView content,
                                          const std::vector<TypedSegment>& segments,
                                          FrameProgress* progress) {
    const auto model = context_.Model();
    const FrameModel parts = model->ForFrame(header.kind);
    ContentForm form{.tokens = {}, .segments = segments};
    if (header.is_tokens()) {
      form.tokens = TokenizeContent(model->tokenizer(), *parts.tokens, header.geometry, content);
      header.byte_share = ByteShare(form.tokens.byte_tokens, content.size());
    }
    auto job = FrameJob::Encode(header, content, parts, std::move(form));
    job->Watch(clock_, progress);
    model->scheduler().Submit(job);
    return job;
  }

  // The code of `content`, waited for. Completes `header` likewise.
  Bytes Encoded(FrameHeader& header, ByteView content, const std::vector<TypedSegment>& segments,
                FrameProgress* progress) {
    JobOwner job(StartEncoding(header, content, segments, progress));
    job->WaitAll();
    return job->TakeCode();
  }

  void WriteFrame(PendingFrame& frame) {
    Bytes code = std::move(frame.code).value_or(Bytes{});
    if (frame.job) {
      (*frame.job)->WaitAll();
      code = (*frame.job)->TakeCode();
    }
    const bool alone = at_end_ && ahead_.empty() && frames_.size() == 1 && report_.frames == 0;
    frame.header.data_bytes = frame.header.lists_bytes() + code.size();
    const bool stored = !frame.header.is_coded() || !IsWorthwhile(frame.header, alone);
    if (stored) {
      frame.header.kind = FrameKind::kStored;
      frame.header.segments_bytes = 0;
      frame.header.kinds = BitOf(DataKind::kGeneral);
      frame.header.data_bytes = frame.copies.size() + frame.coded().size();
    }
    Bytes with_lists;
    if (frame.header.lists_bytes() > 0) {
      const ByteView rest = stored ? ByteView(frame.residue) : ByteView(code);
      with_lists = std::move(frame.copies);
      if (!stored) Append(frame.segment_list, with_lists);
      Append(rest, with_lists);
    }
    const ByteView data = !with_lists.empty() ? with_lists : stored ? frame.content : code;
    const auto checks = UnitChecks(frame.content, frame.header.unit_bytes());
    if (verify() && !stored) Verify(frame, checks, data);
    report_.raw_bytes += frame.content.size();
    ++report_.frames;
    uint64_t offset = 0;  // of the frame; of the short form, all of it
    if (alone && TakesShortForm(frame.header)) {
      WriteShort(frame.header, checks[0], data);
    } else {
      if (!writer_) {
        writer_.emplace(sink_, StreamHeaderOf(/*only_stored=*/stored && alone));
      }
      offset = writer_->bytes_written();
      writer_->WriteFrame(frame.header, checks, data);
      report_.coded_bytes = writer_->bytes_written();
    }
    TellDone(frame, offset, report_.coded_bytes - offset);
  }

  void TellDone(PendingFrame& frame, uint64_t offset, uint64_t coded_bytes) {
    frame.progress.Finish(frame.content.size(), coded_bytes);
    if (!progress_ || !progress_->frame_done) return;
    FrameEntry entry = EntryOf(frame.header, 0, offset, coded_bytes);
    if (frame.header.is_coded()) entry.model = context_.Model()->file().info().name;
    progress_->frame_done(entry);
  }

  // Whether the code takes fewer bytes than the content; in the short form, with the header.
  bool IsWorthwhile(const FrameHeader& coded, bool alone) const {
    if (coded.data_bytes >= coded.list_bytes + coded.residue_bytes()) return false;
    if (!alone || !TakesShortForm(coded)) return true;
    const FrameHeader stored{.kind = FrameKind::kStored, .raw_bytes = coded.raw_bytes};
    return ShortFormHeader(coded).size() + coded.data_bytes <
           ShortFormHeader(stored).size() + coded.raw_bytes;
  }

  // As the only frame. A pinned model's stream has a fingerprint, which the short form lacks.
  bool TakesShortForm(const FrameHeader& header) const {
    return FitsShortForm(header) && !(header.is_coded() && context_.Model()->pinned());
  }

  static Bytes ShortFormHeader(const FrameHeader& only_frame) {
    Bytes bytes;
    AppendStreamHeader({.only_frame = only_frame}, bytes);
    return bytes;
  }

  void WriteShort(const FrameHeader& only_frame, uint32_t content_check, ByteView data) {
    StreamHeader header = StreamHeaderOf(/*only_stored=*/!only_frame.is_coded());
    header.only_frame = only_frame;
    report_.coded_bytes = WriteShortStream(sink_, header, content_check, data);
  }

  // A pinned model may fail to repeat itself even here.
  bool verify() const {
    return options_.verify || (uses_model_file() && context_.Model()->pinned());
  }
  bool uses_model_file() const { return options_.method != Method::kStore; }

  // A failure is a bug, whatever the decoder takes it for, unless the model may be the cause.
  void Verify(PendingFrame& frame, const std::vector<uint32_t>& checks, ByteView data) try {
    Bytes decoded(frame.content.size());
    const auto model = context_.Model();
    JobOwner job(
        FrameJob::Decode(frame.header, checks, data, decoded, model->ForFrame(frame.header.kind)));
    frame.progress.NextPass();
    job->Watch(clock_, &frame.progress);
    model->scheduler().Submit(job.get());
    job->WaitAll();
    LMZIP_CHECK(decoded == frame.content);
  } catch (const Error& e) {
    if (context_.Model()->pinned() && e.code() != ErrorCode::kLimit) {
      throw Error(ErrorCode::kModelLoad, "model " + context_.Model()->file().info().name +
                                             " does not repeat itself: a frame does not decode to "
                                             "its content (" +
                                             e.what() + ")");
    }
    if (e.code() != ErrorCode::kCorrupt) throw;
    throw std::logic_error("a frame does not decode to its content: " + std::string(e.what()));
  }

  // The stream names model and mixer as soon as a frame may need them.
  StreamHeader StreamHeaderOf(bool only_stored) const {
    StreamHeader header;
    if (only_stored || !uses_model_file()) return header;
    header.model_id = Shorten(context_.Model()->file().info().id);
    header.mixer_version = kMixerVersion;
    header.fingerprint = context_.Model()->Fingerprint();
    return header;
  }

  static void Append(ByteView bytes, Bytes& out) { out.insert(out.end(), bytes.begin(), bytes.end()); }

  static constexpr uint64_t kMediaShare = 4;  // one byte in so many
  static constexpr size_t kFirstReadBytes = size_t{64} << 10;
  static constexpr uint64_t kLongCopyBytes = uint64_t{64} << 10;

  CodecContext& context_;
  ByteSource& source_;
  ByteSink& sink_;
  const EncodeOptions& options_;
  Progress* const progress_;  // may be null
  WorkClock clock_;
  std::deque<PendingFrame> frames_;
  Bytes ahead_;  // read, but not started
  bool at_end_ = false;
  std::optional<StreamWriter> writer_;
  EncodeReport report_;
};

}  // namespace

EncodeReport EncodeStream(CodecContext& context, ByteSource& source, ByteSink& sink,
                          const EncodeOptions& options, Progress* progress) {
  CheckOptions(options);
  return StreamEncoder(context, source, sink, options, progress).Run();
}

}  // namespace lmzip
