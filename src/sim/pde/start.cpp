#include "sim/pde/start.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/io/field_series.hpp"
#include "sim/pde/grid_field.hpp"

namespace tessera::sim::pde {

StartValues draw_start(const StartParams& params, std::uint32_t seed, std::uint64_t start) {
  const Random random(seed, RandomPurpose::pde_start);
  const auto first = random.uniform(start, 0, 0), second = random.uniform(start, 0, 1);
  return {*params.amplitude + *params.amplitude_width * (first.first - 0.5),
          *params.spread + *params.spread_width * (first.second - 0.5),
          *params.offset + *params.offset_width * (second.first - 0.5)};
}

GridFormulas::GridFormulas(const PdeParams& params, const std::vector<std::string>& formulas,
                           const SpectralSpace& space)
    : program_(deck::compile_formulas(start_names(params), formulas)),
      num_points_(static_cast<std::size_t>(space.num_values())) {
  const std::size_t directions = params.dimensions();
  for (std::size_t d = 0; d < directions; ++d) {
    const bool is_slowest = d + 1 == directions;
    const std::int64_t first = is_slowest ? space.first_row() : 0,
                       count = is_slowest ? space.num_rows() : params.points[d];
    auto& axis = coordinates_.emplace_back();
    for (std::int64_t n = first; n < first + count; ++n)
      axis.push_back(static_cast<double>(n) * params.length[d] / static_cast<double>(params.points[d]));
  }
}

void GridFormulas::evaluate(const StartValues& values, std::span<double> fields) const {
  const auto& x = coordinates_[0];
  const std::size_t directions = coordinates_.size(), lines = x.empty() ? 0 : num_points_ / x.size();
  std::vector<double*> outputs(static_cast<std::size_t>(program_.num_outputs()));
  for (std::size_t line = 0; line < lines; ++line) {
    std::vector<deck::Program::Column> inputs{{x.data(), false}};
    if (directions > 1) inputs.push_back({&coordinates_[1][line % coordinates_[1].size()], true});
    if (directions > 2) inputs.push_back({&coordinates_[2][line / coordinates_[1].size()], true});
    for (const double* value : {&values.amplitude, &values.spread, &values.offset}) inputs.push_back({value, true});
    for (std::size_t n = 0; n < outputs.size(); ++n) outputs[n] = fields.data() + n * num_points_ + line * x.size();
    program_.evaluate(inputs.data(), x.size(), outputs.data());
  }
}

void require_finite(const PdeParams& params, const SpectralSpace& space, std::span<const double> fields,
                    const std::string& source) {
  const auto bad = std::find_if(fields.begin(), fields.end(), [](double value) { return !std::isfinite(value); });
  if (bad == fields.end()) return;
  const std::int64_t number = bad - fields.begin(), here = number % space.num_values();
  std::int64_t point = here + space.first_row() * (params.num_points() / params.points.back());
  std::string place;
  for (std::size_t d = 0; d < params.dimensions(); point /= params.points[d], ++d)
    place += fmt::format(
        "{}{} = {:.6g}", d > 0 ? ", " : "", "xyz"[d],
        static_cast<double>(point % params.points[d]) * params.length[d] / static_cast<double>(params.points[d]));
  const auto field = static_cast<std::size_t>(number / space.num_values());
  throw Error::input(fmt::format("{}: {} is {} at {}; expected finite numbers everywhere", source,
                                 defaults_of(params.equation).fields[field],
                                 std::isnan(*bad) ? "not a number" : "infinite", place));
}

std::vector<double> read_start(const Comm& comm, const PdeParams& params, const SpectralSpace& space) {
  std::vector<double> values;
  for (const auto& name : defaults_of(params.equation).fields) {
    GridField grid(comm, params, space, std::string(name));
    data::read_field(params.start.file, grid.field());
    const auto field = grid.read();
    values.insert(values.end(), field.begin(), field.end());
  }
  return values;
}

}  // namespace tessera::sim::pde
