// What a program's header says of its parts.
#pragma once

#include <vector>

#include "detect/finder.h"

namespace lmzip::detect {

class ProgramParts {
 public:
  explicit ProgramParts(Machine machine) : machine_(machine) {}

  void AddCode(uint64_t at, uint64_t length);
  void AddTable(uint64_t at, uint64_t length, uint64_t entry_bytes);
  /// Code that little lies between is one segment.
  void GiveTo(Finder& finder);

 private:
  struct Part {
    uint64_t begin, length;
  };
  Machine machine_;
  std::vector<Part> code_;
  std::vector<std::pair<Part, uint32_t>> tables_;  // with the bytes of an entry
};

}  // namespace lmzip::detect
