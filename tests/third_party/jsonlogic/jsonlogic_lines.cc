// Reads {"rule": ..., "data": ...} as JSON lines and prints for each {"value": ...} or
// {"error": "message.id"}: our side of the comparison with json-logic-js.

#include <iostream>
#include <string>

#include "ledger/jsonlogic.h"

int main() {
  using nianlun::Json;
  for (std::string line; std::getline(std::cin, line);) {
    const auto parsed = Json::parse(line);
    if (!parsed) {
      std::cerr << "not a JSON line: " << line << '\n';
      return 1;
    }
    const auto value = nianlun::evaluate(*parsed->find("rule"), *parsed->find("data"));
    Json out;
    if (value) {
      out.set("value", *value);
    } else {
      out.set("error", value.error().message);
    }
    std::cout << out.dump() << '\n';
  }
  return 0;
}
