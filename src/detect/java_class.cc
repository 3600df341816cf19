// Java's class files: nowhere says one how long it is, so all of it is walked through.
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

class ClassReader {
 public:
  ClassReader(const Fields& file, Finder& finder) : file_(file), finder_(finder) {}

  /// Its length; of one that is cut, at least all that there is; 0 of what is none.
  uint64_t Length() {
    constexpr uint64_t kConstants = 8;
    at_ = kConstants;
    SkipConstants();
    at_ += 6;  // access, name, parent
    const uint64_t interfaces = Take16();
    at_ += 2 * interfaces;
    SkipMembers();  // fields
    SkipMembers();  // methods
    SkipAttributes();
    return is_none_ ? 0 : at_;
  }

 private:
  uint64_t Take16() { return file_.Be16((at_ += 2) - 2); }
  uint64_t Take32() { return file_.Be32((at_ += 4) - 4); }
  // Cut or none: nothing is left to be read.
  bool IsOver() const { return is_none_ || at_ >= file_.size(); }
  void Step() { is_none_ = is_none_ || !finder_.Spend(1); }

  void SkipConstants() {
    // Of each tag; text and long ones apart.
    constexpr uint8_t kBytes[] = {0, 0, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2};
    constexpr uint8_t kText = 1, kLong = 5, kDouble = 6;
    const uint64_t count = Take16();
    for (uint64_t i = 1; i < count && !IsOver(); ++i, Step()) {
      const uint8_t tag = file_.U8(at_++);
      if (tag == kText) {
        const uint64_t length = Take16();
        at_ += length;
      } else if (tag < std::size(kBytes) && kBytes[tag] > 0) {
        at_ += kBytes[tag];
        if (tag == kLong || tag == kDouble) ++i;  // takes two numbers
      } else {
        is_none_ = true;
      }
    }
    if (count == 0) is_none_ = true;
  }

  void SkipMembers() {
    for (uint64_t left = Take16(); left > 0 && !IsOver(); --left, Step()) {
      at_ += 6;
      SkipAttributes();
    }
  }

  void SkipAttributes() {
    for (uint64_t left = Take16(); left > 0 && !IsOver(); --left, Step()) {
      at_ += 2;
      const uint64_t length = Take32();
      at_ += length;
    }
  }

  const Fields& file_;
  Finder& finder_;
  uint64_t at_ = 0;
  bool is_none_ = false;
};

}  // namespace

void FindInJavaClass(const Fields& file, Finder& finder) {
  // A fat Mach-O begins alike; no such has that many machines in it.
  constexpr uint32_t kFirstMajor = 45, kLastMajor = 99;
  const uint32_t major = file.Be16(6);
  if (major < kFirstMajor || major > kLastMajor) return;
  const uint64_t length = ClassReader(file, finder).Length();
  TypedSegment form{.kind = DataKind::kProgram};
  form.machine = Machine::kJava;
  // How much of one is cut is not known.
  finder.Add(form, 0, std::min(length, file.size()));
}

}  // namespace lmzip::detect
