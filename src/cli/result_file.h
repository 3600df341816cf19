// Where the result of a command goes.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "base/file_descriptor.h"
#include "files/descriptor_io.h"
#include "files/output_file.h"
#include "files/sink_buffer.h"

namespace lmzip {

/// A file that appears under its name when it is complete; or standard output, a device or a pipe,
/// which are written as they are.
class ResultFile {
 public:
  /// `path`: "" and "-" are standard output. Throws Error{kUsage} where a file is there already and
  /// may not be overwritten (`force`), Error{kIo}.
  ResultFile(const std::string& path, bool force);

  ByteSink& sink() { return output_ ? output_->sink() : *in_place_; }
  std::ostream& out() { return stream_; }
  bool terminal() const;

  /// All is written. Throws Error{kIo}.
  void Commit();

 private:
  const std::string name_;  // in messages
  const bool force_;
  FileDescriptor file_;  // written in place
  std::optional<DescriptorSink> in_place_;
  std::optional<OutputFile> output_;  // in the other case
  std::optional<SinkBuffer> buffer_;
  std::ostream stream_;
};

}  // namespace lmzip
