#include "cli/inputs.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/file_descriptor.h"
#include "files/descriptor_io.h"
#include "files/temporary_name.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

bool HasSuffix(const fs::path& path) { return path.extension() == kSuffix; }

// Where the part of a named file's or folder's path begins that is its own name; a folder that has
// none there, as "." or "..", is as if the files in it were named.
size_t PlaceOf(const std::string& name) {
  const size_t end = name.find_last_not_of('/') + 1;
  const size_t begin = end == 0 ? 0 : name.rfind('/', end - 1) + 1;
  const std::string own = name.substr(begin, end - begin);
  if (!own.empty() && own != "." && own != "..") return begin;
  return name.ends_with('/') ? name.size() : name.size() + 1;
}

/// Finds the files behind names.
class Finder {
 public:
  Finder(const Options& options, Inputs& inputs) : options_(options), inputs_(inputs) {
    has_output_dir_ =
        !options.output_dir.empty() && ::stat(options.output_dir.c_str(), &output_dir_) == 0;
  }

  void Find(const std::string& name) {
    std::error_code error;
    place_ = PlaceOf(name);
    below_ = std::min(name.size(), name.find_last_not_of('/') + 1) + 1;
    if (name.empty()) {
      inputs_.problems.push_back("'': an empty name is no file's");
    } else if (name != kStandardStream && IsExcluded(name)) {
      inputs_.skipped.emplace_back(name, SkipReason::kExcluded);
    } else if (name == kStandardStream || !fs::is_directory(name, error)) {
      Take(name);
    } else if (options_.recursive) {
      List(name);
    } else {
      inputs_.problems.push_back(name + ": is a directory (-r goes into directories)");
    }
  }

 private:
  void Take(const std::string& path) {
    inputs_.paths.push_back(path);
    inputs_.places.push_back(place_);
  }

  // A folder that cannot be read is a problem of its own only.
  void List(const fs::path& folder) {
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    fs::directory_iterator entry(folder, error), end;
    for (; !error && entry != end; entry.increment(error)) entries.push_back(*entry);
    if (error) inputs_.problems.push_back(folder.string() + ": cannot list: " + error.message());
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& found : entries) {
      std::error_code unknown;
      const std::string path = found.path().string();
      const fs::file_type type = found.symlink_status(unknown).type();
      if (type == fs::file_type::none) {
        inputs_.problems.push_back(path + ": cannot examine: " + unknown.message());
      } else if (const auto reason = ReasonToSkip(found.path(), type)) {
        inputs_.skipped.emplace_back(path, *reason);
      } else if (type == fs::file_type::directory) {
        List(path);
      } else {
        Take(path);
      }
    }
  }

  std::optional<SkipReason> ReasonToSkip(const fs::path& path, fs::file_type type) const {
    if (IsExcluded(path.string())) return SkipReason::kExcluded;
    if (type == fs::file_type::directory) {
      if (IsOutputDir(path)) return SkipReason::kOutputFolder;
      return std::nullopt;
    }
    if (type == fs::file_type::symlink) return SkipReason::kLink;
    if (type != fs::file_type::regular) return SkipReason::kIrregular;
    if (IsTemporaryName(path)) return SkipReason::kTemporary;
    if (TakesCompressed() == HasSuffix(path)) return std::nullopt;
    return TakesCompressed() ? SkipReason::kNotCompressed : SkipReason::kCompressed;
  }

  bool TakesCompressed() const {
    return options_.command == Command::kDecompress || options_.command == Command::kTest ||
           options_.command == Command::kList;
  }

  // A pattern means the name, the path as it is, or that below the folder that was named.
  bool IsExcluded(const std::string& path) const {
    const size_t end = path.find_last_not_of('/') + 1;
    const std::string whole = path.substr(0, end);
    const std::string name = whole.substr(whole.rfind('/') + 1);
    const std::string below = below_ < whole.size() ? whole.substr(below_) : name;
    return std::ranges::any_of(options_.excluded, [&](std::string pattern) {
      if (pattern.size() > 1 && pattern.ends_with('/')) pattern.pop_back();
      return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0 ||
             ::fnmatch(pattern.c_str(), below.c_str(), 0) == 0 ||
             ::fnmatch(pattern.c_str(), whole.c_str(), 0) == 0;
    });
  }

  bool IsOutputDir(const fs::path& path) const {
    struct stat status;
    return has_output_dir_ && ::stat(path.c_str(), &status) == 0 &&
           status.st_dev == output_dir_.st_dev && status.st_ino == output_dir_.st_ino;
  }

  const Options& options_;
  Inputs& inputs_;
  bool has_output_dir_;
  struct stat output_dir_ {};
  size_t place_ = 0;  // of what was named, in the path of each file in it
  size_t below_ = 0;  // where the path below it begins
};

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

// FILE.lmz for FILE, or FILE for FILE.lmz.
fs::path OutputBeside(const Options& options, const std::string& input) {
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
  Finder finder(options, inputs);
  for (const std::string& name : names) finder.Find(name);
  return inputs;
}

fs::path OutputPath(const Options& options, const Inputs& inputs, size_t index) {
  const fs::path beside = OutputBeside(options, inputs.paths[index]);
  if (options.output_dir.empty()) return beside;
  return fs::path(options.output_dir) / beside.string().substr(inputs.places[index]);
}

}  // namespace lmzip
