// Exact inference of family exact-1 (src/model/EXACT.md) on the CPU, without any library.
#pragma once

#include <memory>

#include "base/cpu.h"
#include "engine/phases.h"
#include "model/exact1.h"
#include "model/predictor.h"

namespace lmzip {

/// Packs the weights for `isa`, which must be one of AvailableIsas(). The model shares ownership of
/// `weights`; what its predictors compute is the same on every instruction set.
std::unique_ptr<Model> NewNativeModel(std::shared_ptr<const Exact1Weights> weights,
                                      Isa isa = ActiveIsa());

/// What a native model takes, known without opening it.
struct NativeMemory {
  size_t weight_bytes;  // beside its file, about
  size_t predictor_bytes;
  size_t lane_bytes;
  int preferred_lanes;
};
NativeMemory NativeMemoryOf(const Exact1Shape& shape, uint64_t dense_parameters,
                            Isa isa = ActiveIsa());

/// A predictor of `model`, which NewNativeModel() made, that adds its times to `*phases`. Both must
/// outlive it. A model's own NewPredictor() measures nothing.
std::unique_ptr<Predictor> NewTimedPredictor(const Model& model, int lanes, PhaseSeconds* phases);

}  // namespace lmzip
