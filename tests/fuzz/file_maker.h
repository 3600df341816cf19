// Compressed files by recipe, written with src/format's own functions: every check in them holds,
// but where the recipe says that it shall not.
#pragma once

#include <optional>

#include "format/content_check.h"
#include "format/stream_reader.h"
#include "format/stream_writer.h"
#include "fuzz/copies_recipe.h"
#include "fuzz/recipe.h"
#include "fuzz/segments_recipe.h"
#include "lmzip/memory_io.h"

namespace lmzip::fuzz {

/// Real frames, for the recipes that ask for them.
class FrameCoder {
 public:
  virtual ~FrameCoder() = default;
  /// A whole file with this content, by a method that the recipe chooses.
  virtual Bytes Compress(Recipe& recipe, ByteView content) = 0;
  /// A code of `content`, longer or shorter, with the kind and the geometry of its frame in
  /// `header`.
  virtual Bytes Code(Recipe& recipe, ByteView content, FrameHeader& header) = 0;
  /// Likewise of content with typed segments, and the code of a frame of one lane if `short_form`.
  struct TypedCode {
    std::vector<TypedSegment> segments;
    Bytes code;
  };
  virtual TypedCode CodeTyped(Recipe& recipe, ByteView content, bool short_form,
                              FrameHeader& header) = 0;
};

class FileMaker {
 public:
  static constexpr size_t kMaxBytes = 1 << 16;  // about; of a file and of its content
  static constexpr size_t kMaxPiece = 100;      // of content

  /// `coder` may be null. `model_id` names the model of most streams.
  FileMaker(Recipe& recipe, FrameCoder* coder, const ModelId& model_id)
      : recipe_(recipe), coder_(coder), model_id_(model_id) {
    for (int parts = 0; parts < 24 && (parts == 0 || !recipe_.done()); ++parts) {
      if (file_.size() < kMaxBytes && content_.size() < kMaxBytes) AddPart();
    }
    EndStream();
    while (recipe_.OneIn(3)) {
      sound_ = false;
      DamageBytes(recipe_, file_);
    }
  }

  const Bytes& file() const { return file_; }
  /// Whether the file is as good as an encoder's, and then all of its content.
  bool sound() const { return sound_; }
  const Bytes& content() const { return content_; }

 private:
  class Tail : public ByteSink {
   public:
    explicit Tail(Bytes& bytes) : bytes_(bytes) {}
    void Write(ByteView bytes) override { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

   private:
    Bytes& bytes_;
  };

  void AddPart() {
    switch (recipe_.Below(16)) {
      case 0:
      case 1: return AddStored(MakeContent(recipe_, kMaxPiece));
      case 2: return AddCompressed();
      case 3: return AddCodedFrames();
      case 4: return AddNoiseFrame();
      case 5: return AddForgedHeaders();
      case 6: return AddSkippable();
      case 7:
        return AddStored(
            Bytes(file_.end() - std::min<ptrdiff_t>(std::ssize(file_), 3000), file_.end()));
      case 8:
        EndStream();
        if (recipe_.OneIn(2)) file_.insert(file_.end(), recipe_.Below(700), 0);
        return;
      case 9: return AddShortStream();
      case 10: return AddFrameWithCopies();
      case 12:
      case 13:
      case 14: return AddTypedFrame(/*short_form=*/false);
      case 15: return AddTypedFrame(/*short_form=*/true);
      default:
        if (recipe_.OneIn(2)) return;
        sound_ = false;
        DamageBytes(recipe_, file_);
    }
  }

  StreamWriter& Writer() {
    if (!writer_) {
      StreamHeader header{.model_id = Shorten(model_id_)};
      header.mixer_version = recipe_.OneIn(8) ? static_cast<int>(recipe_.Below(64)) : 0;
      if (header.mixer_version != 0) sound_ = false;  // not this one's, most likely
      if (recipe_.OneIn(6)) header.model_id = {};     // decoded by whatever model there is
      if (recipe_.OneIn(16)) {
        sound_ = false;
        const ByteView text = recipe_.Take(1 + recipe_.Below(20));
        header.fingerprint.assign(text.begin(), text.end());
      }
      if (recipe_.OneIn(2)) header.window_bytes = 1 + AnyNumber(recipe_, 12);
      window_bytes_ = header.window_bytes;
      stream_begin_ = content_.size();
      writer_.emplace(tail_, header);
    }
    return *writer_;
  }

  void AddStored(const Bytes& content) {
    if (content.empty()) return;
    const FrameHeader header{
        .kind = FrameKind::kStored, .raw_bytes = content.size(), .data_bytes = content.size()};
    Writer().WriteFrame(header, UnitChecks(content, header.unit_bytes()), content);
    content_.insert(content_.end(), content.begin(), content.end());
  }

  Bytes AnyContent() {
    return recipe_.OneIn(3) ? MakeTypedContent(recipe_) : MakeContent(recipe_, kMaxPiece);
  }

