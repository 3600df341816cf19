// Symbols drawn from a code, after some that are given.
#pragma once

#include <memory>
#include <vector>

#include "codec/bit_coder.h"
#include "lmzip/lmzip.h"
#include "model/token_table.h"

namespace lmzip {

/// What comes first, whatever the model expects: bytes, or tokens where the frame has them.
struct SamplePrompt {
  ByteView bytes;
  std::vector<uint16_t> tokens;
};

/// As BitDecoder, with what is given before, and probabilities changed as the options say. Of one
/// lane.
class Sampler final : public BitCoder {
 public:
  /// `table`: of the tokens; null where symbols are bytes. It and prompt.bytes must outlive this.
  Sampler(std::unique_ptr<CodeSource> code, SamplePrompt prompt, const SampleOptions& options,
          const TokenTable* table);
  uint8_t CodeByte(ByteModel& model, uint8_t known) override;
  int32_t CodeToken(const TokenFrequencies& frequencies, int32_t known) override;
  bool Failed() const noexcept override { return decoder_.Overread(); }

 private:
  int DrawBit(uint32_t p1);
  int32_t DrawToken(const TokenFrequencies& frequencies);

  const std::unique_ptr<CodeSource> source_;
  RangeDecoder decoder_;
  const SamplePrompt prompt_;
  size_t given_ = 0;  // of the prompt's symbols
  const double temperature_, top_p_;
  const TokenTable* const table_;
};

}  // namespace lmzip
