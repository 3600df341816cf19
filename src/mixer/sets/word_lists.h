// Expects words that lead to an address by those that followed the same contexts before
// (PROGRAMS.md, "Words").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/counted_list.h"
#include "mixer/sets/word_forms.h"

namespace lmzip {

/// A word in progress.
struct WordField {
  static constexpr size_t kLists = 8;

  const WordMachine* machine = nullptr;
  uint32_t position = 0;  // of its first byte
  uint32_t index = 0;     // bytes known
  uint32_t bytes = 0;     // these, where they stand in the word
  std::array<uint64_t, kLists> contexts{};  // of the word: of no use but for its first byte
};

/// For every context a short list of absolute words, with counts.
class WordLists {
 public:
  static constexpr size_t kInputs = 2 * WordField::kLists;

  using List = CountedList<uint32_t, 11>;
  static_assert(sizeof(List) == 64);
  static constexpr size_t kLength = std::tuple_size_v<decltype(List::values)>;

  /// What the lists say of a lane's word in progress.
  struct Word {
    struct Used {
      List* list = nullptr;  // null where the word's begin is not known
      // What was in it when the word began, as it would be here.
      size_t size = 0;
      std::array<uint32_t, kLength> words{};
      std::array<uint8_t, kLength> counts{};
    };
    std::array<Used, WordField::kLists> used{};
  };

  explicit WordLists(uint64_t size) : lists_(size) {}
  static size_t Bytes(uint64_t size) noexcept { return ListTable<List>::Bytes(size); }

  /// The first byte of a word goes before its others; a lane may enter between them.
  void BeginByte(const WordField& field, Word& word) noexcept;
  /// Writes kInputs inputs for the next bit.
  void Predict(uint32_t partial, int depth, int32_t* inputs) noexcept;
  void Update(int bit) noexcept;
  /// The word, which is complete, is this one, and leads to an address.
  static void Learn(const Word& word, uint32_t absolute) noexcept;

 private:
  void BeginWord(const WordField& field, Word& word) noexcept;

  ListTable<List> lists_;
  std::array<ListTrust<4>, WordField::kLists> trust_;  // by the byte's index

  // The byte in progress: of every list the bytes of its words that agree with those before.
  struct Candidates {
    size_t size = 0;
    std::array<uint8_t, kLength> bytes{}, counts{};
  };
  uint32_t index_ = 0;
  std::array<Candidates, WordField::kLists> candidates_{};
};

}  // namespace lmzip
