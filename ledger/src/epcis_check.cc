#include "epcis_check.h"

#include <algorithm>
#include <vector>

#include "epcis_formats.h"
#include "uri.h"

namespace nianlun {
namespace {

constexpr std::size_t kFewItems = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "+08:00": up to 14 hours.
bool is_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  if (text.substr(1) == "14:00") return true;
  return (text[1] == '0' ? is_digit(text[2])
                         : text[1] == '1' && text[2] >= '0' && text[2] <= '3') &&
         text[4] >= '0' && text[4] <= '5' && is_digit(text[5]);
}

bool is_hexadecimal(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

/// A code of UN/ECE Recommendation 20 by its form.
bool is_unit(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

/// "2.0": numbers with dots between.
bool is_version(std::string_view text) {
  bool digit_before = false;
  for (const char c : text) {
    if (!is_digit(c) && (c != '.' || !digit_before)) return false;
    digit_before = is_digit(c);
  }
  return digit_before;
}

/// Whether no two items are equal as JSON Schema defines it.
bool are_distinct(const Json::Array& items) {
  const bool strings =
      std::all_of(items.begin(), items.end(), [](const Json& item) { return item.is_string(); });
  if (strings && items.size() <= kFewItems) {
    for (std::size_t i = 1; i < items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (items[i].string() == items[j].string()) return false;
      }
    }
    return true;
  }
  if (strings) {
    std::vector<std::string_view> texts;
    texts.reserve(items.size());
    for (const Json& item : items) texts.emplace_back(item.string());
    std::sort(texts.begin(), texts.end());
    return std::adjacent_find(texts.begin(), texts.end()) == texts.end();
  }
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (const Json& item : items) {
    auto text = canonical(item);
    texts.push_back(text ? *std::move(text) : item.dump());
  }
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) == texts.end();
}

struct EventType {
  std::string_view name;
  Shape shape;
};
constexpr EventType kEventTypes[] = {
    {"ObjectEvent", Shape::kObjectEvent},
    {"AggregationEvent", Shape::kAggregationEvent},
    {"AssociationEvent", Shape::kAssociationEvent},
    {"TransactionEvent", Shape::kTransactionEvent},
    {"TransformationEvent", Shape::kTransformationEvent},
};

bool has_items(const Json& event, std::string_view name) {
  const Json* list = event.find(name);
  return list != nullptr && list->is_array() && !list->array().empty();
}

/// What the members of an event that are right by themselves must be together: the message of the
/// rule that is broken, or "".
std::string_view broken_rule(const Json& event, Shape shape) {
  const std::string_view action = event.text("action");
  const auto children = [&](std::string_view epcs, std::string_view quantities) {
    return has_items(event, epcs) || has_items(event, quantities);
  };
  switch (shape) {
    case Shape::kObjectEvent:
      if (event.find("epcList") == nullptr && !has_items(event, "quantityList") &&
          !(has_items(event, "sensorElementList") && event.find("readPoint") != nullptr)) {
        return "epcis.no-object";
      }
      return event.find("ilmd") != nullptr && action != "ADD" ? "epcis.ilmd-without-add" : "";
    case Shape::kAggregationEvent:
    case Shape::kAssociationEvent:
      return children("childEPCs", "childQuantityList") || action == "DELETE" ? ""
                                                                              : "epcis.no-child";
    case Shape::kTransactionEvent:
      return event.find("epcList") != nullptr || has_items(event, "quantityList") ||
                     action == "DELETE"
                 ? ""
                 : "epcis.no-object";
    case Shape::kTransformationEvent: {
      const bool in = children("inputEPCList", "inputQuantityList");
      const bool out = children("outputEPCList", "outputQuantityList");
      const bool joined = event.find("transformationID") != nullptr;
      return (in && out) || (joined && (in || out)) ? "" : "epcis.no-input-or-output";
    }
    default:
      return {};
  }
}

}  // namespace

Unexpected EpcisCheck::error() const {
  Arguments arguments{{"pointer", pointer_}};
  if (!name_.empty()) arguments.emplace_back("name", name_);
  return fail(ErrorCode::kInvalidArgument, message_, std::move(arguments));
}

bool EpcisCheck::fault(std::string_view message, std::string_view name) {
  message_ = message;
  name_ = name;
  pointer_.clear();
  return false;
}

bool EpcisCheck::inside(std::string_view token) {
  pointer_.insert(0, "/" + pointer_token(token));
  return false;
}

