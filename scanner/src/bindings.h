#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field_store.h"
#include "ledger/api.h"
#include "ledger/outbox.h"
#include "ledger/profile.h"

namespace nianlun::scanner {

/// To what tags are fastened and in which state items are, as far as this device knows: by the
/// events in its own outbox, by the server, or by what was looked at before.
///
/// Threads: one caller at a time.
class Bindings {
 public:
  /// `api` may be null: no network.
  Bindings(FieldStore& store, Api* api) : store_(store), api_(api) {}

  /// Takes note of what an event that was recorded here did to its items.
  void learn(const Json& event, const Profile& profile);
  Result<void> learn(const Outbox& outbox,
                     const std::vector<std::shared_ptr<const Profile>>& profiles);

  /// The item that a tag is fastened to; nothing if that is not known here.
  std::optional<std::string> thing_of(const std::string& tag);
  /// The state of an item; "" if it is not known here.
  std::string state_of(std::string_view item) const;

 private:
  FieldStore& store_;
  Api* api_;
  // Nothing as a value: it was taken off.
  std::map<std::string, std::optional<std::string>, std::less<>> here_;
  std::map<std::string, std::string, std::less<>> states_;
};

/// The identifiers at a member or path of an event: a string, or an array of strings.
std::vector<std::string> strings_at(const Json& event, std::string_view path);

}  // namespace nianlun::scanner
