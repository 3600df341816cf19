// The plug-ins' interface is guarded by a number that people raise: this reminds them.
#include "base/plugin.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <regex>

#include "base/hash.h"
#include "base/own_place.h"
#include "lmzip/error.h"
#include "support/environment.h"

namespace lmzip {
namespace {

// Every header whose declarations program and plug-ins must understand alike.
constexpr std::array kHeaders = {"include/lmzip/error.h",   "src/base/bytes.h",
                                 "src/base/check.h",        "src/base/random_access.h",
                                 "src/chunker/tokenizer.h", "src/eval/peers.h",
                                 "src/model/predictor.h",
                                 "src/torch/torch_plugin.h"};

// The code alone: comments and spacing are no part of an interface.
std::string CodeOf(const std::string& header) {
  std::ifstream file(LMZIP_SOURCE_DIR "/" + header);
  EXPECT_TRUE(file.good()) << header;
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return std::regex_replace(text, std::regex("//[^\n]*|\\s+"), "");
}

TEST(PluginTest, ChangesOfTheInterfaceRaiseItsNumber) {
  constexpr int kRecordedInterface = 4;
  constexpr const char* kRecordedDigest = "b3c6e22af51e87b4";
  std::string code;
  for (const char* header : kHeaders) code += CodeOf(header);
  Sha256 hash;
  hash.Add({reinterpret_cast<const uint8_t*>(code.data()), code.size()});
  EXPECT_EQ(Hex(hash.Finish()).substr(0, 16), kRecordedDigest)
      << "a header between program and plug-ins has changed: raise kPluginInterface in "
         "src/base/plugin.h if its declarations mean something else, and record the digest here";
  EXPECT_EQ(kPluginInterface, kRecordedInterface) << "record the interface's digest, too";
}

// other_plugin.cc offers what the tokenizer's plug-in does, but for another interface.
TEST(PluginTest, PluginsForAnotherInterfaceAreRefused) {
  const testing::ScopedVariable other("LMZIP_OTHER_PLUGIN", LMZIP_OTHER_PLUGIN);
  const PluginName name = {
      .what = "the test", .file = "none.so", .variable = "LMZIP_OTHER_PLUGIN", .hint = ""};
  try {
    OpenPlugin(name, "lmzip_tokenizer_open");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kUsage);
    EXPECT_NE(std::string(e.what()).find("built for another lmzip"), std::string::npos) << e.what();
  }
}

// The folder that the options name comes before the environment, and before where lmzip lies.
TEST(PluginTest, AFolderOfTheOptionsComesFirst) {
  const testing::ScopedVariable other("LMZIP_OTHER_PLUGIN", LMZIP_OTHER_PLUGIN);
  const PluginName name = {
      .what = "the test", .file = "none.so", .variable = "LMZIP_OTHER_PLUGIN", .hint = ""};
  try {
    OpenPlugin(name, "lmzip_tokenizer_open", "/no/such/folder");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kUsage);
    const std::string path = std::filesystem::absolute("/no/such/folder/none.so").string();
    EXPECT_NE(std::string(e.what()).find(path), std::string::npos) << e.what();
  }
}

// What is installed beside a program is found from where the program lies, whatever it is called
// as.
TEST(PluginTest, AProgramsOwnPlaceIsItsFile) {
  EXPECT_TRUE(OwnFile().is_absolute());
  EXPECT_TRUE(std::filesystem::equivalent(OwnFile(), LMZIP_OWN_FILE)) << OwnFile();
  const auto folders = InstalledFolders("share/x");
  ASSERT_FALSE(folders.empty());
  EXPECT_EQ(folders[0], OwnFile().parent_path().parent_path() / "share/x");
}

}  // namespace
}  // namespace lmzip
