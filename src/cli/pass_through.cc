#include "cli/pass_through.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lmzip {

size_t SignedSource::Read(std::span<uint8_t> out) {
  const size_t again = std::min(out.size(), rest_.size());
  std::copy_n(rest_.begin(), again, out.begin());
  rest_ = rest_.subspan(again);
  return again + (again < out.size() ? source_.Read(out.subspan(again)) : 0);
}

uint64_t SignedSource::Skip(uint64_t count) {
  const uint64_t again = std::min<uint64_t>(count, rest_.size());
  rest_ = rest_.subspan(again);
  return again + (again < count ? source_.Skip(count - again) : 0);
}

DecodeReport PassThrough(ByteSource& source, ByteSink& sink, uint64_t max_output,
                         Progress& progress) {
  DecodeReport report;
  std::vector<uint8_t> buffer(size_t{64} << 10);
  for (size_t got = buffer.size(); got == buffer.size();) {
    got = source.Read(buffer);
    if (got > max_output - report.raw_bytes) {
      throw Error(ErrorCode::kLimit,
                  "the content exceeds --max-output (" + std::to_string(max_output) + " bytes)");
    }
    sink.Write(std::span(buffer).first(got));
    report.raw_bytes += got;
    progress.raw_bytes += got;
    progress.coded_bytes += got;
  }
  report.coded_bytes = report.raw_bytes;
  return report;
}

}  // namespace lmzip
