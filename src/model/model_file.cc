#include "model/model_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "lmzip/error.h"
#include "model/exact1_layout.h"

namespace lmzip {
namespace {

using Json = nlohmann::json;

constexpr char kBytes[] = "bytes";
constexpr char kSentencePiece[] = "sentencepiece";
constexpr int kByteVocabulary = 256;
constexpr size_t kPriorAlignment = 8;

ModelId HashWhole(const RandomAccess& file) {
  Sha256 hash;
  Bytes piece(std::min<uint64_t>(file.size(), uint64_t{1} << 20));
  for (uint64_t at = 0; at < file.size(); at += piece.size()) {
    piece.resize(std::min<uint64_t>(piece.size(), file.size() - at));
    file.Read(at, piece);
    hash.Add(piece);
  }
  return hash.Finish();
}

// The member of `tensor`, checked against what lmzip.json says of it.
Archive::Extent FindTensor(const Archive& zip, const Json& entries, const TensorLayout& tensor) {
  const Json& entry = entries.at(tensor.name);
  const auto fail = [&tensor](const std::string& why) {
    return std::invalid_argument("tensor " + tensor.name + ": " + why);
  };
  if (entry.at("type").get<std::string>() != TypeName(tensor.type)) throw fail("wrong type");
  if (entry.at("shape") != Json(tensor.shape)) throw fail("wrong shape");
  const auto member = zip.Find(entry.at("member").get<std::string>());
  if (!member) throw fail("no such member");
  if (member->size != tensor.bytes()) {
    throw fail("expected " + std::to_string(tensor.bytes()) + " bytes, got " +
               std::to_string(member->size));
  }
  return *member;
}

}  // namespace

std::shared_ptr<const ModelFile> ModelFile::Open(const std::filesystem::path& path) {
  const std::shared_ptr<ModelFile> file(
      new ModelFile(std::make_unique<FileAccess>(path), path.string()));
  file->Parse(IdCheck::kHash);
  return file;
}

std::shared_ptr<const ModelFile> ModelFile::Read(ByteView archive, const std::string& label,
                                                 IdCheck id_check) {
  const std::shared_ptr<ModelFile> file(
      new ModelFile(std::make_unique<MemoryAccess>(archive), label));
  file->Parse(id_check);
  return file;
}

void ModelFile::Parse(IdCheck id_check) try {
  const Archive zip(*archive_, label_);
  const Json json = ReadDescription(*archive_, zip, label_);
  info_ = ParseInfo(json, *archive_, zip, label_);
  ParseVocabulary(zip);
  if (info_.tier == Tier::kPinned) {
    info_.id = HashWhole(*archive_);
    archive_->RequireUnchanged();
    return;
  }
  if (const auto prior = zip.Find(kPriorMember)) prior_ = Load(*prior, kPriorAlignment);
  tensors_ = LoadTensors(zip, json.at("tensors"));
  if (id_check == IdCheck::kHash) VerifyId();
  weights_ = BindWeights(info_.shape, InHostOrder(tensors_));
} catch (...) {
  RethrowAsModelError(label_);
}

void ModelFile::VerifyId() const {
  const ModelId id = CanonicalId(info_.shape, Exact1Layout(info_.shape), tensors_, tokenizer_,
                                 token_table_, prior_);
  if (id == info_.id) return;
  throw Error(ErrorCode::kModelLoad, label_ + ": damaged: its content has id " + Hex(id) +
                                         ", it states id " + Hex(info_.id));
}

void ModelFile::ParseVocabulary(const Archive& zip) {
  if (info_.vocabulary_kind == kBytes) {
    if (info_.vocabulary == kByteVocabulary) return;
    throw std::invalid_argument("a vocabulary of bytes has 256 tokens, not " +
                                std::to_string(info_.vocabulary));
  }
  if (info_.vocabulary_kind != kSentencePiece) {
    throw std::invalid_argument("vocabulary " + info_.vocabulary_kind + " unknown");
  }
  const auto tokenizer = zip.Find(kTokenizerMember);
  const auto table = zip.Find(kTokenTableMember);
  if (!tokenizer || tokenizer->size == 0 || !table) {
    throw std::invalid_argument("a vocabulary of tokens needs tokenizer.model and tokens.bin");
  }
  tokenizer_ = Load(*tokenizer, 1);
  token_table_ = Load(*table, 1);
  tokens_.emplace(token_table_, info_.vocabulary);
}

ModelFile::Tensors ModelFile::LoadTensors(const Archive& zip, const Json& entries) {
  const std::vector<TensorLayout> layout = Exact1Layout(info_.shape);
  if (entries.size() != layout.size()) throw std::invalid_argument("wrong number of tensors");
  Tensors tensors;
  for (const TensorLayout& tensor : layout) {
    tensors[tensor.name] = Load(FindTensor(zip, entries, tensor), TypeBytes(tensor.type));
  }
  return tensors;
}

ByteView ModelFile::Load(const Archive::Extent& member, size_t alignment) {
  if (const auto memory = archive_->InMemory()) {
    const ByteView bytes = memory->subspan(member.offset, member.size);
    if (reinterpret_cast<uintptr_t>(bytes.data()) % alignment == 0) return bytes;
  }
  const std::span copy = NewCopy(member.size);
  archive_->Read(member.offset, copy);
  return copy;
}

std::span<uint8_t> ModelFile::NewCopy(size_t bytes) {
  copies_.emplace_back(static_cast<uint8_t*>(::operator new(bytes, kCopyAlignment)));
  copied_bytes_ += bytes;
  return {copies_.back().get(), bytes};
}

ModelFile::Tensors ModelFile::InHostOrder(const Tensors& tensors) {
  if constexpr (kLittleEndian) return tensors;
  Tensors swapped;
  for (const TensorLayout& tensor : Exact1Layout(info_.shape)) {
    const ByteView bytes = tensors.at(tensor.name);
    const size_t step = TypeBytes(tensor.type);
    const std::span copy = NewCopy(bytes.size());
    std::ranges::copy(bytes, copy.begin());
    for (size_t at = 0; at < bytes.size(); at += step) SwapOnBigEndian(&copy[at], step);
    swapped[tensor.name] = copy;
  }
  return swapped;
}

}  // namespace lmzip
