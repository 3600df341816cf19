#include "codec/frame_choice.h"

#include <algorithm>
#include <utility>
#include <array>

#include "chunker/copy_finder.h"
#include "codec/copy_choice.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

constexpr uint64_t kLongCopyBytes = uint64_t{64} << 10;
// A frame of which so much is pictures and sound, one byte in so many, is not asked for the
// network.
constexpr uint64_t kMediaShare = 4;
// Of so much the network is asked all the same.
constexpr uint64_t kShortMediaBytes = uint64_t{128} << 10;
// Media shorter than this stay in the frame of what is around them, as what is around long ones.
constexpr uint64_t kLongMediaBytes = uint64_t{64} << 10;
// What is guessed is tried on a piece of its middle, at most an eighth of it.
constexpr uint64_t kMostTrialBytes = uint64_t{32} << 10, kLeastTrialBytes = uint64_t{2} << 10;
constexpr uint64_t kTrialShare = 8;
static_assert(kMaxTypedSegments / 2 * kMinTypedSegmentBytes <= kMostTrialBytes);
// Frames are woven that code no more than a share like this of their content; with references, for
// whose sake size counts more than time, also those that are given no more than they code.
constexpr uint64_t kWovenShare = 4;
// Content of which more than this share is copied is not cut.
constexpr uint64_t kCopiedShare = 8;

// Beside the general one: what a frame's sets take is bounded, whatever is in it.
constexpr int kMostSets = 2;

// All but the place.
TypedSegment FormOf(TypedSegment segment) {
  segment.begin = segment.length = 0;
  return segment;
}

// What a segment is tried on.
ByteRange TrialOf(const TypedSegment& segment) {
  const uint64_t length = std::clamp(segment.length / kTrialShare,
                                     std::min(segment.length, kLeastTrialBytes), kMostTrialBytes);
  const uint64_t begin = segment.begin + (segment.length - length) / 2;
  return {begin, begin + length};
}

}  // namespace

KindBytes ContentPiece::kind_bytes() const {
  std::vector<TypedSegment> segments;
  for (const TypedCandidate& candidate : candidates) segments.push_back(candidate.segment);
  KindBytes most = KindBytesOf(segments, content.size());
  uint64_t& general = most[static_cast<size_t>(DataKind::kGeneral)];
  general = content.size();  // if nothing is taken
  if (!quick) return most;
  most[static_cast<size_t>(DataKind::kQuick)] = content.size();
  // What is too short for a segment, and trials.
  if (candidates.size() < kMaxTypedSegments / 2) general = std::min(general, kMostTrialBytes);
  return most;
}

int ContentPiece::kinds() const {
  std::array<bool, kDataKinds> found{};
  for (const TypedCandidate& candidate : candidates) {
    found[static_cast<size_t>(candidate.segment.kind)] = true;
  }
  return static_cast<int>(std::ranges::count(found, true));
}

void ContentPiece::DropRarestKind() {
  KindBytes bytes{};
  for (const TypedCandidate& candidate : candidates) {
    bytes[static_cast<size_t>(candidate.segment.kind)] += candidate.segment.length;
  }
  size_t rarest = 0;
  for (size_t kind = 1; kind < bytes.size(); ++kind) {
    if (bytes[kind] > 0 && (rarest == 0 || bytes[kind] < bytes[rarest])) rarest = kind;
  }
  std::erase_if(candidates, [rarest](const TypedCandidate& candidate) {
    return static_cast<size_t>(candidate.segment.kind) == rarest;
  });
}

void FrameContent::BecomeStored() {
  header.kind = FrameKind::kStored;
  header.segments_bytes = 0;
  segment_list.clear();
  if (header.is_woven()) {
    header.woven = false;
    header.given_bytes = 0;
    given.clear();
    given_places.clear();
    residue = Residue(content, taken);
    copies = EncodeCopies(taken, header.far);
    header.list_bytes = copies.size();
  }
  header.data_bytes = copies.size() + coded().size();
}

Bytes FrameContent::WithLists(ByteView rest) const {
  Bytes data = segment_list;
  data.reserve(segment_list.size() + copies.size() + rest.size());
  data.insert(data.end(), copies.begin(), copies.end());
  data.insert(data.end(), rest.begin(), rest.end());
  return data;
}

// The paper's setting codes every byte, and what is stored is what it is.
bool FrameChoice::looks_for_copies() const {
  return options_.method != Method::kModel && options_.method != Method::kStore && !pinned_;
}

