#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "ledger/suite.h"

namespace nianlun {

/// The settings of the genesis record that judging needs.
struct GenesisSettings {
  Suite suite = Suite::kSha256;
  std::string origin;
  std::string log_key;
  std::string gateway;
  std::string domain;
  std::string time_zone;
  std::vector<std::string> languages;
  std::vector<std::string> authority_keys;
  std::size_t authority_threshold = 1;
};
Result<GenesisSettings> parse_genesis(const Json& event);

/// Every adopted version of every profile, and the genesis settings, read from a view.
///
/// Threads: immutable. Errors: kCorrupted if the state holds what no fold puts there.
class ProfileBook {
 public:
  /// The book that was loaded last, if the view holds the same; any thread.
  static Result<std::shared_ptr<const ProfileBook>> load(const StateView& view);

  const GenesisSettings& genesis() const { return genesis_; }
  /// The version that judges an event of that time: the newest whose `from` is not later.
  std::shared_ptr<const Profile> at(std::string_view id, std::int64_t time_ms) const;
  std::shared_ptr<const Profile> newest(std::string_view id) const;
  /// By label, "<id>@<version>"; nullptr if it was not adopted.
  std::shared_ptr<const Profile> labelled(std::string_view label) const;
  std::vector<std::string> ids() const;

 private:
  static Result<std::shared_ptr<const ProfileBook>> parse(Bytes genesis,
                                                          const std::vector<Buffer>& adopted);

  GenesisSettings genesis_;
  std::map<std::string, std::vector<std::shared_ptr<const Profile>>, std::less<>> profiles_;
};

}  // namespace nianlun
