#include "model/self_test.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"

namespace lmzip {

std::string SelfTestDigest(const Model& model, int tokens, int step) {
  const auto vocabulary = static_cast<uint32_t>(model.vocabulary());
  std::vector<int32_t> sequence = {model.vocabulary()};
  uint32_t state = 1;
  while (sequence.size() < static_cast<size_t>(tokens)) {
    state = state * 1664525u + 1013904223u;
    sequence.push_back(static_cast<int32_t>((state >> 16) % vocabulary));
  }
  const auto predictor = model.NewPredictor(1);
  predictor->Reset(0);
  Sha256 hash;
  std::vector<int16_t> logits(static_cast<size_t>(step) * vocabulary);
  const int lane = 0;
  for (int at = 0; at < tokens; at += step) {
    const int count = std::min(step, tokens - at);
    predictor->Run({&lane, 1}, count, &sequence[at], logits.data());
    for (int16_t& logit : logits) SwapOnBigEndian(&logit, sizeof(logit));
    hash.Add(ByteView(reinterpret_cast<const uint8_t*>(logits.data()),
                      static_cast<size_t>(count) * vocabulary * sizeof(int16_t)));
  }
  return Hex(hash.Finish());
}

}  // namespace lmzip
