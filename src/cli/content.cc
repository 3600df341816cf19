#include "cli/content.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "base/file_descriptor.h"
#include "cli/inputs.h"
#include "files/descriptor_io.h"

namespace lmzip {

Content ReadContent(const std::string& path, uint64_t limit) {
  const bool standard = path == kStandardStream;
  const std::string name = standard ? "standard input" : path;
  const FileDescriptor file(standard ? ::dup(STDIN_FILENO)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw IoError(name + ": cannot open", errno);
  DescriptorSource source(file.get(), name);
  constexpr size_t kStep = size_t{1} << 20;
  Content content;
  for (bool more = true; more && content.size() < limit;) {
    const size_t before = content.size();
    content.resize(std::min<uint64_t>(before + kStep, limit));
    const size_t got = source.Read(std::span(content).subspan(before));
    more = before + got == content.size();
    content.resize(before + got);
  }
  return content;
}

}  // namespace lmzip
