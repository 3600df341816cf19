// The command line as a function: of the program, and of what carries it along (src/python).
#pragma once

namespace lmzip {

/// Does what the arguments say and returns the exit code. The process is its own: it sets up
/// signals, memory and standard streams, and there is nothing to do afterwards but to exit.
int RunProgram(int argc, char** argv);

}  // namespace lmzip
