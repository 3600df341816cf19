#include <png.h>

#include <csetjmp>

#include "eval/peer_functions.h"

namespace lmzip {
namespace {

struct Output {
  uint64_t bytes = 0;
};

void Count(png_structp png, png_bytep, size_t bytes) {
  static_cast<Output*>(png_get_io_ptr(png))->bytes += bytes;
}

// libpng leaves by longjmp: nothing with a destructor lives in here. False where it does.
bool Write(png_structp png, png_infop info, Output* output, const uint8_t* pixels, uint32_t width,
           uint32_t height, uint32_t colours) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_write_fn(png, output, Count, nullptr);
  png_set_compression_level(png, 9);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, info, width, height, 8, colours == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; ++row) {
    png_write_row(png, pixels + size_t{row} * width * colours);
  }
  png_write_end(png, info);
  return true;
}

void Silent(png_structp, png_const_charp) {}

}  // namespace

// What is no whole row counts as it is, as the header does.
uint64_t PngBytes(ByteView bytes, const DataForm& form) {
  const size_t header = std::min(form.header_bytes, bytes.size());
  const ByteView pixels = bytes.subspan(header);
  const uint32_t width = static_cast<uint32_t>(
      std::min<size_t>(form.width, std::max<size_t>(pixels.size() / form.colours, 1)));
  const size_t row_bytes = size_t{width} * form.colours;
  const size_t height = std::min<size_t>(pixels.size() / row_bytes, PNG_UINT_31_MAX);
  const size_t rest = pixels.size() - height * row_bytes;
  if (height == 0) return bytes.size();
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, Silent);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  Output output;
  const bool done = info != nullptr && Write(png, info, &output, pixels.data(), width,
                                             static_cast<uint32_t>(height), form.colours);
  png_destroy_write_struct(&png, &info);
  if (!done) PeerFailed("libpng", "cannot write");
  return header + output.bytes + rest;
}

std::string PngSetting() {
  return std::string("libpng ") + png_get_libpng_ver(nullptr) + ", level 9, the best filter a row";
}

}  // namespace lmzip
