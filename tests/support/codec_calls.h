// Compression and decompression in memory, with what came of it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/bytes.h"
#include "lmzip/error.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"

namespace lmzip::testing {

inline Bytes Compressed(Codec& codec, ByteView content, const EncodeOptions& options) {
  MemorySource source(content);
  MemorySink sink;
  const EncodeReport report = codec.Compress(source, sink, options);
  EXPECT_EQ(report.raw_bytes, content.size());
  EXPECT_EQ(report.coded_bytes, sink.bytes().size());
  return sink.bytes();
}

struct Decoded {
  Bytes content;  // as far as it came
  DecodeReport report;
  std::optional<ErrorCode> error;
  std::string message;
};

inline Decoded Decompressed(Codec& codec, ByteView file, const DecodeOptions& options = {}) {
  MemorySource source(file);
  MemorySink sink;
  Decoded decoded;
  try {
    decoded.report = codec.Decompress(source, sink, options);
    EXPECT_EQ(decoded.report.raw_bytes, sink.bytes().size());
  } catch (const Error& e) {
    decoded.error = e.code();
    decoded.message = e.what();
  }
  decoded.content = sink.bytes();
  return decoded;
}

}  // namespace lmzip::testing
