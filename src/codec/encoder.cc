// Compression: frames are read, coded by the pool and written in order.
#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "base/check.h"
#include "codec/codec_context.h"
#include "codec/encoding_window.h"
#include "codec/frame_choice.h"
#include "codec/frame_plan.h"
#include "codec/content_reader.h"
#include "codec/stream_costs.h"
#include "codec/stream_heading.h"
#include "codec/verify_frame.h"
#include "format/content_check.h"
#include "format/stream_writer.h"
#include "lmzip/memory_io.h"

namespace lmzip {
namespace {

/// A frame between its reading and its writing.
struct PendingFrame {
  MemoryBudget::Lease memory;
  std::shared_ptr<MemoryBudget::Lease> shared_memory;  // in its place: see LeasePiece()
  FrameProgress progress;
  FrameContent content;
  CostPlaces costs;             // of what is measured
  std::optional<JobOwner> job;  // absent: stored, or coded already. Goes before content.

  FrameHeader& header() { return content.header; }
};

class StreamEncoder final : private TrialCoder {
 public:
  StreamEncoder(CodecContext& context, ByteSource& source, const ByteRange& part, ByteSink& sink,
                const EncodeOptions& options, Progress* progress, StreamCosts* costs)
      : context_(context),
        source_(source),
        part_(part),
        sink_(sink),
        options_(options),
        progress_(progress),
        costs_(costs),
        references_(context.ReferencesFor(options)),
        ahead_(source, part),
        cut_bytes_(part.begin) {}

  EncodeReport Run() {
    if (part_.begin > 0) StartInside();
    for (;;) {
      while (!read_all() && frames_.size() < context_.frames_in_flight()) {
        if (!ReadFrame()) break;
      }
      if (frames_.empty()) break;
      WriteFrame(frames_.front());
      frames_.pop_front();
    }
    if (writer_) {
      if (references_) references_->RequireUnchanged();
      writer_->Finish();
      report_.coded_bytes = writer_->bytes_written();
    } else if (report_.frames == 0) {
      WriteShort({.kind = FrameKind::kStored}, UnitCheck({}), {});
    }
    report_.work_seconds = clock_.seconds();
    return report_;
  }

 private:
  // What a part's frames may copy from stands before them.
  void StartInside() {
    if (WindowBytes() == 0) return SkipContent(part_.begin, source_);
    window_.emplace(context_.budget(), references_, WindowBytes());
    window_->Open(UndecidedBytes(options_.frame_bytes));
    window_->ReadTo(part_.begin, source_);
  }

  // Starts the next frame. False when its memory has to wait for the frames in flight.
  bool ReadFrame() {
    if (pieces_.empty() && !ReadAhead()) return false;
    if (pieces_.empty()) return true;
    if (!SearchPiece(pieces_.front())) return false;
    PendingFrame frame;
    if (!LeasePiece(frame)) return false;
    ContentPiece piece = std::move(pieces_.front());
    pieces_.pop_front();
    if (pieces_.empty()) pieces_memory_.reset();
    frame.content.content = std::move(piece.content);
    frame.content.far = std::move(piece.far);
    if (window_) frame.content.before = &window_->content();
    frame.progress = FrameProgress(progress_, verify() ? 2 : 1);
    Choice().Make(frame.content, piece.candidates, frame.progress);
    if (window_) window_->Append(frame.content.content);
    const uint64_t needed = Plan().FrameBytes(
        frame.header(), KindBytesOf(frame.content.segments, frame.content.coded().size()));
    if (frame.memory) frame.memory.ShrinkTo(needed);
    if (frame.shared_memory && pieces_.empty()) frame.shared_memory->ShrinkTo(needed);
    frames_.push_back(std::move(frame));
    Start(frames_.back());
    return true;
  }

  // Looks for far copies, where there are references or others follow the first frame: before the
  // piece has its lease, at which the window may close. False when frames in flight come first.
  bool SearchPiece(ContentPiece& piece) {
    const bool last = ahead_.is_whole() && ahead_.empty() && pieces_.size() == 1;
    const uint64_t window_bytes = last ? 0 : WindowBytes();
    const bool refers = references_ && references_->MayBeCopied(piece.content.size(), last);
    if (!window_ && report_.frames == 0 && frames_.empty() && (window_bytes > 0 || refers)) {
      window_.emplace(context_.budget(), references_, window_bytes);
    }
    if (!window_ || piece.is_searched) return true;
    if (!window_->is_open()) {
      if (!frames_.empty()) return false;
      pieces_memory_.reset();  // what waits is not counted while this waits
      window_->Open(UndecidedBytes(options_.frame_bytes));
    }
    piece.far = window_->Find(piece.content);
    piece.is_searched = true;
    return true;
  }

