#include "sim/md/forces/bonded_rows.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <limits>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::sim::md {

namespace {

constexpr std::int64_t no_failure = std::numeric_limits<std::int64_t>::max();

/// Fills in the terms of one carrier.
struct FillTerms {
  Array2<std::int64_t> column;
  Array1<TypeUse> use;
  Array1<int> begin;
  Array2<int> atoms;
  Array1<int> types;
  Array2<double> position;
  data::RowIndex index;
  double reach2;
  int ids_per_row, carrier;

  /// `failure`: the least number of a slot, in the order of rows, that cannot be used.
  KOKKOS_FUNCTION void operator()(int i, std::int64_t& failure) const {
    const double here[3] = {position(i, 0), position(i, 1), position(i, 2)};
    const int numbers = static_cast<int>(column.extent(1));
    int term = begin(i);
    for (int at = 0; at < numbers; at += ids_per_row) {
      const std::int64_t type = column(i, at);
      if (type == 0) return;
      const std::int64_t place = static_cast<std::int64_t>(i) * numbers + at;
      const bool is_known = type <= static_cast<std::int64_t>(use.extent(0)) && use(type - 1) != TypeUse::missing;
      if (!is_known) failure = place < failure ? place : failure;
      if (!is_known || use(type - 1) != TypeUse::mine) continue;
      int next = at + 1;
      for (int n = 0; n < ids_per_row; ++n) {
        double distance2 = 0.0;
        const int row = n == carrier ? i : index.nearest(column(i, next++), position, here, distance2);
        if (row < 0 || distance2 > reach2) failure = place < failure ? place : failure;
        atoms(term, n) = row < 0 ? i : row;
      }
      types(term) = static_cast<int>(type) - 1;
      ++term;
    }
  }
};

/// Of `step` numbers each; `begin` gets where those of each owned row begin.
int count_terms(const Array2<std::int64_t>& column, const Array1<TypeUse>& use, int step, int num_owned,
                const Array1<int>& begin) {
  int count = 0;
  const int numbers = static_cast<int>(column.extent(1));
  Kokkos::parallel_scan(
      "md/count_bonded", Range(0, num_owned),
      KOKKOS_LAMBDA(int i, int& sum, bool final) {
        if (final) begin(i) = sum;
        for (int at = 0; at < numbers && column(i, at) != 0; at += step) {
          const std::int64_t type = column(i, at);
          if (type <= static_cast<std::int64_t>(use.extent(0)) && use(type - 1) == TypeUse::mine) ++sum;
        }
      },
      count);
  return count;
}

}  // namespace

BondedRows::BondedRows(const TopologyKind& kind, std::vector<TypeUse> use)
    : kind_(kind), use_(std::move(use)), use_on_device_("use of types", use_.size()) {
  Kokkos::deep_copy(use_on_device_, Kokkos::View<const TypeUse*, Kokkos::HostSpace>(use_.data(), use_.size()));
}

void BondedRows::find(const data::Particles& particles, const data::Neighbourhood& near) {
  const Region region("md/find_bonded");
  const auto column = particles.get<std::int64_t>(kind_.name);
  begin_ = make_uninitialized<Array1<int>>("first terms", static_cast<std::size_t>(particles.num_owned()));
  count_ = count_terms(column, use_on_device_, kind_.ids_per_row, particles.num_owned(), begin_);
  if (atoms_.extent(0) < static_cast<std::size_t>(count_)) {
    const auto room = static_cast<std::size_t>(count_ + count_ / 16);
    atoms_ = make_uninitialized<Array2<int>>("bonded rows", room, static_cast<std::size_t>(kind_.ids_per_row));
    types_ = make_uninitialized<Array1<int>>("bonded types", room);
  }
  id_ = near.rows_by_id().id;
  std::int64_t failure = no_failure;
  const FillTerms fill{column,
                       use_on_device_,
                       begin_,
                       atoms_,
                       types_,
                       particles.get<double>("position"),
                       near.rows_by_id(),
                       near.radius() * near.radius(),
                       kind_.ids_per_row,
                       kind_.carrier};
  Kokkos::parallel_reduce("md/fill_bonded", Range(0, particles.num_owned()), fill, Kokkos::Min<std::int64_t>(failure));
  agree(particles.comm(), [&] {
    if (particles.num_owned() > 0 && failure != no_failure) complain(particles, near, failure);
  });
}

void BondedRows::complain(const data::Particles& particles, const data::Neighbourhood& near, std::int64_t where) const {
  const auto copy = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto column = copy(particles.get<std::int64_t>(kind_.name));
  const auto id = copy(particles.get<std::int64_t>("id"));
  const auto x = copy(particles.get<double>("position"));
  const auto numbers = static_cast<std::int64_t>(column.extent(1));
  const auto i = static_cast<int>(where / numbers), at = static_cast<int>(where % numbers);
  std::vector<std::int64_t> atoms;
  int next = at + 1;
  for (int n = 0; n < kind_.ids_per_row; ++n) atoms.push_back(n == kind_.carrier ? id(i, 0) : column(i, next++));
  const std::int64_t type = column(i, at);
  const std::string table(kind_.name);
  const std::string one = table.substr(0, table.size() - 1);  // without the plural's s
  if (type > static_cast<std::int64_t>(use_.size()) || use_[static_cast<std::size_t>(type) - 1] == TypeUse::missing)
    throw Error::input(
        fmt::format("the {} of particles {} is of type {}, which has no coefficients; add [[stage.{}]] "
                    "with type = {}",
                    one, fmt::join(atoms, ", "), type, one, type));
  throw Error::input(
      fmt::format("the {} of particles {}: one of them is further than {:.6g} (cutoff + skin) from particle {} at "
                  "({:.6g}, {:.6g}, {:.6g}), where this rank does not see it; if molecules are whole, make "
                  "neighbours.skin larger than their longest {} reaches",
                  one, fmt::join(atoms, ", "), near.radius(), id(i, 0), x(i, 0), x(i, 1), x(i, 2), one));
}

std::vector<std::int64_t> BondedRows::ids(int term) const {
  std::vector<std::int64_t> ids;
  const auto atoms = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), atoms_);
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), id_);
  for (int n = 0; n < kind_.ids_per_row; ++n) ids.push_back(id(atoms(term, n), 0));
  return ids;
}

}  // namespace tessera::sim::md
