// The hashed contexts of pictures (MIXER.md, "Pictures").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/sets/picture_predictions.h"
#include "mixer/sets/picture_samples.h"

namespace lmzip {

inline constexpr size_t kPictureContexts = 25;

/// What is known of a byte of a sample.
struct PictureView {
  const PictureForm& form;
  const PicturePlace& place;
  const Neighbours& near;
  const PicturePredictions& predictions;
  uint8_t known;  // the sample's byte before
  int expected;   // the byte, by the prediction
};

/// The hashes of the first hashes.size() contexts, at most kPictureContexts.
void PictureHashes(const PictureView& view, std::span<uint64_t> hashes) noexcept;

}  // namespace lmzip
