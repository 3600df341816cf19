// Decompression: frames are read, decoded by the pool and written in order, checked unit by unit.
#include <algorithm>
#include <deque>
#include <optional>

#include "codec/codec_context.h"
#include "codec/damage_log.h"
#include "codec/decoding_window.h"
#include "codec/dependence.h"
#include "codec/frame_decoding.h"
#include "codec/frame_plan.h"
#include "format/content_check.h"
#include "format/header_repair.h"
#include "format/stream_reader.h"
#include "mixer/mixer.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

/// A frame between its reading and its writing.
struct PendingFrame {
  MemoryBudget::Lease memory;
  FrameProgress progress;
  FrameInfo info;
  FramePayload payload;
  uint64_t coded_bytes = 0;  // of the file
  CodedBy by;
  std::unique_ptr<FrameDecoding> decoding;  // goes before what it uses
};

class StreamDecoder {
 public:
  StreamDecoder(CodecContext& context, ByteSource& source, ByteSink& sink,
                const DecodeOptions& options, Progress* progress)
      : context_(context),
        reader_(source, /*keep_payload=*/options.keep_going),
        sink_(sink),
        options_(options),
        progress_(progress),
        first_needed_(FirstNeeded(source, options.range)) {}

  DecodeReport Run() {
    for (;;) {
      while (!at_end_ && frames_.size() < context_.frames_in_flight()) {
        if (!ReadFrame()) break;
      }
      if (frames_.empty()) break;
      WriteNextFrame();
    }
    report_.coded_bytes = reader_.offset();
    report_.work_seconds = clock_.seconds();
    if (reader_error_) std::rethrow_exception(reader_error_);
    return report_;
  }

 private:
  // Starts the next frame that the range touches. False when it has to wait for frames in flight.
  bool ReadFrame() {
    try {
      if (!next_) next_ = reader_.Next();
      if (!next_ || next_->raw_offset >= options_.range.end) {
        at_end_ = true;
      } else if (next_->raw_offset + next_->header.raw_bytes <= NeededFrom()) {
        reader_.SkipPayload();
        next_.reset();
      } else {
        return StartFrame(*next_);
      }
    } catch (const Error& e) {
      HandleReaderError(e);
    }
    return true;
  }

  // Content before it nobody asks for, of the stream that the reader is in.
  uint64_t NeededFrom() const {
    if (first_needed_) return *first_needed_;
    return reader_.stream_header().window_bytes > 0 ? 0 : options_.range.begin;
  }

  // Whether damage may be the cause, so that what is behind it may be sound. What is not supported
  // may be, too: a damaged byte says anything.
  static bool MayBeDamage(ErrorCode code) {
    return code == ErrorCode::kCorrupt || code == ErrorCode::kTruncated ||
           code == ErrorCode::kUnsupported || code == ErrorCode::kBadMagic;
  }

  // Errors of the input's structure: what came before them is still written.
  void HandleReaderError(const Error& error) {
    if (options_.keep_going && MayBeDamage(error.code())) {
      while (!frames_.empty()) WriteNextFrame();
      std::optional<ByteRange> lost;
      if (next_) lost = {next_->raw_offset, next_->raw_offset + next_->header.raw_bytes};
      const bool repaired = !next_ && RepairShortForm();
      if (repaired) lost = {reader_.raw_bytes(), reader_.raw_bytes()};
      damage_.Add({.message = error.what(), .content = lost});
      next_.reset();
      at_end_ = !repaired && !Resynchronize();
      return;
    }
    reader_error_ = std::current_exception();
    at_end_ = true;
  }

  // A stream in the short form whose header is damaged, but says what it was.
  bool RepairShortForm() {
    if (repairs_ == kMaxRepairs || reader_.DamagedStreamHeader().empty()) return false;
    ++repairs_;
    const auto models = context_.KnownModels();
    const auto ids = ShortFormIds(models);
    for (const StreamHeader& header : ShortFormRepairs(reader_.DamagedStreamHeader(), ids)) {
      const auto memory =
          context_.budget().Try(MostDecodingBytes(*header.only_frame));
      const auto payload = memory ? reader_.PeekPayload(header) : std::nullopt;
      if (!payload || !Holds(header, *payload, models)) continue;
      reader_.Assume(header);
      return true;
    }
    return false;
  }

