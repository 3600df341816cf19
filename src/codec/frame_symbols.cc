#include "codec/frame_symbols.h"

#include <algorithm>

#include "lmzip/error.h"

namespace lmzip {
namespace {

static_assert(kMaxVocabulary <= kMaxTokens);

// Null where the frame's mixer does without it.
const Prime* PrimeOf(const FrameHeader& header, const MixerParts& mixer, uint64_t bytes) {
  if (!mixer.prime || !header.uses_mixer()) return nullptr;
  return Prime::KindIn(KindBytesOf(mixer.segments, bytes)) ? mixer.prime : nullptr;
}

class ByteSymbols final : public FrameSymbols {
 public:
  ByteSymbols(const FrameHeader& header, const FrameCursor& cursor, BitCoder& coder,
              const CodedContent& content, const MixerParts& mixer)
      : cursor_(cursor),
        coder_(coder),
        content_(content),
        prime_(PrimeOf(header, mixer, content.bytes.size())),
        primed_(Primed()),
        segments_(PrimedSegments(mixer.segments)),
        model_(header, prime_ ? ByteView(primed_) : content.bytes, PartsOf(mixer)) {}

  int vocabulary() const override { return 256; }

  uint64_t StepsFrom(const Block& block, int lane, uint64_t step) const override {
    const uint64_t bytes = block.LaneBytes(lane);
    return bytes - std::min(step, bytes);
  }

  int32_t Symbol(const Block& block, int lane, uint64_t step) const override {
    return content_.bytes[block.LaneBegin(lane) + step];
  }

  void StartSegment(int lane) override {
    const Block& block = cursor_.block();
    model_.StartSegment(lane, block.LaneBegin(lane), block.LaneEnd(lane));
  }

  uint64_t Code(int lane, const int16_t* logits) override {
    const uint64_t position = cursor_.position(lane);
    model_.BeginByte(lane, logits);
    if (content_.given && (*content_.given)[position]) {
      coder_.GiveByte(model_, content_.bytes[position]);
    } else if (content_.found) {
      const uint8_t byte = coder_.CodeByte(model_, 0);
      content_.found[position] = byte;
      if (prime_) primed_[prime_->bytes().size() + position] = byte;
    } else {
      coder_.CodeByte(model_, content_.bytes[position]);
    }
    return 1;
  }

  // Here, so that the next frame on this thread takes the pages up again.
  void EndFrame() override {
    model_.EndFrame();
    primed_ = {};
  }

 private:
  // Prime and content, one behind the other.
  Bytes Primed() const {
    if (!prime_) return {};
    const ByteView prime = prime_->bytes();
    Bytes primed(prime.size() + content_.bytes.size());
    std::ranges::copy(prime, primed.begin());
    if (!content_.found || content_.given) {
      std::ranges::copy(content_.bytes, primed.begin() + std::ssize(prime));
    }
    return primed;
  }

  std::vector<TypedSegment> PrimedSegments(std::span<const TypedSegment> segments) const {
    std::vector<TypedSegment> primed(segments.begin(), segments.end());
    if (!prime_) return primed;
    const uint64_t prime_bytes = prime_->bytes().size();
    for (TypedSegment& segment : primed) segment.begin += prime_bytes;
    const DataKind kind = *Prime::KindIn(KindBytesOf(segments, content_.bytes.size()));
    if (kind == DataKind::kQuick)
      primed.insert(primed.begin(), {.kind = kind, .length = prime_bytes});
    return primed;
  }

  MixerParts PartsOf(const MixerParts& mixer) const {
    MixerParts parts = mixer;
    parts.prime = prime_;
    parts.segments = segments_;
    return parts;
  }

