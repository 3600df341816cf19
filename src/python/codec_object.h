// What Python knows as a codec and its calls. The functions hold the GIL, the calls' threads never
// do.
#pragma once

#include <nanobind/nanobind.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "lmzip/lmzip.h"
#include "python/call.h"

namespace lmzip {

/// A Python object's bytes, which stay where they are while this lives. To be made and ended with
/// the GIL. Throws nanobind::python_error for objects that have none in one piece.
class Buffer {
 public:
  explicit Buffer(nanobind::handle object) {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nanobind::python_error();
  }
  ~Buffer() { PyBuffer_Release(&view_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::span<const uint8_t> bytes() const {
    return {static_cast<const uint8_t*>(view_.buf), static_cast<size_t>(view_.len)};
  }

 private:
  Py_buffer view_;
};

/// A codec that a forked child makes anew: its parent's threads are not there.
class CodecObject {
 public:
  explicit CodecObject(CodecOptions options)
      : options_(std::move(options)),
        codec_(std::make_shared<Codec>(options_)),
        process_(::getpid()) {}
  ~CodecObject() { LeaveParents(); }
  CodecObject(const CodecObject&) = delete;
  CodecObject& operator=(const CodecObject&) = delete;

  std::shared_ptr<Codec> Get() {
    if (LeaveParents()) {
      codec_ = std::make_shared<Codec>(options_);
      process_ = ::getpid();
    }
    return codec_;
  }

 private:
  /// In a child: true, and what is the parent's is never touched again.
  bool LeaveParents() {
    if (process_ == ::getpid()) return false;
    new std::shared_ptr<Codec>(std::move(codec_));
    return true;
  }

  const CodecOptions options_;
  std::shared_ptr<Codec> codec_;
  int process_;
};

struct Costs {
  std::vector<SymbolCost> bytes;
  CostReport report;
};
using CallResult = std::variant<std::monostate, EncodeReport, DecodeReport, Listing, Costs>;

/// A call, with the buffer that it reads, if it does, and what will come of it.
class CallObject {
 public:
  /// `run` gets `data`, or, without them, what Python gives, as its source. It must hold no Python
  /// objects: it goes without the GIL.
  using Run = std::function<CallResult(ByteSource&, ByteSink&, Progress&)>;
  CallObject(std::unique_ptr<Buffer> data, bool seekable, Run run);

  Call& call() { return call_; }
  const CallResult& result() const { return result_; }

 private:
  const std::unique_ptr<Buffer> buffer_;
  CallResult result_;
  Call call_;  // last: it uses what is above
};

/// Adds the classes of reports and listings, and CallObject's.
void AddReports(nanobind::module_& module);
void AddCalls(nanobind::module_& module);

}  // namespace lmzip
