// Raw samples, whose form no header tells.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "segments/typed_segment.h"

namespace lmzip::detect {

/// `bytes` as numbers of the form's samples; of 1 bit, or floats, none. Those of a last part are
/// left out.
void Unpack(ByteView bytes, const TypedSegment& form, std::vector<int32_t>& samples);

/// In 1/256 bit, what the samples cost by what their like cost in time: by differences to those
/// before, of one channel and of the channels beside it.
uint64_t CostInTime(std::span<const int32_t> samples, size_t channels);
/// The same of a picture, by the samples beside and above. What stands in the first row is no part.
uint64_t CostInRows(std::span<const int32_t> samples, size_t channels, size_t row_samples);

struct SampleForm {
  TypedSegment form;
  uint32_t phase = 0;  // of a sample's first byte, modulo its bytes
  uint64_t cost = 0;   // in 1/256 bit, of all bytes looked at
};

/// Windows on bytes begin at a multiple of this, so that one phase is that of all of them.
inline constexpr size_t kPhases = 6;

/// Whether they may be samples at all: rules out text, programs and noise at little cost.
bool MayBeSamples(ByteView bytes);
/// The form that costs least in all windows; nullopt if none costs clearly less than bytes alone
/// do.
std::optional<SampleForm> GuessSamples(std::span<const ByteView> windows);
enum class Likeness {
  kUnlike,
  kLike,
  kBlank,  // part of whatever it is beside
};
/// Whether a window beside others is of their form, too.
Likeness GoesOnAs(const SampleForm& guess, ByteView window);

}  // namespace lmzip::detect
