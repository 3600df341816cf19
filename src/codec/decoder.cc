// Decompression: frames are read, decoded by the pool and written in order, checked unit by unit.
#include <algorithm>
#include <deque>
#include <optional>

#include "chunker/copy_list.h"
#include "codec/codec_context.h"
#include "codec/damage_log.h"
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
  uint64_t coded_bytes = 0;           // of the file
  // Of content that is coded or has copies; not touched before it is decoded.
  std::unique_ptr<uint8_t[]> buffer;
  std::span<uint8_t> content;         // in it; of stored copies, as far as it is there
  std::shared_ptr<LoadedModel> model;
  FrameModel parts;             // of it, that the frame uses
  std::optional<JobOwner> job;  // absent: stored. Goes before the buffers.

  std::optional<Error> list_error;  // of a list of copies that is damaged, in a stored frame

  bool cut() const { return payload.data.size() < info.header.data_bytes; }
};

class StreamDecoder {
 public:
  StreamDecoder(CodecContext& context, ByteSource& source, ByteSink& sink,
                const DecodeOptions& options, Progress* progress)
      : context_(context),
        reader_(source, /*keep_payload=*/options.keep_going),
        sink_(sink),
        options_(options),
        progress_(progress) {}

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
      } else if (next_->raw_offset + next_->header.raw_bytes <= options_.range.begin) {
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
    for (const StreamHeader& header : ShortFormRepairs(reader_.DamagedStreamHeader(), models)) {
      const auto memory =
          context_.budget().Try(MostDecodingBytes(*header.only_frame));
      const auto payload = memory ? reader_.PeekPayload(header) : std::nullopt;
      if (!payload || !Holds(header, *payload, models)) continue;
      reader_.Assume(header);
      return true;
    }
    return false;
  }

  // Whether the content comes out with its check.
  bool Holds(const StreamHeader& header, const FramePayload& payload,
             const std::vector<ShortModelId>& models) {
    const FrameHeader& frame = *header.only_frame;
    if (!frame.is_coded()) return UnitCheck(payload.data) == payload.checks[0];
    if (frame.uses_mixer() && header.mixer_version != kMixerVersion) return false;
    const auto model = std::ranges::find_if(models, [&](const ShortModelId& id) {
      return std::ranges::equal(ByteView(id.bytes).first(header.model_id.size),
                                ByteView(header.model_id.bytes).first(header.model_id.size));
    });
    if (model == models.end()) return false;
    Bytes content(frame.raw_bytes);
    return ModelIfItDecodes(*model, frame, payload, content) != nullptr;
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
    if (list.empty()) return KindBytesOf({}, header.residue_bytes());
    return KindBytesOf(DecodeSegments(list, header.residue_bytes()), header.residue_bytes());
  } catch (const Error&) {
    return KindBytesOf({}, header.residue_bytes());
  }

  // Whatever kinds of data a frame of the short form has.
  static uint64_t MostDecodingBytes(const FrameHeader& header) {
    KindBytes most;
    most.fill(header.residue_bytes());
    return DecodingBytes(header, most, {}, /*keep_payload=*/true);
  }

  // Empty when it has to wait for frames in flight. `model`: null where it is not known.
  MemoryBudget::Lease LeaseFor(const FrameInfo& info, LoadedModel* model) try {
    if (model && info.header.uses_model()) context_.Reserve(*model);
    const LaneMemory lanes = model ? model->lane_memory() : LaneMemory{};
    const uint64_t bytes =
        DecodingBytes(info.header, KindsOf(info.header), lanes, options_.keep_going);
    return frames_.empty() ? context_.budget().Wait(bytes, Name(info))
                           : context_.budget().Try(bytes);
  } catch (const Error& e) {
    if (!info.found) throw;
    throw Error(ErrorCode::kCorrupt, e.what());  // what is no frame may claim anything
  }

  bool StartFrame(const FrameInfo& info) {
    const FrameHeader& header = info.header;
    CheckMaxOutput(info);
    PendingFrame frame;
    const StreamHeader& stream = reader_.stream_header();
    if (header.uses_mixer()) RequireMixer(stream.mixer_version);
    if (header.is_coded() && reader_.stream_is_known()) {
      frame.model = context_.Model(stream.model_id);
    }
    frame.memory = LeaseFor(info, frame.model.get());
    if (!frame.memory) return false;
    frame.progress = FrameProgress(progress_);
    frame.info = info;
    frame.payload = reader_.ReadPayload();
    frame.coded_bytes = reader_.offset() - info.offset;
    if (header.is_coded() || header.has_copies()) {
      frame.buffer = std::make_unique_for_overwrite<uint8_t[]>(header.raw_bytes);
      frame.content = std::span(frame.buffer.get(), static_cast<size_t>(header.raw_bytes));
    }
    if (header.is_coded()) {
      if (!frame.model) frame.model = GuessModel(frame);
      frame.model->RequireFingerprint(stream.fingerprint);
      frame.parts = frame.model->ForFrame(header.kind);
    }
    if (!header.is_coded() && header.has_copies()) ExpandStored(frame);
    frames_.push_back(std::move(frame));
    next_.reset();  // and `info` with it
    if (frames_.back().info.header.is_coded()) StartJob(frames_.back());
    return true;
  }

  // Content of a stored frame with copies, as far as its payload tells.
  static void ExpandStored(PendingFrame& frame) {
    const FrameHeader& header = frame.info.header;
    const ByteView data = frame.payload.data;
    uint64_t there = 0;
    try {
      const ByteView list = data.first(std::min<uint64_t>(header.list_bytes, data.size()));
      const auto copies = DecodeCopies(list, header.raw_bytes, header.copied_bytes);
      const ByteView residue = data.subspan(list.size());
      there = CopyExpander(copies, residue, frame.content).Advance(residue.size());
    } catch (const Error& e) {
      frame.list_error = e;
    }
    frame.content = frame.content.first(there);
  }

  static void RequireMixer(int version) {
    if (version == 0 || version == kMixerVersion) return;
    throw Error(ErrorCode::kUnsupported, "this needs version " + std::to_string(version) +
                                             " of the mixer; this lmzip has " +
                                             std::to_string(kMixerVersion));
  }

  void StartJob(PendingFrame& frame) {
    auto job = FrameJob::Decode(frame.info.header, frame.payload.checks, frame.payload.data,
                                frame.content, frame.parts);
    job->Watch(clock_, &frame.progress);
    context_.Submit(job, *frame.model);
    frame.job.emplace(std::move(job));
  }

  // The model of a stream whose header is lost: the first that decodes a frame's first unit.
  std::shared_ptr<LoadedModel> GuessModel(PendingFrame& frame) {
    if (guessed_ && guessed_for_ == frame.info.stream) return guessed_;
    for (const ShortModelId& id : context_.KnownModels()) {
      guessed_ = ModelIfItDecodes(id, frame.info.header, frame.payload, frame.content);
      guessed_for_ = frame.info.stream;
      if (guessed_) return guessed_;
    }
    throw Error(ErrorCode::kCorrupt,
                Name(frame.info) +
                    ": no model at hand decodes this frame of a stream whose header is lost");
  }

  // The model, or null where a frame's first unit does not come out with it.
  std::shared_ptr<LoadedModel> ModelIfItDecodes(const ShortModelId& id, const FrameHeader& header,
                                                const FramePayload& payload,
                                                std::span<uint8_t> content) try {
    auto model = context_.Model(id);
    if (header.uses_model()) context_.Reserve(*model);
    JobOwner job(FrameJob::Decode(header, payload.checks, payload.data, content,
                                  model->ForFrame(header.kind)));
    context_.Submit(job.get(), *model);
    job->WaitBeyond(0);
    return model;
  } catch (const Error&) {
    return nullptr;
  }

  void CheckMaxOutput(const FrameInfo& info) const {
    const uint64_t end = std::min(info.raw_offset + info.header.raw_bytes, options_.range.end);
    if (end - std::min(end, options_.range.begin) <= options_.max_output) return;
    throw Error(ErrorCode::kLimit, Name(info) + ": the content exceeds --max-output (" +
                                       std::to_string(options_.max_output) + " bytes)");
  }

  void WriteNextFrame() {
    WriteFrame(frames_.front());
    frames_.pop_front();
  }

  void WriteFrame(PendingFrame& frame) {
    last_is_damaged_ = false;
    const uint64_t raw_bytes = frame.info.header.raw_bytes;
    uint64_t done = 0;
    while (done < raw_bytes) {
      try {
        const uint64_t next = frame.job ? (*frame.job)->WaitBeyond(done) : CheckUnit(frame, done);
        WriteInRange(frame.info.raw_offset + done, Content(frame).subspan(done, next - done));
        done = next;
      } catch (const Error& e) {
        if (!MayBeDamage(e.code())) throw;
        done = HandleFrameError(frame, done, frame.cut() ? CutError() : e);
      }
    }
    TellDone(frame);
  }

  void TellDone(PendingFrame& frame) {
    const FrameInfo& info = frame.info;
    frame.progress.Finish(info.header.raw_bytes, frame.coded_bytes);
    if (!progress_ || !progress_->frame_done) return;
    FrameEntry entry = EntryOf(info.header, info.stream, info.offset, frame.coded_bytes);
    if (frame.model) entry.model = frame.model->file().info().name;
    progress_->frame_done(entry);
  }

  static Error CutError() {
    return Error(ErrorCode::kTruncated, "the input ends inside this frame");
  }

  // The end of the stored unit that begins at `begin`. Throws Error{kCorrupt, kTruncated}.
  static uint64_t CheckUnit(const PendingFrame& frame, uint64_t begin) {
    const uint64_t unit_bytes = frame.info.header.unit_bytes();
    const uint64_t end = std::min(begin + unit_bytes, frame.info.header.raw_bytes);
    if (frame.list_error) throw *frame.list_error;
    if (end > Content(frame).size()) throw CutError();
    const ByteView unit = Content(frame).subspan(begin, end - begin);
    CompareCheck(unit, frame.payload.checks[begin / unit_bytes]);
    return end;
  }

  // Returns where the frame goes on behind the damage: stored units stand alone, coded ones do
  // not, and behind a cut there is nothing.
  uint64_t HandleFrameError(const PendingFrame& frame, uint64_t begin, const Error& error) {
    const std::string message = Name(frame.info) + ": " + error.what();
    if (!options_.keep_going) throw Error(error.code(), message);
    const uint64_t raw_bytes = frame.info.header.raw_bytes;
    const uint64_t unit_end = std::min(begin + frame.info.header.unit_bytes(), raw_bytes);
    const bool goes_on = !frame.job && error.code() != ErrorCode::kTruncated;
    const uint64_t end = goes_on ? unit_end : raw_bytes;
    const uint64_t offset = frame.info.raw_offset;
    Damage damage{.message = message, .content = ByteRange{offset + begin, offset + end}};
    const uint64_t kept = BytesBeforeCut(frame);
    const bool cut_here = !last_is_damaged_ && kept > begin && kept < unit_end;
    if (cut_here) {
      WriteInRange(offset + begin, Content(frame).subspan(begin, kept - begin));
      damage.unverified = {offset + begin, offset + kept};
      damage.content->begin = offset + kept;
    }
    damage_.Add(std::move(damage));
    // Stored content may hold frames of its own: what was written is not searched for them.
    last_is_damaged_ = !cut_here || frame.job;
    return end;
  }

  // Content that stands before the cut in a frame whose header came in its turn; not all of it may
  // be verified.
  static uint64_t BytesBeforeCut(const PendingFrame& frame) {
    if (!frame.cut() || frame.info.found) return 0;
    return frame.job ? (*frame.job)->certain_bytes() : Content(frame).size();
  }

  static ByteView Content(const PendingFrame& frame) {
    return frame.buffer ? ByteView(frame.content) : ByteView(frame.payload.data);
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
  std::deque<PendingFrame> frames_;
  std::optional<FrameInfo> next_;  // read, but not started
  bool at_end_ = false;
  std::exception_ptr reader_error_;
  int repairs_ = 0;                       // of headers, tried
  bool last_is_damaged_ = false;          // of the frames written
  std::shared_ptr<LoadedModel> guessed_;  // model of a stream whose header is lost
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
