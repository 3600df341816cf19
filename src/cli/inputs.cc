#include "cli/inputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/file_descriptor.h"
#include "files/descriptor_io.h"
#include "files/temporary_name.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

bool HasSuffix(const fs::path& path) { return path.extension() == kSuffix; }

// Symbolic links are not followed, files that are still being written passed over. A folder that
// cannot be read is a problem of its own only.
void ListDirectory(const Options& options, const fs::path& folder, Inputs& inputs) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  fs::directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error)) entries.push_back(*entry);
  if (error) inputs.problems.push_back(folder.string() + ": cannot list: " + error.message());
  std::sort(entries.begin(), entries.end());
  for (const fs::directory_entry& found : entries) {
    std::error_code unknown;
    const fs::file_type type = found.symlink_status(unknown).type();
    if (type == fs::file_type::none) {
      inputs.problems.push_back(found.path().string() + ": cannot examine: " + unknown.message());
    }
    const bool wanted = HasSuffix(found.path()) == (options.command != Command::kCompress) &&
                        !IsTemporaryName(found.path());
    if (type == fs::file_type::directory) ListDirectory(options, found.path(), inputs);
    if (type == fs::file_type::regular && wanted) inputs.paths.push_back(found.path().string());
  }
}

std::vector<std::string> ReadFiles0(const std::string& path) {
  const bool standard = path == kStandardStream;
  const FileDescriptor file(standard ? ::dup(STDIN_FILENO)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw IoError(path + ": cannot open", errno);
  DescriptorSource source(file.get(), path);
  std::string text;
  std::vector<uint8_t> buffer(1 << 16);
  for (size_t got = buffer.size(); got == buffer.size();) {
    got = source.Read(buffer);
    text.append(buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(got));
  }
  std::vector<std::string> names;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\0', begin), text.size());
    names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

}  // namespace

Inputs CollectInputs(const Options& options) {
  std::vector<std::string> names = options.files;
  if (!options.files0.empty()) {
    const std::vector<std::string> more = ReadFiles0(options.files0);
    names.insert(names.end(), more.begin(), more.end());
  } else if (names.empty()) {
    names.push_back(kStandardStream);
  }
  Inputs inputs;
  for (const std::string& name : names) {
    std::error_code error;
    if (name.empty()) {
      inputs.problems.push_back("'': an empty name is no file's");
    } else if (name == kStandardStream || !fs::is_directory(name, error)) {
      inputs.paths.push_back(name);
    } else if (options.recursive) {
      ListDirectory(options, name, inputs);
    } else {
      inputs.problems.push_back(name + ": is a directory (-r goes into directories)");
    }
  }
  return inputs;
}

fs::path OutputPath(const Options& options, const std::string& input) {
  const fs::path path(input);
  if (options.command == Command::kCompress) {
    if (HasSuffix(path) && !options.force) {
      throw Error(ErrorCode::kUsage,
                  input + ": already ends in " + kSuffix + " (-f compresses it again)");
    }
    return path.string() + kSuffix;
  }
  if (!HasSuffix(path) || path.stem().empty()) {
    throw Error(ErrorCode::kUsage,
                input + ": does not end in " + kSuffix + "; name the output with -o");
  }
  fs::path output = path;
  return output.replace_extension();
}

}  // namespace lmzip