bool FrameChoice::looks_for_segments() const {
  return options_.typed_segments && options_.method != Method::kModel &&
         options_.method != Method::kStore;
}

// A pinned model runs one lane at a time: as if the content were small, unless asked.
Geometry FrameChoice::GeometryOf(FrameKind kind, uint64_t raw_bytes) const {
  return ChooseGeometry(kind, pinned_ ? 1 : raw_bytes, options_);
}

FrameHeader FrameChoice::HeaderOf(FrameKind kind, uint64_t raw_bytes) const {
  FrameHeader header;
  header.kind = kind;
  header.raw_bytes = raw_bytes;
  header.geometry = GeometryOf(kind, raw_bytes);
  return header;
}

void FrameChoice::Make(FrameContent& frame, std::span<const TypedCandidate> candidates,
                       FrameProgress& progress) {
  frame.header.raw_bytes = frame.content.size();
  MadeCodes codes;
  const std::vector<TypedSegment> segments = WhatPays(frame.content, candidates);
  if (looks_for_copies()) frame.taken = TakeCopies(frame, segments, codes);
  if (frame.header.has_far_copies()) Weave(frame);
  frame.segments = SegmentsOfResidue(segments, frame.taken, frame.given);

  const uint64_t coded_bytes = frame.coded().size();
  if (WantsQuick(options_)) {
    frame.segments = FilledWith(DataKind::kQuick, frame.segments, coded_bytes);
  }
  const FrameKind kind =
      options_.method == Method::kStore ? FrameKind::kStored : KindOf(frame, progress, codes);
  frame.header.kind = kind;
  if (kind == FrameKind::kStored) frame.BecomeStored();
  frame.header.geometry = GeometryOf(kind, coded_bytes);
  if (!frame.segments.empty() && frame.header.uses_mixer()) {
    frame.segment_list = EncodeSegments(frame.segments, coded_bytes);
    frame.header.segments_bytes = frame.segment_list.size();
  }
  const auto made = codes.find(kind);
  if (made == codes.end() || made->second.header.geometry != frame.header.geometry) return;
  frame.header.byte_share = made->second.header.byte_share;
  frame.code = std::move(made->second.code);
}

// Of those that are guessed the forms that pay where they are tried first.
std::vector<TypedSegment> FrameChoice::WhatPays(ByteView content,
                                                std::span<const TypedCandidate> candidates) {
  std::vector<TypedSegment> segments;
  std::vector<std::pair<TypedSegment, bool>> tried;
  for (const TypedCandidate& candidate : candidates) {
    if (candidate.guessed) {
      const TypedSegment form = FormOf(candidate.segment);
      auto known = std::ranges::find(tried, form, &std::pair<TypedSegment, bool>::first);
      if (known == tried.end()) {
        tried.emplace_back(form, Pays({content, {}}, candidate.segment));
        known = tried.end() - 1;
      }
      if (!known->second) continue;
    }
    segments.push_back(candidate.segment);
  }
  return segments;
}

// At the lowest level, whose time is worth the answer.
bool FrameChoice::Pays(const TypedView& content, const TypedSegment& candidate) {
  TypedSegment segment = candidate;
  segment.level = ModelLevel::kFast;
  const ByteRange trial = TrialOf(segment);
  const ContentSample sample = SampleOf({content.bytes, {&segment, 1}}, {&trial, 1});
  const FrameHeader header = HeaderOf(FrameKind::kMixed, sample.bytes.size());
  return trials_.Measure(header, sample.view()) < trials_.Measure(header, {sample.bytes, {}});
}

// Returns those that were taken.
std::vector<Copy> FrameChoice::TakeCopies(FrameContent& frame,
                                          std::span<const TypedSegment> segments,
                                          MadeCodes& codes) {
  std::vector<Copy> copies;
  if (HasFarCopies(frame.far)) copies = TakeFarCopies(frame, segments);
  return copies.empty() ? TakeNearCopies(frame, segments, codes) : copies;
}

std::vector<Copy> FrameChoice::TakeNearCopies(FrameContent& frame,
                                              std::span<const TypedSegment> segments,
                                              MadeCodes& codes) {
  const Bytes& content = frame.content;
  if (content.size() <= kMaxShortFormBytes) return {};
  std::vector<Copy> copies = CopiesBeside(segments, FindCopies(content));
  // What is too long to be coded twice keeps copies that are long beside what they may spoil.
  const uint64_t copied = CopiedBytes(copies);
  if (content.size() > kMostWhollyCosted && copied < content.size() / 2) {
    copies = LongCopies(copies, kLongCopyBytes);
  }
  if (copies.empty()) return {};
  TakeThose(copies, frame);
  if (segments.empty() && !CopiesPay(content, frame.residue, frame.copies.size(), codes)) {
    TakeThose({}, frame);
    return {};
  }
  return copies;
}

