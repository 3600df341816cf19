#include "codec/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lmzip {

Sampler::Sampler(std::unique_ptr<CodeSource> code, SamplePrompt prompt,
                 const SampleOptions& options, const TokenTable* table)
    : source_(std::move(code)),
      decoder_(*source_),
      prompt_(std::move(prompt)),
      temperature_(options.temperature),
      top_p_(options.top_p),
      table_(table) {}

uint8_t Sampler::CodeByte(ByteModel& model, uint8_t) {
  const bool given = given_ < prompt_.bytes.size();
  const uint8_t known = given ? prompt_.bytes[given_++] : 0;
  uint32_t byte = 0;
  for (int shift = 7; shift >= 0; --shift) {
    const uint32_t p1 = model.P();
    const int bit = given ? known >> shift & 1 : DrawBit(p1);
    model.Update(bit);
    byte = 2 * byte + static_cast<uint32_t>(bit);
  }
  return static_cast<uint8_t>(byte);
}

int Sampler::DrawBit(uint32_t p1) {
  constexpr uint32_t kAll = 1u << kBitProbabilityBits;
  const int likelier = p1 >= kAll / 2;
  const double p = static_cast<double>(likelier ? p1 : kAll - p1) / kAll;
  if (temperature_ == 0 || p >= top_p_) return likelier;
  if (temperature_ != 1) {
    const double changed = 1 / (1 + std::pow(p / (1 - p), -1 / temperature_));
    const auto p_likelier = static_cast<uint32_t>(changed * kAll);
    if (p_likelier >= kAll - 1) return likelier;
    p1 = likelier ? p_likelier : kAll - p_likelier;
  }
  return decoder_.DecodeBit(p1);
}

int32_t Sampler::CodeToken(const TokenFrequencies& frequencies, int32_t) {
  if (given_ < prompt_.tokens.size()) return prompt_.tokens[given_++];
  if (temperature_ != 1 || top_p_ < 1) return DrawToken(frequencies);
  FrequencyInterval interval;
  const int32_t token = frequencies.Find(decoder_.Target(kSymbolFrequencyBits), interval);
  decoder_.AcceptSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
  return token;
}

// Of the likeliest tokens, which together have top_p, with frequencies that are changed; of those
// that stand for nothing never one, or there would be no end.
int32_t Sampler::DrawToken(const TokenFrequencies& frequencies) {
  std::vector<int32_t> tokens;
  double all = 0;
  for (int32_t token = 0; token < frequencies.vocabulary(); ++token) {
    if (table_->Bytes(token).empty()) continue;
    tokens.push_back(token);
    all += frequencies.Of(token).frequency;
  }
  const auto frequency = [&](int32_t token) { return frequencies.Of(token).frequency; };
  std::ranges::stable_sort(tokens, std::greater(), frequency);
  if (temperature_ == 0) return tokens[0];
  std::vector<double> weights;  // of those that are kept
  const double top = frequency(tokens[0]);
  for (double kept = 0; const int32_t token : tokens) {
    weights.push_back(std::pow(frequency(token) / top, 1 / temperature_));
    kept += frequency(token);
    if (kept >= top_p_ * all) break;
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const uint32_t target = decoder_.Target(kSymbolFrequencyBits);
  const double room = static_cast<double>((1u << kSymbolFrequencyBits) - weights.size());
  uint32_t begin = 0;
  for (size_t i = 0;; ++i) {
    const bool last = i + 1 == weights.size();
    const uint32_t width = last ? (1u << kSymbolFrequencyBits) - begin
                                : 1 + static_cast<uint32_t>(weights[i] / sum * room);
    if (last || target < begin + width) {
      decoder_.AcceptSymbol(begin, width, kSymbolFrequencyBits);
      return tokens[i];
    }
    begin += width;
  }
}

}  // namespace lmzip
