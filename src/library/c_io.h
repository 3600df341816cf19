// Sources and sinks for callers in C.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "lmzip/error.h"
#include "lmzip/io.h"
#include "lmzip/lmzip_c.h"

namespace lmzip {

/// Throws Error{kUsage}.
inline void Require(bool condition, const char* what) {
  if (!condition) throw Error(ErrorCode::kUsage, what);
}

class FunctionSource : public ByteSource {
 public:
  FunctionSource(lmzip_read_function read, void* context) : read_(read), context_(context) {
    Require(read != nullptr, "no function to read");
  }

  size_t Read(std::span<uint8_t> out) override {
    size_t filled = 0;
    while (filled < out.size()) {
      const ptrdiff_t got = read_(context_, out.data() + filled, out.size() - filled);
      if (got == 0) break;
      if (got < 0 || static_cast<size_t>(got) > out.size() - filled) {
        throw Error(ErrorCode::kIo, "the caller's function to read failed");
      }
      filled += static_cast<size_t>(got);
    }
    return filled;
  }

 private:
  const lmzip_read_function read_;
  void* const context_;
};

class FunctionSink : public ByteSink {
 public:
  FunctionSink(lmzip_write_function write, void* context) : write_(write), context_(context) {
    Require(write != nullptr, "no function to write");
  }

  void Write(std::span<const uint8_t> bytes) override {
    if (bytes.empty() || write_(context_, bytes.data(), bytes.size()) == 0) return;
    throw Error(ErrorCode::kIo, "the caller's function to write failed");
  }

 private:
  const lmzip_write_function write_;
  void* const context_;
};

/// Memory that free() gives back.
class MallocSink : public ByteSink {
 public:
  MallocSink() = default;
  MallocSink(const MallocSink&) = delete;
  MallocSink& operator=(const MallocSink&) = delete;
  ~MallocSink() override { std::free(data_); }

  void Write(std::span<const uint8_t> bytes) override {
    if (bytes.size() > room_ - size_) Grow(size_ + bytes.size());
    std::copy(bytes.begin(), bytes.end(), data_ + size_);
    size_ += bytes.size();
  }
  /// Never null, so that nothing can be told from a failure.
  void HandOver(void** out, size_t* out_size) {
    if (data_ == nullptr) Grow(1);
    *out = std::exchange(data_, nullptr);
    *out_size = size_;
  }

 private:
  void Grow(size_t least) {
    const size_t room = std::max(least, room_ + room_ / 2);
    void* const grown = std::realloc(data_, room);
    if (grown == nullptr) throw std::bad_alloc();
    data_ = static_cast<uint8_t*>(grown);
    room_ = room;
  }

  uint8_t* data_ = nullptr;
  size_t size_ = 0, room_ = 0;
};

}  // namespace lmzip
