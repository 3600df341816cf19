// The table that eval makes of measurements.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "eval/measurement.h"

namespace lmzip {

enum class TableFormat { kText, kMarkdown, kCsv, kJson };

/// A row for all files of a domain by a method, in the order of the first of each; domains
/// together.
std::vector<Measurement> SumByDomain(std::span<const Measurement> measurements);

/// Rates are of the content's size: raw, with the model's file, and with two bytes a parameter.
/// `notes`: what goes below the table of texts, and with that of JSON. JSON has the `files`, too.
void WriteTable(std::span<const Measurement> rows, std::span<const Measurement> files,
                std::span<const std::string> notes, TableFormat format, std::ostream& out);

}  // namespace lmzip
