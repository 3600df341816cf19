#include "cli/result_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "cli/inputs.h"
#include "files/target.h"
#include "lmzip/error.h"

namespace lmzip {

ResultFile::ResultFile(const std::string& path, bool force)
    : name_(path.empty() || path == kStandardStream ? "standard output" : path),
      force_(force),
      stream_(nullptr) {
  const bool standard = path.empty() || path == kStandardStream;
  const Target target = standard ? Target{.kind = TargetKind::kDescriptor,
                                          .descriptor = STDOUT_FILENO}
                                 : FindTarget(path);
  if (target.kind == TargetKind::kDescriptor || target.kind == TargetKind::kInPlace) {
    file_ = FileDescriptor(target.kind == TargetKind::kDescriptor
                               ? ::dup(target.descriptor)
                               : ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    if (!file_) throw IoError(name_ + ": cannot open", errno);
    in_place_.emplace(file_.get(), name_);
  } else if (target.kind == TargetKind::kReplaceable && !force) {
    throw Error(ErrorCode::kUsage, path + ": exists already (-f overwrites)");
  } else {
    output_.emplace(path);
  }
  buffer_.emplace(sink());
  stream_.rdbuf(&*buffer_);
}

bool ResultFile::terminal() const { return file_ && ::isatty(file_.get()); }

void ResultFile::Commit() {
  stream_.flush();
  if (!stream_.good()) throw Error(ErrorCode::kIo, name_ + ": cannot write");
  if (output_) {
    output_->Commit({.overwrite = force_});
    return;
  }
  in_place_->Finish();
  file_.Close(name_);
}

}  // namespace lmzip
