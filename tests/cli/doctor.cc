// Writes FILE with text of its fingerprint replaced, under a check that holds, to standard output:
//   doctor FILE FROM TO
#include <cstdio>
#include <fstream>
#include <iterator>

#include "format/headers.h"

int main(int argc, char** argv) {
  using lmzip::Bytes;
  if (argc != 4) return 1;
  std::ifstream in(argv[1], std::ios::binary);
  const Bytes file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  size_t used = 0;
  lmzip::StreamHeader header = lmzip::ParseStreamHeader(file, used);
  const std::string from = argv[2];
  const size_t at = header.fingerprint.find(from);
  if (at == std::string::npos) {
    std::fprintf(stderr, "doctor: no \"%s\" in \"%s\"\n", argv[2], header.fingerprint.c_str());
    return 1;
  }
  header.fingerprint.replace(at, from.size(), argv[3]);
  Bytes out;
  lmzip::AppendStreamHeader(header, out);
  out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(used), file.end());
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() ? 0 : 1;
}
