// To be preloaded: operator new fails at the allocation that FAILING_NEW names, counted over all
// threads but the main one; with FAILING_NEW_STAYS set, all that follow fail, too.
#include "support/failing_new.h"

namespace {

[[maybe_unused]] const bool set_up = [] {
  using lmzip::testing::FailingNew;
  if (const char* number = std::getenv("FAILING_NEW")) FailingNew::left = std::atol(number);
  FailingNew::stays = std::getenv("FAILING_NEW_STAYS") != nullptr;
  return true;
}();

}  // namespace
