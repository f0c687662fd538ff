#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "scanner/worker.h"
#include "terminal.h"

namespace nianlun::scanner {

/// What a code or an argument names, canonical: an identifier as EPCIS writes it, and for a tag,
/// whatever host it was printed with, `<domain>/t/CODE`.
///
/// kInvalidArgument  it is neither a tag code, an address on a tag nor an identifier
Result<std::string> item_named(std::string_view read, std::string_view domain);

/// Whether an item is a tag: `<domain>/t/CODE`.
bool is_tag(std::string_view item, std::string_view domain);

/// One thing that was read: the text, and what it names or why it names nothing.
struct Scan {
  std::string source;  ///< the image, or "-"
  std::string read;
  Result<std::string> item;
};

/// Reads arguments: image files (all codes in them), "-" for lines of the input, or a code itself.
class ScanReader {
 public:
  ScanReader(const Terminal& terminal, std::string domain)
      : terminal_(terminal), domain_(std::move(domain)) {}
  void read(const std::string& argument, const std::function<void(const Scan&)>& take);
  /// Lines of the input with `count` fields each, parted by tabs. A line with another number of
  /// fields is given as so many that say so.
  void read_fields(std::size_t count, const std::function<void(const std::vector<Scan>&)>& take);

 private:
  const Terminal& terminal_;
  std::string domain_;
  DecodeWorker worker_;
};

}  // namespace nianlun::scanner
