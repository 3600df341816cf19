#include "codec/copy_choice.h"

#include <algorithm>

#include "codec/method.h"

namespace lmzip {
namespace {

// Copies of so many bytes on average are not asked.
constexpr uint64_t kSurelyLongBytes = 8192;
constexpr uint64_t kLeastBytes[] = {32, 128, 1024, 8192};  // what is tried
constexpr uint64_t kPieceBytes = uint64_t{4} << 10;        // of each of the samples:
constexpr size_t kPieces = 64;                             // many, for copies come in flocks
// Of a frame's content, what others must give at least where there are references.
constexpr uint64_t kNeedlessShare = 256;

// What copies leave of `piece`.
void AppendResidue(ByteView content, std::span<const Copy> copies, const ByteRange& piece,
                   Bytes& residue) {
  uint64_t position = 0;  // of what comes next, which is no copy
  const auto append = [&](uint64_t end) {
    const uint64_t begin = std::clamp(position, piece.begin, piece.end);
    const uint64_t stop = std::clamp(end, begin, piece.end);
    residue.insert(residue.end(), content.begin() + static_cast<ptrdiff_t>(begin),
                   content.begin() + static_cast<ptrdiff_t>(stop));
  };
  for (const Copy& copy : copies) {
    append(position + copy.gap);
    position += copy.gap + copy.length;
  }
  append(content.size());
}

}  // namespace

std::vector<Copy> CopiesThatPay(ByteView content, std::span<const Copy> copies,
                                const std::function<uint64_t(ByteView)>& cost) {
  if (CopiedBytes(copies) >= copies.size() * kSurelyLongBytes)
    return {copies.begin(), copies.end()};
  const std::vector<ByteRange> pieces = PiecesOf(content.size(), kPieceBytes, kPieces);
  uint64_t sampled = 0;
  for (const ByteRange& piece : pieces) sampled += piece.end - piece.begin;
  const auto cost_with = [&](std::span<const Copy> taken) {
    Bytes residue;
    for (const ByteRange& piece : pieces) AppendResidue(content, taken, piece, residue);
    const uint64_t list_bytes = EncodeCopies(taken, HasFarCopies(taken)).size();
    return (residue.empty() ? 0 : cost(residue)) + list_bytes * sampled / content.size();
  };
  std::vector<Copy> best;
  uint64_t least = cost_with(best);
  for (const uint64_t length : kLeastBytes) {
    std::vector<Copy> taken = LongCopies(copies, length);
    const uint64_t bytes = cost_with(taken);
    if (bytes >= least) continue;
    least = bytes;
    best = std::move(taken);
  }
  return best;
}

std::vector<Copy> WithoutNeedless(std::span<const Copy> copies, uint64_t content_bytes,
                                  uint64_t position) {
  std::vector<Copy> others = CopiesBesideStream(copies, position);
  const uint64_t given_up = CopiedBytes(copies) - CopiedBytes(others);
  if (given_up <= content_bytes / kNeedlessShare) return others;
  return {copies.begin(), copies.end()};
}

}  // namespace lmzip