  // Those that headers of streams may name which can be decoded here.
  std::vector<ShortFormId> ShortFormIds(const std::vector<ShortModelId>& models) {
    std::vector<ShortFormId> ids;
    for (const ShortModelId& model : models) {
      ids.push_back(ShortFormIdOf(model));
      for (const uint32_t check : context_.references().ChecksWith(model)) {
        ids.push_back(ShortFormIdOf(check));
      }
    }
    return ids;
  }

  // Whether the content comes out with its check.
  bool Holds(const StreamHeader& header, const FramePayload& payload,
             const std::vector<ShortModelId>& models) {
    const FrameHeader& frame = *header.only_frame;
    if (!frame.is_coded()) return UnitCheck(payload.data) == payload.checks[0];
    if (frame.uses_mixer() && header.mixer_version != kMixerVersion) return false;
    FrameDecoding decoding(frame, payload.checks, payload.data, /*reference_bytes=*/0);
    return std::ranges::any_of(models, [&](const ShortModelId& model) {
      if (header.reference_check) {
        const auto references = context_.references().Find(*header.reference_check, model);
        return references && Decodes(decoding, {model, references}, nullptr);
      }
      const auto named = ByteView(header.model_id.bytes).first(header.model_id.size);
      return std::ranges::equal(ByteView(model.bytes).first(named.size()), named) &&
             Decodes(decoding, {model, nullptr}, nullptr);
    });
  }

  // Looks as far ahead as memory allows.
  bool Resynchronize() {
    const uint64_t lookahead = LookaheadBytes(context_.budget().total());
    MemoryBudget::Lease memory = context_.budget().Try(lookahead);
    return reader_.Resynchronize(/*inside_payload=*/last_is_damaged_, memory ? lookahead : 0);
  }

  // A list that is damaged fails when the frame is decoded.
  KindBytes KindsOf(const FrameHeader& header) try {
    const ByteView list = reader_.PeekSegments();
    if (list.empty()) return KindBytesOf({}, header.coded_bytes());
    return KindBytesOf(DecodeSegments(list, header.coded_bytes()), header.coded_bytes());
  } catch (const Error&) {
    return KindBytesOf({}, header.coded_bytes());
  }

  // Whatever kinds of data a frame of the short form has.
  static uint64_t MostDecodingBytes(const FrameHeader& header) {
    KindBytes most;
    most.fill(header.coded_bytes());
    return DecodingBytes(header, most, {}, kMaxPrimeBytes, /*keep_payload=*/true);
  }

  // Empty when it has to wait for frames in flight. `model`: null where it is not known.
  MemoryBudget::Lease LeaseFor(const FrameInfo& info, LoadedModel* model) try {
    if (model && info.header.uses_model()) context_.Reserve(*model);
    const LaneMemory lanes = model ? model->lane_memory() : LaneMemory{};
    const uint64_t bytes = DecodingBytes(info.header, KindsOf(info.header), lanes,
                                         window_.prime_bytes(), options_.keep_going);
    if (!frames_.empty()) return context_.budget().Try(bytes);
    window_.MakeWay(bytes);
    return context_.budget().Wait(bytes, Name(info), window_.turn());
  } catch (const Error& e) {
    if (!info.found) throw;
    throw Error(ErrorCode::kCorrupt, e.what());  // what is no frame may claim anything
  }

