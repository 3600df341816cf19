// The class Call.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "lmzip/memory_io.h"
#include "python/codec_object.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace lmzip {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenSignals{50};

/// Waits for at most `seconds`; sees signals meanwhile, and what their handlers throw ends the
/// call.
Call::State WaitWithSignals(CallObject& self, double seconds) {
  milliseconds left(static_cast<int64_t>(std::clamp(seconds, 0.0, 1e6) * 1000));
  for (;;) {
    const milliseconds share = std::min(left, kBetweenSignals);
    Call::State state;
    {
      const nb::gil_scoped_release others;
      state = self.call().Wait(share);
    }
    if (state != Call::State::kWorking) return state;
    if (PyErr_CheckSignals() != 0) {
      const nb::python_error thrown;
      self.call().Cancel();
      throw thrown;
    }
    left -= share;
    if (left.count() == 0) return state;
  }
}

nb::bytes Take(CallObject& self, int64_t most) {
  const auto limit = most < 0 ? std::numeric_limits<size_t>::max() : static_cast<size_t>(most);
  const std::vector<uint8_t> bytes = self.call().Take(limit);
  return nb::bytes(bytes.data(), bytes.size());
}

using CostArray = nb::ndarray<nb::numpy, const uint32_t, nb::ndim<2>>;
static_assert(sizeof(SymbolCost) == 3 * sizeof(uint32_t));

nb::object ArrayOf(const Costs& costs) {
  auto* const owned = new std::vector<SymbolCost>(costs.bytes);
  nb::capsule owner(owned,
                    [](void* p) noexcept { delete static_cast<std::vector<SymbolCost>*>(p); });
  return nb::cast(CostArray(owned->data(), {owned->size(), 3}, owner));
}

struct ToPython {
  nb::object operator()(std::monostate) const { return nb::none(); }
  nb::object operator()(const Costs& costs) const {
    return nb::make_tuple(ArrayOf(costs), costs.report);
  }
  template <typename Report>
  nb::object operator()(const Report& report) const {
    return nb::cast(report);
  }
};

nb::object Result(CallObject& self) {
  self.call().Check();
  return std::visit(ToPython(), self.result());
}

}  // namespace

CallObject::CallObject(std::unique_ptr<Buffer> data, bool seekable, Run run)
    : buffer_(std::move(data)),
      call_(
          [this, run = std::move(run)](ByteSource& given, ByteSink& sink, Progress& progress) {
            if (!buffer_) {
              result_ = run(given, sink, progress);
            } else {
              MemorySource source(buffer_->bytes());
              result_ = run(source, sink, progress);
            }
          },
          seekable) {}

void AddCalls(nb::module_& module) {
  nb::class_<CallObject> call(module, "Call", "A call at work: see lmzip._calls.");
  nb::enum_<Call::State>(call, "State")
      .value("WORKING", Call::State::kWorking)
      .value("WANTS_INPUT", Call::State::kWantsInput)
      .value("HAS_OUTPUT", Call::State::kHasOutput)
      .value("OVER", Call::State::kOver);
  call.def("wait", WaitWithSignals, "seconds"_a)
      .def(
          "give",
          [](CallObject& self, const nb::object& data) { self.call().Give(Buffer(data).bytes()); },
          "data"_a)
      .def("end", [](CallObject& self) { self.call().End(); })
      .def(
          "skipped", [](CallObject& self, uint64_t bytes) { self.call().Skipped(bytes); },
          "bytes"_a)
      .def("take", Take, "most"_a = -1)
      .def(
          "cancel", [](CallObject& self) { self.call().Cancel(); },
          nb::call_guard<nb::gil_scoped_release>())
      .def("result", Result, "Its report, listing or costs, or None. Raises what ended it.")
      .def_prop_ro("skips_bytes", [](CallObject& self) { return self.call().skips_bytes(); })
      .def_prop_ro("output_bytes", [](CallObject& self) { return self.call().output_bytes(); })
      .def_prop_ro("raw_bytes",
                   [](CallObject& self) { return self.call().progress().raw_bytes.load(); })
      .def_prop_ro("coded_bytes",
                   [](CallObject& self) { return self.call().progress().coded_bytes.load(); });
}

}  // namespace lmzip
