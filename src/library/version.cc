#include "lmzip/lmzip.h"

namespace lmzip {

const char* Version() noexcept { return LMZIP_VERSION; }

}  // namespace lmzip
