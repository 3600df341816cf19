// Runs a fuzz target without libFuzzer: replays a corpus, then feeds seeded mutations of it.
//   TARGET [-runs=N] [-seed=N] [-max_len=N] FILE|FOLDER...
// What a target dislikes it reports by an exception or a failed check; the input is kept in
// crash-input.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/random_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using lmzip::Bytes;
using lmzip::testing::Below;
using lmzip::testing::Random;

struct Settings {
  uint64_t runs = 2000;
  uint64_t seed = 1;
  size_t max_length = 4096;
  std::vector<Bytes> corpus;
};

void AddFile(const std::filesystem::path& path, std::vector<Bytes>& corpus) {
  std::ifstream file(path, std::ios::binary);
  corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

Settings Parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto number = [&argument] {
      return std::stoull(argument.substr(argument.find('=') + 1));
    };
    if (argument.starts_with("-runs="))
      settings.runs = number();
    else if (argument.starts_with("-seed="))
      settings.seed = number();
    else if (argument.starts_with("-max_len="))
      settings.max_length = number();
    else if (!std::filesystem::is_directory(argument))
      AddFile(argument, settings.corpus);
    else
      for (const auto& entry : std::filesystem::directory_iterator(argument))
        AddFile(entry.path(), settings.corpus);
  }
  // The order in which a folder is listed must not matter.
  std::sort(settings.corpus.begin(), settings.corpus.end());
  settings.corpus.push_back({});
  return settings;
}

void MutateOnce(Bytes& input, const Settings& settings, Random& random) {
  static constexpr uint8_t kEdges[] = {0x00, 0x01, 0x40, 0x7f, 0x80, 0xff};
  const size_t at = input.empty() ? 0 : Below(random, input.size());
  const auto position = input.begin() + static_cast<ptrdiff_t>(at);
  const Bytes& other = settings.corpus[Below(random, settings.corpus.size())];
  switch (Below(random, 6)) {
    case 0:
      if (!input.empty()) input[at] ^= static_cast<uint8_t>(1 << Below(random, 8));
      break;
    case 1:
      if (!input.empty()) input[at] = kEdges[Below(random, std::size(kEdges))];
      break;
    case 2: input.insert(position, 1 + Below(random, 16), static_cast<uint8_t>(random())); break;
    case 3:
      input.erase(position,
                  position + static_cast<ptrdiff_t>(Below(random, input.size() - at + 1)));
      break;
    case 4:  // the rest of another input
      input.erase(position, input.end());
      input.insert(input.end(),
                   other.begin() + static_cast<ptrdiff_t>(Below(random, other.size() + 1)),
                   other.end());
      break;
    default:
      for (uint64_t i = 0, count = Below(random, 64); i < count; ++i)
        input.push_back(static_cast<uint8_t>(random()));
  }
}

void Keep(const Bytes& input, const Settings& settings) {
  std::ofstream file("crash-input", std::ios::binary);
  file.write(reinterpret_cast<const char*>(input.data()),
             static_cast<std::streamsize>(input.size()));
  std::fprintf(stderr, "seed %llu: an input of %zu bytes failed; kept in ./crash-input\n",
               static_cast<unsigned long long>(settings.seed), input.size());
}

void Feed(const Bytes& input, const Settings& settings) {
  try {
    LLVMFuzzerTestOneInput(input.data(), input.size());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    Keep(input, settings);
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = Parse(argc, argv);
  for (const Bytes& input : settings.corpus) Feed(input, settings);
  Random random(settings.seed);
  for (uint64_t run = 0; run < settings.runs; ++run) {
    Bytes input = settings.corpus[Below(random, settings.corpus.size())];
    for (uint64_t i = 0, count = 1 + Below(random, 8); i < count; ++i)
      MutateOnce(input, settings, random);
    if (input.size() > settings.max_length) input.resize(settings.max_length);
    Feed(input, settings);
  }
  std::printf("%zu files, %llu mutations\n", settings.corpus.size() - 1,
              static_cast<unsigned long long>(settings.runs));
}
