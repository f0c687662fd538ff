#include "bindings.h"

#include "ledger/device.h"
#include "ledger/event_maker.h"
#include "ledger/src/try.h"
#include "terminal.h"

namespace nianlun::scanner {

std::vector<std::string> strings_at(const Json& event, std::string_view path) {
  std::vector<std::string> strings;
  const Json* found = at_path(event, path);
  if (found == nullptr) return strings;
  if (found->is_string()) strings.push_back(found->string());
  if (found->is_array()) {
    for (const Json& one : found->array()) {
      if (one.is_string()) strings.push_back(one.string());
    }
  }
  return strings;
}

void Bindings::learn(const Json& event, const Profile& profile) {
  const auto step = find_step(profile, event.text("nianlun:step"));
  if (!step) return;
  for (const Profile::Participant& participant : (*step)->items) {
    for (const std::string& item : strings_at(event, participant.in)) {
      if (!participant.to.empty()) states_[item] = participant.to;
    }
    bool out = participant.parent == Profile::Parent::kOut;
    std::string parent_in = participant.parent_in;
    if (participant.parent == Profile::Parent::kByAction) {
      if (participant.in != "childEPCs") continue;
      parent_in = "parentID";
      out = event.text("action") == "DELETE";
    }
    const std::vector<std::string> parents = strings_at(event, parent_in);
    if (!out && parents.empty()) continue;
    const std::vector<std::string> items = strings_at(event, participant.in);
    for (std::size_t i = 0; i < items.size(); ++i) {  // as many of both: side by side
      const bool paired = parents.size() == items.size();
      here_[items[i]] = out ? std::nullopt : std::optional(parents[paired ? i : 0]);
    }
  }
}

Result<void> Bindings::learn(const Outbox& outbox,
                             const std::vector<std::shared_ptr<const Profile>>& profiles) {
  return outbox.each([&](const OutboxEntry& entry) {
    if (entry.state == OutboxState::kRefused) return true;
    for (const auto& profile : profiles) {
      if (entry.event.text("nianlun:step").starts_with(profile->id + "/")) {
        learn(entry.event, *profile);
      }
    }
    return true;
  });
}

std::string Bindings::state_of(std::string_view item) const {
  if (const auto known = states_.find(item); known != states_.end()) return known->second;
  const std::optional<KnownItem> seen = store_.item(item);
  return seen ? std::string(seen->view.text("state")) : std::string();
}

std::optional<std::string> Bindings::thing_of(const std::string& tag) {
  if (const auto known = here_.find(tag); known != here_.end()) return known->second;
  std::optional<KnownItem> item = store_.item(tag);
  if (api_ != nullptr) {
    const auto view = api_->get_json("/items/" + path_segment(tag));
    if (view) item = KnownItem{.view = *view, .steps = Json(Json::Object{}), .saved_ms = now_ms()};
    if (!view && view.error().code == ErrorCode::kNotFound) return std::nullopt;
    if (!view && is_unreachable(view.error())) api_ = nullptr;  // a run does not wait each time
  }
  if (!item) return std::nullopt;
  // A server may answer for a tag with the thing that it is fastened to.
  const std::string_view id = item->view.text("id");
  if (!id.empty() && id != tag) return std::string(id);
  const std::string_view container = item->view.text("container");
  if (container.empty()) return std::nullopt;
  return std::string(container);
}

}  // namespace nianlun::scanner
