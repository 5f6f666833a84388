#include "sim/particles/growth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::sim::particles {

namespace {

/// Numbers of successors; the whole part of the mean, and one more as often as the rest says. Returns the lowest row
/// where there is no such number, or more than there are.
int count_successors(const Array1<double>& rates, const Array2<std::int64_t>& ids, const Random& random, double dt,
                     std::int64_t step, const Array1<int>& successors, int rows) {
  int first = rows;
  Kokkos::parallel_reduce(
      "particles/count_successors", Range(0, rows),
      KOKKOS_LAMBDA(int row, int& lowest) {
        const double mean = kmath::exp(rates(row) * dt);
        successors(row) = 0;
        if (!(mean < Growth::max_successors)) {
          if (row < lowest) lowest = row;
          return;
        }
        const double whole = kmath::floor(mean);
        const double place =
            random.uniform(static_cast<std::uint64_t>(ids(row, 0)), static_cast<std::uint64_t>(step)).first;
        successors(row) = static_cast<int>(whole) + (place < mean - whole ? 1 : 0);
      },
      Kokkos::Min<int>(first));
  return std::min(first, rows);
}

/// Where the successors of each particle begin, and how many there are in all.
std::int64_t place_successors(const Array1<int>& successors, const Array1<std::int64_t>& place, int rows) {
  std::int64_t total = 0;
  Kokkos::parallel_scan(
      "particles/place_successors", Range(0, rows),
      KOKKOS_LAMBDA(int row, std::int64_t& sum, bool is_final) {
        if (is_final) place(row) = sum;
        sum += successors(row);
      },
      total);
  return total;
}

/// Successors beyond the first, of the particles before each, and in all.
std::int64_t count_births(const Array1<int>& successors, const Array1<std::int64_t>& births, int rows) {
  std::int64_t total = 0;
  Kokkos::parallel_scan(
      "particles/count_births", Range(0, rows),
      KOKKOS_LAMBDA(int row, std::int64_t& sum, bool is_final) {
        if (is_final) births(row) = sum;
        if (successors(row) > 1) sum += successors(row) - 1;
      },
      total);
  return total;
}

/// From which row each successor comes, and the id of those that are new (0 for others).
void list_successors(const Array1<int>& successors, const Array1<std::int64_t>& place,
                     const Array1<std::int64_t>& births, std::int64_t first_id, int rows, const Array1<int>& order,
                     const Array1<std::int64_t>& new_id) {
  Kokkos::parallel_for(
      "particles/list_successors", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int n = 0; n < successors(row); ++n) {
          order(place(row) + n) = row;
          new_id(place(row) + n) = n > 0 ? first_id + births(row) + n - 1 : 0;
        }
      });
}

void set_new_ids(const Array1<std::int64_t>& new_id, const Array2<std::int64_t>& id, int rows) {
  Kokkos::parallel_for(
      "particles/set_new_ids", Range(0, rows), KOKKOS_LAMBDA(int row) {
        if (new_id(row) > 0) id(row, 0) = new_id(row);
      });
}

void add_weights(const Array1<double>& rates, double dt, const Array2<double>& log_weight, int rows) {
  Kokkos::parallel_for(
      "particles/add_weights", Range(0, rows), KOKKOS_LAMBDA(int row) { log_weight(row, 0) += dt * rates(row); });
}

}  // namespace

Growth::Growth(const LangevinParams& params, std::uint32_t seed)
    : rate_(deck::compile_formulas(formula_names(params), {params.growth})),
      dt_(params.dt),
      random_(seed, RandomPurpose::langevin_branching) {}

Array1<double> Growth::rates(const data::Particles& particles, double time) const {
  const auto rows = static_cast<std::size_t>(particles.num_owned());
  const auto rates = make_uninitialized<Array1<double>>("particles/rates", rows);
  rate_.evaluate(particles.get<double>("position"), particles.num_owned(), time, Array2<double>(rates.data(), rows, 1));
  return rates;
}

void Growth::weigh(const data::Particles& particles, double time) const {
  add_weights(rates(particles, time), dt_, particles.get<double>("log_weight"), particles.num_owned());
}

void Growth::branch(data::Particles& particles, std::int64_t step, double time, std::int64_t& next_id) const {
  const Region region("particles/branch");
  const Comm& comm = particles.comm();
  const int rows = particles.num_owned();
  const auto room = static_cast<std::size_t>(rows);
  const Array1<int> successors("particles/successors", room);
  const Array1<std::int64_t> place("particles/place", room), births("particles/births", room);
  std::int64_t total = 0, born = 0;
  agree(comm, [&] {
    const auto id = particles.get<std::int64_t>("id");
    const int bad = count_successors(rates(particles, time), id, random_, dt_, step, successors, rows);
    if (bad < rows) {
      std::int64_t whose = 0;
      Kokkos::deep_copy(whose, Kokkos::subview(id, bad, 0));
      throw Error::numeric(
          fmt::format("step {}: growth: the rate at particle {} is not a number, or stands for {} or "
                      "more successors in one step\nexpected a lower rate, or a shorter time step ({})",
                      step + 1, whose, max_successors, dt_));
    }
    total = place_successors(successors, place, rows);
    born = count_births(successors, births, rows);
  });
  const std::int64_t first_id = next_id + comm.exclusive_sum(born);
  next_id += comm.all_reduce(born, Op::sum);
  agree(comm, [&] {
    if (total > rows) particles.resize_owned(total);  // rows beyond max_rows: Error (input)
    const auto most = static_cast<std::size_t>(particles.num_owned());
    const Array1<int> order("particles/order", most);  // rows that go are what row 0 was
    const Array1<std::int64_t> new_id("particles/new_id", most);
    list_successors(successors, place, births, first_id, rows, order, new_id);
    if (most > 0) particles.permute(order);
    if (total < rows) particles.resize_owned(total);
    set_new_ids(new_id, particles.get<std::int64_t>("id"), static_cast<int>(total));
  });
}

}  // namespace tessera::sim::particles
