#include "base/random_access.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/damage.h"
#include "support/temporary_folder.h"

namespace lmzip {
namespace {

using testing::ErrorOf;

std::filesystem::path WriteFile(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(FileAccessTest, ReadsAnywhere) {
  const testing::TemporaryFolder folder;
  const FileAccess file(WriteFile(folder.path() / "a", "0123456789"));
  ASSERT_EQ(file.size(), 10u);
  Bytes bytes(4);
  file.Read(6, bytes);
  EXPECT_EQ(bytes, testing::FromText("6789"));
  file.Read(10, {});
  EXPECT_FALSE(file.InMemory());
}

TEST(FileAccessTest, AFileCutMeanwhileIsAnErrorNotASignal) {
  const testing::TemporaryFolder folder;
  const auto path = WriteFile(folder.path() / "a", std::string(100'000, 'a'));
  const FileAccess file(path);
  std::filesystem::resize_file(path, 10);
  Bytes bytes(100);
  EXPECT_EQ(ErrorOf([&] { file.Read(50'000, bytes); }), ErrorCode::kIo);
  EXPECT_EQ(ErrorOf([&] { file.RequireUnchanged(); }), ErrorCode::kIo);
}

TEST(FileAccessTest, FifosAndFoldersAreRefusedAtOnce) {
  const testing::TemporaryFolder folder;
#ifndef _WIN32
  const auto fifo = folder.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(ErrorOf([&] { FileAccess{fifo}; }), ErrorCode::kIo);
#endif
  EXPECT_EQ(ErrorOf([&] { FileAccess{folder.path()}; }), ErrorCode::kIo);
}

}  // namespace
}  // namespace lmzip
