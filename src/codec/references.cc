#include "codec/references.h"

#include <algorithm>

#include "base/hash.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr uint64_t kStepBytes = uint64_t{1} << 20;

// Calls `take(position, bytes)` for pieces of the file in their order.
template <typename Take>
void ReadAll(const RandomAccess& file, Take take) {
  Bytes piece(std::min(kStepBytes, file.size()));
  for (uint64_t at = 0; at < file.size(); at += piece.size()) {
    piece.resize(std::min(kStepBytes, file.size() - at));
    file.Read(at, piece);
    take(at, ByteView(piece));
  }
}

Bytes EndOf(WindowStore& store, uint64_t bytes) {
  const uint64_t begin = bytes - std::min(bytes, kMaxPrimeBytes);
  Bytes end;
  while (begin + end.size() < bytes) {
    const ByteView piece = store.From(begin + end.size(), bytes);
    end.insert(end.end(), piece.begin(), piece.end());
  }
  return end;
}

}  // namespace

Reference::Reference(const std::filesystem::path& path) : name(path.string()), file(path) {
  if (file.size() == 0) throw Error(ErrorCode::kUsage, name + ": a reference must not be empty");
  if (file.size() > kMaxReferenceBytes) {
    throw Error(ErrorCode::kUsage, name + ": a reference of over 1 TiB");
  }
  Xxh3Stream hash;
  ReadAll(file, [&](uint64_t, ByteView bytes) { hash.Add(bytes); });
  id = {.bytes = file.size(), .hash = hash.Digest()};
}

References::References(std::vector<std::shared_ptr<const Reference>> parts, MemoryBudget& budget)
    : parts_(std::move(parts)), budget_(budget) {
  for (const auto& part : parts_) {
    ids_.push_back(part->id);
    bytes_ += part->id.bytes;
  }
  prime_ = std::make_unique<Prime>(EndOf(*NewStore(), bytes_), budget_);
}

std::unique_ptr<WindowStore> References::NewStore() const {
  std::vector<const RandomAccess*> files;
  for (const auto& part : parts_) files.push_back(&part->file);
  return WindowOfFiles(std::move(files));
}

void References::MakeIndex() const {
  const MutexLock lock(mutex_);
  if (index_) return;
  budget_.Reserve(BlockIndex::MemoryBytes(bytes_),
                 "the index of references of " + std::to_string(bytes_) + " bytes");
  auto index = std::make_shared<BlockIndex>(bytes_);
  uint64_t begin = 0;
  for (const auto& part : parts_) {
    ReadAll(part->file, [&](uint64_t at, ByteView bytes) { index->Add(bytes, begin + at); });
    begin += part->id.bytes;
  }
  index_ = std::move(index);
}

std::shared_ptr<const BlockIndex> References::index() const {
  const MutexLock lock(mutex_);
  return index_;
}

void References::RequireUnchanged() const {
  for (const auto& part : parts_) part->file.RequireUnchanged();
}

KnownReferences::KnownReferences(const std::vector<std::filesystem::path>& paths,
                                 MemoryBudget& budget)
    : budget_(budget) {
  if (paths.size() > kMaxReferences) {
    throw Error(ErrorCode::kUsage, "more than " + std::to_string(kMaxReferences) + " references");
  }
  for (const auto& path : paths) each_.push_back(std::make_shared<Reference>(path));
  if (!each_.empty()) all_ = std::make_shared<References>(each_, budget_);
}

std::shared_ptr<const References> KnownReferences::Find(const std::vector<ReferenceId>& ids) const {
  if (all_ && all_->ids() == ids) return all_;
  std::vector<std::shared_ptr<const Reference>> found;
  for (const ReferenceId& id : ids) {
    const auto known = std::ranges::find(each_, id, [](const auto& one) { return one->id; });
    if (known == each_.end()) {
      throw Error(ErrorCode::kModelMismatch, "this needs a reference of " + lmzip::Describe(id) +
                                                 " (--reference)" + Describe());
    }
    found.push_back(*known);
  }
  return std::make_shared<References>(std::move(found), budget_);
}

std::shared_ptr<const References> KnownReferences::Find(uint32_t check,
                                                        const ShortModelId& model) const {
  if (all_ && ReferenceCheck(model, all_->ids()) == check) return all_;
  for (const auto& one : each_) {
    if (ReferenceCheck(model, {&one->id, 1}) == check) {
      return std::make_shared<References>(std::vector{one}, budget_);
    }
  }
  return nullptr;
}

std::vector<uint32_t> KnownReferences::ChecksWith(const ShortModelId& model) const {
  std::vector<uint32_t> checks;
  if (all_) checks.push_back(ReferenceCheck(model, all_->ids()));
  for (const auto& one : each_) checks.push_back(ReferenceCheck(model, {&one->id, 1}));
  return checks;
}

std::string KnownReferences::Describe() const {
  std::string words;
  for (const auto& one : each_) words += "; " + one->name + " has " + lmzip::Describe(one->id);
  return words;
}

}  // namespace lmzip