  // A file of its own.
  void AddCompressed() {
    if (coder_ == nullptr) return;
    EndStream();
    const Bytes content = AnyContent();
    const Bytes file = coder_->Compress(recipe_, content);
    file_.insert(file_.end(), file.begin(), file.end());
    content_.insert(content_.end(), content.begin(), content.end());
  }

  // A file's frames, in this stream; what is said of them may be false.
  void AddCodedFrames() {
    if (coder_ == nullptr) return;
    const Bytes content = AnyContent();
    const Bytes file = coder_->Compress(recipe_, content);
    MemorySource source(file);
    StreamReader reader(source);
    while (const auto frame = reader.Next()) {
      FrameHeader header = frame->header;
      FramePayload payload = reader.ReadPayload();
      if (recipe_.OneIn(3)) Falsify(header, payload);
      Writer().WriteFrame(header, payload.checks, payload.data);
    }
    content_.insert(content_.end(), content.begin(), content.end());
  }

  // Coded or stored.
  void AddFrameWithCopies() {
    const Bytes residue = MakeContent(recipe_, kMaxPiece);
    FrameHeader header{.kind = FrameKind::kStored};
    const bool coded = coder_ != nullptr && !recipe_.OneIn(3);
    AddWithCopies(header, residue, coded ? coder_->Code(recipe_, residue, header) : residue);
  }

  CopiedFrame MakeFrameWithCopies(const FrameHeader& plain, ByteView residue, ByteView code) {
    Writer();
    const ByteView stream = ByteView(content_).subspan(stream_begin_);
    const ByteView before = stream.last(std::min<uint64_t>(stream.size(), window_bytes_));
    return WithCopies(recipe_, plain, residue, code, before, stream.size());
  }

  // The list may be forged, and so may what the header says of it.
  void AddWithCopies(const FrameHeader& plain, ByteView residue, ByteView code) {
    const CopiedFrame frame = MakeFrameWithCopies(plain, residue, code);
    if (!frame.sound) sound_ = false;
    FrameHeader header = frame.header;
    std::vector<uint32_t> checks = UnitChecks(frame.content, header.unit_bytes());
    if (recipe_.OneIn(5)) {
      sound_ = false;
      uint64_t* const sizes[] = {&header.raw_bytes, &header.copied_bytes, &header.list_bytes,
                                 &header.reach, &header.position};
      *recipe_.OneOf(sizes) = AnyNumber(recipe_, 27);
      checks.resize(header.unit_count());
    }
    Writer().WriteFrame(header, checks, frame.data);
    content_.insert(content_.end(), frame.content.begin(), frame.content.end());
  }

  // A list of typed segments that may be forged, with copies or without; of noise where nothing
  // codes.
  void AddTypedFrame(bool short_form) {
    const Bytes residue = MakeTypedContent(recipe_);
    FrameHeader header{.kind = FrameKind::kMixed,
                       .raw_bytes = residue.size(),
                       .geometry = {.lanes_log2 = 0, .segment_log2 = kShortFormSegmentLog2}};
    FrameCoder::TypedCode typed;
    if (coder_ != nullptr) typed = coder_->CodeTyped(recipe_, residue, short_form, header);
    if (typed.segments.empty()) {
      sound_ = false;
      typed.segments = MakeSegments(recipe_, residue.size(), [](const auto&) { return true; });
      const ByteView noise = recipe_.Take(recipe_.Below(40));
      typed.code.assign(noise.begin(), noise.end());
    }
    const bool forged = recipe_.OneIn(4);
    if (forged) sound_ = false;
    const Bytes list = forged ? ForgeSegments(recipe_, typed.segments, residue.size())
                              : EncodeSegments(typed.segments, residue.size());
    if (short_form) return AddShortTyped(header, list, residue, typed.code);
    CopiedFrame frame{.header = header, .content = residue, .data = typed.code, .sound = true};
    if (recipe_.OneIn(3)) frame = MakeFrameWithCopies(header, residue, typed.code);
    if (!frame.sound) sound_ = false;
    PrependSegments(list, frame.header, frame.data);
    if (recipe_.OneIn(8)) {
      sound_ = false;
      frame.header.segments_bytes = AnyNumber(recipe_, 15);
    }
    if (frame.header.data_bytes >= frame.header.raw_bytes) return AddStored(frame.content);
    Writer().WriteFrame(frame.header, UnitChecks(frame.content, frame.header.unit_bytes()),
                        frame.data);
    content_.insert(content_.end(), frame.content.begin(), frame.content.end());
  }

  void AddShortTyped(FrameHeader header, ByteView list, ByteView content, Bytes data) {
    PrependSegments(list, header, data);
    if (header.data_bytes >= header.raw_bytes) return;
    EndStream();
    WriteShortStream(tail_,
                     {.model_id = Shorten(model_id_, kShortFormIdBytes), .only_frame = header},
                     UnitCheck(content), data);
    content_.insert(content_.end(), content.begin(), content.end());
  }

