#include "cli/program.h"

int main(int argc, char** argv) { return lmzip::RunProgram(argc, argv); }
