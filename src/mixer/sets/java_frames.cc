// The stack frames of Java's code (PROGRAMS.md, "Java").
#include "mixer/sets/java_fields.h"

namespace lmzip {

void JavaFields::NextFrame() noexcept {
  if (frames_left_ == 0) return Begin(kRest, 1);
  --frames_left_;
  Begin(kFrame, 1);
}

void JavaFields::FinishFrameField() noexcept {
  switch (role_) {
    case kFrame:
      frame_type_ = value_;
      frame_part_ = values_left_ = 0;
      if (value_ < 128) {
        frame_pc_ += value_ % 64 + 1;
        values_left_ = value_ / 64;
        break;
      }
      return Begin(kFrameWord, 2);
    case kFrameWord:
      if (frame_part_ == 0) {
        frame_pc_ += value_ + 1;
        if (frame_type_ == 247) values_left_ = 1;
        if (frame_type_ > 251 && frame_type_ < 255) values_left_ = frame_type_ - 251;
        if (frame_type_ == 255) {
          frame_part_ = 1;
          return Begin(kFrameWord, 2);
        }
      } else {
        values_left_ = value_;
      }
      break;
    case kValueTag:
      if (value_ == 7 || value_ == 8) return Begin(kValueWord, 2);
      break;
    default: break;
  }
  NextFramePart();
}

void JavaFields::NextFramePart() noexcept {
  if (values_left_ > 0) {
    --values_left_;
    return Begin(kValueTag, 1);
  }
  if (frame_part_ == 1) {
    frame_part_ = 2;
    return Begin(kFrameWord, 2);
  }
  NextFrame();
}

}  // namespace lmzip
