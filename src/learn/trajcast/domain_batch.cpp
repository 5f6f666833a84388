#include "learn/trajcast/domain_batch.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::learn::trajcast {

namespace {

using data::Box;
using data::Column;
using data::Particles;
using data::Vec3;

template <class View>
auto on_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

/// All of them on the rank that has the pair, none elsewhere.
Particles particles_of(const Comm& comm, const Pair& pair) {
  Particles particles(comm);
  data::add_standard_columns(particles);
  for (const char* name : {"velocity", "displacement", "new_velocity"}) particles.add<double>(name, 3, Column::saved);
  const int count = pair.num_atoms();
  particles.resize_owned(count);
  const auto set = [&](std::string_view name, const std::vector<double>& values) {
    const auto column = particles.get<double>(name);
    const auto host = Kokkos::create_mirror_view(column);
    for (int i = 0; i < count; ++i)
      for (int c = 0; c < 3; ++c) host(i, c) = values[static_cast<std::size_t>(3 * i + c)];
    Kokkos::deep_copy(column, host);
  };
  set("position", pair.position);
  set("velocity", pair.velocity);
  set("displacement", pair.displacement);
  set("new_velocity", pair.new_velocity);
  Kokkos::deep_copy(particles.get<int>("image"), 0);
  const auto id = Kokkos::create_mirror_view(particles.get<std::int64_t>("id"));
  const auto type = Kokkos::create_mirror_view(particles.get<int>("type"));
  for (int i = 0; i < count; ++i) {
    id(i, 0) = i + 1;
    type(i, 0) = pair.type[static_cast<std::size_t>(i)];
  }
  Kokkos::deep_copy(particles.get<std::int64_t>("id"), id);
  Kokkos::deep_copy(particles.get<int>("type"), type);
  return particles;
}

}  // namespace

Box fit_open_sides(const Box& box, const std::vector<double>& position, double least) {
  double low[3] = {0.0, 0.0, 0.0}, length[3] = {1.0, 1.0, 1.0};
  for (int d = 0; d < 3 && !position.empty(); ++d) {
    if (box.is_periodic[d]) continue;
    double first = HUGE_VAL, last = -HUGE_VAL;
    for (std::size_t n = 0; n < position.size(); n += 3) {
      const double s = box.to_fractional({position[n], position[n + 1], position[n + 2]})[d];
      first = std::min(first, s);
      last = std::max(last, s);
    }
    length[d] = std::max(last - first, least / box.height(d));
    low[d] = 0.5 * (first + last - length[d]);
  }
  double vectors[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c) vectors[d][c] = length[d] * box.cell[d][c];
  return Box::triclinic(box.to_cartesian({low[0], low[1], low[2]}), vectors,
                        {box.is_periodic[0], box.is_periodic[1], box.is_periodic[2]});
}

void DomainBatch::spread(const PairSet& pairs, std::int64_t number) {
  const Region region("trajcast/spread");
  const Comm& comm = pairs.comm();
  const int owner = pairs.owner(number);
  Box box;
  Particles particles = agree(comm, [&] {
    if (comm.rank() != owner) return particles_of(comm, {});
    Pair pair = pairs.get(number);
    if (parameters_.conservation == Conservation::angular) make_whole(pair.box, pair.position);
    box = fit_open_sides(pair.box, pair.position, parameters_.cutoff);
    return particles_of(comm, pair);
  });
  comm.broadcast(box, owner);
  const data::Tiling tiling(comm, box);
  data::migrate(tiling, particles);
  data::Neighbourhood neighbourhood;
  neighbourhood.build(tiling, particles, parameters_.cutoff, data::PairCount::full);
  edges_.plan(tiling, particles, neighbourhood);
  edges_.find(particles, neighbourhood, parameters_.cutoff);
  fill(particles, box);
}

/// Owned atoms and their targets, and the edges to them.
void DomainBatch::fill(const Particles& particles, const Box& box) {
  const auto position = on_host(particles.get<double>("position")),
             velocity = on_host(particles.get<double>("velocity")),
             displacement = on_host(particles.get<double>("displacement")),
             new_velocity = on_host(particles.get<double>("new_velocity"));
  const auto image = on_host(particles.get<int>("image")), type = on_host(particles.get<int>("type"));
  const auto id = on_host(particles.get<std::int64_t>("id"));
  batch_ = {};
  places_.clear();
  Graph& graph = batch_.graph;
  for (int i = 0; i < particles.num_owned(); ++i) {
    places_.push_back(id(i, 0) - 1);
    graph.species.push_back(type(i, 0));
    graph.masses.push_back(masses_.at(static_cast<std::size_t>(type(i, 0))));
    const Vec3 shift = box.shift({image(i, 0), image(i, 1), image(i, 2)});
    for (int c = 0; c < 3; ++c) {
      graph.positions.push_back(position(i, c) + shift[c]);
      graph.velocities.push_back(velocity(i, c));
    }
    for (int c = 0; c < 3; ++c) batch_.target.push_back(displacement(i, c) / parameters_.displacement_scale);
    for (int c = 0; c < 3; ++c) batch_.target.push_back(new_velocity(i, c) / parameters_.velocity_scale);
  }
  graph.num_atoms = particles.num_owned();
  graph.num_ghosts = edges_.num_rows() - particles.num_owned();
  graph.configuration.assign(graph.species.size(), 0);
  HostEdges edges = to_host(edges_.edges());
  graph.first_edge = std::move(edges.first_edge);
  graph.sender = std::move(edges.sender);
  graph.edge_vectors = std::move(edges.vector);
}

}  // namespace tessera::learn::trajcast
