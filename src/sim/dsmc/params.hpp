// What a deck says about a stage of direct simulation Monte Carlo.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/box.hpp"
#include "deck/binder.hpp"
#include "deck/formula.hpp"
#include "deck/named_number.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::dsmc {

inline constexpr int max_species = 8;

/// Low and high side of x, of y, of z.
inline constexpr int num_sides = 6;
inline constexpr const char* side_names[num_sides] = {"x_low", "x_high", "y_low", "y_high", "z_low", "z_high"};

enum class SideKind { periodic, specular, diffuse, inflow, outflow };

struct SideParams {
  SideKind kind = SideKind::diffuse;
  double temperature = 1.0, accommodation = 1.0;
  std::vector<double> velocity = {0.0, 0.0, 0.0};
  std::vector<double> density;  ///< inflow: of each species
};
void bind(deck::Binder& binder, SideParams& params);

/// A Maxwellian of one species, or what has the same moments up to the temperature; several of them add up.
struct StartParams {
  std::string species;  ///< empty: the only one
  std::string density = "1", temperature = "1";
  std::vector<std::string> velocity = {"0", "0", "0"};
  double shape = 0.0;
};

struct DsmcBoxParams {
  std::vector<double> low = {0.0, 0.0, 0.0}, length = {1.0, 1.0, 1.0};
};
void bind(deck::Binder& binder, DsmcBoxParams& params);

struct SamplingParams {
  std::int64_t start = 0, every = 1;  ///< steps
  std::int64_t blocks = 20;
};
void bind(deck::Binder& binder, SamplingParams& params);

struct DsmcParams {
  std::int64_t particles = 100'000;
  std::vector<std::int64_t> cells;  ///< one number a direction of space, none to three
  std::int64_t steps = 1000;
  double dt = 0.01;
  double boltzmann = 1.0;
  DsmcBoxParams box;
  GasParams gas;
  std::vector<deck::NamedNumber> parameters;
  std::vector<StartParams> initial;
  std::array<std::optional<SideParams>, num_sides> sides;  ///< periodic where there is none
  SamplingParams sampling;

  int dimensions() const { return static_cast<int>(cells.size()); }
  int num_species() const { return static_cast<int>(gas.species.size()); }
  /// The same, every one of them.
  std::array<SideParams, num_sides> all_sides() const;
  /// Periodic in directions that space has not.
  data::Box whole_box() const;
  /// As a mesh is made with: {1} for a homogeneous gas.
  std::vector<std::int64_t> mesh_cells() const;
  double cell_volume() const;
  int species_index(const std::string& name) const;  ///< -1: there is none of that name
};
void bind(deck::Binder& binder, DsmcParams& params);

/// What formulas may speak of: x, y, z and the deck's parameters.
deck::FormulaNames start_names(const DsmcParams& params);

}  // namespace tessera::sim::dsmc
