// lmzip_embed MODEL.pt OUT.S: checks a model file whole, its id included, and writes the assembly
// that links it into the program.
#include <cstdio>
#include <fstream>

#include "lmzip/error.h"
#include "model/model_file.h"

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::fprintf(stderr, "usage: lmzip_embed MODEL.pt OUT.S\n");
    return 1;
  }
  lmzip::ModelFile::Open(argv[1]);
  std::ofstream out(argv[2]);
  out << "#if defined(_WIN32)\n"
         "    .section .rdata,\"dr\"\n"
         "#elif defined(__wasm__)\n"
         "    .section .rodata.linked_model,\"\",@\n"
         "    .type lmzip_linked_model_begin,@object\n"
         "    .type lmzip_linked_model_end,@object\n"
         "    .size lmzip_linked_model_begin, lmzip_linked_model_end-lmzip_linked_model_begin\n"
         "    .size lmzip_linked_model_end, 1\n"
         "#else\n"
         "    .section .note.GNU-stack,\"\",%progbits\n"
         "    .section .rodata\n"
         "#endif\n"
         "#ifndef _WIN32\n"
         "    .hidden lmzip_linked_model_begin\n"
         "    .hidden lmzip_linked_model_end\n"
         "#endif\n"
         "    .balign 4096\n"
         "    .globl lmzip_linked_model_begin\n"
         "lmzip_linked_model_begin:\n"
         "    .incbin \""
      << argv[1]
      << "\"\n"
         "    .globl lmzip_linked_model_end\n"
         "lmzip_linked_model_end:\n"
         "    .byte 0\n";
  out.close();
  if (!out) throw lmzip::Error(lmzip::ErrorCode::kIo, std::string(argv[2]) + ": cannot write");
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "lmzip_embed: %s\n", e.what());
  return 1;
}
