// The conditions under which libtorch is called, and the translation of its exceptions.
#pragma once

#include <ATen/core/ivalue.h>

#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>
#include <torch/version.h>

#include <string>

#include "base/check.h"
#include "lmzip/error.h"

namespace lmzip {

/// What every call into libtorch runs under.
struct CallScope {
  c10::InferenceMode inference;
  torch::jit::GraphOptimizerEnabledGuard unoptimized{false};
};

/// Calls `function`, turning libtorch's exceptions, of whatever kind, into Error{kModelLoad}. Only
/// what lmzip itself throws in there and a lack of memory pass as they are.
template <typename Function>
auto Guarded(const char* what, Function function) {
  const auto error = [what](const std::string& why) {
    return Error(ErrorCode::kModelLoad,
                 std::string(what) + " in libtorch " TORCH_VERSION ": " + why);
  };
  try {
    const CallScope scope;
    return function();
  } catch (const Error&) {
    throw;
  } catch (const CheckError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const c10::Error& e) {
    throw error(e.what_without_backtrace());
  } catch (const std::exception& e) {
    throw error(e.what());
  }
}

}  // namespace lmzip