  void Falsify(FrameHeader& header, FramePayload& payload) {
    sound_ = false;
    switch (recipe_.Below(5)) {
      case 0: header.raw_bytes = 1 + AnyNumber(recipe_, 15); break;
      case 1: header.geometry = AnyGeometry(); break;
      case 2:
        header.kind = AnyKind();
        header.byte_share = recipe_.Byte();
        break;
      case 3: DamageBytes(recipe_, payload.data); break;
      default: payload.checks[0] ^= 1;
    }
    header.data_bytes = payload.data.size();
    payload.checks.resize(header.unit_count());
  }

  void AddNoiseFrame() {
    sound_ = false;
    const ByteView code = recipe_.Take(recipe_.Below(40));
    FrameHeader header{.kind = AnyKind(),
                       .raw_bytes = code.size() + 1 + recipe_.Below(200),
                       .data_bytes = code.size(),
                       .geometry = AnyGeometry(),
                       .byte_share = recipe_.Byte()};
    if (recipe_.OneIn(3)) return AddWithCopies(header, Bytes(code.size() + 1), code);
    Writer().WriteFrame(header, std::vector<uint32_t>(header.unit_count(), recipe_.Byte()), code);
  }

  // Headers alone, whose checks hold and whose sizes need not; many alike.
  void AddForgedHeaders() {
    sound_ = false;
    Writer();
    FrameHeader header{
        .kind = recipe_.OneIn(4) ? static_cast<FrameKind>(recipe_.Byte()) : AnyKind(),
        .raw_bytes = AnyNumber(recipe_, 40),
        .data_bytes = AnyNumber(recipe_, 34),
        .geometry = AnyGeometry(),
        .byte_share = recipe_.Byte()};
    if (recipe_.OneIn(3)) {
      header.copied_bytes = AnyNumber(recipe_, 40);
      header.list_bytes = AnyNumber(recipe_, 34);
      header.far = recipe_.OneIn(2);
      if (header.far) header.reach = AnyNumber(recipe_, 42);
      header.position = AnyNumber(recipe_, 42);
    }
    if (recipe_.OneIn(4)) header.segments_bytes = AnyNumber(recipe_, 34);
    for (uint64_t count = 1 + AnyNumber(recipe_, 6); count > 0; --count)
      AppendFrameHeader(header, file_);
  }

  void AddSkippable() {
    Writer();
    const ByteView payload = recipe_.Take(recipe_.Below(30));
    AppendFrameHeader(
        {.kind = static_cast<FrameKind>(0x40 + recipe_.Below(0x40)), .raw_bytes = payload.size()},
        file_);
    file_.insert(file_.end(), payload.begin(), payload.end());
  }

  void EndStream() {
    if (!writer_ && !file_.empty()) return;
    Writer().Finish();
    writer_.reset();
  }

  // The short form, of stored content or of noise.
  void AddShortStream() {
    EndStream();
    const Bytes content = MakeContent(recipe_, kMaxPiece);
    FrameHeader frame{
        .kind = FrameKind::kStored, .raw_bytes = content.size(), .data_bytes = content.size()};
    uint32_t check = UnitCheck(content);
    if (recipe_.OneIn(2)) {
      sound_ = false;
      frame.kind = AnyKind();
      frame.raw_bytes += recipe_.Below(1 << 10);
      frame.geometry = {.lanes_log2 = 0, .segment_log2 = kShortFormSegmentLog2};
      check ^= recipe_.Byte();
    }
    if (!FitsShortForm(frame)) return;
    WriteShortStream(tail_,
                     {.model_id = Shorten(model_id_, kShortFormIdBytes), .only_frame = frame},
                     check, content);
    content_.insert(content_.end(), content.begin(), content.end());
  }

  FrameKind AnyKind() {
    constexpr FrameKind kKinds[] = {FrameKind::kModel, FrameKind::kMixed, FrameKind::kModelMixed,
                                    FrameKind::kTokens, FrameKind::kStored};
    return recipe_.OneOf(kKinds);
  }

  Geometry AnyGeometry() {
    if (recipe_.OneIn(16))
      return {.lanes_log2 = 7, .segment_log2 = static_cast<int>(recipe_.Below(32))};
    return {.lanes_log2 = static_cast<int>(recipe_.Below(kMaxLanesLog2 + 1)),
            .segment_log2 = static_cast<int>(recipe_.Between(kMinSegmentLog2, kMaxSegmentLog2))};
  }

  Recipe& recipe_;
  FrameCoder* const coder_;
  const ModelId model_id_;
  Bytes file_, content_;
  Tail tail_{file_};
  std::optional<StreamWriter> writer_;  // while a stream is open
  uint64_t window_bytes_ = 0;  // of it
  size_t stream_begin_ = 0;    // in content_
  bool sound_ = true;
};

}  // namespace lmzip::fuzz
