// Variables of the environment.
#pragma once

#include <stdlib.h>

#include <string>

namespace lmzip::testing {

/// Sets a variable as long as it lives; then there is none.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) { Set(value); }
  ~ScopedVariable() { Set(""); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  // Empty: none.
  void Set(const std::string& value) {
#ifdef _WIN32
    ::_putenv_s(name_, value.c_str());
#else
    value.empty() ? ::unsetenv(name_) : ::setenv(name_, value.c_str(), 1);
#endif
  }

  const char* const name_;
};

}  // namespace lmzip::testing
