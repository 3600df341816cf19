// Text for a person, page by page.
#pragma once

#include <sys/types.h>

#include <optional>
#include <ostream>

#include "base/file_descriptor.h"
#include "files/descriptor_io.h"
#include "files/sink_buffer.h"

namespace lmzip {

/// $PAGER (by default less, told to let colours through), which is waited for at the end; standard
/// output where there is none. Meanwhile this process leaves interruptions to the pager.
class Pager {
 public:
  Pager();
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

  /// Bad as soon as nobody reads on.
  std::ostream& out() { return stream_; }

 private:
  pid_t process_ = -1;  // none
  FileDescriptor pipe_;
  std::optional<DescriptorSink> sink_;
  std::optional<SinkBuffer> buffer_;
  std::ostream stream_;
};

}  // namespace lmzip
