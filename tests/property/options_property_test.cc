// Every byte string that a shell can pass is a name.
#include <gtest/gtest.h>

#include "cli/options.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

ParsedCommandLine Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"lmzip"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data());
}

// Made of what parsers like to give a meaning to, or of any bytes but NUL.
std::string RandomName(Random& random) {
  static const std::vector<std::string> kPieces = {
      "[", "]",  "{", "}",  ",",    "++", "--", "-",  "=",  "%%",   "\"", "'",
      "`", "\\", " ", "\n", "\xff", "c",  "d",  "t",  "l",  "o",    "x",  "9",
      "@", ":",  "#", "$",  "*",    "/",  "~",  "\t", "[]", "[a,b]"};
  std::string name;
  for (uint64_t i = 1 + Below(random, 6); i > 0; --i) {
    if (Below(random, 3) > 0) {
      name += kPieces[Below(random, kPieces.size())];
    } else {
      name += static_cast<char>(1 + Below(random, 255));
    }
  }
  return name;
}

const std::vector<std::string> kWholeNames = {
    "",           "++", "[]",     "[x]",     "[a,b]", "{}",         "--", "-",    "-x", "--help",
    "c",          "d",  "models", "1",       "0",     "%%",         "=",  "--=x", "-9", "--rm",
    "completion", "\n", "\xff",   "\"[a]\"", "''",    "--output=x", "-d", "-o",   "-V"};

// Where names stand among options must not matter, either.
class Names {
 public:
  explicit Names(uint64_t seed) : random_(seed) {}

  std::string Next() {
    const bool whole = Below(random_, 4) == 0;
    return whole ? kWholeNames[Below(random_, kWholeNames.size())] : RandomName(random_);
  }
  // One that needs no "--" before it.
  std::string NextWord() {
    for (;;) {
      const std::string name = Next();
      if (name == "-" || !name.starts_with('-')) return name;
    }
  }
  std::string NextNotEmpty() {
    for (;;) {
      if (const std::string name = Next(); !name.empty()) return name;
    }
  }
  Random& random() { return random_; }

 private:
  Random random_;
};

TEST(OptionsPropertyTest, NamesBehindTheDashesAreTaken) {
  Names names(1);
  for (int round = 0; round < 700; ++round) {
    static const std::vector<std::vector<std::string>> kBegins = {
        {"c"}, {"d"}, {"t"}, {"l"}, {"bench"}, {}, {"-d"}, {"-kc"}, {"-l", "-v"}, {"c", "-T", "2"}};
    std::vector<std::string> arguments = kBegins[Below(names.random(), kBegins.size())];
    arguments.push_back("--");
    std::vector<std::string> expected;
    for (uint64_t i = 1 + Below(names.random(), 4); i > 0; --i) expected.push_back(names.Next());
    arguments.insert(arguments.end(), expected.begin(), expected.end());
    const ParsedCommandLine parsed = Parse(arguments);
    ASSERT_FALSE(parsed.finished) << ::testing::PrintToString(arguments);
    ASSERT_EQ(parsed.options.files, expected) << ::testing::PrintToString(arguments);
  }
}

TEST(OptionsPropertyTest, NamesAmongOptionsAreTaken) {
  Names names(2);
  for (int round = 0; round < 700; ++round) {
    std::vector<std::string> arguments = {"c"}, expected;
    std::string output, model, list;
    for (uint64_t i = 1 + Below(names.random(), 8); i > 0; --i) {
      const auto add = [&](std::string& value, const char* shortly, const std::string& longly) {
        value = names.NextNotEmpty();
        if (longly == "--output" && value == "-") value = "./-";
        switch (Below(names.random(), 4)) {
          case 0: arguments.insert(arguments.end(), {shortly, value}); break;
          case 1: arguments.push_back(shortly + value); break;
          case 2: arguments.insert(arguments.end(), {longly, value}); break;
          default: arguments.push_back(longly + "=" + value);
        }
      };
      switch (Below(names.random(), 6)) {
        case 0: add(output, "-o", "--output"); break;
        case 1: add(model, "-m", "--model"); break;
        case 2:
          list = names.NextNotEmpty();
          arguments.push_back("--files0=" + list);
          break;
        case 3: arguments.push_back("-kf9v"); break;
        default: arguments.push_back(expected.emplace_back(names.NextWord()));
      }
    }
    const ParsedCommandLine parsed = Parse(arguments);
    ASSERT_FALSE(parsed.finished) << ::testing::PrintToString(arguments);
    const Options& options = parsed.options;
    EXPECT_EQ(options.files, expected) << ::testing::PrintToString(arguments);
    EXPECT_EQ(options.output, output) << ::testing::PrintToString(arguments);
    EXPECT_EQ(options.codec.model, model) << ::testing::PrintToString(arguments);
    EXPECT_EQ(options.files0, list) << ::testing::PrintToString(arguments);
  }
}

TEST(OptionsPropertyTest, AnyArgumentsEndInOptionsOrInAMessage) {
  Names names(3);
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  for (int round = 0; round < 700; ++round) {
    std::vector<std::string> arguments = {"x"};
    for (uint64_t i = Below(names.random(), 5); i > 0; --i) arguments.push_back(names.Next());
    arguments.erase(arguments.begin(), arguments.begin() + (arguments.size() > 1));
    const ParsedCommandLine parsed = Parse(arguments);  // throws nothing
    EXPECT_LE(parsed.exit_code, 1);
  }
  ::testing::internal::GetCapturedStdout();
  ::testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace lmzip
