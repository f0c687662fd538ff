#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/json.h"

namespace nianlun {

// Addresses of the vocabularies of CBV 2.0, before their words.
inline constexpr std::string_view kStep = "https://ref.gs1.org/cbv/BizStep-";
inline constexpr std::string_view kDisposition = "https://ref.gs1.org/cbv/Disp-";
inline constexpr std::string_view kTransactionType = "https://ref.gs1.org/cbv/BTT-";
inline constexpr std::string_view kPartyType = "https://ref.gs1.org/cbv/SDT-";
inline constexpr std::string_view kComponent = "https://ref.gs1.org/cbv/Comp-";
inline constexpr std::string_view kWebVocabulary = "https://ref.gs1.org/voc/";

/// Text without the white space around it.
std::string_view trimmed(std::string_view text);

/// The names and values of one event as its hash spells them (CBV 2.0, 8.9.2): names of extensions
/// with their namespace, values in one spelling.
class HashNames {
 public:
  /// The "@context" of document and event; either may be nullptr. The event's wins. Both must
  /// outlive this.
  HashNames(const Json* document_context, const Json* event_context);

  /// "{namespace}local" of "prefix:local"; other names as they are.
  std::string key(std::string_view name) const;

  /// The text of a string, number or boolean; "" for anything else. Numbers lose what they don't
  /// need, identifiers become canonical Digital Links, prefixes of GS1 are expanded.
  std::string scalar(const Json& value) const;

 private:
  void read_context(const Json* context);
  std::string_view address_of(std::string_view prefix) const;
  std::string canonical_text(std::string_view raw) const;

  std::vector<std::pair<std::string_view, std::string_view>> namespaces_;
};

}  // namespace nianlun
