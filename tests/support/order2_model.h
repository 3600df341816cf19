// A model for tests: integers, order 2, no file, no floating point.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "model/predictor.h"

namespace lmzip::testing {

/// Expects after tokens a, b the byte Successor(a, b); everything else is noise of up to three
/// bits. Aborts the test on any use that the Predictor interface forbids.
class Order2Model : public Model {
 public:
  static constexpr int kVocabulary = 256;
  static constexpr int32_t kStart = kVocabulary;

  explicit Order2Model(int preferred_lanes = 4) : preferred_lanes_(preferred_lanes) {}

  static uint8_t Successor(int32_t a, int32_t b) {
    return static_cast<uint8_t>(Hash(static_cast<uint32_t>(a) * 769 + static_cast<uint32_t>(b)) >>
                                24);
  }

  int vocabulary() const override { return kVocabulary; }
  std::string engine() const override { return "order 2"; }
  size_t lane_bytes() const override { return sizeof(Lane); }
  size_t predictor_bytes() const override { return 0; }
  int preferred_lanes() const override { return preferred_lanes_; }
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override {
    return std::make_unique<Lanes>(lanes);
  }

 private:
  struct Lane {
    int32_t a = -1;
    int32_t b = -1;  // -1: the start token must come next
  };

  class Lanes : public HostPredictor {
   public:
    explicit Lanes(int lanes) : lanes_(static_cast<size_t>(lanes)) {}
    int lanes() const override { return static_cast<int>(lanes_.size()); }
    void Reset(int lane) override { lanes_.at(static_cast<size_t>(lane)) = Lane{-1, -1}; }

   private:
    void Compute(std::span<const int> lanes, int count, const int32_t* tokens,
                 int16_t* logits) override {
      LMZIP_CHECK(!lanes.empty() && count >= 1);
      std::vector<bool> seen(lanes_.size());
      for (int index : lanes) {
        LMZIP_CHECK(!seen.at(static_cast<size_t>(index)));
        seen[static_cast<size_t>(index)] = true;
        Lane& lane = lanes_[static_cast<size_t>(index)];
        for (int i = 0; i < count; ++i, ++tokens, logits += kVocabulary) {
          LMZIP_CHECK((lane.b == -1) == (*tokens == kStart) && *tokens >= 0 && *tokens <= kStart);
          lane = {lane.b, *tokens};
          Fill(lane, logits);
        }
      }
    }

    static void Fill(const Lane& lane, int16_t* logits) {
      std::copy_n(Noise()[static_cast<size_t>(lane.b)].begin(), kVocabulary, logits);
      logits[Successor(lane.a, lane.b)] = 12 * 256;
    }

    std::vector<Lane> lanes_;
  };

  static const std::vector<std::array<int16_t, kVocabulary>>& Noise() {
    static const auto noise = [] {
      std::vector<std::array<int16_t, kVocabulary>> rows(kVocabulary + 1);
      uint32_t state = 1;
      for (auto& row : rows) {
        for (int16_t& logit : row) {
          state = state * 1664525u + 1013904223u;
          logit = static_cast<int16_t>((state >> 16) % 768);
        }
      }
      return rows;
    }();
    return noise;
  }

  static uint32_t Hash(uint32_t x) {
    x = (x ^ (x >> 15)) * 0x2c1b3c6du;
    x = (x ^ (x >> 12)) * 0x297a2d39u;
    return x ^ (x >> 15);
  }

  const int preferred_lanes_;
};

}  // namespace lmzip::testing
