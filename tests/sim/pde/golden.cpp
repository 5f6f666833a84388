#include "golden.hpp"

#include <cmath>
#include <cstdlib>
#include <numbers>

#include "catch.hpp"
#include "data/io/h5_input.hpp"
#include "stage_deck.hpp"

namespace tessera::test {

using data::h5::Id;
using data::h5::Input;
using sim::pde::Equation;

PdeGolden::PdeGolden(Equation equation) {
  const std::string name = sim::pde::name_of(equation);
  if (const char* folder = std::getenv("TESSERA_GOLDEN")) {
    path_ = std::string(folder) + "/pde_" + name + ".h5";
  } else {
    path_ = data_path("controlgym/pde.h5");
    prefix_ = name + "/";
  }
}

bool PdeGolden::has(const std::string& name) const {
  const Input file(path_);
  return Input::has(file.id(), prefix_ + name);
}

std::vector<double> PdeGolden::numbers(const std::string& name) const {
  const Input file(path_);
  const Id set = file.open_dataset(file.id(), prefix_ + name, name);
  const auto extents = data::h5::extents(set);
  std::size_t size = 1;
  for (const auto n : extents) size *= static_cast<std::size_t>(n);
  std::vector<double> values(size);
  file.read_block(set, std::vector<hsize_t>(extents.size()), extents, H5T_NATIVE_DOUBLE, values.data(), name);
  return values;
}

std::vector<std::int64_t> PdeGolden::steps(const std::string& group) const {
  std::vector<std::int64_t> steps;
  if (has(group + "/step_index")) {
    for (const double step : numbers(group + "/step_index")) steps.push_back(static_cast<std::int64_t>(step));
    return steps;
  }
  const auto rows = numbers(group + "/state").size() / numbers("initial_state").size();
  for (std::size_t n = 0; n < rows; ++n) steps.push_back(static_cast<std::int64_t>(n));
  return steps;
}

std::vector<double> PdeGolden::state(const std::string& group, std::size_t n) const {
  const auto all = numbers(group + "/state");
  const auto width = static_cast<std::ptrdiff_t>(numbers("initial_state").size());
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(n) * width;
  return {first, first + width};
}

sim::pde::PdeParams read_params(const std::string& keys) { return read_stage<sim::pde::PdeParams>(keys); }

sim::pde::PdeParams golden_params(Equation equation, sim::Fidelity fidelity) {
  const bool is_reference = fidelity == sim::Fidelity::reference;
  return read_params("id = \"" + sim::pde::name_of(equation) + "\"\nfidelity = \"" +
                     (is_reference ? "reference" : "corrected") +
                     "\"\nplacement = \"integer\"\nsensor_noise = 0\n"
                     "[stage.start]\namplitude_width = 0\nspread_width = 0\noffset_width = 0\n");
}

std::vector<double> golden_actions(Equation equation, std::int64_t step) {
  const auto amplitude = [&] {
    switch (equation) {
      case Equation::burgers:
        return 0.5;
      case Equation::ginzburg_landau:
      case Equation::kuramoto_sivashinsky:
        return 0.2;
      case Equation::fisher:
        return 0.1;
      case Equation::convection_diffusion_reaction:
      case Equation::wave:
        return 0.05;
      case Equation::schrodinger:
        return 0.02;
      default:
        return 1.0;
    }
  }();
  std::vector<double> actions;
  for (int j = 0; j < 8; ++j)
    actions.push_back(amplitude *
                      std::sin(2.0 * std::numbers::pi * static_cast<double>(step + 1) / (10.0 + 3.0 * j) + 0.7 * j));
  return actions;
}

sim::Environment::Rows to_rows(const std::vector<double>& values) {
  sim::Environment::Rows rows("rows", 1, values.size());
  data::set_rows(rows, 0, values);
  return rows;
}

}  // namespace tessera::test
