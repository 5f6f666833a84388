// Clients and their shards: whole clients live on ranks, and their rows never leave them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/fsgld/rows.hpp"

namespace tessera::learn::fsgld {

/// How often a client is visited.
enum class Visits { equal, by_rows, given };

struct VisitParams {
  Visits kind = Visits::equal;
  std::vector<double> probabilities;  ///< of each client, if given
};

class Clients {
 public:
  /// Collective. Of a table with columns `client`, `x` and, where there is a response, `y` and, where some rows are for
  /// testing, `held_out`: training rows sorted by client 0, 1..., then those for testing. Clients go to ranks in their
  /// order, as many visits to each as can be. `where` begins messages. Throws Error (input), naming client and row,
  /// unless all that is so, all numbers are finite, no client is empty and the probabilities are some.
  Clients(data::Table table, const VisitParams& visits, const std::string& where);

  const Comm& comm() const { return comm_; }
  std::int64_t size() const { return static_cast<std::int64_t>(begin_.size()) - 1; }
  std::int64_t num_rows() const { return begin_.back(); }  ///< of all clients
  std::int64_t num_rows(std::int64_t client) const { return begin_[at(client) + 1] - begin_[at(client)]; }
  /// Of one visit; they add up to 1.
  double probability(std::int64_t client) const { return probability_[at(client)]; }
  int owner(std::int64_t client) const;
  bool is_here(std::int64_t client) const { return owner(client) == comm_.rank(); }
  /// Those of a rank are [first_client(rank), first_client(rank + 1)).
  std::int64_t first_client(int rank) const { return first_client_[static_cast<std::size_t>(rank)]; }

  /// Rows of the clients here, client by client.
  const Rows& rows() const { return rows_; }
  /// Place among them.
  std::int64_t first_row(std::int64_t client) const { return begin_[at(client)] - first_row_here(); }
  /// Global number of the first row here.
  std::int64_t first_row_here() const { return begin_[at(first_client(comm_.rank()))]; }
  std::int64_t width() const { return rows_.width(); }
  bool has_response() const { return has_response_; }

  /// Those for testing, shared out over the ranks equally.
  const Rows& held_out() const { return held_out_; }
  std::int64_t num_held_out() const { return num_held_out_; }

  /// Collective. Throws Error (input) naming the first training row whose response `is_right(y)` denies.
  template <class IsRight>
  void check_response(const std::string& expected, const IsRight& is_right) const;

 private:
  static std::size_t at(std::int64_t client) { return static_cast<std::size_t>(client); }
  void count(const data::Table& table, const std::string& where);
  void set_probabilities(const VisitParams& visits, const std::string& where);
  void place_clients();
  void take_rows(const data::Table& table);
  void check_finite() const;
  void report_wrong_row(std::int64_t row, bool is_held_out, const std::string& what) const;

  Comm comm_;
  std::string where_;
  std::vector<std::int64_t> begin_;  // global number of each client's first row, and the end
  std::vector<double> probability_;
  std::vector<std::int64_t> first_client_;  // of each rank, and the end
  bool has_response_ = false;
  std::int64_t num_held_out_ = 0;
  Rows rows_, held_out_;
};

template <class IsRight>
void Clients::check_response(const std::string& expected, const IsRight& is_right) const {
  agree(comm_, [&] {
    for (const Rows* rows : {&rows_, &held_out_}) {
      const auto y = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), rows->y);
      for (std::size_t n = 0; n < y.extent(0); ++n)
        if (!is_right(y(n)))
          report_wrong_row(static_cast<std::int64_t>(n), rows == &held_out_,
                           "the response " + std::to_string(y(n)) + "; expected " + expected);
    }
  });
}

}  // namespace tessera::learn::fsgld
