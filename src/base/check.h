// Checks of the program's own invariants: a failure is a bug, never bad input.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace lmzip {

class CheckError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void CheckFailed(const char* condition, const char* file, int line) {
  throw CheckError(std::string(file) + ":" + std::to_string(line) + ": " + condition);
}

}  // namespace lmzip

// Always on; not for hot loops.
#define LMZIP_CHECK(condition) \
  ((condition) ? void() : ::lmzip::CheckFailed(#condition, __FILE__, __LINE__))

// For hot loops: aborts in debug, sanitizer and fuzz builds (LMZIP_DEBUG_CHECKS), free otherwise.
#ifdef LMZIP_DEBUG_CHECKS
#define LMZIP_DCHECK(condition) ((condition) ? void() : std::abort())
#else
#define LMZIP_DCHECK(condition) void()
#endif
