// Files under faults: every call fails in turn, the power is cut before every call.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "files/folder.h"
#include "files/input_set.h"
#include "files/output_file.h"
#include "files/source_file.h"
#include "files/target.h"
#include "support/faulty_system.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;
using testing::Content;
using ::testing::ElementsAre;
using testing::FaultySystem;
using ::testing::IsEmpty;

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string pattern = ::testing::TempDir() + "files.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Files() override { fs::remove_all(folder_); }

  fs::path Make(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path folder_;
};

std::span<const uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

const std::string kContent =
    "content" + std::string(10000, '\0') + "content" + std::string(9000, '\0');
const std::string kOld = "old";

/// What c and d do with one file.
struct Job {
  bool overwrite = false;
  bool remove = false;
  std::map<std::string, int> unsupported;

  void Run(const fs::path& source_path, const fs::path& target, System& system) const {
    SourceFile source(source_path, SourceFile::Kinds::kRegular, system);
    RemoveLeftovers(target, system);
    OutputFile output(target, system);
    std::vector<uint8_t> buffer(3000);
    for (size_t got = buffer.size(); got == buffer.size();) {
      got = source.Read(buffer);
      output.sink().Write(std::span(buffer).first(got));
    }
    if (source.Change()) throw Error(ErrorCode::kIo, "changed");
    output.Commit({.overwrite = overwrite, .sync_name = remove, .like = &source.status()});
    if (remove) source.Remove();
  }
};

const std::vector<std::map<std::string, int>> kFileSystems = {
    {},
    {{"tmpfile", EOPNOTSUPP}},
    {{"tmpfile", EOPNOTSUPP}, {"rename_new", EINVAL}},
    {{"tmpfile", EOPNOTSUPP}, {"rename_new", ENOSYS}, {"link", EPERM}},
    {{"link_open", EINVAL}},
    {{"link_open", EPERM}, {"rename_new", EINVAL}, {"link", EOPNOTSUPP}},
    {{"lock", ENOSYS}, {"tmpfile", EISDIR}, {"sync", EINVAL}, {"chown", EPERM}, {"chmod", EPERM}},
};

class FilesUnderFaults : public Files {
 protected:
  // Calls test(job, source, target) for every kind of job, before which the files are as new.
  template <typename Test>
  void ForEachJob(Test test) {
    for (const auto& unsupported : kFileSystems) {
      for (const bool overwrite : {false, true}) {
        for (const bool remove : {false, true}) {
          test(Job{.overwrite = overwrite, .remove = remove, .unsupported = unsupported});
        }
      }
    }
  }

  void Prepare(const Job& job) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    source_ = Make("source", kContent);
    target_ = job.overwrite ? Make("target", kOld) : folder_ / "target";
  }

  // Runs it with faults; returns whether it did all.
  bool Run(const Job& job, FaultySystem& system) try {
    job.Run(source_, target_, system);
    return true;
  } catch (const Error&) {
    return false;
  }

  int CallsOf(const Job& job) {
    Prepare(job);
    FaultySystem system(folder_, {.unsupported = job.unsupported});
    EXPECT_TRUE(Run(job, system));
    EXPECT_EQ(Content(target_), kContent);
    EXPECT_EQ(fs::exists(source_), !job.remove);
    return static_cast<int>(system.calls().size());
  }

  fs::path source_, target_;
};

TEST_F(FilesUnderFaults, EveryCallFailsInTurn) {
  ForEachJob([&](const Job& job) {
    const int calls = CallsOf(job);
    for (int call = 1; call <= calls; ++call) {
      Prepare(job);
      FaultySystem system(folder_, {.fail_at = call, .unsupported = job.unsupported});
      const bool done = Run(job, system);
      const std::string failed = system.calls()[static_cast<size_t>(call - 1)];
      SCOPED_TRACE(failed + ", call " + std::to_string(call));
      const std::string found = Content(target_);
      const bool complete = found == kContent;
      EXPECT_TRUE(complete || (job.overwrite ? found == kOld : !fs::exists(target_)));
      const bool kept = Content(source_) == kContent;
      EXPECT_TRUE(kept || (job.remove && complete && !fs::exists(source_)));
      if (done) {
        EXPECT_TRUE(complete);
        EXPECT_EQ(fs::exists(source_), !job.remove);
      }
      for (const std::string& name : Names()) {
        EXPECT_TRUE(name == "source" || name == "target" || failed == "unlink") << name;
      }
    }
  });
}

