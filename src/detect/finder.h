// Where those who read headers put what they found.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "detect/find_segments.h"

namespace lmzip::detect {

class Finder {
 public:
  explicit Finder(ByteView content);

  /// Positions given to Add count from `begin` on. Returns where the file ends at the latest: with
  /// the member of a container that it stands in, or with the content.
  uint64_t StartFile(uint64_t begin);
  /// A part of the file that is a file itself. Those are added in the order of where they begin.
  void AddMember(uint64_t at, uint64_t length);

  /// `form`: all but its place. What overlaps an earlier one is cut or dropped, and so is what
  /// segments cannot say or the content does not hold; headers lie.
  void Add(TypedSegment form, uint64_t at, uint64_t length);
  /// What no header tells of: positions of the content.
  void AddGuess(const TypedSegment& segment);
  /// A picture of so many rows of form.row_bytes.
  void AddRows(TypedSegment form, uint64_t at, uint64_t rows);

  /// False when headers have taken more work than content of this size deserves: those that lead to
  /// the same place again and again must not take quadratic time.
  bool Spend(uint64_t work);

  /// The end of what was found at `position`, which lies there itself where nothing was.
  uint64_t EndAt(uint64_t position) const;

  /// The last one that begins before `position`; nullptr without one. Valid until something is
  /// added.
  const FoundSegment* Before(uint64_t position) const;
  /// Its end; 0 without one.
  uint64_t EndBefore(uint64_t position) const;

  /// Where members begin and end, in no order.
  const std::vector<uint64_t>& borders() const { return borders_; }

  /// In order, apart.
  const std::vector<FoundSegment>& found() const { return found_; }

 private:
  void Insert(FoundSegment found);

  uint64_t content_bytes_;
  uint64_t file_begin_ = 0;
  uint64_t file_end_;
  uint64_t work_left_;
  std::vector<FoundSegment> found_;
  struct Member {
    uint64_t begin, end;
  };
  std::vector<Member> open_;  // each in the one before
  std::vector<uint64_t> borders_;
};

}  // namespace lmzip::detect
