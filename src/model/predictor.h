// The one interface to a language model. Implementations: src/engine (native), src/torch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/check.h"

namespace lmzip {

/// Streams ("lanes") of one model, as many from its beginning to its end: an implementation may
/// keep buffers and recorded work for all of them. What a lane yields depends on the tokens that
/// this lane was given since its Reset() and on nothing else: not on how they were split into
/// calls, nor on other lanes. One thread at a time.
///
/// A call has two halves, so that a device may work while the host does something else: what runs
/// elsewhere begins in Start() and is waited for in Collect(); the host's own work is done in
/// either. There is one call at a time: whoever wants to have another one ready while a device
/// computes the first uses two predictors.
class Predictor {
 public:
  virtual ~Predictor() = default;

  virtual int lanes() const = 0;

  /// Makes `lane` a fresh stream. Its first token must be the start token (= vocabulary).
  /// REQUIRES: no call is started.
  virtual void Reset(int lane) = 0;

  /// Starts to feed `count` tokens to each of the distinct `lanes`. tokens: [lanes.size()][count];
  /// both must stay until Collect(). When it throws, no call is started. REQUIRES: none is.
  virtual void Start(std::span<const int> lanes, int count, const int32_t* tokens) = 0;

  /// Ends the call, also when it throws. logits: [lanes.size()][count][vocabulary] in 1/256 bit:
  /// the row of a token predicts the token after it. REQUIRES: a call is started.
  virtual void Collect(int16_t* logits) = 0;

  /// Both at once.
  void Run(std::span<const int> lanes, int count, const int32_t* tokens, int16_t* logits) {
    Start(lanes, count, tokens);
    Collect(logits);
  }
};

/// One that computes in its caller's thread, when the logits are collected.
class HostPredictor : public Predictor {
 public:
  void Start(std::span<const int> lanes, int count, const int32_t* tokens) final {
    LMZIP_CHECK(call_.tokens == nullptr);
    call_ = {lanes, count, tokens};
  }
  void Collect(int16_t* logits) final {
    LMZIP_CHECK(call_.tokens != nullptr);
    const Call call = std::exchange(call_, {});
    Compute(call.lanes, call.count, call.tokens, logits);
  }

 protected:
  virtual void Compute(std::span<const int> lanes, int count, const int32_t* tokens,
                       int16_t* logits) = 0;

 private:
  struct Call {
    std::span<const int> lanes;
    int count = 0;
    const int32_t* tokens = nullptr;
  };
  Call call_;  // started; without tokens: none is
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
