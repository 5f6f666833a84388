#include "sim/md/observables/home.hpp"

#include <cstring>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <class T>
std::vector<T> values_of(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <class ViewType>
auto on_host(const ViewType& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

}  // namespace

void bring_home(const data::Tiling& tiling, const data::Particles& found, const Array2<double>& values,
                const data::Particles& particles, const std::string& column) {
  const auto id = on_host(particles.get<std::int64_t>("id")), found_id = on_host(found.get<std::int64_t>("id"));
  const auto position = on_host(particles.get<double>("position"));
  const auto target = on_host(particles.get<double>(column));
  const auto source = on_host(values);
  const std::size_t components = values.extent(1);
  std::unordered_map<std::int64_t, int> row_of;
  for (int i = 0; i < found.num_owned(); ++i) row_of[found_id(i, 0)] = i;

  std::map<int, std::vector<int>> rows;  // of ours, by the rank that has found something for them
  for (int i = 0; i < particles.num_owned(); ++i) {
    const auto here = row_of.find(id(i, 0));
    if (here != row_of.end()) {
      for (std::size_t c = 0; c < components; ++c) target(i, c) = source(here->second, c);
      continue;
    }
    data::Vec3 x{position(i, 0), position(i, 1), position(i, 2)};
    tiling.box().wrap(x);
    rows[tiling.owner(tiling.box().to_fractional(x))].push_back(i);
  }
  std::vector<Comm::Message> questions, answers;
  for (const auto& [rank, mine] : rows) {
    std::vector<std::int64_t> ids;
    for (const int i : mine) ids.push_back(id(i, 0));
    questions.emplace_back(rank, bytes_of(ids));
  }
  const Comm& comm = tiling.comm();
  for (const auto& [rank, bytes] : comm.sparse_exchange(questions)) {
    std::vector<double> answer;
    for (const auto wanted : values_of<std::int64_t>(bytes)) {
      const auto here = row_of.find(wanted);
      if (here == row_of.end()) continue;  // the answer is too short, and whoever asked says so
      for (std::size_t c = 0; c < components; ++c) answer.push_back(source(here->second, c));
    }
    answers.emplace_back(rank, bytes_of(answer));
  }
  for (const auto& [rank, bytes] : comm.sparse_exchange(answers)) {
    const auto answer = values_of<double>(bytes);
    const auto& mine = rows.at(rank);
    if (answer.size() != mine.size() * components)
      throw Error::internal("a particle of a search is not where its place is");
    for (std::size_t n = 0; n < mine.size(); ++n)
      for (std::size_t c = 0; c < components; ++c) target(mine[n], c) = answer[n * components + c];
  }
  Kokkos::deep_copy(particles.get<double>(column), target);
}

}  // namespace tessera::sim::md