  bool StartFrame(const FrameInfo& info) {
    const FrameHeader& header = info.header;
    CheckMaxOutput(info);
    PendingFrame frame;
    std::shared_ptr<LoadedModel> model;
    const StreamHeader& stream = reader_.stream_header();
    if (header.uses_mixer()) RequireMixer(stream.mixer_version);
    const uint64_t most = DecodingBytes(header, KindsOf(header), {}, kMaxPrimeBytes,
                                        options_.keep_going);
    if (!window_.Enter(reader_, info.stream, /*busy=*/!frames_.empty(), /*beside=*/most))
      return false;
    frame.by = window_.coded_by();
    if (header.is_coded() && reader_.stream_is_known()) model = context_.Model(frame.by.model);
    frame.memory = LeaseFor(info, model.get());
    if (!frame.memory) return false;
    frame.progress = FrameProgress(progress_);
    frame.info = info;
    frame.payload = reader_.ReadPayload();
    frame.coded_bytes = reader_.offset() - info.offset;
    frame.decoding =
        std::make_unique<FrameDecoding>(header, frame.payload.checks, frame.payload.data,
                                        window_.reference_bytes());
    if (header.is_woven()) Weave(frame);
    if (header.is_coded()) {
      if (!model) {
        frame.by = Guess(frame);
        model = context_.Model(frame.by.model);
      }
      model->RequireFingerprint(stream.fingerprint);
      model->ForFrame(header.kind);  // throws where it does not code such frames
    }
    frames_.push_back(std::move(frame));
    next_.reset();  // and `info` with it
    if (model) {
      PendingFrame& started = frames_.back();
      started.decoding->Start(context_, std::move(model), started.by.references.get(), clock_,
                              &started.progress);
    }
    return true;
  }

  // What it needs of frames before must be there.
  void Weave(PendingFrame& frame) {
    if (frame.info.header.reach > 0) WriteAllBefore(frame.info);
    if (window_.content()) frame.decoding->Weave(*window_.content());
  }

  // What a stream whose header is lost was coded by: the first that decodes a frame's first unit.
  // For want of what is before it, a frame with far copies tells nothing unless it is the next to
  // be written.
  const CodedBy& Guess(PendingFrame& frame) {
    if (guessed_ && guessed_for_ == frame.info.stream) return *guessed_;
    if (frame.info.header.has_far_copies()) WriteAllBefore(frame.info);
    for (const ShortModelId& model : context_.KnownModels()) {
      CodedBy by{model, frame.by.references};
      bool found = by.references && Decodes(*frame.decoding, by, window_.content());
      if (!found) {
        by.references = nullptr;
        found = Decodes(*frame.decoding, by, window_.content());
      }
      if (!found) continue;
      guessed_for_ = frame.info.stream;
      return guessed_.emplace(std::move(by));
    }
    throw Error(ErrorCode::kCorrupt,
                Name(frame.info) +
                    ": no model at hand decodes this frame of a stream whose header is lost");
  }

  // Whether a frame's first unit comes out.
  bool Decodes(FrameDecoding& frame, const CodedBy& by, const ContentWindow* window) try {
    const auto model = context_.Model(by.model);
    if (frame.header().uses_model()) context_.Reserve(*model);
    frame.Start(context_, model, by.references.get(), clock_, nullptr);
    frame.CheckBeyond(0, window);
    return true;
  } catch (const Error&) {
    return false;
  }

  void CheckMaxOutput(const FrameInfo& info) const {
    const uint64_t end = std::min(info.raw_offset + info.header.raw_bytes, options_.range.end);
    if (end - std::min(end, options_.range.begin) <= options_.max_output) return;
    throw Error(ErrorCode::kLimit, Name(info) + ": the content exceeds --max-output (" +
                                       std::to_string(options_.max_output) + " bytes)");
  }

  // The content of a frame that was read comes next.
  void WriteAllBefore(const FrameInfo& info) {
    while (!frames_.empty()) WriteNextFrame();
    window_.Place(info);
  }

  void WriteNextFrame() {
    WriteFrame(frames_.front());
    frames_.pop_front();
  }

  void WriteFrame(PendingFrame& frame) {
    last_is_damaged_ = false;
    const uint64_t raw_bytes = frame.info.header.raw_bytes;
    window_.Place(frame.info);
    std::vector<ByteRange> known;
    uint64_t done = 0;
    while (done < raw_bytes) {
      try {
        const uint64_t next = frame.decoding->CheckBeyond(done, window_.content());
        WriteInRange(frame.info.raw_offset + done,
                     frame.decoding->content().subspan(done, next - done));
        known.push_back({done, next});
        done = next;
      } catch (const Error& e) {
        if (!MayBeDamage(e.code())) throw;
        done = HandleFrameError(frame, done, frame.decoding->cut() ? CutError() : e);
      }
    }
    // Not before: it copies from what was before it, as far back as the window reaches.
    if (window_.content()) frame.decoding->AppendTo(*window_.content(), known);
    TellDone(frame);
  }

