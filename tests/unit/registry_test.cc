// Models on the search path: one that is bad stands in no other's way.
#include "model/registry.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <optional>

#include "base/hash.h"
#include "base/platform.h"
#include "support/damage.h"
#include "support/environment.h"
#include "support/temporary_folder.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;
using testing::ErrorOf;

const fs::path kTiny = fs::path(LMZIP_MODELS_DIR) / "tiny.pt";
const fs::path kPinned = fs::path(LMZIP_TESTS_DIR) / "models/threads.pt";

class RegistryTest : public ::testing::Test {
 protected:
  RegistryTest() {
    for (const char* name : {"first", "second"}) fs::create_directory(folder_.path() / name);
    search_.emplace("LMZIP_MODEL_PATH",
                    first().string() + platform::kFolderSeparator + second().string());
  }

  fs::path first() const { return folder_.path() / "first"; }
  fs::path second() const { return folder_.path() / "second"; }

  // A copy with one bit of a weight flipped, which only its id shows.
  static void CopyDamaged(const fs::path& from, const fs::path& to) {
    fs::copy_file(from, to);
    std::fstream file(to, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(to) / 2);
    file.seekg(middle);
    const int byte = file.get();
    file.seekp(middle);
    file.put(static_cast<char>(byte ^ 1));
  }

 private:
  testing::TemporaryFolder folder_;
  std::optional<testing::ScopedVariable> search_;
};

TEST_F(RegistryTest, ADamagedCopyHidesNoSoundOne) {
  CopyDamaged(kTiny, first() / "some.pt");
  const ShortModelId id = Shorten(ModelFile::Open(kTiny)->info().id);
  // Alone, it is named as the reason. (The build's own models are on the path, too: by id the sound
  // tiny.pt may be found there, so this asks by name.)
  EXPECT_EQ(ErrorOf([] { FindModel("some"); }), ErrorCode::kModelLoad);
  fs::copy_file(kTiny, second() / "some.pt");
  EXPECT_EQ(FindModel("some")->label(), (second() / "some.pt").string());
  EXPECT_EQ(FindModel(id)->label(), (second() / "some.pt").string());
}

TEST_F(RegistryTest, WhatIsNoModelStandsInNoWay) {
#ifndef _WIN32
  ASSERT_EQ(::mkfifo((first() / "fifo.pt").c_str(), 0600), 0);
  fs::create_symlink("nowhere", first() / "dangling.pt");
#endif
  fs::create_directory(first() / "folder.pt");
  std::ofstream(first() / "junk.pt") << "junk";
  fs::copy_file(kTiny, second() / "some.pt");
  int found = 0, bad = 0;
  for (const InstalledModel& model : InstalledModels()) {
    if (model.path == second() / "some.pt") found += model.info.has_value();
    if (model.path.parent_path() == first()) ++bad;
    if (model.path == first() / "junk.pt") {
      EXPECT_NE(model.problem.find("junk.pt: not a model file"), std::string::npos);
    }
  }
  EXPECT_EQ(found, 1);
  EXPECT_EQ(bad, 1);  // a FIFO, a folder and a link to nothing are no model files
  EXPECT_EQ(FindModel("some")->label(), (second() / "some.pt").string());
#ifndef _WIN32
  EXPECT_EQ(ErrorOf([] { FindModel("fifo"); }), ErrorCode::kIo);
#endif
}

// Asking a pinned model's id hashes its file; listing and finding an exact model do not ask.
TEST_F(RegistryTest, PinnedFilesAreHashedOnlyWhenAsked) {
  fs::copy_file(kPinned, first() / "pin.pt");
  fs::copy_file(kTiny, second() / "some.pt");
  for (const InstalledModel& model : InstalledModels()) {
    if (model.path != first() / "pin.pt") continue;
    ASSERT_TRUE(model.info);
    EXPECT_EQ(model.info->id, ModelId{});
    EXPECT_EQ(model.Id(), ModelFile::Open(kPinned)->info().id);
  }
  EXPECT_EQ(FindModel(Shorten(ModelFile::Open(kPinned)->info().id))->label(),
            (first() / "pin.pt").string());
}

TEST_F(RegistryTest, FoldersOfTheOptionsComeFirst) {
  const fs::path option = first() / "option";
  fs::create_directory(option);
  fs::copy_file(kTiny, second() / "some.pt");
  fs::copy_file(kTiny, option / "some.pt");
  EXPECT_EQ(FindModel("some")->label(), (second() / "some.pt").string());
  EXPECT_EQ(FindModel("some", {option})->label(), (option / "some.pt").string());
  const ShortModelId id = Shorten(ModelFile::Open(kTiny)->info().id);
  EXPECT_EQ(FindModel(id, {option})->label(), (option / "some.pt").string());
  EXPECT_EQ(ReadModel("some", {option}).file, (option / "some.pt").string());
  EXPECT_EQ(InstalledModels({option}).at(1).path, option / "some.pt");  // behind the linked-in one
}

TEST_F(RegistryTest, UnknownIdsSayWhereWasSearched) {
  fs::copy_file(kPinned, first() / "pin.pt");
  try {
    FindModel(ShortModelId{.bytes = {1, 2, 3}});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kModelMismatch);
    EXPECT_NE(std::string(e.what()).find(first().string()), std::string::npos);
  }
}

}  // namespace
}  // namespace lmzip