// Far copies and what is near between them; none where there are no far ones that pay.
std::vector<Copy> FrameChoice::TakeFarCopies(FrameContent& frame,
                                             std::span<const TypedSegment> segments) {
  const Bytes& content = frame.content;
  std::vector<Copy> copies = CopiesBeside(segments, std::exchange(frame.far, {}));
  if (!HasFarCopies(copies)) return {};
  if (frame.before->begin() > 0) {
    copies = WithoutNeedless(copies, content.size(), frame.before->position());
  }
  copies = CopiesThatPay(content, copies, [this](ByteView residue) {
    return trials_.Measure(HeaderOf(FrameKind::kMixed, residue.size()), {residue, {}});
  });
  if (!HasFarCopies(copies) || CopiedBytes(copies) < kMinCopiedBytes) return {};
  TakeThose(copies, frame);
  return copies;
}

void FrameChoice::TakeThose(std::span<const Copy> copies, FrameContent& frame) const {
  frame.copies.clear();
  frame.residue.clear();
  frame.header.far = HasFarCopies(copies);
  frame.header.position = frame.header.far ? frame.before->position() : 0;
  frame.header.reach = frame.header.far ? ReachOf(copies, frame.header.position) : 0;
  if (!copies.empty()) {
    frame.copies = EncodeCopies(copies, frame.header.far);
    frame.residue = Residue(frame.content, copies);
  }
  frame.header.copied_bytes = CopiedBytes(copies);
  frame.header.list_bytes = frame.copies.size();
}

// Where it saves bits at little time: what is given is coded by nobody, but learned, and decoders
// have to wait for the frames before.
void FrameChoice::Weave(FrameContent& frame) const {
  if (model_kind_ == FrameKind::kTokens) return;
  const FrameSources sources{.window = *frame.before,
                             .far = {.reach = frame.header.reach,
                                     .position = frame.header.position,
                                     .reference_bytes = frame.before->begin()}};
  Weaving weaving = PlanWeaving(frame.taken, frame.content.size(), sources);
  const uint64_t residue_bytes = frame.residue.size();
  const bool is_short = (residue_bytes + weaving.given_bytes) * kWovenShare <= frame.content.size();
  if (weaving.given_bytes > frame.header.copied_bytes) return;
  const bool refers = frame.before->begin() > 0;
  if (!is_short && !(refers && weaving.given_bytes <= residue_bytes)) return;
  frame.residue = {};  // there is memory for one
  ReadGiven(frame.taken, frame.content.size(), sources, weaving);
  PutResidue(frame.content, frame.taken, weaving);
  frame.given_places = GivenPlaces(frame.taken, weaving);
  frame.given = std::move(weaving.given);
  frame.residue = std::move(weaving.bytes);
  frame.copies = EncodeWovenCopies(frame.taken, sources);
  frame.header.list_bytes = frame.copies.size();
  frame.header.woven = true;
  frame.header.given_bytes = weaving.given_bytes;
}

// What is in rows, though nobody has found it, is no longer in step behind a copy; whether that
// costs more than the copies save, the mixer tells; where speed counts copies save time, too.
bool FrameChoice::CopiesPay(const Bytes& content, const Bytes& residue, uint64_t list_bytes,
                            MadeCodes& codes) {
  if (WantsQuick(options_)) return true;
  if (residue.size() <= kMaxShortFormBytes || residue.size() <= content.size() / 8) return true;
  if (content.size() > kMostWhollyCosted) return true;
  const auto coded = [this](const Bytes& bytes) {
    MadeCode made{.header = HeaderOf(FrameKind::kMixed, bytes.size()), .code = {}};
    made.code = trials_.Encode(made.header, {bytes, {}}, nullptr);
    return made;
  };
  MadeCode without = coded(content), with = coded(residue);
  const bool pay = list_bytes + with.code.size() <= without.code.size();
  codes[FrameKind::kMixed] = std::move(pay ? with : without);
  return pay;
}