  // How far copies may reach; 0 where there are none.
  uint64_t WindowBytes() {
    if (!Choice().looks_for_copies()) return 0;
    return WindowBytesOf(options_, context_.budget().total());
  }

  // Whoever waits for so much, with no frame in flight, has its turn then.
  MemoryBudget::Turn TurnFor(uint64_t bytes) {
    if (!window_) return MemoryBudget::Turn::kLast;
    window_->MakeWay(bytes);
    return window_->turn();
  }

  void Start(PendingFrame& frame) {
    FrameContent& content = frame.content;
    if (costs_) {
      frame.costs = costs_->TakePlace(content.content.size());
      content.code.reset();
    }
    if (!frame.header().is_coded() || content.code) return;
    std::optional<CostPlaces> measured;
    if (costs_) measured = frame.costs.first(content.coded().size());
    frame.job.emplace(StartJob(frame.header(), content.view(), &frame.progress, measured));
  }

  // Reads what becomes one frame, or, cut, several: none at the input's end.
  bool ReadAhead() {
    ahead_.Begin(options_.frame_bytes);
    if (ahead_.empty()) return true;
    MemoryBudget::Lease memory = LeaseFor(BytesAhead());
    if (!memory) return false;
    ahead_.Fill(std::min(options_.frame_bytes, EncodingPlan::ReadableBytes(memory.bytes())));
    FitLease(memory, BytesAhead());
    const uint64_t offset = std::exchange(cut_bytes_, cut_bytes_ + ahead_.size());
    for (ContentPiece& piece : Choice().Cut(ahead_.Take(), offset)) {
      FitKinds(piece);
      pieces_.push_back(std::move(piece));
    }
    pieces_memory_ = std::make_shared<MemoryBudget::Lease>(std::move(memory));
    return true;
  }

  // Kinds of data whose sets can never have memory are left to the general set.
  void FitKinds(ContentPiece& piece) {
    const uint64_t size = piece.content.size();
    const auto bytes = [&] { return UndecidedBytes(size, piece.kind_bytes()); };
    while (piece.kinds() > 0 && !context_.budget().IsPossible(bytes())) piece.DropRarestKind();
  }

  // What was leased for reading holds what waits, and the work on one piece at a time; others have
  // their own. Where its kinds need more, it is given back first, and what waits is not counted.
  bool LeasePiece(PendingFrame& frame) {
    const ContentPiece& piece = pieces_.front();
    const uint64_t bytes = piece.content.size();
    const uint64_t work = UndecidedBytes(bytes, piece.kind_bytes());
    if (pieces_memory_ && pieces_memory_.use_count() == 1) {
      uint64_t waiting = 0;
      for (const ContentPiece& each : pieces_) waiting += each.content.size();
      if (pieces_memory_->GrowTo(waiting - bytes + work)) {
        frame.shared_memory = pieces_memory_;
        return true;
      }
      if (!frames_.empty()) return false;
      pieces_memory_.reset();
    }
    const std::string what = "a frame of " + std::to_string(bytes) + " bytes";
    frame.memory = frames_.empty() ? context_.budget().Wait(work, what, TurnFor(work))
                                   : context_.budget().Try(work);
    return static_cast<bool>(frame.memory);
  }

  bool read_all() const { return ahead_.at_end() && ahead_.empty() && pieces_.empty(); }
  // As many as one read has, or all that are left.
  uint64_t BytesAhead() const { return ahead_.at_end() ? ahead_.size() : options_.frame_bytes; }

  FrameChoice Choice() {
    if (!uses_model_file()) return {options_, FrameKind::kStored, /*pinned=*/false, *this};
    return {options_, context_.Model()->model_kind(), context_.Model()->pinned(), *this};
  }

  // For a frame of at most `raw_bytes`. Where that can never be had, it is all there is: a shorter
  // one may still do, but in a part, whose frames begin where they do in the whole.
  MemoryBudget::Lease LeaseFor(uint64_t raw_bytes) {
    if (uses_model_file() && std::ranges::any_of(Kinds(), UsesModel)) {
      context_.Reserve(*context_.Model());
    }
    const uint64_t bytes = UndecidedBytes(raw_bytes);
    if (ahead_.is_part()) context_.budget().RequirePossible(bytes, "a part's frame");
    return frames_.empty() ? context_.budget().WaitAtMost(bytes, TurnFor(bytes))
                           : context_.budget().Try(bytes);
  }

