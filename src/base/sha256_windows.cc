// By Windows' own library.
#include <windows.h>
// After windows.h, which it needs.
#include <bcrypt.h>

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"

namespace lmzip {
namespace {

// Never closed: it may be needed after main() has returned.
BCRYPT_ALG_HANDLE Algorithm() {
  static const BCRYPT_ALG_HANDLE algorithm = [] {
    BCRYPT_ALG_HANDLE opened = nullptr;
    const auto* const name = BCRYPT_SHA256_ALGORITHM;
    LMZIP_CHECK(::BCryptOpenAlgorithmProvider(&opened, name, nullptr, 0) == 0);
    return opened;
  }();
  return algorithm;
}

}  // namespace

struct Sha256::Context {
  BCRYPT_HASH_HANDLE sha = nullptr;
  ~Context() { ::BCryptDestroyHash(sha); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  LMZIP_CHECK(::BCryptCreateHash(Algorithm(), &context_->sha, nullptr, 0, nullptr, 0, 0) == 0);
}
Sha256::~Sha256() = default;

void Sha256::Add(ByteView bytes) {
  constexpr size_t kMostBytes = size_t{1} << 30;  // a call
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), kMostBytes));
    const auto data = const_cast<uint8_t*>(piece.data());  // is only read
    LMZIP_CHECK(::BCryptHashData(context_->sha, data, static_cast<ULONG>(piece.size()), 0) == 0);
    bytes = bytes.subspan(piece.size());
  }
}

Sha256Digest Sha256::Finish() {
  Sha256Digest digest;
  LMZIP_CHECK(::BCryptFinishHash(context_->sha, digest.data(), digest.size(), 0) == 0);
  return digest;
}

}  // namespace lmzip
