#include "codec/symbol_coder.h"

namespace lmzip {
namespace {

/// Eight binary decisions, most significant bit first. code_bit(bit, p1) codes `bit` or finds it.
template <typename CodeBit>
uint8_t CodeBits(const ByteTree* tree, Mixer* mixer, uint8_t known, CodeBit code_bit) {
  uint32_t context = 1;
  for (int shift = 7; shift >= 0; --shift) {
    const uint32_t p1 = mixer ? mixer->P() : tree->P1(context);
    const int bit = code_bit((known >> shift) & 1, p1);
    if (mixer) mixer->Update(bit);
    context = 2 * context + static_cast<uint32_t>(bit);
  }
  return static_cast<uint8_t>(context);
}

}  // namespace

uint8_t SymbolEncoder::CodeByte(const ByteTree* tree, Mixer* mixer, uint8_t known) {
  return CodeBits(tree, mixer, known, [this](int bit, uint32_t p1) {
    encoder_.EncodeBit(bit, p1);
    return bit;
  });
}

int32_t SymbolEncoder::CodeToken(const TokenFrequencies& frequencies, int32_t known) {
  const FrequencyInterval interval = frequencies.Of(known);
  encoder_.EncodeSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
  return known;
}

uint8_t SymbolDecoder::CodeByte(const ByteTree* tree, Mixer* mixer, uint8_t) {
  return CodeBits(tree, mixer, 0, [this](int, uint32_t p1) { return decoder_.DecodeBit(p1); });
}

int32_t SymbolDecoder::CodeToken(const TokenFrequencies& frequencies, int32_t) {
  FrequencyInterval interval;
  const int32_t token = frequencies.Find(decoder_.Target(kSymbolFrequencyBits), interval);
  decoder_.AcceptSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
  return token;
}

}  // namespace lmzip
