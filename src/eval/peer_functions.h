// The peers inside of the plug-in: a function each, a file each but for those that take bytes for
// bytes. Which there are, CMake says.
#pragma once

#include "eval/peers.h"

namespace lmzip {

/// Sizes in bytes; all throw Error{kLimit} where a library refuses.
uint64_t GzipBytes(ByteView bytes, const DataForm& form);
uint64_t LzmaBytes(ByteView bytes, const DataForm& form);
uint64_t ZstdBytes(ByteView bytes, const DataForm& form);
uint64_t BrotliBytes(ByteView bytes, const DataForm& form);
uint64_t PngBytes(ByteView bytes, const DataForm& form);
uint64_t FlacBytes(ByteView bytes, const DataForm& form);

/// As GzipBytes() and so on are called.
std::string GzipSetting();
std::string LzmaSetting();
std::string ZstdSetting();
std::string BrotliSetting();
std::string PngSetting();
std::string FlacSetting();

[[noreturn]] void PeerFailed(const char* library, const std::string& what);

}  // namespace lmzip