TEST_F(FilesUnderFaults, PowerCutBeforeEveryCall) {
  ForEachJob([&](const Job& job) {
    if (job.unsupported.contains("sync")) return;  // then there are no promises
    const int calls = CallsOf(job);
    for (int call = 1; call <= calls + 1; ++call) {
      Prepare(job);
      FaultySystem system(folder_, {.cut_at = call, .unsupported = job.unsupported});
      Run(job, system);
      for (const auto& state : system.AfterPowerCut()) {
        const auto source = state.find(source_), target = state.find(target_);
        const bool kept = source != state.end() && source->second == kContent;
        const bool complete = target != state.end() && target->second == kContent;
        EXPECT_TRUE(kept || (job.remove && complete)) << "call " << call;
        EXPECT_TRUE(complete || (job.overwrite ? target->second == kOld : target == state.end()))
            << "call " << call;
      }
    }
  });
}

// What durability costs: one sync a file, and one of its folder where the source goes.
TEST_F(FilesUnderFaults, SyncsOnceAFile) {
  ForEachJob([&](const Job& job) {
    Prepare(job);
    FaultySystem system(folder_, {.unsupported = job.unsupported});
    ASSERT_TRUE(Run(job, system));
    const auto syncs = std::count(system.calls().begin(), system.calls().end(), "sync");
    const bool copied = job.unsupported.contains("link_open");
    EXPECT_EQ(syncs, 1 + copied + job.remove);
  });
}

// What appears while the output is written is not replaced, whatever the file system lacks.
TEST_F(FilesUnderFaults, NothingIsReplacedUnasked) {
  for (const auto& unsupported : kFileSystems) {
    Prepare({});
    FaultySystem system(folder_, {.unsupported = unsupported});
    {
      OutputFile output(target_, system);
      output.sink().Write(BytesOf(kContent));
      Make("target", "precious");
      EXPECT_THROW(output.Commit({}), Error);
    }
    EXPECT_EQ(Content(target_), "precious");
    EXPECT_THAT(Names(), ElementsAre("source", "target"));
  }
}

class Sources : public Files {
 protected:
  static void ReadAll(SourceFile& source) {
    std::vector<uint8_t> buffer(100000);
    source.Read(buffer);
  }
  void ExpectKept(SourceFile& source, const fs::path& path) {
    EXPECT_THROW(source.Remove(), Error);
    EXPECT_TRUE(fs::exists(path));
  }
};