bool EpcisCheck::passes(const Json& value, Shape shape) {
  if (const ObjectRule* rule = object_rule(shape)) {
    if (!object(value, *rule)) return false;
    return shape != Shape::kPersistentDisposition || !value.object().empty() ||
           fault("epcis.empty-persistent-disposition");
  }
  if (const ListRule* rule = list_rule(shape)) return list(value, *rule);
  switch (shape) {
    case Shape::kAnything:
      return true;
    case Shape::kNumber:
      return expect(value.is_number(), "epcis.not-a-number");
    case Shape::kBoolean:
      return expect(value.is_boolean(), "epcis.not-a-boolean");
    case Shape::kContext:
      if (value.is_array()) return passes(value, Shape::kContextParts);
      return passes(value, Shape::kContextPart);
    case Shape::kContextPart:
      return value.is_object() || scalar(value, Shape::kUri);
    case Shape::kUriOrUris:
      return value.is_array() ? passes(value, Shape::kUris) : scalar(value, Shape::kUri);
    case Shape::kAttributeValue:
      return expect(value.is_number() || value.is_string() || value.is_object(),
                    "epcis.not-an-attribute");
    case Shape::kEvent:
      return event(value);
    default:
      return scalar(value, shape);
  }
}

bool EpcisCheck::scalar(const Json& value, Shape shape) {
  if (!value.is_string()) return fault("epcis.not-a-string");
  const std::string& text = value.string();
  const auto word = [&](Vocabulary vocabulary) {
    return is_word_or_uri(vocabulary, text) || fault("epcis.not-a-word", text);
  };
  switch (shape) {
    case Shape::kUri:
      return expect(is_uri(text), "epcis.not-a-uri");
    case Shape::kTime:
      return expect(date_time_ms(text).has_value(), "epcis.not-a-time");
    case Shape::kOffset:
      return expect(is_offset(text), "epcis.not-an-offset");
    case Shape::kAction:
      return expect(text == "OBSERVE" || text == "ADD" || text == "DELETE", "epcis.not-an-action");
    case Shape::kHexBinary:
      return expect(is_hexadecimal(text), "epcis.not-hexadecimal");
    case Shape::kUnit:
      return expect(is_unit(text), "epcis.not-a-unit");
    case Shape::kVersion:
      return expect(is_version(text), "epcis.not-a-version");
    case Shape::kBizStep:
      return word(Vocabulary::kBizStep);
    case Shape::kDisposition:
      return word(Vocabulary::kDisposition);
    case Shape::kTransactionType:
      return word(Vocabulary::kTransactionType);
    case Shape::kPartyType:
      return word(Vocabulary::kPartyType);
    case Shape::kErrorReason:
      return word(Vocabulary::kErrorReason);
    case Shape::kMeasurement:
      return word(Vocabulary::kMeasurement);
    case Shape::kAlert:
      return word(Vocabulary::kAlert);
    case Shape::kComponent:
      return word(Vocabulary::kComponent);
    default:
      return true;
  }
}

bool EpcisCheck::object(const Json& value, const ObjectRule& rule) {
  if (!value.is_object()) return fault("epcis.not-an-object");
  std::uint32_t seen = 0;
  for (const auto& [name, member] : value.object()) {
    const auto found =
        std::lower_bound(rule.members.begin(), rule.members.end(), std::string_view(name),
                         [](const MemberRule& a, std::string_view b) { return a.name < b; });
    if (found != rule.members.end() && found->name == name) {
      seen |= std::uint32_t{1} << (found - rule.members.begin());
      if (!passes(member, found->shape)) return inside(name);
    } else if (rule.others == OtherMembers::kNone ||
               (rule.others == OtherMembers::kUris && !is_uri(name))) {
      fault("epcis.unknown-member");
      return inside(name);
    }
  }
  if ((seen & rule.required) == rule.required) return true;
  std::size_t missing = 0;
  while (((rule.required & ~seen) >> missing & 1) == 0) ++missing;
  return fault("epcis.missing-member", rule.members[missing].name);
}

bool EpcisCheck::list(const Json& value, const ListRule& rule) {
  if (!value.is_array()) return fault("epcis.not-an-array");
  const Json::Array& items = value.array();
  if (rule.some && items.empty()) return fault("epcis.empty-list");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!passes(items[i], rule.item)) return inside(std::to_string(i));
  }
  return !rule.distinct || are_distinct(items) || fault("epcis.repeated-item");
}

bool EpcisCheck::event(const Json& value) {
  const std::string_view type = value.text("type");
  for (const EventType& known : kEventTypes) {
    if (known.name != type) continue;
    if (!passes(value, known.shape)) return false;
    const std::string_view broken = broken_rule(value, known.shape);
    return broken.empty() || fault(broken);
  }
  return passes(value, Shape::kExtensionEvent);
}

}  // namespace nianlun