  // Makes the lease that of a frame of `raw_bytes`. Throws Error{kLimit} when it is too small.
  void FitLease(MemoryBudget::Lease& lease, uint64_t raw_bytes) {
    const uint64_t bytes = UndecidedBytes(raw_bytes);
    if (lease.bytes() < bytes) {
      const std::string what = "a frame of " + std::to_string(raw_bytes) + " bytes";
      context_.budget().RequirePossible(bytes, what);
    }
    lease.ShrinkTo(bytes);
  }

  std::vector<FrameKind> Kinds() const {
    return PossibleKinds(context_.Model()->model_kind(), options_);
  }
  static bool UsesModel(FrameKind kind) { return FrameHeader{.kind = kind}.uses_model(); }

  EncodingPlan Plan() const {
    return {uses_model_file() ? context_.Model()->lane_memory() : LaneMemory{},
            references_ ? references_->prime().bytes().size() : 0, verify()};
  }

  // Of a frame whose kind is not chosen yet.
  uint64_t UndecidedBytes(uint64_t raw_bytes, const KindBytes& kinds) {
    std::vector<FrameHeader> possible = {Choice().HeaderOf(FrameKind::kStored, raw_bytes)};
    if (!uses_model_file()) {
      return Plan().UndecidedBytes(possible, kinds, CopySearch::kNone);
    }
    for (FrameKind kind : Kinds()) possible.push_back(Choice().HeaderOf(kind, raw_bytes));
    const CopySearch in_frame = Choice().looks_for_copies() ? CopySearch::kNear : CopySearch::kNone;
    return Plan().UndecidedBytes(possible, kinds, window_ ? CopySearch::kFar : in_frame);
  }
  uint64_t UndecidedBytes(uint64_t raw_bytes) {
    return UndecidedBytes(raw_bytes, KindBytesOf({}, raw_bytes));
  }

  uint64_t Measure(const FrameHeader& header, const TypedView& content) override {
    FrameHeader measured = header;
    JobOwner job(StartJob(measured, content, nullptr, CostPlaces()));
    job->WaitAll();
    return job->cost().bytes();
  }

  Bytes Encode(FrameHeader& header, const TypedView& content, FrameProgress* progress) override {
    JobOwner job(StartJob(header, content, progress));
    job->WaitAll();
    return job->TakeCode();
  }

  // Completes `header` by what the content's tokens tell. With `costs`, the job measures.
  std::shared_ptr<FrameJob> StartJob(
      FrameHeader& header, const TypedView& content, FrameProgress* progress,
      const std::optional<CostPlaces>& costs = std::nullopt) {
    const auto model = context_.Model();
    FrameModel parts = model->ForFrame(header.kind);
    if (costs_) parts.without = costs_->without();
    if (references_) parts.prime = &references_->prime();
    ContentForm form = FormOf(content);
    if (header.is_tokens()) {
      form.tokens =
          TokenizeContent(model->tokenizer(), *parts.tokens, header.geometry, content.bytes);
      header.byte_share = ByteShare(form.tokens.byte_tokens, content.bytes.size());
    }
    auto job = costs ? FrameJob::Measure(header, content.bytes, parts, std::move(form), *costs)
                     : FrameJob::Encode(header, content.bytes, parts, std::move(form));
    job->Watch(clock_, progress);
    context_.Submit(job, *model);
    return job;
  }

  void WriteFrame(PendingFrame& frame) {
    FrameContent& content = frame.content;
    FrameHeader& header = content.header;
    const Bytes code = TakeCode(frame);
    const bool only = frames_.size() == 1 && report_.frames == 0;
    const bool alone = only && read_all() && ahead_.is_whole();
    header.data_bytes = header.lists_bytes() + code.size();
    const bool stored = !header.is_coded() || !IsWorthwhile(header, alone);
    if (stored) content.BecomeStored();
    if (costs_) costs_->Finish(content, frame.costs, frame.job ? (*frame.job)->cost() : CostSum{});
    Bytes with_lists;
    if (header.lists_bytes() > 0) with_lists = content.WithLists(stored ? content.residue : code);
    const ByteView data = !with_lists.empty() ? with_lists : stored ? content.content : code;
    const auto checks = UnitChecks(content.content, header.unit_bytes());
    if (verify() && !stored) {
      frame.progress.NextPass();
      VerifyFrame(context_, content, checks, data, references_.get(), clock_, frame.progress);
    }
    report_.raw_bytes += content.content.size();
    ++report_.frames;
    uint64_t offset = 0;  // of the frame; of the short form, all of it
    if (alone && TakesShortForm(header)) {
      WriteShort(header, checks[0], data);
    } else {
      if (!writer_) writer_.emplace(sink_, LongHeader(Needs(), header, alone));
      offset = writer_->bytes_written();
      writer_->WriteFrame(header, checks, data);
      report_.coded_bytes = writer_->bytes_written();
    }
    TellDone(frame, offset, report_.coded_bytes - offset);
  }