// Codes that are made of all that the frame codes are kept.
FrameKind FrameChoice::KindOf(FrameContent& frame, FrameProgress& progress,
                              MadeCodes& codes) {
  const TypedView content = frame.view();
  const uint64_t size = content.bytes.size();
  if (options_.method == Method::kAuto && !content.segments.empty() &&
      MediaBytes(content.segments) >= size / kMediaShare) {
    return KindOfMedia(frame, progress, codes);
  }
  const auto cost = [&](FrameHeader header, const TypedView& sample) -> uint64_t {
    if (sample.bytes.size() < size) return trials_.Measure(header, sample);
    const auto [made, missing] = codes.try_emplace(header.kind, MadeCode{header, {}});
    if (missing) {
      const bool slowest = header.kind != FrameKind::kMixed;  // it tells the progress best
      made->second.code =
          trials_.Encode(made->second.header, content, slowest ? &progress : nullptr);
    }
    return made->second.code.size();
  };
  return ChooseKind(content, model_kind_, options_, cost);
}

// The network knows nothing of pictures and sound, but short ones end before their sets have
// learned what the network and the prior know of everything.
FrameKind FrameChoice::KindOfMedia(FrameContent& frame, FrameProgress& progress,
                                   MadeCodes& codes) {
  const uint64_t size = frame.coded().size();
  if (size > kShortMediaBytes) return FrameKind::kMixed;
  const auto made = [&](FrameKind kind, const TypedView& content) -> const Bytes& {
    MadeCode& code = codes[kind];
    code.header = HeaderOf(kind, size);
    code.code = trials_.Encode(code.header, content, &progress);
    return code.code;
  };
  const TypedView untyped{frame.coded(), {}, frame.view().given};
  const uint64_t typed_bytes = made(FrameKind::kMixed, frame.view()).size() +
                               EncodeSegments(frame.segments, size).size();
  const auto kinds = PossibleKinds(model_kind_, options_);
  FrameKind best = FrameKind::kMixed;
  uint64_t least = typed_bytes;
  for (const FrameKind kind : kinds) {
    if (kind == FrameKind::kMixed) continue;
    const uint64_t bytes = made(kind, untyped).size();
    if (bytes < least) {
      best = kind;
      least = bytes;
    }
  }
  if (best != FrameKind::kMixed) frame.segments.clear();
  return best;
}

// What the options say of all content is in step with the input's begin.
std::vector<TypedCandidate> FrameChoice::CandidatesOf(ByteView content, uint64_t offset) const {
  if (!looks_for_segments()) return {};
  if (options_.data_kind.empty()) return TypedCandidatesOf(content, options_.effort);
  TypedSegment all = DataKindOf(options_);
  const uint64_t step = StepOf(all);
  all.level = LevelOf(options_.effort);
  all.begin = (step - offset % step) % step;
  if (content.size() < all.begin + kMinTypedSegmentBytes) return {};
  all.length = content.size() - all.begin;
  return {{.segment = all, .guessed = false}};
}

std::vector<ContentPiece> FrameChoice::Cut(Bytes content, uint64_t offset) const {
  const std::vector<TypedCandidate> candidates = CandidatesOf(content, offset);
  const std::vector<uint64_t> lengths = LengthsOf(content, candidates);
  std::vector<ContentPiece> pieces;
  uint64_t begin = 0;
  auto next = candidates.begin();
  for (const uint64_t bytes : lengths) {
    ContentPiece piece;
    if (lengths.size() == 1) {
      piece.content = std::move(content);
    } else {
      const ByteView part = ByteView(content).subspan(begin, bytes);
      piece.content.assign(part.begin(), part.end());
    }
    for (; next != candidates.end() && next->segment.begin < begin + bytes; ++next) {
      piece.candidates.push_back(*next);
      piece.candidates.back().segment.begin -= begin;
    }
    while (piece.kinds() > kMostSets) piece.DropRarestKind();
    piece.quick = WantsQuick(options_);
    pieces.push_back(std::move(piece));
    begin += bytes;
  }
  return pieces;
}

// Frames know nothing of each other: what is repeated stays together.
std::vector<uint64_t> FrameChoice::LengthsOf(ByteView content,
                                             std::span<const TypedCandidate> candidates) const {
  if (options_.method != Method::kAuto || !MayUseModel(options_.effort)) {
    return {content.size()};
  }
  std::vector<uint64_t> cuts = MediaCuts(candidates, content.size(), kLongMediaBytes);
  if (cuts.size() > 1 && CopiedBytes(FindCopies(content)) > content.size() / kCopiedShare) {
    return {content.size()};
  }
  return cuts;
}

}  // namespace lmzip
