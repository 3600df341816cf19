#include "mixer/sets/model_sets.h"

#include <array>

#include "mixer/sets/general_set.h"
#include "mixer/sets/picture_set.h"
#include "mixer/sets/sound_set.h"

namespace lmzip {
namespace {

template <typename Set>
std::unique_ptr<ModelSet> MakeContexts(const MixerOptions& options, const History& history) {
  const bool general = std::is_same_v<Set, GeneralSet>;
  return std::make_unique<Set>(ContextSet::Options{.table_bits = options.table_bits,
                                                   .lanes = options.lanes,
                                                   .prior = general ? options.prior : nullptr},
                               history);
}

size_t ContextsBytes(size_t content_size, int lanes) {
  return MappedBytes(size_t{1} << MixerTableBits(content_size)) +
         ContextSet::FixedBytes(content_size, lanes);
}

constexpr std::array kEntries = {
    ModelSetEntry{.kind = DataKind::kGeneral,
                  .make = MakeContexts<GeneralSet>,
                  .bytes = ContextsBytes,
                  .models = [](const TypedSegment&) { return true; }},
    ModelSetEntry{.kind = DataKind::kPicture,
                  .make = MakeContexts<PictureSet>,
                  .bytes = ContextsBytes,
                  .models = PictureSet::Models},
    ModelSetEntry{.kind = DataKind::kSound,
                  .make = MakeContexts<SoundSet>,
                  .bytes = ContextsBytes,
                  .models = SoundSet::Models},
};

}  // namespace

std::span<const ModelSetEntry> AllModelSets() noexcept { return kEntries; }

}  // namespace lmzip
