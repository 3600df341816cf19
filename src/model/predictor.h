// The one interface to a language model. Implementations: src/engine (native), src/torch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace lmzip {

/// Streams ("lanes") of one model. What a lane yields depends on the tokens that this lane was
/// given since its Reset() and on nothing else: not on how they were split into calls, nor on other
/// lanes. One thread at a time.
class Predictor {
 public:
  virtual ~Predictor() = default;

  virtual int lanes() const = 0;

  /// Makes `lane` a fresh stream. Its first token must be the start token (= vocabulary).
  virtual void Reset(int lane) = 0;

  /// Feeds `count` tokens to each of the distinct `lanes`.
  /// tokens: [lanes.size()][count]; logits: [lanes.size()][count][vocabulary] in 1/256 bit: the row
  /// of a token predicts the token after it.
  virtual void Run(std::span<const int> lanes, int count, const int32_t* tokens,
                   int16_t* logits) = 0;
};

/// A loaded model: immutable, shared by threads.
class Model {
 public:
  virtual ~Model() = default;

  virtual int vocabulary() const = 0;
  /// What computes, e.g. "native avx2", "torch 1.13.1 cpu".
  virtual std::string engine() const = 0;
  /// What the results depend on beside the model (FORMAT.md 2.1); empty: nothing, as of exact
  /// models.
  virtual std::string fingerprint() const { return ""; }
  /// Memory of one lane's state, and of what a predictor needs whatever its lanes.
  virtual size_t lane_bytes() const = 0;
  virtual size_t predictor_bytes() const = 0;
  /// The number of lanes a Run() of one token needs to be efficient.
  virtual int preferred_lanes() const = 0;
  virtual std::unique_ptr<Predictor> NewPredictor(int lanes) const = 0;
};

}  // namespace lmzip
