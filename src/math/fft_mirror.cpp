#include "math/fft_mirror.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "base/traffic.hpp"

namespace tessera::math {

namespace {

constexpr int tag = 1;

int num_doubles(std::int64_t count) { return static_cast<int>(2 * count); }

}  // namespace

MirrorModes::MirrorModes(const Comm& comm, const Slab& modes, std::int64_t num_modes)
    : comm_(comm), last_(num_modes), own_(modes) {
  auto all = comm_.all_gather(own_);
  for (int rank = 0; rank < comm_.size(); ++rank) {
    const auto& slab = all[static_cast<std::size_t>(rank)];
    if (slab.count > 0 && slab.first == 0) first_rank_ = rank;
    if (slab.count > 0 && slab.first + slab.count == last_) last_rank_ = rank;
  }
  ++all[static_cast<std::size_t>(last_rank_)].count;
  own_ = all[static_cast<std::size_t>(comm_.rank())];
  agree(comm_, [&] {
    if (own_.count > std::numeric_limits<int>::max() / 2)
      throw Error::input(
          fmt::format("a Fourier transform of {} real points gives a rank {} modes; expected at most {}: "
                      "use more ranks, and a number of points with many small factors",
                      2 * last_, own_.count, std::numeric_limits<int>::max() / 2));
    const Slab wanted = wanted_of(own_);
    for (int rank = 0; rank < comm_.size(); ++rank) {
      const auto add_common = [&](std::vector<Piece>& pieces, const Slab& a, const Slab& b) {
        const auto first = std::max(a.first, b.first);
        const auto end = std::min(a.first + a.count, b.first + b.count);
        if (first < end) pieces.push_back({rank, first, end - first});
      };
      const Slab& other = all[static_cast<std::size_t>(rank)];
      add_common(sent_, own_, wanted_of(other));
      add_common(received_, other, wanted);
    }
    const auto count = static_cast<std::size_t>(own_.count);
    mirrored_.resize(count);
    twiddles_.reserve(count);
    for (std::int64_t n = 0; n < own_.count; ++n)
      twiddles_.push_back(
          std::polar(1.0, -std::numbers::pi * static_cast<double>(own_.first + n) / static_cast<double>(last_)));
  });
}

/// Z_M = Z_0.
void MirrorModes::append_first_mode(std::span<Complex> modes) const {
  if (comm_.rank() == first_rank_ && first_rank_ == last_rank_) {
    modes.back() = modes.front();
  } else if (comm_.rank() == first_rank_) {
    count_message(sizeof(Complex));
    check_mpi(MPI_Send(modes.data(), 2, MPI_DOUBLE, last_rank_, tag, comm_.mpi()), "MPI_Send");
  } else if (comm_.rank() == last_rank_) {
    check_mpi(MPI_Recv(&modes.back(), 2, MPI_DOUBLE, first_rank_, tag, comm_.mpi(), MPI_STATUS_IGNORE), "MPI_Recv");
  }
}

void MirrorModes::exchange(const Complex* modes) {
  const Region region("math/exchange_mirror_modes");
  const Slab wanted = wanted_of(own_);
  std::vector<MPI_Request> requests;
  for (const auto& [rank, first, count] : received_) {
    if (rank == comm_.rank()) continue;
    requests.push_back(MPI_REQUEST_NULL);
    check_mpi(MPI_Irecv(mirrored_.data() + (first - wanted.first), num_doubles(count), MPI_DOUBLE, rank, tag,
                        comm_.mpi(), &requests.back()),
              "MPI_Irecv");
  }
  for (const auto& [rank, first, count] : sent_) {
    const Complex* from = modes + (first - own_.first);
    if (rank == comm_.rank()) {
      std::copy_n(from, count, mirrored_.data() + (first - wanted.first));
      continue;
    }
    requests.push_back(MPI_REQUEST_NULL);
    count_message(static_cast<std::int64_t>(sizeof(Complex)) * count);
    check_mpi(MPI_Isend(from, num_doubles(count), MPI_DOUBLE, rank, tag, comm_.mpi(), &requests.back()), "MPI_Isend");
  }
  check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
}

// Products are written out: those of std::complex look for infinities.

void MirrorModes::disentangle(std::span<Complex> modes) {
  append_first_mode(modes);
  exchange(modes.data());
  for (std::int64_t n = 0; n < own_.count; ++n) {
    Complex& mode = modes[static_cast<std::size_t>(n)];
    const Complex z = mode, mirror = mirrored(n), w = twiddles_[static_cast<std::size_t>(n)];
    const double even_real = z.real() + mirror.real(), even_imag = z.imag() - mirror.imag();
    const double odd_real = z.imag() + mirror.imag(), odd_imag = mirror.real() - z.real();
    mode = {0.5 * (even_real + (w.real() * odd_real - w.imag() * odd_imag)),
            0.5 * (even_imag + (w.real() * odd_imag + w.imag() * odd_real))};
  }
}

void MirrorModes::entangle(std::span<const Complex> modes, Complex* entangled) {
  exchange(modes.data());
  const auto count = comm_.rank() == last_rank_ ? own_.count - 1 : own_.count;
  for (std::int64_t n = 0; n < count; ++n) {
    const Complex x = modes[static_cast<std::size_t>(n)], mirror = mirrored(n);
    const Complex w = twiddles_[static_cast<std::size_t>(n)];
    const double even_real = x.real() + mirror.real(), even_imag = x.imag() - mirror.imag();
    const double odd_real = x.real() - mirror.real(), odd_imag = x.imag() + mirror.imag();
    entangled[n] = {even_real - (w.real() * odd_imag - w.imag() * odd_real),
                    even_imag + (w.real() * odd_real + w.imag() * odd_imag)};
  }
  if (comm_.rank() != first_rank_) return;
  const double first = modes.front().real(), last = mirrored(0).real();
  entangled[0] = {first + last, first - last};
}

}  // namespace tessera::math
