// Makes a prior: lmzip_prime MODEL LIST OUT PASSES BUCKETS. A line of LIST is "count" or "train", a
// document's begin and bytes, its path, between tabs; scripts/prime.py writes it.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>
#include <string>
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

lmzip::PriorRecipe ReadList(const std::string& path) {
  lmzip::PriorRecipe recipe;
  std::ifstream list(path);
  if (!list) throw Error(ErrorCode::kIo, path + ": cannot be opened");
  for (std::string line; std::getline(list, line);) {
    std::istringstream fields(line);
    std::string kind, document;
    size_t begin = 0, size = 0;
    fields >> kind >> begin >> size >> std::ws;
    std::getline(fields, document);
    Bytes bytes = ReadPart(document, begin, size);
    (kind == "train" ? recipe.samples : recipe.counted).push_back(std::move(bytes));
  }
  return recipe;
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

void Make(const std::string& model_path, lmzip::PriorRecipe recipe, const std::string& out) {
  const auto file = lmzip::ModelFile::Open(model_path);
  const auto model = lmzip::NewNativeModel({file, &file->weights()});
  recipe.logits = [&](std::span<const uint8_t> bytes) { return Logits(*model, bytes); };
  const Bytes blob = lmzip::MakePrior(recipe);
  std::ofstream target(out, std::ios::binary);
  target.write(reinterpret_cast<const char*>(blob.data()),
               static_cast<std::streamsize>(blob.size()));
  target.close();
  if (!target) throw Error(ErrorCode::kIo, out + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: lmzip_prime MODEL LIST OUT PASSES BUCKETS\n");
    return 1;
  }
  try {
    lmzip::PriorRecipe recipe = ReadList(argv[2]);
    recipe.passes = std::stoi(argv[4]);
    recipe.buckets = static_cast<uint32_t>(std::stoul(argv[5]));
    Make(argv[1], std::move(recipe), argv[3]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lmzip_prime: %s\n", error.what());
    return 1;
  }
  return 0;
}
