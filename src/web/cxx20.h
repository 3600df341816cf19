// What the sources use of C++20's library and libc++ 13, which Debian 12's Emscripten has, lacks,
// algorithms of ranges most of all. Included before every source (CMakeLists.txt). It goes when
// libc++ is 16 or later.
#pragma once

#if defined(__cplusplus)
#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <ranges>

#if _LIBCPP_VERSION < 15000
_LIBCPP_BEGIN_NAMESPACE_STD

template <typename To, typename From>
constexpr To bit_cast(const From& from) noexcept {
  return __builtin_bit_cast(To, from);
}

template <typename T>
unique_ptr<T> make_unique_for_overwrite(size_t count) {
  return unique_ptr<T>(new remove_extent_t<T>[count]);
}

namespace ranges {

/// `call` of what `project` makes of its arguments.
template <typename Call, typename Project>
auto __projected(Call& call, Project& project) {
  return [&](auto&&... values) -> decltype(auto) {
    return std::invoke(call, std::invoke(project, values)...);
  };
}

template <typename Range, typename Out>
Out copy(Range&& range, Out out) {
  return std::copy(ranges::begin(range), ranges::end(range), out);
}
template <typename Range, typename T>
void fill(Range&& range, const T& value) {
  std::fill(ranges::begin(range), ranges::end(range), value);
}
template <typename Range, typename Out, typename Call>
Out transform(Range&& range, Out out, Call call) {
  return std::transform(ranges::begin(range), ranges::end(range), out, call);
}
template <typename Range, typename T>
void replace(Range&& range, const T& old_value, const T& value) {
  std::replace(ranges::begin(range), ranges::end(range), old_value, value);
}
template <typename Range>
void reverse(Range&& range) {
  std::reverse(ranges::begin(range), ranges::end(range));
}
template <typename Range, typename Other, typename Same = equal_to, typename Project = identity,
          typename ProjectOther = identity>
bool equal(Range&& range, Other&& other, Same same = {}, Project project = {},
           ProjectOther project_other = {}) {
  return std::equal(ranges::begin(range), ranges::end(range), ranges::begin(other),
                    ranges::end(other), [&](auto&& a, auto&& b) {
                      return std::invoke(same, std::invoke(project, a),
                                         std::invoke(project_other, b));
                    });
}

template <typename Range, typename Predicate>
auto find_if(Range&& range, Predicate predicate) {
  return std::find_if(ranges::begin(range), ranges::end(range),
                      [&](auto&& value) { return std::invoke(predicate, value); });
}
template <typename Range, typename T, typename Project = identity>
auto find(Range&& range, const T& value, Project project = {}) {
  return ranges::find_if(range, [&](auto&& one) { return std::invoke(project, one) == value; });
}
template <typename Range, typename Predicate>
auto count_if(Range&& range, Predicate predicate) {
  return std::count_if(ranges::begin(range), ranges::end(range),
                       [&](auto&& value) { return std::invoke(predicate, value); });
}
template <typename Range, typename T>
auto count(Range&& range, const T& value) {
  return std::count(ranges::begin(range), ranges::end(range), value);
}
template <typename Range, typename Predicate>
bool any_of(Range&& range, Predicate predicate) {
  return ranges::find_if(range, predicate) != ranges::end(range);
}
template <typename Range, typename Predicate>
bool all_of(Range&& range, Predicate predicate) {
  return !ranges::any_of(range, [&](auto&& value) { return !std::invoke(predicate, value); });
}

template <typename Range>
constexpr auto max(Range&& range) {
  return *std::max_element(ranges::begin(range), ranges::end(range));
}
template <typename Range>
auto min_element(Range&& range) {
  return std::min_element(ranges::begin(range), ranges::end(range));
}
template <typename Range, typename T, typename Less = less, typename Project = identity>
auto upper_bound(Range&& range, const T& value, Less less = {}, Project project = {}) {
  return std::upper_bound(ranges::begin(range), ranges::end(range), value,
                          [&](const T& bound, auto&& one) {
                            return std::invoke(less, bound, std::invoke(project, one));
                          });
}
template <typename Range, typename Less = less, typename Project = identity>
void sort(Range&& range, Less less = {}, Project project = {}) {
  std::sort(ranges::begin(range), ranges::end(range), ranges::__projected(less, project));
}
template <typename Range, typename Less = less, typename Project = identity>
void stable_sort(Range&& range, Less less = {}, Project project = {}) {
  std::stable_sort(ranges::begin(range), ranges::end(range), ranges::__projected(less, project));
}

}  // namespace ranges
_LIBCPP_END_NAMESPACE_STD
#endif
#endif
