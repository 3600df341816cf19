// Reports, listings and descriptions: plain data.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <utility>

#include "lmzip/models.h"
#include "python/codec_object.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace lmzip {
namespace {

/// "Name(a=1, b=2)" of the fields, by Python's own repr().
nb::object ReprOf(const nb::handle& self) {
  const nb::handle type = self.type();
  nb::list parts;
  for (nb::handle field : type.attr("_fields")) {
    parts.append(nb::str("{}={!r}").format(field, self.attr(field)));
  }
  return nb::str("{}({})").format(type.attr("__name__"), nb::str(", ").attr("join")(parts));
}

/// A class of plain data: its fields, which cannot be set, and repr().
template <typename Data>
class DataClass {
 public:
  DataClass(nb::module_& module, const char* name, const char* doc) : class_(module, name, doc) {
    class_.def("__repr__", [](nb::handle self) { return nb::str(ReprOf(self)); });
  }
  ~DataClass() { class_.attr("_fields") = nb::tuple(fields_); }

  template <typename Value>
  DataClass& Field(const char* name, Value Data::* member, const char* doc) {
    fields_.append(nb::str(name));
    class_.def_ro(name, member, doc);
    return *this;
  }
  template <typename Getter>
  DataClass& Derived(const char* name, const Getter& getter, const char* doc) {
    fields_.append(nb::str(name));
    class_.def_prop_ro(name, getter, doc);
    return *this;
  }

 private:
  nb::class_<Data> class_;
  nb::list fields_;
};

using OptionalRange = std::optional<std::pair<uint64_t, uint64_t>>;
OptionalRange PairOf(const std::optional<ByteRange>& range) {
  if (!range) return std::nullopt;
  return std::pair(range->begin, range->end);
}

void AddFrames(nb::module_& module) {
  DataClass<SegmentEntry>(module, "SegmentEntry", "Data of a kind that is modelled in its own way.")
      .Field("form", &SegmentEntry::form, "such as 'picture 8 bits x 3, 1152 bytes a row'")
      .Field("begin", &SegmentEntry::begin, "in what the frame codes: its content but for copies")
      .Field("bytes", &SegmentEntry::bytes, "its length");
  DataClass<FrameEntry>(module, "FrameEntry",
                        "One frame of a compressed file, as its headers tell.")
      .Field("stream", &FrameEntry::stream, "streams before its own")
      .Field("offset", &FrameEntry::offset, "of its header in the file")
      .Field("raw_bytes", &FrameEntry::raw_bytes, "content")
      .Field("coded_bytes", &FrameEntry::coded_bytes, "compressed, header included")
      .Field("reach", &FrameEntry::reach,
             "how far before it the content begins that it needs; 0: independent")
      .Field("method", &FrameEntry::method, "how it is coded")
      .Field("lanes", &FrameEntry::lanes, "0: stored")
      .Field("segment_bytes", &FrameEntry::segment_bytes, "what a lane codes in one piece")
      .Field("segments", &FrameEntry::segments, "a list of SegmentEntry");
  DataClass<Listing>(module, "Listing", "What a compressed file holds, from its headers.")
      .Field("raw_bytes", &Listing::raw_bytes, "content")
      .Field("coded_bytes", &Listing::coded_bytes, "compressed")
      .Field("streams", &Listing::streams, "compressed files, one behind the other")
      .Field("window_bytes", &Listing::window_bytes, "the longest of the streams' windows")
      .Field("references", &Listing::references,
             "that decoding needs: lengths and hashes, or checks")
      .Field("models", &Listing::models, "short ids of the models that decoding needs")
      .Field("fingerprints", &Listing::fingerprints, "environments of pinned models")
      .Field("frames", &Listing::frames, "a list of FrameEntry");
}

void AddModels(nb::module_& module) {
  DataClass<InstalledModel>(module, "Model", "A model that is found, as it describes itself.")
      .Derived(
          "file", [](const InstalledModel& m) { return m.info ? m.info->file : m.path.string(); },
          "its path, or 'linked-in model'")
      .Derived(
          "name", [](const InstalledModel& m) { return m.info ? m.info->name : ""; }, "for model=")
      .Derived(
          "version", [](const InstalledModel& m) { return m.info ? m.info->version : 0; }, "of it")
      .Derived(
          "id", [](const InstalledModel& m) { return m.info ? IdText(m.info->id) : ""; },
          "64 hexadecimal digits; zeros for a pinned model")
      .Derived(
          "exact", [](const InstalledModel& m) { return m.info && m.info->tier == Tier::kExact; },
          "the same predictions on every machine")
      .Derived(
          "vocabulary_kind",
          [](const InstalledModel& m) { return m.info ? m.info->vocabulary_kind : ""; },
          "'bytes' or 'sentencepiece'")
      .Derived(
          "parameters",
          [](const InstalledModel& m) { return m.info ? m.info->dense_parameters : 0; },
          "dense ones")
      .Derived(
          "file_bytes", [](const InstalledModel& m) { return m.info ? m.info->file_bytes : 0; },
          "its size")
      .Derived(
          "licence", [](const InstalledModel& m) { return m.info ? m.info->licence : ""; }, "of it")
      .Field("problem", &InstalledModel::problem, "why it cannot be read; else empty");
  module.def("models", [](const std::vector<std::string>& folders) {
    return InstalledModels(Folders(folders.begin(), folders.end()));
  }, "folders"_a);
}

}  // namespace

void AddReports(nb::module_& module) {
  AddFrames(module);
  AddModels(module);
  DataClass<EncodeReport>(module, "EncodeReport", "What came of compressing.")
      .Field("raw_bytes", &EncodeReport::raw_bytes, "content, read")
      .Field("coded_bytes", &EncodeReport::coded_bytes, "compressed, written")
      .Field("frames", &EncodeReport::frames, "how many")
      .Field("work_seconds", &EncodeReport::work_seconds, "while a frame was being coded");
  DataClass<Damage>(module, "Damage", "A place where a compressed file is damaged.")
      .Field("message", &Damage::message, "what and where")
      .Derived("content", [](const Damage& d) { return PairOf(d.content); },
               "begin and end of what was lost, if that is known")
      .Derived("unverified", [](const Damage& d) { return PairOf(d.unverified); },
               "begin and end of what was written although no check covers it")
      .Field("places", &Damage::places, "one after the other");
  DataClass<DecodeReport>(module, "DecodeReport", "What came of decompressing.")
      .Field("raw_bytes", &DecodeReport::raw_bytes, "content, written")
      .Field("coded_bytes", &DecodeReport::coded_bytes, "compressed, read")
      .Field("work_seconds", &DecodeReport::work_seconds, "while a frame was being decoded")
      .Field("damage", &DecodeReport::damage, "a list of Damage, the first of it")
      .Field("more_damage", &DecodeReport::more_damage, "places beyond those");
  DataClass<CostReport>(module, "CostReport", "What content would take.")
      .Field("coded_bytes", &CostReport::coded_bytes,
             "of the file, but for 0.1 % and 16 bytes a frame")
      .Field("frames", &CostReport::frames, "a list of FrameEntry");
}

}  // namespace lmzip