  void TellDone(PendingFrame& frame) {
    const FrameInfo& info = frame.info;
    frame.progress.Finish(info.header.raw_bytes, frame.coded_bytes);
    if (!progress_ || !progress_->frame_done) return;
    FrameEntry entry = EntryOf(info.header, info.stream, info.offset, frame.coded_bytes);
    if (const LoadedModel* model = frame.decoding->model()) entry.model = model->file().info().name;
    progress_->frame_done(entry);
  }

  static Error CutError() {
    return Error(ErrorCode::kTruncated, "the input ends inside this frame");
  }

  // Returns where the frame goes on behind the damage: behind a cut there is nothing. Of what was
  // decoded for the sake of other frames, these tell.
  uint64_t HandleFrameError(const PendingFrame& frame, uint64_t begin, const Error& error) {
    const FrameDecoding& decoding = *frame.decoding;
    const uint64_t raw_bytes = frame.info.header.raw_bytes;
    const uint64_t unit_end = std::min(begin + frame.info.header.unit_bytes(), raw_bytes);
    const bool goes_on = decoding.goes_on() && error.code() != ErrorCode::kTruncated;
    const uint64_t end = goes_on ? unit_end : raw_bytes;
    if (frame.info.raw_offset + raw_bytes <= options_.range.begin) return end;
    const std::string message = Name(frame.info) + ": " + error.what();
    if (!options_.keep_going) throw Error(error.code(), message);
    const uint64_t offset = frame.info.raw_offset;
    Damage damage{.message = message, .content = ByteRange{offset + begin, offset + end}};
    const uint64_t kept = BytesBeforeCut(frame);
    const bool cut_here = !last_is_damaged_ && kept > begin && kept < unit_end;
    if (cut_here) {
      WriteInRange(offset + begin, decoding.content().subspan(begin, kept - begin));
      damage.unverified = {offset + begin, offset + kept};
      damage.content->begin = offset + kept;
    }
    damage_.Add(std::move(damage));
    // Stored content may hold frames of its own: what was written is not searched for them.
    last_is_damaged_ = !cut_here || frame.info.header.is_coded();
    return end;
  }

  // Content that stands before the cut in a frame whose header came in its turn; not all of it may
  // be verified.
  static uint64_t BytesBeforeCut(const PendingFrame& frame) {
    return frame.decoding->cut() && !frame.info.found ? frame.decoding->certain_bytes() : 0;
  }

  void WriteInRange(uint64_t offset, ByteView bytes) {
    const uint64_t begin = std::clamp(options_.range.begin, offset, offset + bytes.size());
    const uint64_t end = std::clamp(options_.range.end, begin, offset + bytes.size());
    sink_.Write(bytes.subspan(begin - offset, end - begin));
    report_.raw_bytes += end - begin;
  }

  static std::string Name(const FrameInfo& info) {
    return "frame " + std::to_string(info.index) + " at byte " + std::to_string(info.offset);
  }

  static constexpr int kMaxRepairs = 16;  // each takes some decoding
  CodecContext& context_;
  StreamReader reader_;
  ByteSink& sink_;
  const DecodeOptions& options_;
  Progress* const progress_;  // may be null
  WorkClock clock_;
  const std::optional<uint64_t> first_needed_;  // of the content
  DecodingWindow window_{context_};
  std::deque<PendingFrame> frames_;
  std::optional<FrameInfo> next_;  // read, but not started
  bool at_end_ = false;
  std::exception_ptr reader_error_;
  int repairs_ = 0;                       // of headers, tried
  bool last_is_damaged_ = false;          // of the frames written
  std::optional<CodedBy> guessed_;        // of a stream whose header is lost
  uint64_t guessed_for_ = 0;              // that stream
  DecodeReport report_;
  DamageLog damage_{report_};
};

}  // namespace

DecodeReport DecodeStreams(CodecContext& context, ByteSource& source, ByteSink& sink,
                           const DecodeOptions& options, Progress* progress) {
  return StreamDecoder(context, source, sink, options, progress).Run();
}

}  // namespace lmzip
