#include "sim/boltzmann/diffusive/line_solver.hpp"

#include "base/region.hpp"
#include "base/traffic.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

constexpr int tag = 71;

void send(const Comm& comm, double value, int rank) {
  check_mpi(MPI_Send(&value, 1, MPI_DOUBLE, rank, tag, comm.mpi()), "MPI_Send");
  count_message(sizeof(double));
}

double receive(const Comm& comm, int rank) {
  double value = 0.0;
  check_mpi(MPI_Recv(&value, 1, MPI_DOUBLE, rank, tag, comm.mpi(), MPI_STATUS_IGNORE), "MPI_Recv");
  return value;
}

}  // namespace

LineSolver::LineSolver(const Comm& comm, const LineRows& rows, bool is_periodic)
    : comm_(comm), lower_(rows.lower), inverse_(rows.diagonal.size()), upper_(rows.upper) {
  const bool is_first = comm_.rank() == 0, is_last = comm_.rank() == comm_.size() - 1;
  std::vector<double> diagonal = rows.diagonal;
  // Periodic: A = B + u w, where u = (g, 0... upper of the last row), w = (1, 0... lower of the first row / g).
  double first = diagonal.front(), corner = lower_.front(), last_upper = upper_.back();
  comm_.broadcast(first, 0);
  comm_.broadcast(corner, 0);
  comm_.broadcast(last_upper, comm_.size() - 1);
  const double g = -first;
  if (is_periodic && is_first) diagonal.front() -= g;
  if (is_periodic && is_last) diagonal.back() -= corner * last_upper / g;
  if (is_first) lower_.front() = 0.0;
  if (is_last) upper_.back() = 0.0;

  double before = is_first ? 0.0 : receive(comm_, comm_.rank() - 1);
  for (std::size_t n = 0; n < diagonal.size(); ++n) {
    inverse_[n] = 1.0 / (diagonal[n] - lower_[n] * before);
    before = upper_[n] *= inverse_[n];
  }
  if (!is_last) send(comm_, before, comm_.rank() + 1);
  if (!is_periodic) return;

  weight_ = corner / g;
  correction_.assign(diagonal.size(), 0.0);
  if (is_first) correction_.front() = g;
  if (is_last) correction_.back() += last_upper;
  sweep(correction_);
  scale_ = 1.0 / (1.0 + ends(correction_));
}

void LineSolver::solve(std::vector<double>& x) const {
  const Region region("boltzmann/solve_line");
  sweep(x);
  if (correction_.empty()) return;
  const double share = ends(x) * scale_;
  for (std::size_t n = 0; n < x.size(); ++n) x[n] -= share * correction_[n];
}

void LineSolver::sweep(std::vector<double>& x) const {
  const int rank = comm_.rank(), last = comm_.size() - 1;
  double neighbour = rank == 0 ? 0.0 : receive(comm_, rank - 1);
  for (std::size_t n = 0; n < x.size(); ++n) neighbour = x[n] = (x[n] - lower_[n] * neighbour) * inverse_[n];
  if (rank < last) send(comm_, neighbour, rank + 1);
  neighbour = rank == last ? 0.0 : receive(comm_, rank + 1);
  for (std::size_t n = x.size(); n-- > 0;) neighbour = x[n] -= upper_[n] * neighbour;
  if (rank > 0) send(comm_, neighbour, rank - 1);
}

double LineSolver::ends(const std::vector<double>& x) const {
  double first = x.front(), last = x.back();
  comm_.broadcast(first, 0);
  comm_.broadcast(last, comm_.size() - 1);
  return first + weight_ * last;
}

}  // namespace tessera::sim::boltzmann::diffusive
