#include "detect/likeness.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace lmzip::detect {
namespace {

// Loops of this many steps are what compilers make vector instructions of.
constexpr size_t kStride = 64;

template <typename Term>
uint64_t Sum(ByteView bytes, size_t from, size_t count, size_t back, Term term) {
  const uint8_t* here = bytes.data() + from;
  const uint8_t* before = here - back;
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + kStride <= count; i += kStride) {
    uint32_t part = 0;
    for (size_t j = 0; j < kStride; ++j) part += term(here[i + j], before[i + j]);
    sum += part;
  }
  for (; i < count; ++i) sum += term(here[i], before[i]);
  return sum;
}

// Bytes that an encoding of text begins a character with, by how many follow; -1 for what is none.
int Followers(uint8_t byte) {
  if (byte < 0x80) return byte >= ' ' || (byte >= '\t' && byte <= '\r') || byte == 0x1b ? 0 : -1;
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  if (byte >= 0xf0 && byte <= 0xf4) return 3;
  return -1;
}

}  // namespace

uint32_t Log2(uint64_t value) {
  // 256 * log2(1 + i / 32), rounded.
  static constexpr uint16_t kFraction[33] = {0,   11,  22,  33,  44,  54,  63,  73,  82,  92,  101,
                                             109, 118, 126, 134, 142, 150, 157, 165, 172, 179, 186,
                                             193, 200, 207, 213, 220, 226, 232, 238, 244, 250, 256};
  const auto whole = static_cast<uint32_t>(std::bit_width(value)) - 1;
  const uint64_t scaled = whole >= 10 ? value >> (whole - 10) : value << (10 - whole);
  const uint32_t part = static_cast<uint32_t>(scaled) & 1023;  // of 1024
  const uint32_t low = kFraction[part / 32], high = kFraction[part / 32 + 1];
  return 256 * whole + low + (high - low) * (part % 32) / 32;
}

uint64_t DistanceBack(ByteView bytes, size_t from, size_t count, size_t back) {
  return Sum(bytes, from, count, back,
             [](uint8_t a, uint8_t b) { return static_cast<uint32_t>(std::abs(int{a} - int{b})); });
}

uint64_t CircularDistanceBack(ByteView bytes, size_t from, size_t count, size_t back) {
  return Sum(bytes, from, count, back, [](uint8_t a, uint8_t b) {
    const auto turned = static_cast<uint8_t>(a - b + 128);
    return static_cast<uint32_t>(std::abs(int{turned} - 128));
  });
}

uint64_t RareMatchesBack(ByteView bytes, size_t from, size_t count, size_t back, uint8_t common) {
  const uint8_t* here = bytes.data() + from;
  const uint8_t* before = here - back;
  // Counts of a byte each, so that as many are compared at once.
  uint64_t sum = 0;
  for (size_t begin = 0; begin + kStride <= count;) {
    std::array<uint8_t, kStride> matches{};
    const size_t end = std::min(count / kStride * kStride, begin + 255 * kStride);
    for (; begin < end; begin += kStride) {
      for (size_t j = 0; j < kStride; ++j) {
        const uint8_t byte = here[begin + j];
        matches[j] =
            static_cast<uint8_t>(matches[j] + ((byte == before[begin + j]) & (byte != common)));
      }
    }
    for (const uint8_t part : matches) sum += part;
  }
  return sum;
}

uint64_t EntropyOf(ByteView bytes, size_t first, size_t step) {
  std::array<uint32_t, 256> counts{};
  uint64_t total = 0, bits = 0;
  for (size_t i = first; i < bytes.size(); i += step, ++total) ++counts[bytes[i]];
  if (total == 0) return 0;
  const uint64_t log_total = Log2(total);
  uint64_t values = 0;
  for (const uint32_t count : counts) {
    if (count == 0) continue;
    bits += count * (log_total - Log2(count));
    ++values;
  }
  // Few bytes seem more orderly than they are: by Miller and Madow, this much a value.
  constexpr uint64_t kBias = 185;
  return bits + (values - 1) * kBias;
}

uint64_t EntropyByRank(ByteView bytes, size_t stride) {
  uint64_t bits = 0;
  for (size_t rank = 0; rank < stride; ++rank) bits += EntropyOf(bytes, rank, stride);
  return bits;
}

bool HasLikeRows(ByteView bytes, uint64_t row_bytes) {
  // A place in no relation to the row.
  const uint64_t elsewhere = row_bytes + row_bytes / 2 + 1;
  if (bytes.size() < 2 * row_bytes) return false;
  const uint64_t count = bytes.size() - elsewhere;
  const uint64_t above = DistanceBack(bytes, elsewhere, count, row_bytes);
  const uint64_t other = DistanceBack(bytes, elsewhere, count, elsewhere);
  return above < other - other / 4;
}

bool LooksLikeText(ByteView bytes) {
  const uint64_t most = bytes.size() / 32;
  uint64_t other = 0;
  for (size_t i = 0; i < bytes.size() && other <= most;) {
    const int followers = Followers(bytes[i++]);
    if (followers < 0) ++other;
    for (int left = followers; left > 0 && i < bytes.size(); --left, ++i) {
      if ((bytes[i] & 0xc0) != 0x80) {
        ++other;
        break;
      }
    }
  }
  return other <= most;
}

}  // namespace lmzip::detect
