// Model files: sound, or refused with Error{kModelLoad}.
#include "base/check.h"
#include "lmzip/error.h"
#include "model/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lmzip;
  // The id is not hashed: the mutations reach what stands behind it.
  try {
    const auto file = ModelFile::Read(ByteView(data, size), "fuzz", ModelFile::IdCheck::kTrust);
    LMZIP_CHECK(file->info().vocabulary >= 0 || file->info().tier == Tier::kPinned);
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kModelLoad);
  }
  return 0;
}
