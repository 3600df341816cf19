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

/// A predictor of `model`, which NewNativeModel() made, that adds its times to `*phases`. Both must
/// outlive it. A model's own NewPredictor() measures nothing.
std::unique_ptr<Predictor> NewTimedPredictor(const Model& model, int lanes, PhaseSeconds* phases);

}  // namespace lmzip
