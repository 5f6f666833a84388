#include "sim/pde/grid_field.hpp"

#include "math/host_span.hpp"

namespace tessera::sim::pde {

namespace {

data::Mesh make_mesh(const Comm& comm, const PdeParams& params) {
  data::Vec3 edges{1.0, 1.0, 1.0};
  data::Int3 grid{1, 1, 1};
  for (std::size_t d = 0; d < params.dimensions(); ++d) edges[static_cast<int>(d)] = params.length[d];
  grid[static_cast<int>(params.dimensions()) - 1] = comm.size();
  const auto box = data::Box::orthogonal({0.0, 0.0, 0.0}, edges);
  return {data::Tiling(comm, box, grid), params.points, data::Centring::node};
}

data::RowSpan rows_of(const data::Mesh& mesh) {
  const int slowest = mesh.dimensions() - 1;
  return {mesh.first()[static_cast<std::size_t>(slowest)], mesh.count()[slowest]};
}

}  // namespace

GridField::GridField(const Comm& comm, const PdeParams& params, const SpectralSpace& space, const std::string& name)
    : field_(make_mesh(comm, params), name, 1, 0),
      exchange_(comm, {{space.first_row(), space.num_rows()}}, {rows_of(field_.mesh())}),
      row_length_(static_cast<int>(params.num_points() / params.points.back())),
      num_values_(static_cast<std::size_t>(space.num_values())) {}

std::span<double> GridField::block() const {
  const auto values = field_.values();
  math::host_span(values);  // throws where it is not in host memory
  return {values.data(), values.size()};
}

void GridField::write(std::span<const double> values) { exchange_.forward(values, block(), row_length_); }

std::vector<double> GridField::read() {
  std::vector<double> values(num_values_);
  exchange_.backward(block(), values, row_length_);
  return values;
}

}  // namespace tessera::sim::pde
