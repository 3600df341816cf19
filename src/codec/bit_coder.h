// The one place where the directions differ: what becomes of a symbol whose probabilities are
// known.
#pragma once

#include <memory>
#include <utility>

#include "codec/byte_model.h"
#include "coder/cost_of.h"
#include "coder/range_coder.h"
#include "coder/token_frequencies.h"

namespace lmzip {

/// Takes the symbols of a frame in the order of its code. Where they are known it is told which
/// comes, `known`; where not, it finds out; both return the symbol. Not thread-safe.
class BitCoder {
 public:
  virtual ~BitCoder() = default;

  /// A byte, bit by bit, after the model's BeginByte(); the model learns it.
  virtual uint8_t CodeByte(ByteModel& model, uint8_t known) = 0;
  virtual int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) = 0;
  /// A byte that both sides know, after BeginByte(): the model learns it, nothing is coded.
  virtual void GiveByte(ByteModel& model, uint8_t byte);

  /// True when the code cannot be valid.
  virtual bool Failed() const noexcept { return false; }
  /// Whether all that was coded stands in the code's own bytes: none were read from behind it.
  virtual bool Certain() const noexcept { return true; }
};

/// Known symbols become code.
class BitEncoder final : public BitCoder {
 public:
  /// A code of `most_bytes` or more is of no use.
  explicit BitEncoder(size_t most_bytes) : encoder_(most_bytes) {}
  uint8_t CodeByte(ByteModel& model, uint8_t known) override;
  int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) override;
  Bytes Finish() { return encoder_.Finish(); }
  size_t size() const { return encoder_.size(); }

 private:
  RangeEncoder encoder_;
};

/// Known symbols are not coded: what they would cost is counted.
class BitMeter final : public BitCoder {
 public:
  /// Without `split`, of a byte only the result's cost is counted, without `expects` nothing is
  /// told of what the network expected: quicker.
  explicit BitMeter(bool split, bool expects = false) : split_(split), expects_(expects) {}
  uint8_t CodeByte(ByteModel& model, uint8_t known) override;
  int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) override;
  void GiveByte(ByteModel& model, uint8_t byte) override;
  /// Of the last symbol.
  const SymbolCost& cost() const { return cost_; }
  /// In its place, where it was a byte.
  const LikelyBytes& likely() const { return likely_; }

 private:
  const bool split_, expects_;
  SymbolCost cost_;
  LikelyBytes likely_;
};

/// Code becomes symbols. Where the code is not a frame's but drawn, bit by bit, so are they:
/// samples with the probabilities that are given them. Encoded, they are what was drawn, but for
/// its end, which decides nothing: as numbers of as many bytes, the two differ by less than 2^32.
/// (But for one draw in 2^32: no code begins with 32 ones.)
class BitDecoder final : public BitCoder {
 public:
  /// `code` must outlive this.
  explicit BitDecoder(ByteView code) : decoder_(code) {}
  explicit BitDecoder(std::unique_ptr<CodeSource> code)
      : source_(std::move(code)), decoder_(*source_) {}
  uint8_t CodeByte(ByteModel& model, uint8_t known) override;
  int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) override;
  bool Failed() const noexcept override { return decoder_.Overread(); }
  bool Certain() const noexcept override { return !decoder_.PastEnd(); }

 private:
  const std::unique_ptr<CodeSource> source_;  // null: all of the code is at hand
  RangeDecoder decoder_;
};

}  // namespace lmzip
