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
  int slot_bits = 19;   // log2 of the number of slots that are kept
  int table_bits = 29;  // log2 bytes of the table that contexts are counted in; so large that
                        // frequent ones are never given up

  /// What the slots are counted on, in groups; a context is kept for the groups that it occurs in.
  std::vector<std::vector<std::vector<uint8_t>>> groups;

  /// What weights and cells are trained on, each as a frame of its own; not among the documents
  /// above, or the slots would be trusted too much.
  std::vector<std::vector<uint8_t>> samples;

  /// Null: the weights beside the network stay untrained.
  LogitSource logits;
};

/// The same blob for the same recipe, everywhere.
std::vector<uint8_t> MakePrior(const PriorRecipe& recipe);

}  // namespace lmzip
