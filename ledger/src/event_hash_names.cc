#include "event_hash_names.h"

#include "epcis_formats.h"
#include "ledger/identifier.h"

namespace nianlun {
namespace {

// CBV 2.0, 8.9.2: older names of standard vocabularies.
constexpr std::pair<std::string_view, std::string_view> kOldVocabularies[] = {
    {"urn:epcglobal:cbv:bizstep:", kStep},
    {"urn:epcglobal:cbv:disp:", kDisposition},
    {"urn:epcglobal:cbv:btt:", kTransactionType},
    {"urn:epcglobal:cbv:sdt:", kPartyType},
    {"urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"},
};

}  // namespace

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) + 1 - first);
}

HashNames::HashNames(const Json* document_context, const Json* event_context) {
  // What the context of EPCIS declares; the reference takes the last one without a colon.
  namespaces_ = {{"cbv", "https://ref.gs1.org/cbv/"},
                 {"epcis", "https://ref.gs1.org/epcis/"},
                 {"cbvmda", "urn:epcglobal:cbv:mda"}};
  read_context(document_context);
  read_context(event_context);
  namespaces_.emplace_back("gs1", kWebVocabulary);  // protected: nobody may redeclare it
}

void HashNames::read_context(const Json* context) {
  if (context == nullptr) return;
  if (context->is_array()) {
    for (const Json& part : context->array()) read_context(&part);
  } else if (context->is_object()) {
    for (const auto& [prefix, target] : context->object()) {
      const std::string_view address =
          target.is_string() ? std::string_view(target.string()) : target.text("@id");
      if (!address.empty()) namespaces_.emplace_back(prefix, address);
    }
  }
}

/// The address that a prefix stands for; the last declaration counts.
std::string_view HashNames::address_of(std::string_view prefix) const {
  for (auto it = namespaces_.rbegin(); it != namespaces_.rend(); ++it) {
    if (it->first == prefix) return it->second;
  }
  return {};
}

std::string HashNames::key(std::string_view name) const {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return std::string(name);
  const std::string_view address = address_of(name.substr(0, colon));
  if (address.empty()) return std::string(name);
  return "{" + std::string(address) + "}" + std::string(name.substr(colon + 1));
}

/// Only GS1's own prefixes are expanded in values, since XML knows no others there.
std::string HashNames::canonical_text(std::string_view raw) const {
  std::string text(trimmed(raw));
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos) {
    const std::string_view address = address_of(std::string_view(text).substr(0, colon));
    if (address.starts_with("https://ref.gs1.org") || address.starts_with("https://gs1.org")) {
      text.replace(0, colon + 1, address);
    }
    for (const auto& [from, to] : kOldVocabularies) {
      if (text.starts_with(from)) text.replace(0, from.size(), to);
    }
    const auto identifier = identify(text);
    if (identifier && !identifier->key_ai.empty()) return identifier->canonical;
    return text;
  }
  return plain_decimal(text).value_or(std::move(text));
}

std::string HashNames::scalar(const Json& value) const {
  if (value.is_string()) return canonical_text(value.string());
  if (value.is_boolean()) return value.boolean() ? "true" : "false";
  if (value.is_number()) {
    return plain_decimal(value.number_text()).value_or(value.number_text());
  }
  return {};
}

}  // namespace nianlun
