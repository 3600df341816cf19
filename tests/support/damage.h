// Damage to bytes in memory, and other small helpers over them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "lmzip/error.h"

namespace lmzip::testing {

inline Bytes Cut(ByteView bytes, size_t length) { return {bytes.begin(), bytes.begin() + length}; }

inline Bytes Flipped(ByteView bytes, size_t at, uint8_t mask) {
  Bytes damaged(bytes.begin(), bytes.end());
  damaged.at(at) ^= mask;
  return damaged;
}

inline Bytes Without(ByteView bytes, size_t at, size_t count) {
  Bytes damaged(bytes.begin(), bytes.end());
  damaged.erase(damaged.begin() + at, damaged.begin() + at + count);
  return damaged;
}

inline Bytes Joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (ByteView part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Bytes FromText(const std::string& text) { return {text.begin(), text.end()}; }

inline bool StartsWith(ByteView whole, ByteView part) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// The code of the Error that `action` throws; nullopt when it throws none. Others fall through.
inline std::optional<ErrorCode> ErrorOf(const std::function<void()>& action) {
  try {
    action();
    return std::nullopt;
  } catch (const Error& e) {
    return e.code();
  }
}

/// True for the errors that mean "the input is bad" (exit code 2).
inline bool IsBadInput(std::optional<ErrorCode> code) {
  return code == ErrorCode::kBadMagic || code == ErrorCode::kUnsupported ||
         code == ErrorCode::kTruncated || code == ErrorCode::kCorrupt;
}

}  // namespace lmzip::testing
