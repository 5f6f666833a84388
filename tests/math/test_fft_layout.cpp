// Where transforms lie and what they send, as foretold, against FFTW: its cuts, and its own calls of MPI, which this
// program sees on their way.
#include "math/fft_layout.hpp"

#include <cstdint>
#include <vector>

#include "base/traffic.hpp"
#include "catch.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::math;

namespace {

Sent seen;

int rank_in(MPI_Comm comm) {
  int rank = 0;
  PMPI_Comm_rank(comm, &rank);
  return rank;
}

void see(std::int64_t count, MPI_Datatype type, int target, MPI_Comm comm) {
  int bytes = 0;
  PMPI_Type_size(type, &bytes);
  if (count == 0 || target == rank_in(comm)) return;
  ++seen.messages;
  seen.bytes += count * bytes;
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

int MPI_Alltoall(const void* out, int count, MPI_Datatype type, void* in, int received, MPI_Datatype in_type,
                 MPI_Comm comm) {
  int size = 0;
  PMPI_Comm_size(comm, &size);
  for (int n = 0; n < size; ++n) see(count, type, n, comm);
  return PMPI_Alltoall(out, count, type, in, received, in_type, comm);
}

int MPI_Alltoallv(const void* out, const int* counts, const int* places, MPI_Datatype type, void* in,
                  const int* received, const int* in_places, MPI_Datatype in_type, MPI_Comm comm) {
  int size = 0;
  PMPI_Comm_size(comm, &size);
  for (int n = 0; n < size; ++n) see(counts[n], type, n, comm);
  return PMPI_Alltoallv(out, counts, places, type, in, received, in_places, in_type, comm);
}

int MPI_Sendrecv(const void* out, int count, MPI_Datatype type, int target, int tag, void* in, int received,
                 MPI_Datatype in_type, int source, int in_tag, MPI_Comm comm, MPI_Status* status) {
  see(count, type, target, comm);
  return PMPI_Sendrecv(out, count, type, target, tag, in, received, in_type, source, in_tag, comm, status);
}

int MPI_Send(const void* out, int count, MPI_Datatype type, int target, int tag, MPI_Comm comm) {
  see(count, type, target, comm);
  return PMPI_Send(out, count, type, target, tag, comm);
}

int MPI_Isend(const void* out, int count, MPI_Datatype type, int target, int tag, MPI_Comm comm, MPI_Request* request) {
  see(count, type, target, comm);
  return PMPI_Isend(out, count, type, target, tag, comm, request);
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming)

namespace {

Sent operator+(const Sent& a, const Sent& b) { return {a.messages + b.messages, a.bytes + b.bytes}; }
bool same(const Sent& a, const Sent& b) { return a.messages == b.messages && a.bytes == b.bytes; }
bool same(const Slab& a, const Slab& b) { return a.count == b.count && (a.count == 0 || a.first == b.first); }

/// What `work` sends, as counted by us and as seen.
template <class Work>
std::pair<Sent, Sent> sent_by(const Work& work) {
  const Traffic before = traffic();
  seen = {};
  work();
  Traffic counted = traffic();
  counted -= before;
  return {{counted.messages, counted.bytes}, seen};
}

/// FFTW may send these in several rounds.
bool is_small(std::int64_t numbers) {
  const auto ranks = static_cast<std::int64_t>(comm().size());
  return ranks > 3 && 2 * numbers / (ranks * ranks) <= 2048;
}

}  // namespace

TEST_CASE("a real transform is cut, and sends, as its layout says", "[math]") {
  const FftShape shapes[] = {{4},        {16},       {26},      {72},         {100},        {1024},
                             {1 << 16},  {40000},    {4, 6},    {16, 12},     {10, 14},     {30, 64},
                             {192, 256}, {250, 200}, {2, 4, 6}, {18, 12, 10}, {64, 32, 40}, {50, 40, 36}};
  for (const auto& shape : shapes)
    for (const auto effort : {FftEffort::estimate, FftEffort::measure}) {
      if (effort == FftEffort::measure && num_points(shape) > 50000) continue;  // those take many seconds
      INFO(text_of(shape));
      DistributedRealFft fft(comm(), shape, FftOrder::natural, effort);
      const RealFftLayout layout(shape, comm().size());
      const int rank = comm().rank();
      REQUIRE_ALL(same(layout.values().of(rank), fft.values()));
      REQUIRE_ALL(same(layout.modes().of(rank), fft.modes()));
      REQUIRE_ALL(layout.num_values(rank) == fft.num_values());
      REQUIRE_ALL(layout.num_modes(rank) == fft.num_modes());
      std::vector<double> values(static_cast<std::size_t>(fft.num_values()), 1.0);
      std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
      for (const bool is_forward : {true, false}) {
        const Sent expected = layout.slabs().transposed(rank, is_forward) + layout.mirrored(rank, is_forward);
        const auto [counted, observed] =
            sent_by([&] { is_forward ? fft.forward(values, modes) : fft.backward(modes, values); });
        REQUIRE_ALL(same(counted, comm().size() == 1 ? Sent{} : expected));
        INFO("seen " << observed.messages << " of " << observed.bytes << ", expected " << expected.messages << " of "
                     << expected.bytes);
        REQUIRE_ALL(is_small(num_points(shape) / 2) || same(observed, counted));
      }
    }
}

TEST_CASE("a complex transform in transposed order sends once", "[math]") {
  for (const FftShape& shape : {FftShape{30, 24}, FftShape{8, 6, 10}, FftShape{128, 256}, FftShape{66, 40, 30}}) {
    INFO(text_of(shape));
    DistributedComplexFft fft(comm(), shape, FftOrder::transposed);
    const SlabLayout layout(shape, FftOrder::transposed, comm().size());
    const int rank = comm().rank();
    REQUIRE_ALL(same(layout.values(rank), fft.values()) && same(layout.modes(rank), fft.modes()));
    std::vector<Complex> values(static_cast<std::size_t>(fft.num_values())),
        modes(static_cast<std::size_t>(fft.num_modes()));
    for (const bool is_forward : {true, false}) {
      const auto [counted, observed] =
          sent_by([&] { is_forward ? fft.forward(values, modes) : fft.backward(modes, values); });
      REQUIRE_ALL(same(counted, layout.transposed(rank, is_forward)));
      REQUIRE_ALL(is_small(num_points(shape)) || same(observed, counted));
    }
  }
}