  const FrameCursor& cursor_;
  BitCoder& coder_;
  const CodedContent content_;
  const Prime* const prime_;  // null: the mixer begins with the content
  Bytes primed_;
  const std::vector<TypedSegment> segments_;
  ByteModel model_;  // uses what is above
};

class KnownTokens final : public FrameSymbols {
 public:
  KnownTokens(const FrameCursor& cursor, BitCoder& coder, const TokenTable& table,
              const TokenizedContent& tokens)
      : cursor_(cursor),
        coder_(coder),
        table_(table),
        tokens_(tokens),
        frequencies_(table.size()) {}

  int vocabulary() const override { return frequencies_.vocabulary(); }

  uint64_t StepsFrom(const Block& block, int lane, uint64_t step) const override {
    const uint64_t count = Segment(block, lane).size();
    return count - std::min(step, count);
  }

  int32_t Symbol(const Block& block, int lane, uint64_t step) const override {
    return Segment(block, lane)[step];
  }

  uint64_t Code(int lane, const int16_t* logits) override {
    frequencies_.Assign(logits);
    const int32_t token = Symbol(cursor_.block(), lane, cursor_.step());
    return table_.Bytes(coder_.CodeToken(frequencies_, token)).size();
  }

 private:
  std::span<const uint16_t> Segment(const Block& block, int lane) const {
    const uint64_t segment_bytes = cursor_.geometry().segment_bytes();
    return tokens_.Segment(block.begin / segment_bytes + static_cast<size_t>(lane));
  }

  const FrameCursor& cursor_;
  BitCoder& coder_;
  const TokenTable& table_;
  const TokenizedContent& tokens_;
  TokenFrequencies frequencies_;
};

/// Tokens that become content.
class UnknownTokens final : public FrameSymbols {
 public:
  UnknownTokens(const FrameCursor& cursor, BitCoder& coder, const CodedContent& content,
                const TokenTable& table)
      : cursor_(cursor),
        coder_(coder),
        content_(content),
        table_(table),
        frequencies_(table.size()),
        last_(cursor.geometry().lanes()) {}

  int vocabulary() const override { return table_.size(); }

  uint64_t StepsFrom(const Block& block, int lane, uint64_t) const override {
    return cursor_.lane_bytes(lane) < block.LaneBytes(lane) ? 1 : 0;
  }

  // Only the last one is asked for: the model runs token by token.
  int32_t Symbol(const Block&, int lane, uint64_t) const override { return last_[lane]; }

  uint64_t Code(int lane, const int16_t* logits) override {
    frequencies_.Assign(logits);
    const int32_t token = coder_.CodeToken(frequencies_, 0);
    const uint64_t room = cursor_.block().LaneEnd(lane) - cursor_.position(lane);
    ByteView bytes = table_.Bytes(token);
    if (!content_.drawn && (bytes.empty() || bytes.size() > room)) {
      throw Error(ErrorCode::kCorrupt, "a token that does not fit its segment (damaged data)");
    }
    bytes = bytes.first(std::min<uint64_t>(bytes.size(), room));
    std::ranges::copy(bytes, content_.found + cursor_.position(lane));
    last_[lane] = token;
    return bytes.size();
  }

 private:
  const FrameCursor& cursor_;
  BitCoder& coder_;
  const CodedContent content_;
  const TokenTable& table_;
  TokenFrequencies frequencies_;
  std::vector<int32_t> last_;  // of every lane
};

}  // namespace

std::unique_ptr<FrameSymbols> NewByteSymbols(const FrameHeader& header, const FrameCursor& cursor,
                                             BitCoder& coder, const CodedContent& content,
                                             const MixerParts& mixer) {
  return std::make_unique<ByteSymbols>(header, cursor, coder, content, mixer);
}

std::unique_ptr<FrameSymbols> NewTokenSymbols(const FrameCursor& cursor, BitCoder& coder,
                                              const CodedContent& content, const TokenTable& table,
                                              const TokenizedContent* tokens) {
  if (tokens) return std::make_unique<KnownTokens>(cursor, coder, table, *tokens);
  return std::make_unique<UnknownTokens>(cursor, coder, content, table);
}

}  // namespace lmzip
