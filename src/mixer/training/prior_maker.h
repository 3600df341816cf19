// Makes a prior from a training corpus (MIXER.md, "Making a prior").
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace lmzip {

/// The network's logits for a stream of bytes: 256 for each, in 1/256 bit.
using LogitSource = std::function<std::vector<int16_t>(std::span<const uint8_t>)>;

struct PriorRecipe {
  uint32_t buckets = 185'000;  // of contexts that are kept: 11.8 MB
  int table_bits = 32;         // log2 bytes of the table that contexts are counted in, 26 to 32;
                               // half as much again is needed to tell what they are worth
  int passes = 1;  // over the documents, each for the contexts behind some of the bytes:
                   // so many that the table need not give up those seen twice

  /// What contexts are counted on, in this order, best with sources that alternate.
  std::vector<std::vector<uint8_t>> counted;

  /// What weights and cells are trained on, each as a frame of its own; not among the documents
  /// above, or the slots would be trusted too much.
  std::vector<std::vector<uint8_t>> samples;

  /// Null: the weights beside the network stay untrained.
  LogitSource logits;
};

/// The contexts of a prior that is not trained yet; the same blob for the same recipe, everywhere.
std::vector<uint8_t> CountPrior(const PriorRecipe& recipe);

/// A prior with the contexts of another one, trained anew. Throws Error{kModelLoad} when that is
/// none. The same blob for the same samples, logits and contexts, everywhere.
std::vector<uint8_t> TrainPrior(const PriorRecipe& recipe, std::vector<uint8_t> prior);

/// Both.
std::vector<uint8_t> MakePrior(const PriorRecipe& recipe);

}  // namespace lmzip
