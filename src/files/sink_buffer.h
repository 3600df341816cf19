// Standard streams of C++ over sinks.
#pragma once

#include <array>
#include <streambuf>

#include "lmzip/error.h"
#include "lmzip/io.h"

namespace lmzip {

/// For an ostream whose descriptor may be non-blocking, which those of the library do not bear.
/// What fails sets the stream's badbit.
class SinkBuffer : public std::streambuf {
 public:
  /// `sink` must outlive this.
  explicit SinkBuffer(ByteSink& sink) : sink_(sink) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }

 protected:
  int overflow(int byte) override {
    if (sync() != 0) return traits_type::eof();
    if (byte != traits_type::eof()) sputc(traits_type::to_char_type(byte));
    return traits_type::not_eof(byte);
  }

  int sync() override try {
    const auto size = static_cast<size_t>(pptr() - pbase());
    sink_.Write({reinterpret_cast<const uint8_t*>(pbase()), size});
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return 0;
  } catch (const Error&) {
    return -1;
  }

 private:
  ByteSink& sink_;
  std::array<char, 1 << 14> buffer_;
};

}  // namespace lmzip
