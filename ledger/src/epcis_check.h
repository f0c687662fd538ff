#pragma once

#include <string>
#include <string_view>

#include "epcis_members.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// Walks a value along its shape. The walk says only yes or no; where it said no and why is
/// gathered on the way back, so that nothing is allocated while all is well.
class EpcisCheck {
 public:
  bool passes(const Json& value, Shape shape);

  /// The error of the last passes() that was false.
  Unexpected error() const;

  /// Declares a fault of the value itself, as passes() would.
  bool fault(std::string_view message, std::string_view name = {});
  /// Says that the fault lies in that member or item; always false.
  bool inside(std::string_view token);

 private:
  bool scalar(const Json& value, Shape shape);
  bool object(const Json& value, const ObjectRule& rule);
  bool list(const Json& value, const ListRule& rule);
  bool event(const Json& value);
  bool expect(bool fine, std::string_view message) { return fine || fault(message); }

  std::string_view message_;
  std::string name_;
  std::string pointer_;
};

}  // namespace nianlun