  // Of what is measured, zeros in its place.
  Bytes TakeCode(PendingFrame& frame) {
    if (!frame.job) return std::move(frame.content.code).value_or(Bytes{});
    FrameJob& job = *frame.job->get();
    job.WaitAll();
    return costs_ ? Bytes(std::max(job.cost().bytes(), job.least_code_bytes())) : job.TakeCode();
  }

  void TellDone(PendingFrame& frame, uint64_t offset, uint64_t coded_bytes) {
    frame.progress.Finish(frame.content.content.size(), coded_bytes);
    const bool told = progress_ && progress_->frame_done;
    if (!told && !costs_) return;
    FrameEntry entry = EntryOf(frame.header(), 0, offset, coded_bytes);
    if (frame.header().is_coded()) entry.model = context_.Model()->file().info().name;
    if (told) progress_->frame_done(entry);
    if (costs_) costs_->frames.push_back(std::move(entry));
  }

  // Whether the code takes fewer bytes than the content; in the short form, with the header.
  bool IsWorthwhile(const FrameHeader& coded, bool alone) const {
    if (coded.data_bytes >= coded.list_bytes + coded.residue_bytes()) return false;
    if (!alone || !TakesShortForm(coded)) return true;
    const FrameHeader stored{.kind = FrameKind::kStored, .raw_bytes = coded.raw_bytes};
    return ShortHeaderBytes(coded) + coded.data_bytes < ShortHeaderBytes(stored) + coded.raw_bytes;
  }

  // As the only frame. A pinned model's stream has a fingerprint, which the short form lacks.
  bool TakesShortForm(const FrameHeader& header) const {
    return FitsShortForm(header) && !(header.is_coded() && context_.Model()->pinned());
  }

  void WriteShort(const FrameHeader& only_frame, uint32_t content_check, ByteView data) {
    if (references_) references_->RequireUnchanged();
    report_.coded_bytes =
        WriteShortStream(sink_, ShortHeader(Needs(), only_frame), content_check, data);
  }

  // A pinned model may fail to repeat itself even here.
  bool verify() const {
    if (costs_) return false;
    return options_.verify || (uses_model_file() && context_.Model()->pinned());
  }
  bool uses_model_file() const { return options_.method != Method::kStore; }

  StreamNeeds Needs() {
    LoadedModel* const model = uses_model_file() ? context_.Model().get() : nullptr;
    return {.model = model, .references = references_.get(), .window_bytes = WindowBytes()};
  }

  CodecContext& context_;
  ByteSource& source_;
  const ByteRange part_;  // of the source's content that is coded
  ByteSink& sink_;
  const EncodeOptions& options_;
  Progress* const progress_;  // may be null
  StreamCosts* const costs_;  // null: nothing is measured, all is coded
  const std::shared_ptr<const References> references_;  // null where there are none
  WorkClock clock_;
  std::optional<EncodingWindow> window_;  // where frames may copy from before them
  std::deque<PendingFrame> frames_;
  ContentReader ahead_;
  uint64_t cut_bytes_;               // of the content, so far
  std::deque<ContentPiece> pieces_;  // cut, but not started
  std::shared_ptr<MemoryBudget::Lease> pieces_memory_;
  std::optional<StreamWriter> writer_;
  EncodeReport report_;
};

}  // namespace

EncodeReport EncodeStream(CodecContext& context, ByteSource& source, const ByteRange& part,
                          ByteSink& sink, const EncodeOptions& options, Progress* progress) {
  CheckOptions(options);
  return StreamEncoder(context, source, part, sink, options, progress, /*costs=*/nullptr).Run();
}

EncodeReport MeasureStream(CodecContext& context, ByteSource& source, const EncodeOptions& options,
                           Progress* progress, StreamCosts& costs) {
  CheckOptions(options);
  NullSink sink;
  return StreamEncoder(context, source, ByteRange(), sink, options, progress, &costs).Run();
}

}  // namespace lmzip
