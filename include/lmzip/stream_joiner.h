// One stream from parts that were made apart: by several processes or machines.
#pragma once

#include <memory>

#include "lmzip/lmzip.h"

namespace lmzip {

/// Joins what Codec::CompressPart() wrote. Not thread-safe.
class LMZIP_API StreamJoiner {
 public:
  /// `sink` must outlive this.
  explicit StreamJoiner(ByteSink& sink);
  ~StreamJoiner();
  StreamJoiner(StreamJoiner&&) noexcept;
  StreamJoiner& operator=(StreamJoiner&&) noexcept;

  /// The parts, in the content's order. None is decoded, but the check of each is compared. Throws
  /// like Codec::Decompress() for damaged ones, and Error{kUsage} for what is no part of the stream
  /// that the first began, as far as headers tell; what is in the sink is of no use then.
  void Add(ByteSource& part);
  /// Ends the stream; call once, last. Throws Error{kUsage} where there was no part.
  EncodeReport Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lmzip