TEST_F(Sources, AreRemovedWhenReadAndUnchanged) {
  const fs::path path = Make("a", kContent);
  SourceFile source(path, SourceFile::Kinds::kRegular);
  ReadAll(source);
  EXPECT_EQ(source.Change(), std::nullopt);
  source.Remove();
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(Sources, AreKeptWhenNotReadAsAWhole) {
  const fs::path path = Make("a", kContent);
  SourceFile source(path, SourceFile::Kinds::kRegular);
  source.Skip(kContent.size() - 1);
  ExpectKept(source, path);
}

TEST_F(Sources, AreKeptWhenReplaced) {
  const fs::path path = Make("a", kContent);
  SourceFile source(path, SourceFile::Kinds::kRegular);
  ReadAll(source);
  fs::rename(Make("b", kContent), path);
  ExpectKept(source, path);
}

TEST_F(Sources, AreKeptWhenGrownCutOrWritten) {
  const std::vector<std::function<void(const fs::path&)>> changes = {
      [](const fs::path& path) { fs::resize_file(path, kContent.size() + 1); },
      [](const fs::path& path) { fs::resize_file(path, 1); },
      [](const fs::path& path) {
        const timespec times[2] = {{0, UTIME_OMIT}, {1000000000, 1}};
        ::utimensat(AT_FDCWD, path.c_str(), times, 0);
      }};
  for (const auto& change : changes) {
    const fs::path path = Make("a", kContent);
    SourceFile source(path, SourceFile::Kinds::kRegular);
    ReadAll(source);
    change(path);
    EXPECT_NE(source.Change(), std::nullopt);
    ExpectKept(source, path);
  }
}

TEST_F(Sources, AreNotWaitedForWhenNotRegular) {
  const fs::path path = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_THROW(SourceFile(path, SourceFile::Kinds::kRegular), Error);
}

TEST_F(Files, InputsAreKnownByAnyName) {
  const fs::path a = Make("a", "a"), b = Make("b", "b"), missing = folder_ / "missing";
  fs::create_hard_link(a, folder_ / "hard");
  fs::create_symlink(a, folder_ / "soft");
  const InputSet inputs({(folder_ / "soft").string(), missing.string()});
  const auto contains = [&](const fs::path& path) {
    struct stat status;
    return ::stat(path.c_str(), &status) == 0 && inputs.Contains(status);
  };
  EXPECT_TRUE(contains(a));
  EXPECT_TRUE(contains(folder_ / "hard"));
  EXPECT_TRUE(contains(folder_ / "." / "soft"));
  EXPECT_FALSE(contains(b));
  EXPECT_EQ(inputs.error((folder_ / "soft").string()), 0);
  EXPECT_EQ(inputs.error(missing.string()), ENOENT);
}

// To a nanosecond where the file system keeps them; where it keeps full seconds, not by mistake.
TEST_F(Files, OutputsThatAreOlderThanTheirSources) {
  const auto at = [](time_t seconds, long nanoseconds) {
    struct stat status {};
    status.st_mtim = {seconds, nanoseconds};
    return status;
  };
  const struct stat source = at(1000, 123'456'789);
  EXPECT_FALSE(IsOlder(source, source));
  EXPECT_FALSE(IsOlder(at(2000, 0), source));
  EXPECT_FALSE(IsOlder(at(1000, 123'456'000), source));
  EXPECT_FALSE(IsOlder(at(1000, 0), source));
  EXPECT_FALSE(IsOlder(at(999, 0), source));
  EXPECT_TRUE(IsOlder(at(1000, 123'450'001), source));
  EXPECT_TRUE(IsOlder(at(998, 0), source));
  EXPECT_TRUE(IsOlder(at(1, 5), source));
  EXPECT_FALSE(IsOlder(source, at(-5, 7)));
  EXPECT_TRUE(IsOlder(at(-5, 7), source));
}

TEST_F(Files, FoldersAreMadeLikeOthers) {
  fs::create_directory(folder_ / "like");
  fs::permissions(folder_ / "like", fs::perms::owner_read | fs::perms::owner_exec);
  MakeFolder(folder_ / "a" / "b" / "c/", folder_ / "like", /*sync=*/true);
  EXPECT_EQ(fs::status(folder_ / "a/b/c").permissions(), fs::perms::owner_all);
  MakeFolder(folder_ / "a" / "b" / "c", "", /*sync=*/false);  // it is there
  EXPECT_EQ(fs::status(folder_ / "a/b/c").permissions(), fs::perms::owner_all);
  Make("file", "");
  EXPECT_THROW(MakeFolder(folder_ / "file", "", false), Error);
  EXPECT_THROW(MakeFolder(folder_ / "file" / "d", "", false), Error);
  EXPECT_EQ(Names(), (std::vector<std::string>{"a", "file", "like"}));
}

TEST_F(Files, Targets) {
  const fs::path a = Make("a", "a");
  fs::create_symlink(a, folder_ / "soft");
  fs::create_symlink("nowhere", folder_ / "dangling");
  fs::create_symlink("/dev/null", folder_ / "null");
  fs::create_symlink("/proc/self/fd/1", folder_ / "stdout");
  fs::create_symlink("stdout", folder_ / "indirect");
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  const auto kind = [&](const fs::path& path) { return FindTarget(path).kind; };
  EXPECT_EQ(kind(folder_ / "new"), TargetKind::kFree);
  EXPECT_EQ(kind(a), TargetKind::kReplaceable);
  EXPECT_EQ(kind(folder_ / "soft"), TargetKind::kReplaceable);
  EXPECT_EQ(kind(folder_ / "dangling"), TargetKind::kReplaceable);
  EXPECT_EQ(kind(folder_ / "null"), TargetKind::kInPlace);
  EXPECT_EQ(kind(folder_ / "fifo"), TargetKind::kInPlace);
  EXPECT_EQ(FindTarget(folder_ / "indirect").descriptor, 1);
  EXPECT_EQ(FindTarget("/dev/stdout").descriptor, 1);
  // Even where a regular file is behind it, which looks replaceable.
  const FileDescriptor file(::open(a.c_str(), O_WRONLY));
  const Target target = FindTarget("/dev/fd/" + std::to_string(file.get()));
  EXPECT_EQ(target.kind, TargetKind::kDescriptor);
  EXPECT_EQ(target.descriptor, file.get());
}

TEST_F(Files, OnlyTheOwnerReadsWhatIsNotComplete) {
  for (const auto& unsupported : kFileSystems) {
    FaultySystem system(folder_, {.unsupported = unsupported});
    OutputFile output(folder_ / "target", system);
    for (const auto& entry : fs::directory_iterator(folder_)) {
      EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }
  }
}

// A group that the file cannot be given to: who is in the new one may do no more than anybody could
// before, and the other way round.
TEST_F(Files, PermissionsWithoutTheGroup) {
  const std::vector<std::pair<mode_t, mode_t>> cases = {{0640, 0600}, {0644, 0644}, {0660, 0600},
                                                        {0664, 0644}, {0604, 0600}, {0755, 0755},
                                                        {0751, 0711}};
  for (const auto& [before, after] : cases) {
    FaultySystem system(folder_, {.unsupported = {{"chown", EPERM}}});
    struct stat like {};
    like.st_mode = S_IFREG | before;
    like.st_gid = ::getegid() + 1;
    OutputFile output(folder_ / "target", system);
    output.Commit({.overwrite = true, .like = &like});
    struct stat status;
    ASSERT_EQ(::stat((folder_ / "target").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, after) << std::oct << before;
  }
}

TEST_F(Files, ZerosBecomeHoles) {
  const std::string middle = "x" + std::string(1 << 20, '\0') + "y",
                    end = middle + std::string(1 << 20, '\0');
  for (const std::string& content :
       {middle, end, std::string(1 << 20, '\0'), std::string(), std::string("z")}) {
    for (const size_t step : {size_t{1} << 21, size_t{4096}, size_t{1000}}) {
      OutputFile output(folder_ / "target");
      for (size_t at = 0; at < content.size(); at += step) {
        output.sink().Write(BytesOf(content).subspan(at, std::min(step, content.size() - at)));
      }
      output.Commit({.overwrite = true});
      EXPECT_TRUE(Content(folder_ / "target") == content) << step;
      struct stat status;
      ASSERT_EQ(::stat((folder_ / "target").c_str(), &status), 0);
      EXPECT_LE(status.st_blocks * 512, 3 * 4096);
    }
  }
}

// Standard output may be a file that others write to as well.
TEST_F(Files, HolesOnlyAtTheEndOfWhatIsThere) {
  const std::string zeros(10000, '\0');
  const auto write = [&](int flags, off_t offset) {
    const fs::path path = Make("a", "abc");
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | flags));
    ::lseek(file.get(), offset, SEEK_SET);
    DescriptorSink sink(file.get(), "a");
    sink.Write(BytesOf(zeros + "x" + zeros));
    sink.Finish();
    EXPECT_EQ(::write(file.get(), "end", 3), 3);
    return Content(path);
  };
  EXPECT_EQ(write(0, 3), "abc" + zeros + "x" + zeros + "end");
  EXPECT_EQ(write(0, 1), "a" + zeros + "x" + zeros + "end");
  EXPECT_EQ(write(O_APPEND, 3), "abc" + zeros + "x" + zeros + "end");
}

