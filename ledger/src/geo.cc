#include "ledger/geo.h"

#include <algorithm>
#include <array>
#include <optional>

namespace nianlun {
namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t kDegreeE7 = 10'000'000;

// cos(0°), cos(1°), ... cos(90°) in units of 1e-9. Between two degrees the line through them is
// off by at most 1/26,000 of the cosine, as its second derivative is the cosine itself.
constexpr std::array<std::int64_t, 91> kCosineE9 = {
    1'000'000'000, 999'847'695, 999'390'827, 998'629'535, 997'564'050, 996'194'698, 994'521'895,
    992'546'152,   990'268'069, 987'688'341, 984'807'753, 981'627'183, 978'147'601, 974'370'065,
    970'295'726,   965'925'826, 961'261'696, 956'304'756, 951'056'516, 945'518'576, 939'692'621,
    933'580'426,   927'183'855, 920'504'853, 913'545'458, 906'307'787, 898'794'046, 891'006'524,
    882'947'593,   874'619'707, 866'025'404, 857'167'301, 848'048'096, 838'670'568, 829'037'573,
    819'152'044,   809'016'994, 798'635'510, 788'010'754, 777'145'961, 766'044'443, 754'709'580,
    743'144'825,   731'353'702, 719'339'800, 707'106'781, 694'658'370, 681'998'360, 669'130'606,
    656'059'029,   642'787'610, 629'320'391, 615'661'475, 601'815'023, 587'785'252, 573'576'436,
    559'192'903,   544'639'035, 529'919'264, 515'038'075, 500'000'000, 484'809'620, 469'471'563,
    453'990'500,   438'371'147, 422'618'262, 406'736'643, 390'731'128, 374'606'593, 358'367'950,
    342'020'143,   325'568'154, 309'016'994, 292'371'705, 275'637'356, 258'819'045, 241'921'896,
    224'951'054,   207'911'691, 190'808'995, 173'648'178, 156'434'465, 139'173'101, 121'869'343,
    104'528'463,   87'155'743,  69'756'474,  52'335'956,  34'899'497,  17'452'406,  0,
};

Unexpected invalid(std::string_view text) {
  constexpr std::size_t kShownBytesMax = 64;
  return fail(ErrorCode::kInvalidArgument, "geo.uri",
              {{"text", std::string(text.substr(0, kShownBytesMax))}});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equal_without_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

/// `num` of RFC 5870: ["-"] 1*DIGIT ["." 1*DIGIT]; what stands before and after the point.
struct Number {
  bool negative = false;
  std::string_view before;
  std::string_view after;
};

std::optional<Number> read_number(std::string_view text) {
  Number number;
  if (text.starts_with('-')) number.negative = true, text.remove_prefix(1);
  const std::size_t point = text.find('.');
  number.before = text.substr(0, point);
  if (number.before.empty() || !std::ranges::all_of(number.before, is_digit)) return {};
  if (point != std::string_view::npos) {
    number.after = text.substr(point + 1);
    if (number.after.empty() || !std::ranges::all_of(number.after, is_digit)) return {};
  }
  return number;
}

/// An angle of at most `degrees_max`, exactly.
std::optional<std::int64_t> read_angle_e7(std::string_view text, std::int64_t degrees_max) {
  constexpr std::size_t kDecimalsMax = 7;
  const std::optional<Number> number = read_number(text);
  if (!number || number->after.size() > kDecimalsMax) return {};
  std::int64_t value = 0;
  for (const char c : number->before) {
    value = value * 10 + (c - '0');
    if (value > degrees_max) return {};
  }
  for (std::size_t i = 0; i < kDecimalsMax; ++i) {
    value = value * 10 + (i < number->after.size() ? number->after[i] - '0' : 0);
  }
  if (value > degrees_max * kDegreeE7) return {};
  return number->negative ? -value : value;
}

/// The text before the first `separator`, which is taken away from `rest` with it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

/// `paramchar` of RFC 5870: unreserved, a few punctuation marks, and escaped octets.
bool is_parameter_value(std::string_view text) {
  static constexpr std::string_view kMarks = "-_.!~*'()[]:&+$";
  const auto hex = [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !hex(text[i + 1]) || !hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_digit(c) && !(lower(c) >= 'a' && lower(c) <= 'z') &&
               kMarks.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

/// Whether parameter number `index` is one that may stand there: crs first, then u, then others.
bool is_parameter(std::string_view parameter, std::size_t index, bool after_crs) {
  std::string_view value = parameter;
  const std::string_view name = take_until(value, '=');
  const bool valued = name.size() < parameter.size();
  if (equal_without_case(name, "crs")) return index == 0 && equal_without_case(value, "wgs84");
  if (equal_without_case(name, "u")) {
    const std::optional<Number> number = read_number(value);
    return number && !number->negative && index == (after_crs ? 1U : 0U);
  }
  const auto label = [](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, label) &&
         (valued ? !value.empty() && is_parameter_value(value) : true);
}

/// Twice the signed area of the triangle a, b, c: zero if they lie on one line.
Wide cross(const Position& a, const Position& b, const Position& c) {
  return static_cast<Wide>(b.longitude_e7 - a.longitude_e7) * (c.latitude_e7 - a.latitude_e7) -
         static_cast<Wide>(b.latitude_e7 - a.latitude_e7) * (c.longitude_e7 - a.longitude_e7);
}

bool between(std::int64_t value, std::int64_t a, std::int64_t b) {
  return value >= std::min(a, b) && value <= std::max(a, b);
}

/// Millimetres east and north of a point, on the plane that touches the sphere there.
struct Offset {
  std::int64_t east_mm = 0;
  std::int64_t north_mm = 0;
};
Offset offset(const Position& from, const Position& to) {
  constexpr Wide kUnitNm = 11'119'508;
  constexpr Wide kMmNm = 1'000'000;
  const Wide north_nm = (to.latitude_e7 - from.latitude_e7) * kUnitNm;
  const Wide east_nm = (to.longitude_e7 - from.longitude_e7) * kUnitNm *
                       cosine_e9((from.latitude_e7 + to.latitude_e7) / 2) / 1'000'000'000;
  return {static_cast<std::int64_t>(east_nm / kMmNm), static_cast<std::int64_t>(north_nm / kMmNm)};
}

}  // namespace

Result<Position> parse_geo_uri(std::string_view text) {
  std::string_view rest = text;
  if (!equal_without_case(take_until(rest, ':'), "geo")) return invalid(text);
  const bool parameters = rest.find(';') != std::string_view::npos;
  std::string_view coordinates = take_until(rest, ';');
  const auto commas = std::ranges::count(coordinates, ',');
  if (commas != 1 && commas != 2) return invalid(text);
  const auto latitude = read_angle_e7(take_until(coordinates, ','), 90);
  const auto longitude = read_angle_e7(take_until(coordinates, ','), 180);
  if (!latitude || !longitude) return invalid(text);
  if (commas == 2 && !read_number(coordinates)) return invalid(text);
  if (parameters) {
    bool after_crs = false;
    std::size_t index = 0;
    do {
      const bool last = rest.find(';') == std::string_view::npos;
      const std::string_view parameter = take_until(rest, ';');
      if (!is_parameter(parameter, index, after_crs)) return invalid(text);
      if (!last && rest.empty()) return invalid(text);
      if (index == 0) after_crs = equal_without_case(parameter.substr(0, 4), "crs=");
      ++index;
    } while (!rest.empty());
  }
  return Position{*latitude, *longitude};
}

bool within(const Position& point, std::span<const Position> ring) {
  bool inside = false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Position& a = ring[i];
    const Position& b = ring[(i + 1) % ring.size()];
    const Wide side = cross(a, b, point);
    if (side == 0 && between(point.latitude_e7, a.latitude_e7, b.latitude_e7) &&
        between(point.longitude_e7, a.longitude_e7, b.longitude_e7)) {
      return true;
    }
    // A ray to the east crosses the edge if one end is above and the other not, and the point
    // lies to the west of the edge.
    const bool a_above = a.latitude_e7 > point.latitude_e7;
    const bool b_above = b.latitude_e7 > point.latitude_e7;
    if (a_above != b_above && (side > 0) == b_above) inside = !inside;
  }
  return inside;
}

bool near_edge(const Position& point, std::span<const Position> ring, std::int64_t distance_mm) {
  constexpr std::int64_t kFarMm = 100'000'000;
  const auto far = [](const Offset& at) {
    return at.east_mm < -kFarMm || at.east_mm > kFarMm || at.north_mm < -kFarMm ||
           at.north_mm > kFarMm;
  };
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Position& end = ring[(i + 1) % ring.size()];
    if (!farther_than(point, ring[i], distance_mm)) return true;
    const Offset a = offset(point, ring[i]);
    const Offset b = offset(point, end);
    if (far(a) || far(b)) continue;
    const Wide east = b.east_mm - a.east_mm;
    const Wide north = b.north_mm - a.north_mm;
    const Wide along = -(a.east_mm * east + a.north_mm * north);
    const Wide length = east * east + north * north;
    if (along < 0 || along > length) continue;  // an end is nearest
    const Wide area = a.east_mm * north - a.north_mm * east;
    if (area * area <= static_cast<Wide>(distance_mm) * distance_mm * length) return true;
  }
  return false;
}

std::int64_t cosine_e9(std::int64_t latitude_e7) {
  const std::int64_t angle_e7 = latitude_e7 < 0 ? -latitude_e7 : latitude_e7;
  const auto degree = static_cast<std::size_t>(std::min<std::int64_t>(angle_e7 / kDegreeE7, 89));
  const std::int64_t over_e7 = angle_e7 - static_cast<std::int64_t>(degree) * kDegreeE7;
  return kCosineE9[degree] + (kCosineE9[degree + 1] - kCosineE9[degree]) * over_e7 / kDegreeE7;
}

bool farther_than(const Position& a, const Position& b, std::int64_t distance_mm) {
  constexpr std::int64_t kHalfAroundMm = 20'015'115'000;  // no two places are farther apart
  constexpr std::int64_t kUnitNm = 11'119'508;            // 1e-7 degree of a great circle
  constexpr std::int64_t kMmNm = 1'000'000;
  constexpr std::int64_t kAroundE7 = 360 * kDegreeE7;
  if (distance_mm < 0) return true;
  if (distance_mm >= 2 * kHalfAroundMm) return false;  // the approximation never goes beyond
  const std::int64_t middle_e7 = (a.latitude_e7 + b.latitude_e7) / 2;
  std::int64_t east_e7 =
      std::max(a.longitude_e7, b.longitude_e7) - std::min(a.longitude_e7, b.longitude_e7);
  east_e7 = std::min(east_e7, kAroundE7 - east_e7);
  const Wide north_nm = static_cast<Wide>(a.latitude_e7 - b.latitude_e7) * kUnitNm;
  const Wide east_nm = static_cast<Wide>(east_e7) * kUnitNm * cosine_e9(middle_e7) / 1'000'000'000;
  const Wide limit_nm = static_cast<Wide>(distance_mm) * kMmNm;
  return north_nm * north_nm + east_nm * east_nm > limit_nm * limit_nm;
}

}  // namespace nianlun
