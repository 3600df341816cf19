// One byte into the range coder or out of it: the only place where the two directions differ.
#pragma once

#include "coder/byte_tree.h"
#include "coder/range_coder.h"
#include "mixer/mixer.h"

namespace lmzip {

/// Both directions of a frame's code. Not thread-safe.
class ByteCoder {
 public:
  virtual ~ByteCoder() = default;

  /// Codes the next byte and returns it. The encoder codes `known`; the decoder ignores it. The
  /// probabilities are the mixer's if there is one, after its BeginByte(), else the tree's.
  virtual uint8_t Code(const ByteTree* tree, Mixer* mixer, uint8_t known) = 0;

  /// Codes a flag of probability 1/2.
  virtual bool CodeFlag(bool known) = 0;

  /// True when the code cannot be valid.
  virtual bool Failed() const noexcept = 0;
};

class ByteEncoder final : public ByteCoder {
 public:
  uint8_t Code(const ByteTree* tree, Mixer* mixer, uint8_t known) override;
  bool CodeFlag(bool known) override;
  bool Failed() const noexcept override { return false; }
  Bytes Finish() { return encoder_.Finish(); }

 private:
  RangeEncoder encoder_;
};

class ByteDecoder final : public ByteCoder {
 public:
  /// `data` must outlive this.
  explicit ByteDecoder(ByteView data) : decoder_(data) {}
  uint8_t Code(const ByteTree* tree, Mixer* mixer, uint8_t known) override;
  bool CodeFlag(bool known) override;
  bool Failed() const noexcept override { return decoder_.Overread(); }

 private:
  RangeDecoder decoder_;
};

}  // namespace lmzip
