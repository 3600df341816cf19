#include "mixer/sets/model_sets.h"

#include <string>

#include "lmzip/error.h"
#include "mixer/sets/general_set.h"
#include "mixer/sets/picture_set.h"
#include "mixer/sets/sound_set.h"

namespace lmzip {

std::unique_ptr<ModelSet> NewModelSet(DataKind kind, const MixerOptions& options,
                                      const History& history) {
  ContextSet::Options context{.table_bits = options.table_bits, .lanes = options.lanes};
  switch (kind) {
    case DataKind::kGeneral:
      context.prior = options.prior;
      return std::make_unique<GeneralSet>(context, history);
    case DataKind::kPicture: return std::make_unique<PictureSet>(context, history);
    case DataKind::kSound: return std::make_unique<SoundSet>(context, history);
    case DataKind::kProgram:
    case DataKind::kTable:
    case DataKind::kGenome: break;
  }
  throw Error(ErrorCode::kUnsupported, std::string("this lmzip has no models for data of kind ") +
                                           NameOf(kind));
}

bool HasModelSet(const TypedSegment& segment) noexcept {
  switch (segment.kind) {
    case DataKind::kPicture: return segment.bits == 8 && !segment.is_palette;
    case DataKind::kSound:
      return segment.channels <= 2 && (segment.bits == 8 ? !segment.is_signed
                                                         : segment.bits == 16 && !segment.big_endian);
    default: return false;
  }
}

size_t ModelSetBytes(DataKind, size_t content_size, int lanes) noexcept {
  return MappedBytes(size_t{1} << MixerTableBits(content_size)) +
         ContextSet::FixedBytes(content_size, lanes);
}

}  // namespace lmzip
