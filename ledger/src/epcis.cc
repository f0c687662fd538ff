#include "ledger/epcis.h"

#include "epcis_check.h"
#include "ledger/identifier.h"

namespace nianlun {
namespace {

Result<void> check(const Json& value, Shape shape) {
  EpcisCheck check;
  if (check.passes(value, shape)) return {};
  return check.error();
}

enum class Level { kInstance, kClass };

/// Whether an identifier is well-formed and of the right level.
bool fits(EpcisCheck& check, const Json& value, Level level) {
  const auto identifier = identify(value.string());
  if (!identifier) return check.fault("epcis.bad-identifier", value.string());
  if (level == Level::kInstance && identifier->kind == IdentifierKind::kClass) {
    return check.fault("epcis.class-as-instance");
  }
  if (level == Level::kClass && identifier->kind == IdentifierKind::kInstance) {
    return check.fault("epcis.instance-as-class");
  }
  return true;
}

bool instances(EpcisCheck& check, const Json& event, std::string_view name) {
  const Json* list = event.find(name);
  if (list == nullptr) return true;
  for (std::size_t i = 0; i < list->array().size(); ++i) {
    if (!fits(check, list->array()[i], Level::kInstance)) {
      check.inside(std::to_string(i));
      return check.inside(name);
    }
  }
  return true;
}

bool quantity(EpcisCheck& check, const Json& element) {
  if (!fits(check, *element.find("epcClass"), Level::kClass)) return check.inside("epcClass");
  if (element.find("uom") != nullptr && element.find("quantity") == nullptr) {
    return check.fault("epcis.unit-without-quantity");
  }
  return true;
}

bool quantities(EpcisCheck& check, const Json& event, std::string_view name) {
  const Json* list = event.find(name);
  if (list == nullptr) return true;
  for (std::size_t i = 0; i < list->array().size(); ++i) {
    if (!quantity(check, list->array()[i])) {
      check.inside(std::to_string(i));
      return check.inside(name);
    }
  }
  return true;
}

bool has_items(const Json& event, std::string_view name) {
  const Json* list = event.find(name);
  return list != nullptr && !list->array().empty();
}

bool standard(EpcisCheck& check, const Json& event) {
  const std::string_view type = event.text("type");
  const std::string_view action = event.text("action");
  if (type.find(':') != std::string_view::npos) return true;  // an extension's rules are its own
  if (type == "AggregationEvent" && action != "OBSERVE" && event.find("parentID") == nullptr) {
    return check.fault("epcis.missing-member", "parentID");
  }
  const bool names_something = has_items(event, "epcList") || has_items(event, "quantityList");
  if (type == "ObjectEvent" && !names_something && !has_items(event, "sensorElementList")) {
    return check.fault("epcis.no-object");
  }
  if (type == "TransactionEvent" && !names_something && action != "DELETE" &&
      event.find("parentID") == nullptr) {
    return check.fault("epcis.no-object");
  }
  if (const Json* parent = event.find("parentID")) {
    if (!fits(check, *parent, Level::kInstance)) return check.inside("parentID");
  }
  for (const std::string_view name : {"epcList", "childEPCs", "inputEPCList", "outputEPCList"}) {
    if (!instances(check, event, name)) return false;
  }
  for (const std::string_view name :
       {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}) {
    if (!quantities(check, event, name)) return false;
  }
  return true;
}

}  // namespace

Result<void> validate_document(const Json& document) {
  const std::string_view type = document.text("type");
  if (type == "EPCISDocument") return check(document, Shape::kDocument);
  if (type == "EPCISQueryDocument") return check(document, Shape::kQueryDocument);
  return fail(ErrorCode::kInvalidArgument, "epcis.document-type", {{"pointer", ""}});
}

Result<void> validate_event(const Json& event) { return check(event, Shape::kEvent); }

Result<void> validate_bare_event(const Json& event) {
  if (event.is_object() && event.find("@context") == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "epcis.missing-member",
                {{"pointer", ""}, {"name", "@context"}});
  }
  return validate_event(event);
}

Result<void> check_standard(const Json& event) {
  EpcisCheck check;
  if (standard(check, event)) return {};
  return check.error();
}

}  // namespace nianlun
