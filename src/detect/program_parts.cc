#include "detect/program_parts.h"

#include <algorithm>

#include "segments/segment_list.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kMaxGap = 256;          // padding, and small parts of another kind
constexpr uint64_t kMinTableBytes = 1024;  // shorter ones are not worth a segment
constexpr uint64_t kMaxEntryBytes = 256;

}  // namespace

void ProgramParts::AddCode(uint64_t at, uint64_t length) {
  if (length > 0 && length <= UINT64_MAX - at) code_.push_back({at, length});
}

void ProgramParts::AddTable(uint64_t at, uint64_t length, uint64_t entry_bytes) {
  if (length < kMinTableBytes || entry_bytes < 2 || entry_bytes > kMaxEntryBytes) return;
  tables_.push_back({{at, length}, static_cast<uint32_t>(entry_bytes)});
}

void ProgramParts::GiveTo(Finder& finder) {
  std::sort(code_.begin(), code_.end(), [](const Part& a, const Part& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.length < b.length;
  });
  TypedSegment form{.kind = DataKind::kProgram};
  form.machine = machine_;
  for (size_t i = 0; i < code_.size();) {
    const uint64_t begin = code_[i].begin;
    uint64_t end = begin + code_[i].length;
    for (++i; i < code_.size() && code_[i].begin <= end + std::min(kMaxGap, UINT64_MAX - end);
         ++i) {
      end = std::max(end, code_[i].begin + code_[i].length);
    }
    finder.Add(form, begin, end - begin);
  }
  for (const auto& [part, entry_bytes] : tables_) {
    TypedSegment table{.kind = DataKind::kTable};
    table.row_bytes = entry_bytes;
    finder.Add(table, part.begin, part.length);
  }
}

}  // namespace lmzip::detect
