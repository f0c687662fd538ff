#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "csv_table.h"
#include "ledger/event_maker.h"
#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/result.h"

namespace nianlun {

/// One entry of a mapping: how a table's rows become events of a step (docs/formats.md, 10).
struct ImportEntry {
  std::string file;
  std::string step;
  std::string by;                 ///< name of the key that seals
  std::vector<std::string> with;  ///< names of those that sign with it
  std::string time;               ///< template
  struct Filter {
    std::vector<std::string> texts;
    bool wanted = true;  ///< `is`; else `not`
  };
  std::map<std::string, Filter, std::less<>> where;
  std::vector<std::string> group;
  Json items;
  Json values;
};
struct ImportMapping {
  std::string profile;
  std::vector<ImportEntry> entries;
};
/// kInvalidArgument  names the pointer of what is unknown or missing
Result<ImportMapping> parse_mapping(const Json& json);

/// The rows that make one event, in their order; never empty.
using EventRows = std::vector<const CsvTable::Row*>;
/// kInvalidArgument  `where` or `group` names a column that the table lacks
Result<std::vector<EventRows>> event_rows(const ImportEntry& entry, const CsvTable& table);

/// What the event maker is to make of rows; without its randomness.
/// kInvalidArgument  a column that the table lacks, no time, a number that is none
Result<StepRequest> step_request(const ImportEntry& entry, const CsvTable& table,
                                 const EventRows& rows, const std::string& domain);

}  // namespace nianlun