// Who has the other end may have made it non-blocking.
TEST(DescriptorIo, NonBlockingPipe) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  const std::string content(1 << 20, 'x');
  std::thread writer([&] {
    DescriptorSink sink(ends[1], "pipe");
    sink.Write(BytesOf(content));
    ::close(ends[1]);
  });
  std::vector<uint8_t> read(content.size() + 1);
  EXPECT_EQ(DescriptorSource(ends[0], "pipe").Read(read), content.size());
  writer.join();
  ::close(ends[0]);
}

TEST(DescriptorSink, FailureIsAnError) {
  DescriptorSink sink(-1, "nowhere");
  EXPECT_THROW(sink.Write(BytesOf("x")), Error);
}

// What a killed process left goes; what a running one writes, and others' files, stay.
TEST_F(Files, Leftovers) {
  FaultySystem system(folder_, {.unsupported = {{"tmpfile", EOPNOTSUPP}}});
  Make(".target.lmzip-0", "left");
  Make(".other.lmzip-0", "other");
  Make(".target.lmzip", "mine");
  RemoveLeftovers(folder_ / "target");
  EXPECT_THAT(Names(), ElementsAre(".other.lmzip-0", ".target.lmzip"));
  {
    OutputFile first(folder_ / "target", system);
    RemoveLeftovers(folder_ / "target");
    OutputFile second(folder_ / "target", system);
    EXPECT_THAT(Names(), ElementsAre(".other.lmzip-0", ".target.lmzip", ".target.lmzip-0",
                                     ".target.lmzip-1"));
  }
  EXPECT_THAT(Names(), ElementsAre(".other.lmzip-0", ".target.lmzip"));
}

}  // namespace
}  // namespace lmzip
