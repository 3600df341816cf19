#include "mixer/sets/model_sets.h"

#include <array>

#include "mixer/sets/general_set.h"
#include "mixer/sets/genome_set.h"
#include "mixer/sets/picture_set.h"
#include "mixer/sets/program_set.h"
#include "mixer/sets/quick_set.h"
#include "mixer/sets/sound_set.h"
#include "mixer/sets/table_set.h"

namespace lmzip {
namespace {

template <typename Set, DataKind kKind>
std::unique_ptr<ModelSet> MakeContexts(const MixerOptions& options, const History& history) {
  return std::make_unique<Set>(
      ContextSet::Options{.size = options.kind_bytes[static_cast<size_t>(kKind)],
                          .lanes = options.lanes,
                          .prior = kKind == DataKind::kGeneral ? options.prior : nullptr,
                          .without = options.without},
      history);
}

template <typename Set, DataKind kKind>
std::unique_ptr<ModelSet> Make(const MixerOptions& options, const History& history) {
  return std::make_unique<Set>(options.kind_bytes[static_cast<size_t>(kKind)], options.lanes,
                               history);
}

template <typename Set>
std::unique_ptr<ModelSet> MakeByOptions(const MixerOptions& options, const History& history) {
  return std::make_unique<Set>(options, history);
}

constexpr std::array kEntries = {
    ModelSetEntry{.kind = DataKind::kGeneral,
                  .make = MakeContexts<GeneralSet, DataKind::kGeneral>,
                  .bytes = ContextSet::MemoryBytes,
                  .models = [](const TypedSegment&) { return true; }},
    ModelSetEntry{.kind = DataKind::kPicture,
                  .make = Make<PictureSet, DataKind::kPicture>,
                  .bytes = PictureSet::MemoryBytes,
                  .models = PictureSet::Models},
    ModelSetEntry{.kind = DataKind::kSound,
                  .make = MakeByOptions<SoundSet>,
                  .bytes = SoundSet::MemoryBytes,
                  .models = SoundSet::Models},
    ModelSetEntry{.kind = DataKind::kProgram,
                  .make = Make<ProgramSet, DataKind::kProgram>,
                  .bytes = ProgramSet::MemoryBytes,
                  .models = ProgramSet::Models},
    ModelSetEntry{.kind = DataKind::kTable,
                  .make = Make<TableSet, DataKind::kTable>,
                  .bytes = TableSet::MemoryBytes,
                  .models = [](const TypedSegment&) { return true; }},
    ModelSetEntry{.kind = DataKind::kGenome,
                  .make = Make<GenomeSet, DataKind::kGenome>,
                  .bytes = GenomeSet::MemoryBytes,
                  .models = [](const TypedSegment&) { return true; }},
    ModelSetEntry{.kind = DataKind::kQuick,
                  .make = MakeByOptions<QuickSet>,
                  .bytes = QuickSet::MemoryBytes,
                  .models = [](const TypedSegment&) { return true; }},
};

}  // namespace

std::span<const ModelSetEntry> AllModelSets() noexcept { return kEntries; }

}  // namespace lmzip
