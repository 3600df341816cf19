#include "codec/frame_symbols.h"

#include <algorithm>

#include "lmzip/error.h"

namespace lmzip {
namespace {

static_assert(kMaxVocabulary <= kMaxTokens);

class ByteSymbols final : public FrameSymbols {
 public:
  ByteSymbols(const FrameHeader& header, SymbolCoder& coder, std::span<uint8_t> content,
              const Prior* prior)
      : header_(header), coder_(coder), content_(content), prior_(prior) {}

  int vocabulary() const override { return 256; }

  uint64_t StepsFrom(const Block& block, int lane, uint64_t step) const override {
    const uint64_t bytes = block.LaneBytes(lane);
    return bytes - std::min(step, bytes);
  }

  int32_t Symbol(const Block& block, int lane, uint64_t step) const override {
    return content_[block.LaneBegin(lane) + step];
  }

  // The mixer is made here, by a thread of the pool, for it takes its time.
  void StartSegment(const Block& block, int lane) override {
    if (!header_.uses_mixer()) return;
    if (!mixer_) {
      const MixerOptions options{.table_bits = MixerTableBits(header_.residue_bytes()),
                                 .lanes = header_.geometry.lanes(),
                                 .prior = prior_};
      mixer_ = std::make_unique<Mixer>(options, content_);
    }
    mixer_->StartSegment(lane, block.LaneBegin(lane), block.LaneEnd(lane));
  }

  uint64_t Code(const Block& block, int lane, uint64_t step, const int16_t* logits) override {
    const ByteTree* const tree = header_.uses_model() ? &tree_ : nullptr;
    if (tree) {
      if (mixer_) mixer_->Prefetch(lane);
      FillByteTree(logits, tree_);
    }
    if (mixer_) mixer_->BeginByte(lane, tree);
    uint8_t& byte = content_[block.LaneBegin(lane) + step];
    const uint8_t coded = coder_.CodeByte(tree, mixer_.get(), byte);
    if (coded != byte) byte = coded;  // an encoder's content is only read
    return 1;
  }

  uint64_t DecodedBytes(const Block& block, int lane, uint64_t steps) const override {
    return std::min(steps, block.LaneBytes(lane));
  }

  // Here, so that the next frame on this thread takes the pages up again.
  void EndFrame() override { mixer_.reset(); }

 private:
  const FrameHeader header_;
  SymbolCoder& coder_;
  const std::span<uint8_t> content_;
  const Prior* const prior_;
  std::unique_ptr<Mixer> mixer_;
  ByteTree tree_;
};

/// Tokens that are known: those of an encoder.
class TokenEncoding final : public FrameSymbols {
 public:
  TokenEncoding(const FrameHeader& header, SymbolCoder& coder, const TokenTable& table,
                const TokenizedContent& tokens)
      : geometry_(header.geometry),
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

  void StartSegment(const Block&, int) override {}

  uint64_t Code(const Block& block, int lane, uint64_t step, const int16_t* logits) override {
    frequencies_.Assign(logits);
    return table_.Bytes(coder_.CodeToken(frequencies_, Symbol(block, lane, step))).size();
  }

 private:
  std::span<const uint16_t> Segment(const Block& block, int lane) const {
    return tokens_.Segment(block.begin / geometry_.segment_bytes() + static_cast<size_t>(lane));
  }

  const Geometry geometry_;
  SymbolCoder& coder_;
  const TokenTable& table_;
  const TokenizedContent& tokens_;
  TokenFrequencies frequencies_;
};

/// Tokens that become content.
class TokenDecoding final : public FrameSymbols {
 public:
  TokenDecoding(const FrameHeader& header, SymbolCoder& coder, std::span<uint8_t> content,
                const TokenTable& table)
      : coder_(coder),
        content_(content),
        table_(table),
        frequencies_(table.size()),
        lanes_(header.geometry.lanes()) {}

  int vocabulary() const override { return table_.size(); }

  uint64_t StepsFrom(const Block& block, int lane, uint64_t) const override {
    return lanes_[lane].bytes < block.LaneBytes(lane) ? 1 : 0;
  }

  // Only the last one is asked for: a decoder runs the model token by token.
  int32_t Symbol(const Block&, int lane, uint64_t) const override { return lanes_[lane].last; }

  void StartSegment(const Block&, int lane) override { lanes_[lane] = Lane{}; }

  uint64_t Code(const Block& block, int lane, uint64_t, const int16_t* logits) override {
    frequencies_.Assign(logits);
    const int32_t token = coder_.CodeToken(frequencies_, 0);
    const ByteView bytes = table_.Bytes(token);
    Lane& state = lanes_[lane];
    if (bytes.empty() || bytes.size() > block.LaneBytes(lane) - state.bytes) {
      throw Error(ErrorCode::kCorrupt, "a token that does not fit its segment (damaged data)");
    }
    std::ranges::copy(
        bytes, content_.begin() + static_cast<ptrdiff_t>(block.LaneBegin(lane) + state.bytes));
    state = {.bytes = state.bytes + bytes.size(), .last = token};
    return bytes.size();
  }

  uint64_t DecodedBytes(const Block&, int lane, uint64_t) const override {
    return lanes_[lane].bytes;
  }

 private:
  struct Lane {
    uint64_t bytes = 0;  // of the segment, decoded
    int32_t last = 0;
  };

  SymbolCoder& coder_;
  const std::span<uint8_t> content_;
  const TokenTable& table_;
  TokenFrequencies frequencies_;
  std::vector<Lane> lanes_;
};

}  // namespace

std::unique_ptr<FrameSymbols> NewByteSymbols(const FrameHeader& header, SymbolCoder& coder,
                                             std::span<uint8_t> content, const Prior* prior) {
  return std::make_unique<ByteSymbols>(header, coder, content, prior);
}

std::unique_ptr<FrameSymbols> NewTokenSymbols(const FrameHeader& header, SymbolCoder& coder,
                                              std::span<uint8_t> content, const TokenTable& table,
                                              const TokenizedContent* tokens) {
  if (tokens) return std::make_unique<TokenEncoding>(header, coder, table, *tokens);
  return std::make_unique<TokenDecoding>(header, coder, content, table);
}

}  // namespace lmzip
