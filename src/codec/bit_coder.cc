#include "codec/bit_coder.h"

namespace lmzip {
namespace {

/// Eight binary decisions, most significant bit first. code_bit(bit, p1) codes `bit` or finds it.
template <typename CodeBit>
uint8_t CodeBits(ByteModel& model, uint8_t known, CodeBit code_bit) {
  uint32_t byte = 0;
  for (int shift = 7; shift >= 0; --shift) {
    const int bit = code_bit((known >> shift) & 1, model.P());
    model.Update(bit);
    byte = 2 * byte + static_cast<uint32_t>(bit);
  }
  return static_cast<uint8_t>(byte);
}

// Of a bit, by P(bit = 1); nothing where nobody gave it.
uint32_t CostOfBit(int bit, uint32_t p1) {
  if (p1 == 0) return 0;
  return CostOf(bit ? p1 : (1u << kBitProbabilityBits) - p1, kBitProbabilityBits);
}

}  // namespace

void BitCoder::GiveByte(ByteModel& model, uint8_t byte) {
  for (int shift = 7; shift >= 0; --shift) model.Update(byte >> shift & 1);
}

void BitMeter::GiveByte(ByteModel& model, uint8_t byte) {
  cost_ = {};
  likely_ = {};
  BitCoder::GiveByte(model, byte);
}

uint8_t BitEncoder::CodeByte(ByteModel& model, uint8_t known) {
  return CodeBits(model, known, [this](int bit, uint32_t p1) {
    encoder_.EncodeBit(bit, p1);
    return bit;
  });
}

int32_t BitEncoder::CodeToken(const TokenFrequencies& frequencies, int32_t known) {
  const FrequencyInterval interval = frequencies.Of(known);
  encoder_.EncodeSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
  return known;
}

// The costs of a byte's bits fit: at most 22 bits each.
uint8_t BitMeter::CodeByte(ByteModel& model, uint8_t known) {
  cost_ = {};
  if (expects_) likely_ = model.Expected();
  return CodeBits(model, known, [&](int bit, uint32_t p1) {
    cost_.result += CostOfBit(bit, p1);
    if (split_) {
      const ByteModel::Parts parts = model.SaidByParts();
      cost_.network += CostOfBit(bit, parts.network);
      cost_.mixed += CostOfBit(bit, parts.mixed);
    }
    return bit;
  });
}

int32_t BitMeter::CodeToken(const TokenFrequencies& frequencies, int32_t known) {
  const uint32_t cost = CostOf(frequencies.Of(known).frequency, kSymbolFrequencyBits);
  cost_ = {.network = cost, .mixed = 0, .result = cost};
  return known;
}

uint8_t BitDecoder::CodeByte(ByteModel& model, uint8_t) {
  return CodeBits(model, 0, [this](int, uint32_t p1) { return decoder_.DecodeBit(p1); });
}

int32_t BitDecoder::CodeToken(const TokenFrequencies& frequencies, int32_t) {
  FrequencyInterval interval;
  const int32_t token = frequencies.Find(decoder_.Target(kSymbolFrequencyBits), interval);
  decoder_.AcceptSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
  return token;
}

}  // namespace lmzip
