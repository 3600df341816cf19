// Streams of records of Excel's sheets (BIFF), by themselves or within a compound file.
#include "detect/file_kinds.h"

namespace lmzip::detect {

void FindInSheets(const Fields& file, Finder& finder) {
  constexpr uint32_t kHeaderBytes = 4, kMostType = 0x1100, kMostLength = 8228;
  constexpr uint64_t kLeastRecords = 64;
  uint64_t at = 0, records = 0;
  // Sheets follow each other; nowhere stands how long they are together.
  for (; file.Has(at, kHeaderBytes); ++records) {
    const uint32_t type = file.Le16(at), length = file.Le16(at + 2);
    if (type == 0 && length == 0) break;
    if (type > kMostType || length > kMostLength || !finder.Spend(1)) break;
    at += kHeaderBytes + length;
  }
  if (records < kLeastRecords) return;
  TypedSegment form{.kind = DataKind::kTable};
  form.layout = Layout::kTagged;
  form.row_bytes = 1;
  finder.Add(form, 0, std::min(at, file.size()));
}

}  // namespace lmzip::detect
