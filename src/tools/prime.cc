// Makes a prior in two steps: "count LIST OUT PASSES BUCKETS" finds its contexts, "train MODEL LIST
// PRIOR OUT" trains those of a prior beside a network. A line of LIST is "count" or "train", a
// document's begin and bytes, its path, between tabs; scripts/prime.py writes it.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/native.h"
#include "lmzip/error.h"
#include "mixer/training/prior_maker.h"
#include "model/model_file.h"

namespace {

using lmzip::Error;
using lmzip::ErrorCode;
using Bytes = std::vector<uint8_t>;

constexpr int kTokensARun = 256;

Bytes ReadPart(const std::string& path, size_t begin, size_t size) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(size);
  file.seekg(static_cast<std::streamoff>(begin));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!file) throw Error(ErrorCode::kIo, path + ": cannot read " + std::to_string(size) + " bytes");
  return bytes;
}

// The documents of the lines that begin with `wanted`.
std::vector<Bytes> ReadList(const std::string& path, const std::string& wanted) {
  std::vector<Bytes> documents;
  std::ifstream list(path);
  if (!list) throw Error(ErrorCode::kIo, path + ": cannot be opened");
  for (std::string line; std::getline(list, line);) {
    std::istringstream fields(line);
    std::string kind, document;
    size_t begin = 0, size = 0;
    fields >> kind >> begin >> size >> std::ws;
    std::getline(fields, document);
    if (kind == wanted) documents.push_back(ReadPart(document, begin, size));
  }
  return documents;
}

std::vector<int16_t> Logits(const lmzip::Model& model, std::span<const uint8_t> bytes) {
  const size_t vocabulary = static_cast<size_t>(model.vocabulary());
  std::vector<int32_t> tokens(bytes.size());
  tokens[0] = model.vocabulary();
  std::copy(bytes.begin(), bytes.end() - 1, tokens.begin() + 1);
  std::vector<int16_t> logits(bytes.size() * vocabulary);
  const auto predictor = model.NewPredictor(1);
  predictor->Reset(0);
  const int lane = 0;
  for (size_t i = 0; i < tokens.size(); i += kTokensARun) {
    const int count = static_cast<int>(std::min<size_t>(kTokensARun, tokens.size() - i));
    predictor->Run({&lane, 1}, count, &tokens[i], &logits[i * vocabulary]);
  }
  return logits;
}

void Write(const Bytes& blob, const std::string& path) {
  std::ofstream target(path, std::ios::binary);
  target.write(reinterpret_cast<const char*>(blob.data()),
               static_cast<std::streamsize>(blob.size()));
  target.close();
  if (!target) throw Error(ErrorCode::kIo, path + ": cannot be written");
}

Bytes ReadAll(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw Error(ErrorCode::kIo, path + ": " + error.message());
  return ReadPart(path, 0, size);
}

void Count(const std::string& list, const std::string& out, const std::string& passes,
           const std::string& buckets) {
  lmzip::PriorRecipe recipe;
  recipe.counted = ReadList(list, "count");
  recipe.passes = std::stoi(passes);
  recipe.buckets = static_cast<uint32_t>(std::stoul(buckets));
  Write(lmzip::CountPrior(recipe), out);
}

void Train(const std::string& model_path, const std::string& list, const std::string& contexts,
           const std::string& out) {
  const auto file = lmzip::ModelFile::Open(model_path);
  const auto model = lmzip::NewNativeModel({file, &file->weights()});
  lmzip::PriorRecipe recipe;
  recipe.samples = ReadList(list, "train");
  recipe.logits = [&](std::span<const uint8_t> bytes) { return Logits(*model, bytes); };
  Write(lmzip::TrainPrior(recipe, ReadAll(contexts)), out);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 5 && words[0] == "count") {
      Count(words[1], words[2], words[3], words[4]);
    } else if (words.size() == 5 && words[0] == "train") {
      Train(words[1], words[2], words[3], words[4]);
    } else {
      std::fprintf(stderr,
                   "usage: lmzip_prime count LIST OUT PASSES BUCKETS\n"
                   "       lmzip_prime train MODEL LIST PRIOR OUT\n");
      return 1;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lmzip_prime: %s\n", error.what());
    return 1;
  }
  return 0;
}
