// What a pinned model's results depend on beside its file (FORMAT.md 2.1).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lmzip {

/// Names and values, in order, e.g. {"threads", "2"}.
using FingerprintFields = std::vector<std::pair<std::string, std::string>>;

/// "name=value; name=value". Semicolons in values become commas.
std::string FormatFingerprint(const FingerprintFields& fields);

/// The fields in which two fingerprints differ, with both values, as part of a sentence:
/// "threads is 1, was 2". Empty if and only if the texts are equal.
std::string DescribeFingerprintChange(const std::string& recorded, const std::string& own);

}  // namespace lmzip
