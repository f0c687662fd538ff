#include "ledger/event_hash.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <vector>

#include "epcis_formats.h"
#include "event_hash_names.h"
#include "try.h"

namespace nianlun {
namespace {

using Texts = std::vector<std::string>;

enum class Form {
  kText,
  kTime,
  kWord,          // of a CBV vocabulary; `detail` is the address before it
  kEpcs,          // array of identifiers, each "epc="
  kQuantities,    // array of objects, each "quantityElement"
  kDispositions,  // object with "set" and "unset"
  kPlace,         // object with "id" and extensions
  kTyped,         // array of objects with "type" (`detail` is the address) and a value
  kSensors,       // array of sensor elements
  kIlmd,
};

struct Field {
  std::string_view name;
  Form form = Form::kText;
  std::string_view detail = {};
  std::string_view value_name = {};  // of kTyped
};

// The canonical property order, the same for all types of events.
constexpr Field kEventFields[] = {
    {"eventTime", Form::kTime},
    {"eventTimeZoneOffset"},
    {"epcList", Form::kEpcs},
    {"parentID"},
    {"inputEPCList", Form::kEpcs},
    {"childEPCs", Form::kEpcs},
    {"quantityList", Form::kQuantities},
    {"childQuantityList", Form::kQuantities},
    {"inputQuantityList", Form::kQuantities},
    {"outputEPCList", Form::kEpcs},
    {"outputQuantityList", Form::kQuantities},
    {"action"},
    {"transformationID"},
    {"bizStep", Form::kWord, kStep},
    {"disposition", Form::kWord, kDisposition},
    {"persistentDisposition", Form::kDispositions},
    {"readPoint", Form::kPlace},
    {"bizLocation", Form::kPlace},
    {"bizTransactionList", Form::kTyped, kTransactionType, "bizTransaction"},
    {"sourceList", Form::kTyped, kPartyType, "source"},
    {"destinationList", Form::kTyped, kPartyType, "destination"},
    {"sensorElementList", Form::kSensors},
    {"ilmd", Form::kIlmd},
};
constexpr Field kQuantityFields[] = {{"epcClass"}, {"quantity"}, {"uom"}};
constexpr Field kMetadataFields[] = {
    {"time", Form::kTime},    {"startTime", Form::kTime},
    {"endTime", Form::kTime}, {"deviceID"},
    {"deviceMetadata"},       {"rawData"},
    {"dataProcessingMethod"}, {"bizRules"},
};
constexpr Field kReportFields[] = {
    {"type", Form::kWord, kWebVocabulary},
    {"exception", Form::kWord, kWebVocabulary},
    {"deviceID"},
    {"deviceMetadata"},
    {"rawData"},
    {"dataProcessingMethod"},
    {"time", Form::kTime},
    {"microorganism"},
    {"chemicalSubstance"},
    {"value"},
    {"component", Form::kWord, kComponent},
    {"stringValue"},
    {"booleanValue"},
    {"hexBinaryValue"},
    {"uriValue"},
    {"minValue"},
    {"maxValue"},
    {"meanValue"},
    {"sDev"},
    {"percRank"},
    {"percValue"},
    {"uom"},
    {"coordinateReferenceSystem"},
};

constexpr std::string_view kIgnoredInEvent[] = {
    "@context", "type", "eventID", "recordTime", "errorDeclaration", "certificationInfo"};
constexpr std::string_view kComments[] = {"comment", "rdfs:comment"};

template <std::size_t N>
bool contains(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

template <std::size_t N>
bool is_field(const Field (&fields)[N], std::string_view name) {
  return std::any_of(std::begin(fields), std::end(fields),
                     [&](const Field& field) { return field.name == name; });
}

std::string sorted(Texts texts) {
  std::sort(texts.begin(), texts.end());
  std::string out;
  for (const std::string& text : texts) out += text;
  return out;
}

const Json::Array* array_of(const Json& value) {
  return value.is_array() ? &value.array() : nullptr;
}

class Writer {
 public:
  Writer(const Json* document_context, const Json* event_context)
      : names_(document_context, event_context) {}

  Result<std::string> event(const Json& event) {
    std::string out = "eventType=" + std::string(event.text("type"));
    TRY_ASSIGN(const std::string fields, ordered(event, kEventFields));
    return out + fields + sorted(extensions_of_event(event));
  }

 private:
  static std::string assigned(std::string_view name, const std::string& text) {
    return text.empty() ? std::string() : std::string(name) + "=" + text;
  }

  std::string word(const Json& value, std::string_view address) const {
    std::string text = names_.scalar(value);
    const bool bare = !text.empty() && text.find(':') == std::string::npos;
    return bare ? std::string(address) + text : text;
  }

  Result<std::string> time(const Field& field, const Json& value) const {
    const auto ms = value.is_string() ? date_time_ms(trimmed(value.string())) : std::nullopt;
    if (!ms) {
      return fail(ErrorCode::kInvalidArgument, "epcis.not-a-time",
                  {{"pointer", "/" + std::string(field.name)}});
    }
    return date_time_text(*ms);
  }

  template <std::size_t N>
  Result<std::string> ordered(const Json& object, const Field (&fields)[N]) const {
    std::string out;
    for (const Field& field : fields) {
      const Json* value = object.find(field.name);
      if (value == nullptr) continue;
      TRY_ASSIGN(const std::string text, written(field, *value));
      out += text;
    }
    return out;
  }

  Result<std::string> written(const Field& field, const Json& value) const {
    switch (field.form) {
      case Form::kText:
        return assigned(field.name, names_.scalar(value));
      case Form::kTime: {
        TRY_ASSIGN(const std::string text, time(field, value));
        return assigned(field.name, text);
      }
      case Form::kWord:
        return assigned(field.name, word(value, field.detail));
      case Form::kDispositions:
        return dispositions(field, value);
      case Form::kPlace: {
        const Json* id = value.find("id");
        const std::string text = id == nullptr ? "" : assigned("id", names_.scalar(*id));
        return text.empty() ? text : std::string(field.name) + text;
      }
      case Form::kIlmd: {
        const std::string text = sorted(extensions(value));
        return text.empty() ? text : std::string(field.name) + text;
      }
      case Form::kEpcs:
      case Form::kQuantities:
      case Form::kTyped:
      case Form::kSensors:
        return list(field, value);
    }
    return std::string();
  }

  std::string dispositions(const Field& field, const Json& value) const {
    std::string out;
    for (const std::string_view name : {"set", "unset"}) {
      const Json* items = value.find(name);
      if (items == nullptr || !items->is_array()) continue;
      Texts texts;
      for (const Json& item : items->array()) {
        texts.push_back(assigned(name, word(item, kDisposition)));
      }
      out += sorted(std::move(texts));
    }
    return out.empty() ? out : std::string(field.name) + out;
  }

  Result<std::string> list(const Field& field, const Json& value) const {
    Texts texts;
    const Json::Array* items = array_of(value);
    if (items == nullptr) return std::string();
    for (const Json& item : *items) {
      TRY_ASSIGN(std::string text, list_item(field, item));
      if (!text.empty()) texts.push_back(std::move(text));
    }
    if (texts.empty()) return std::string();
    // CBV 2.0 leaves the name of the sensors' list out.
    const std::string_view name = field.form == Form::kSensors ? std::string_view() : field.name;
    return std::string(name) + sorted(std::move(texts));
  }

  Result<std::string> list_item(const Field& field, const Json& item) const {
    if (field.form == Form::kEpcs) return assigned("epc", names_.scalar(item));
    if (field.form == Form::kSensors) return sensor_element(item);
    if (field.form == Form::kQuantities) {
      TRY_ASSIGN(const std::string text, ordered(item, kQuantityFields));
      return text.empty() ? text : "quantityElement" + text;
    }
    const Json* type = item.find("type");
    const Json* value = item.find(field.value_name);
    std::string out = type == nullptr ? "" : assigned("type", word(*type, field.detail));
    if (value != nullptr) out += assigned(field.value_name, names_.scalar(*value));
    return out;
  }

  Result<std::string> sensor_element(const Json& element) const {
    std::string out;
    if (const Json* metadata = element.find("sensorMetadata")) {
      TRY_ASSIGN(const std::string text, ordered(*metadata, kMetadataFields));
      if (!text.empty()) out += "sensorMetadata" + text;
    }
    Texts reports;
    if (const Json* list = element.find("sensorReport"); list != nullptr && list->is_array()) {
      for (const Json& report : list->array()) {
        TRY_ASSIGN(const std::string text, ordered(report, kReportFields));
        if (!text.empty()) reports.push_back("sensorReport" + text);
      }
    }
    out += sorted(std::move(reports));
    return out.empty() ? out : "sensorElement" + out;
  }

  /// What an extension and everything in it contributes, unsorted.
  void add_extension(Texts& out, std::string_view name, const Json& value) const {
    if (contains(kComments, name) || value.is_null()) return;
    if (value.is_array()) {
      for (const Json& item : value.array()) add_extension(out, name, item);
    } else if (value.is_object()) {
      out.push_back(names_.key(name) + sorted(extensions(value)));
    } else {
      const std::string text = names_.scalar(value);
      out.push_back(text.empty() ? names_.key(name) : names_.key(name) + "=" + text);
    }
  }

  Texts extensions(const Json& object) const {
    Texts out;
    if (!object.is_object()) return out;
    for (const auto& [name, value] : object.object()) add_extension(out, name, value);
    return out;
  }

  template <std::size_t N>
  std::string extensions_beside(std::string_view name, const Json& object,
                                const Field (&fields)[N]) const {
    Texts texts;
    if (object.is_object()) {
      for (const auto& [member, value] : object.object()) {
        if (!is_field(fields, member)) add_extension(texts, member, value);
      }
    }
    return texts.empty() ? std::string() : std::string(name) + sorted(std::move(texts));
  }

  /// Extensions of the event, and those inside standard fields with the path to them: CBV 2.0
  /// collects both at the end.
  Texts extensions_of_event(const Json& event) const {
    static constexpr Field kPlaceFields[] = {{"id"}};
    Texts out;
    for (const auto& [name, value] : event.object()) {
      if (contains(kIgnoredInEvent, name)) continue;
      if (!is_field(kEventFields, name)) {
        add_extension(out, name, value);
      } else if (name == "readPoint" || name == "bizLocation") {
        out.push_back(extensions_beside(name, value, kPlaceFields));
      } else if (name == "sensorElementList" && value.is_array()) {
        for (const Json& element : value.array()) out.push_back(extensions_of_sensors(element));
      }
    }
    return out;
  }

  std::string extensions_of_sensors(const Json& element) const {
    Texts texts;
    if (!element.is_object()) return {};
    for (const auto& [name, value] : element.object()) {
      if (name == "sensorMetadata") {
        texts.push_back(extensions_beside(name, value, kMetadataFields));
      } else if (name == "sensorReport" && value.is_array()) {
        for (const Json& report : value.array()) {
          texts.push_back(extensions_beside(name, report, kReportFields));
        }
      } else {
        add_extension(texts, name, value);
      }
    }
    const std::string text = sorted(std::move(texts));
    return text.empty() ? text : "sensorElement" + text;
  }

  HashNames names_;
};

}  // namespace

Result<std::string> event_hash_input(const Json& event, const Json* document_context) {
  if (event.text("type").empty()) {
    return fail(ErrorCode::kInvalidArgument, "epcis.missing-member",
                {{"name", "type"}, {"pointer", ""}});
  }
  return Writer(document_context, event.find("@context")).event(event);
}

Result<std::string> event_hash(const Json& event, const Json* document_context) {
  TRY_ASSIGN(const std::string input, event_hash_input(event, document_context));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest.data());
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "ni:///sha-256;";
  for (const unsigned char octet : digest) {
    out += kHex[octet >> 4];
    out += kHex[octet & 15];
  }
  return out + "?ver=CBV2.0";
}

}  // namespace nianlun
