// One symbol into the range coder or out of it: the only place where the two directions differ.
#pragma once

#include "coder/byte_tree.h"
#include "coder/range_coder.h"
#include "coder/token_frequencies.h"
#include "mixer/mixer.h"

namespace lmzip {

/// Both directions of a frame's code: the encoder codes `known`, the decoder ignores it; both
/// return what was coded. Not thread-safe.
class SymbolCoder {
 public:
  virtual ~SymbolCoder() = default;

  /// Codes a byte. The probabilities are the mixer's if there is one, after its BeginByte(), else
  /// the tree's.
  virtual uint8_t CodeByte(const ByteTree* tree, Mixer* mixer, uint8_t known) = 0;

  virtual int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) = 0;

  /// True when the code cannot be valid.
  virtual bool Failed() const noexcept = 0;
  /// Whether all that was coded stands in the code's own bytes: none were read from behind it.
  virtual bool Certain() const noexcept = 0;
};

class SymbolEncoder final : public SymbolCoder {
 public:
  /// A code of `most_bytes` or more is of no use.
  explicit SymbolEncoder(size_t most_bytes) : encoder_(most_bytes) {}
  uint8_t CodeByte(const ByteTree* tree, Mixer* mixer, uint8_t known) override;
  int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) override;
  bool Failed() const noexcept override { return false; }
  bool Certain() const noexcept override { return true; }
  Bytes Finish() { return encoder_.Finish(); }
  size_t size() const { return encoder_.size(); }

 private:
  RangeEncoder encoder_;
};

class SymbolDecoder final : public SymbolCoder {
 public:
  /// `data` must outlive this.
  explicit SymbolDecoder(ByteView data) : decoder_(data) {}
  uint8_t CodeByte(const ByteTree* tree, Mixer* mixer, uint8_t known) override;
  int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) override;
  bool Failed() const noexcept override { return decoder_.Overread(); }
  bool Certain() const noexcept override { return !decoder_.PastEnd(); }

 private:
  RangeDecoder decoder_;
};

}  // namespace lmzip
