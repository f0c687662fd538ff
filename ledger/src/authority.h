#pragma once

// Who may write registry events: docs/formats.md, section 2.

#include <optional>
#include <string>
#include <string_view>

#include "facts.h"
#include "ledger/seal.h"
#include "profile_book.h"

namespace nianlun {

struct RegistryCase {
  const Seal& seal;
  const std::optional<Actor>& submitter;
  const StateView& state;
  const ProfileBook& book;
  std::uint64_t size;  ///< records before the event
};

bool is_registry_type(std::string_view type);

/// The implicit guard that a registry event breaks (authority, party, possession, key, profile,
/// exception, role), or nothing.
Result<std::optional<std::string>> judge_registry(const RegistryCase& judged, const Json& event);

}  // namespace nianlun
