#include "sim/linear/system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "deck/deck.hpp"
#include "sim/linear/cable.hpp"
#include "sim/linear/stored_system.hpp"

namespace tessera::sim::linear {

namespace {

using math::Matrix;

constexpr std::array<std::pair<const char*, std::int64_t>, 5> cables{
    {{"cm1", 10}, {"cm2", 30}, {"cm3", 60}, {"cm4", 120}, {"cm5", 240}}};

/// Of a cable; nothing for other systems.
std::optional<std::int64_t> elements_of(const std::string& id, std::optional<std::int64_t> elements) {
  if (id == "cm") {
    if (!elements) throw Error::input("a cable of any size (id = \"cm\") needs a number of elements");
    if (*elements < 1) throw Error::input(fmt::format("a cable of {} elements", *elements));
    return elements;
  }
  const auto ids = system_ids();
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    const std::string nearest = deck::nearest_name(id, ids);
    throw Error::input(fmt::format("there is no linear system '{}'; there are {}{}", id, fmt::join(ids, ", "),
                                   nearest.empty() ? "" : fmt::format(". Did you mean '{}'?", nearest)));
  }
  if (elements)
    throw Error::input(fmt::format("'{}' has the size it has: elements are for the cable of any size, \"cm\"", id));
  for (const auto& [name, count] : cables)
    if (id == name) return count;
  return {};
}

/// "ac9" before "ac10".
bool comes_before(const std::string& a, const std::string& b) {
  const auto split = [](const std::string& id) {
    const std::size_t digits = std::min(id.find_first_of("0123456789"), id.size());
    return std::make_pair(id.substr(0, digits), digits < id.size() ? std::stoi(id.substr(digits)) : 0);
  };
  return split(a) < split(b);
}

LinearSystem cable_system(const std::string& id, std::int64_t elements) {
  const Cable cable(elements);
  const auto n = static_cast<int>(elements);
  LinearSystem system = cable_without_a(id, elements);
  system.a = Matrix(2 * n, 2 * n);
  system.a.set_block(0, n, Matrix::identity(n));
  system.a.set_block(n, 0, -1.0 * divide_by_mass(cable, dense(cable.stiffness, n)));
  system.a.set_block(n, n, -1.0 * divide_by_mass(cable, dense(cable.damping, n)));
  return system;
}

}  // namespace

LinearSystem cable_without_a(const std::string& id, std::int64_t elements) {
  const Cable cable(elements);
  const auto n = static_cast<int>(elements);
  LinearSystem system;
  system.id = id;
  system.title = fmt::format("cable with a mass, {} elements", elements);
  system.source = "COMPleib CM1 to CM5, after J. Burns and B. King";
  Matrix end(n, 1);
  end(n - 1, 0) = 1.0;
  const Matrix push = divide_by_mass(cable, end);
  system.b1 = math::above(Matrix(n, 1), push);
  system.b2 = math::above(Matrix(n, 1), cable_control * push);
  system.c = Matrix(2, 2 * n);
  system.c(0, n - 1) = system.c(1, 2 * n - 1) = 1.0;
  system.c1 = math::above(system.c, Matrix(1, 2 * n));
  system.d11 = Matrix(3, 1);
  system.d12 = Matrix{{0.0}, {0.0}, {std::sqrt(cable_control_weight)}};
  system.d21 = Matrix{{0.0}, {1.0}};
  return system;
}

std::vector<std::string> system_ids() {
  std::vector<std::string> ids = stored_ids();
  ids.emplace_back("cm");
  for (const auto& [name, count] : cables) ids.emplace_back(name);
  std::sort(ids.begin(), ids.end(), comes_before);
  return ids;
}

SystemInfo system_info(const std::string& id, std::optional<std::int64_t> elements) {
  if (const auto cable = elements_of(id, elements)) return {2 * *cable, 1, 2, 1, false, *cable};
  const LinearSystem& system = stored_system(id);
  return {system.a.rows(), system.b2.cols(), system.c.rows(), system.b1.cols(), system.is_discrete, 0};
}

LinearSystem linear_system(const std::string& id, std::optional<std::int64_t> elements) {
  const auto cable = elements_of(id, elements);
  return cable ? cable_system(id, *cable) : stored_system(id);
}

}  // namespace tessera::sim::linear
