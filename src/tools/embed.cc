// lmzip_embed MODEL.pt OUT.S: checks a model file whole, its id included, and writes the assembly
// that links it into the program.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "lmzip/error.h"
#include "model/model_file.h"

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::fprintf(stderr, "usage: lmzip_embed MODEL.pt OUT.S\n");
    return 1;
  }
  const auto path = std::filesystem::absolute(argv[1]);
  lmzip::ModelFile::Open(path);
  std::ofstream out(argv[2]);
  out << "    .section .rodata\n"
         "    .balign 4096\n"
         "    .globl lmzip_linked_model_begin\n"
         "    .hidden lmzip_linked_model_begin\n"
         "lmzip_linked_model_begin:\n"
         "    .incbin \""
      << path.string()
      << "\"\n"
         "    .globl lmzip_linked_model_end\n"
         "    .hidden lmzip_linked_model_end\n"
         "lmzip_linked_model_end:\n"
         "    .byte 0\n"
         "    .section .note.GNU-stack,\"\",%progbits\n";
  out.close();
  if (!out) throw lmzip::Error(lmzip::ErrorCode::kIo, std::string(argv[2]) + ": cannot write");
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "lmzip_embed: %s\n", e.what());
  return 1;
}
