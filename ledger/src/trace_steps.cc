#include <algorithm>

#include "evidence.h"
#include "ledger/trace.h"
#include "trace_teller.h"
#include "trace_walk.h"
#include "trace_words.h"
#include "try.h"

namespace nianlun {
namespace {

/// What is asked for: an item of the ledger, or one that its first step will make.
struct Subject {
  std::string id;
  std::shared_ptr<const Profile> profile;
  const Profile::Kind* kind = nullptr;
  std::string state;  ///< "new" for what the ledger has not seen
};

Result<Subject> subject_of(const Teller& teller, std::string_view id) {
  TRY_ASSIGN(std::string name, canonical_name(id, teller.genesis()));
  TRY_ASSIGN(const auto item, find_item(teller.state(), name));
  Subject subject;
  if (item) {
    subject.profile = teller.book().newest(item->profile);
    subject.kind = teller.kind_of(*item);
    subject.state = item->now.state.empty() ? "new" : item->now.state;
  } else {
    for (const std::string& profile : teller.book().ids()) {
      subject.profile = teller.book().newest(profile);
      subject.kind = subject.profile->kind_of(name, teller.genesis().domain);
      subject.state = "new";
      if (subject.kind != nullptr) break;
    }
  }
  if (subject.kind == nullptr) return fail(ErrorCode::kNotFound, "trace.no-item", {{"id", name}});
  subject.id = std::move(name);
  return subject;
}

bool may_take(const Viewer& viewer, const Profile& profile, const Profile::Step& step) {
  if (viewer.roles.empty() || step.roles.empty()) return true;
  return std::ranges::any_of(step.roles, [&](const std::string& role) {
    return std::ranges::find(viewer.roles, profile.id + "/" + role) != viewer.roles.end();
  });
}

bool fits(const Subject& subject, const Profile::Step& step) {
  return std::ranges::any_of(step.items, [&](const Profile::Participant& participant) {
    return participant.kind == subject.kind->name && participant.accepts(subject.state);
  });
}

Json strings(const std::vector<std::string>& texts) {
  Json json{Json::Array()};
  for (const std::string& text : texts) json.push(text);
  return json;
}

/// What is asked of the item beside what the step requires, and why.
Result<Json> evidence_json(const Teller& teller, const Subject& subject,
                           const Profile::Step& step) {
  Json asked{Json::Array()};
  for (const Profile::Evidence& evidence : step.evidence) {
    TRY_ASSIGN(const bool is,
               is_asked(teller.state(), *subject.profile, step, evidence, subject.id));
    if (!is) continue;
    asked.push(Json()
                   .set("member", evidence.member)
                   .set("name", texts_json(evidence.text))
                   .set("reason", texts_json(evidence.reason)));
  }
  return asked;
}

Json step_json(const Profile& profile, const Profile::Step& step) {
  std::vector<std::string> clear = profile.public_members;
  clear.insert(clear.end(), step.public_members.begin(), step.public_members.end());
  Json items{Json::Array()};
  if (const Json* steps = profile.source.find("steps")) {
    const Json* written = steps->find(step.name);
    const Json* found = written == nullptr ? nullptr : written->find("items");
    if (found != nullptr) items = *found;
  }
  return Json()
      .set("step", profile.id + "/" + step.name)
      .set("name", texts_json(step.text))
      .set("roles", strings(step.roles))
      .set("event", step.event)
      .set("items", std::move(items))
      .set("required", strings(step.required))
      .set("public", strings(clear));
}

}  // namespace

Result<Json> next_steps(const Reading& reading, std::string_view id, const Viewer& viewer) {
  TRY_ASSIGN(const Teller teller, Teller::make(reading, viewer));
  TRY_ASSIGN(const Subject subject, subject_of(teller, id));
  Json steps{Json::Array()};
  for (const Profile::Step& step : subject.profile->steps) {
    if (fits(subject, step) && may_take(viewer, *subject.profile, step)) {
      TRY_ASSIGN(Json evidence, evidence_json(teller, subject, step));
      steps.push(step_json(*subject.profile, step).set("evidence", std::move(evidence)));
    }
  }
  return Json().set("item", subject.id).set("state", subject.state).set("steps", std::move(steps));
}

}  // namespace nianlun
