#include "cli/pager.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

namespace lmzip {
namespace {

std::string PagerCommand() {
  const char* const pager = std::getenv("PAGER");
  return pager ? pager : "less -R";
}

// The shell that runs `command`, reading `input`; -1 where there is none.
pid_t Spawn(const std::string& command, int input) {
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions) != 0) return -1;
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  const char* const arguments[] = {"sh", "-c", command.c_str(), nullptr};
  pid_t process = -1;
  if (::posix_spawn(&process, "/bin/sh", &actions, nullptr, const_cast<char* const*>(arguments),
                    environ) != 0) {
    process = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

}  // namespace

Pager::Pager() : stream_(nullptr) {
  const std::string command = PagerCommand();
  int ends[2];
  if (!command.empty() && ::pipe2(ends, O_CLOEXEC) == 0) {
    const FileDescriptor input(ends[0]);
    pipe_ = FileDescriptor(ends[1]);
    ::setenv("LESS", "FRX", /*overwrite=*/0);  // ends by itself where all fits on a page
    process_ = Spawn(command, input.get());
  }
  if (process_ > 0) {
    std::signal(SIGPIPE, SIG_IGN);  // it may be left before all is read
    std::signal(SIGINT, SIG_IGN);
  }
  sink_.emplace(process_ > 0 ? pipe_.get() : STDOUT_FILENO, "the pager");
  buffer_.emplace(*sink_);
  stream_.rdbuf(&*buffer_);
}

Pager::~Pager() {
  stream_.flush();
  pipe_ = FileDescriptor();
  while (process_ > 0 && ::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace lmzip
