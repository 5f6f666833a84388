#include "sim/md/topology/id_directory.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "base/agree.hpp"

namespace tessera::sim::md {

namespace {

using Words = std::vector<std::int64_t>;

Words ids_of(const data::Particles& particles) {
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  Words ids;
  for (int i = 0; i < particles.num_owned(); ++i) ids.push_back(id(i, 0));
  return ids;
}

/// Collective. Words for each rank; calls take(source, words) for what arrives.
template <class Take>
void exchange(const Comm& comm, const std::map<int, Words>& outgoing, const Take& take) {
  std::vector<Comm::Message> messages;
  for (const auto& [rank, words] : outgoing) {
    const auto* begin = reinterpret_cast<const std::byte*>(words.data());
    messages.emplace_back(rank, std::vector<std::byte>(begin, begin + words.size() * sizeof(std::int64_t)));
  }
  for (const auto& [rank, content] : comm.sparse_exchange(messages)) {
    Words words(content.size() / sizeof(std::int64_t));
    if (!words.empty()) std::memcpy(words.data(), content.data(), content.size());
    take(rank, words);
  }
}

/// Rows of `width` words in lexicographic order.
void sort_rows(Words& words, std::size_t width) {
  std::vector<std::size_t> order(words.size() / width);
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n * width;
  const auto row = [&](std::size_t at) { return words.begin() + static_cast<std::ptrdiff_t>(at); };
  const auto end = [&](std::size_t at) { return row(at) + static_cast<std::ptrdiff_t>(width); };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::lexicographical_compare(row(a), end(a), row(b), end(b)); });
  Words sorted;
  sorted.reserve(words.size());
  for (const std::size_t at : order) sorted.insert(sorted.end(), row(at), end(at));
  words = std::move(sorted);
}

}  // namespace

IdDirectory::IdDirectory(const data::Particles& particles)
    : comm_(particles.comm()), blocks_(particles.comm(), ids_of(particles)) {
  std::map<int, Words> outgoing;
  for (const auto id : ids_of(particles)) outgoing[blocks_.owner(id)].push_back(id);
  exchange(comm_, outgoing, [&](int rank, const Words& ids) {
    for (const auto id : ids) holder_.emplace_back(id, rank);
  });
  std::sort(holder_.begin(), holder_.end());
}

std::vector<std::int64_t> IdDirectory::deliver(const Words& rows, std::size_t width, const std::string& what) const {
  const auto step = static_cast<std::ptrdiff_t>(width);
  std::map<int, Words> outgoing;
  for (auto row = rows.begin(); row != rows.end(); row += step) {
    auto& words = outgoing[blocks_.owner(*row)];
    words.insert(words.end(), row, row + step);
  }
  std::map<int, Words> onward;
  Outcome outcome;
  exchange(comm_, outgoing, [&](int, const Words& words) {
    for (auto row = words.begin(); row != words.end(); row += step) {
      const auto found = std::lower_bound(holder_.begin(), holder_.end(), std::pair{*row, 0});
      if (found == holder_.end() || found->first != *row) {
        if (!outcome.error)
          outcome.error = Error::input(fmt::format("{} name particle {}, but there is none of that id", what, *row));
        continue;
      }
      auto& target = onward[found->second];
      target.insert(target.end(), row, row + step);
    }
  });
  agree(comm_, outcome);
  Words arrived;
  exchange(comm_, onward, [&](int, const Words& words) { arrived.insert(arrived.end(), words.begin(), words.end()); });
  sort_rows(arrived, width);
  return arrived;
}

}  // namespace tessera::sim::md
