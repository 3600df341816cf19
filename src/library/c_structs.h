// Structures that grow with releases: whoever calls says how long theirs are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "lmzip/error.h"

namespace lmzip {

/// The caller's options as this release knows them: what an older caller's structure lacks is 0.
/// Throws Error{kUsage} when a newer one's sets what this release does not know.
template <typename T>
T TakeOptions(const T* options) {
  T taken{};
  if (options == nullptr) return taken;
  const size_t size = options->struct_size;
  if (size < sizeof(size_t)) throw Error(ErrorCode::kUsage, "struct_size is not set");
  std::memcpy(&taken, options, std::min(size, sizeof(T)));
  const auto* const bytes = reinterpret_cast<const unsigned char*>(options);
  if (size > sizeof(T) && std::any_of(bytes + sizeof(T), bytes + size, [](auto b) { return b; })) {
    throw Error(ErrorCode::kUsage, "an option that this release of lmzip does not know");
  }
  return taken;
}

/// Throws Error{kUsage} when a result's size is not set. Null is allowed.
template <typename T>
void RequireSize(const T* result) {
  if (result != nullptr && result->struct_size < sizeof(size_t)) {
    throw Error(ErrorCode::kUsage, "struct_size is not set");
  }
}

/// As much of `value` as the caller's structure has room for, zeros in the rest of it.
/// REQUIRES: RequireSize() has passed.
template <typename T>
void GiveResult(T value, T* result) {
  if (result == nullptr) return;
  const size_t size = result->struct_size;
  value.struct_size = size;
  std::memcpy(static_cast<void*>(result), &value, std::min(size, sizeof(T)));
  if (size > sizeof(T)) {
    std::memset(reinterpret_cast<unsigned char*>(result) + sizeof(T), 0, size - sizeof(T));
  }
}

}  // namespace lmzip
