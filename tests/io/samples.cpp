#include "samples.hpp"

#include <fstream>
#include <limits>
#include <sstream>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/file.hpp"

namespace tessera::test {

namespace {

using namespace data;

/// Where a rank's rows begin: it has more the higher it is, but rank 1 has none.
int row_begin(int rows, int rank, int ranks) {
  if (rank == 0 || ranks == 1) return rank == 0 ? 0 : rows;
  if (rank == 1 || rank == 2) return ranks == 2 && rank == 2 ? rows : rows / 4;
  return rank == ranks ? rows : rows / 4 + (rows - rows / 4) * (rank - 2) / (ranks - 2);
}

double real_of(int row, int component, int version) {
  if (row == 3) return std::numeric_limits<double>::quiet_NaN();
  if (row == 4) return -0.0;
  if (row == 5) return std::numeric_limits<double>::denorm_min();
  return 0.1 * row + 1e-17 * component + version;
}

template <class T>
void fill(Particles& particles, const char* name, int first, int version) {
  const auto column = particles.get<T>(name);
  const auto host = Kokkos::create_mirror_view(column);
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int c = 0; c < static_cast<int>(column.extent(1)); ++c)
      host(i, c) = static_cast<T>(real_of(first + i + 6, c, version) * 1000.0) + static_cast<T>(c);
  Kokkos::deep_copy(column, host);
}

template <class T>
std::uint64_t bits_of(T value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

std::string long_text() { return std::string("\0\n\xff", 3) + std::string(100000, 'x'); }

}  // namespace

Particles empty_particles(const Comm& comm) {
  Particles particles(comm);
  add_standard_columns(particles);
  particles.add<double>("velocity", 3, Column::saved | Column::output, "velocity");
  particles.add<double>("force", 3, Column::output, "force");
  particles.add<std::int64_t>("molecule", 1, Column::saved | Column::output);
  return particles;
}

Sample::Sample(const Comm& comm, int rows, int number) : version(number), particles(empty_particles(comm)) {
  const int first = row_begin(rows, comm.rank(), comm.size()), last = row_begin(rows, comm.rank() + 1, comm.size());
  for (int c = 0; c < 3; ++c)
    for (int row = first; row < last; ++row) reals.push_back(real_of(row, c, version));
  for (int row = first; row < last; ++row) numbers.push_back(std::numeric_limits<std::int64_t>::max() - row - version);
  particles.resize_owned(last - first);
  fill<double>(particles, "position", first, version);
  fill<double>(particles, "velocity", first, version);
  fill<double>(particles, "force", first, version);
  fill<int>(particles, "image", first, version);
  const auto type = Kokkos::create_mirror_view(particles.get<int>("type"));
  for (int i = 0; i < particles.num_owned(); ++i) type(i, 0) = (first + i) % 5;
  Kokkos::deep_copy(particles.get<int>("type"), type);
  fill<std::int64_t>(particles, "id", first, version);
  fill<std::int64_t>(particles, "molecule", first, version);
}

std::vector<std::vector<std::uint64_t>> rows_here(const Sample& sample) {
  std::vector<std::vector<std::uint64_t>> all;
  const std::size_t rows = sample.reals.size() / 3;
  for (std::size_t c = 0; c < 3; ++c) {
    all.emplace_back();
    for (std::size_t i = 0; i < rows; ++i) all.back().push_back(bits_of(sample.reals[c * rows + i]));
  }
  all.emplace_back();
  for (const auto number : sample.numbers) all.back().push_back(bits_of(number));
  for (const auto& column : sample.particles.columns()) {
    if (!has(column.flags, Column::saved)) continue;
    std::visit(
        [&](const auto& view) {
          const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
          for (int c = 0; c < column.components; ++c) {
            all.emplace_back();
            for (int i = 0; i < sample.particles.num_owned(); ++i) all.back().push_back(bits_of(host(i, c)));
          }
        },
        column.data);
  }
  return all;
}

std::vector<std::vector<std::uint64_t>> rows_of_all(const Comm& comm, const Sample& sample) {
  std::vector<std::vector<std::uint64_t>> all;
  for (const auto& here : rows_here(sample)) {
    std::vector<Comm::Message> outgoing;
    const auto* begin = reinterpret_cast<const std::byte*>(here.data());
    for (int rank = 0; rank < comm.size(); ++rank)
      outgoing.emplace_back(rank, std::vector<std::byte>(begin, begin + here.size() * sizeof(std::uint64_t)));
    all.emplace_back();
    for (const auto& [rank, content] : comm.sparse_exchange(outgoing)) {
      const std::size_t old = all.back().size();
      all.back().resize(old + content.size() / sizeof(std::uint64_t));
      if (!content.empty()) std::memcpy(all.back().data() + old, content.data(), content.size());
    }
  }
  return all;
}

CheckpointInfo write_sample(const Comm& comm, const std::string& folder, const Sample& sample) {
  const auto first = [&](StateWriter& writer) {
    writer.put("count", std::int64_t{-7});
    writer.put("value", 0.1 + sample.version);
    writer.put("text", long_text());
    writer.put("empty", std::string());
    writer.put("list", std::vector<double>{1.5, -0.0});
    writer.put("none", std::vector<double>{});
    writer.put("numbers", std::vector<std::int64_t>{1, 2, sample.version});
    writer.put_particles("particles", sample.particles);
  };
  const auto second = [&](StateWriter& writer) {
    writer.put_rows("reals", sample.reals, 3);
    writer.put_rows("numbers", sample.numbers, 1);
  };
  CheckpointInfo info;
  info.stage = 2;
  info.step = 1000 + sample.version;
  info.seed = 4000000000U;
  info.deck_hash = "0123456789abcdef";
  return write_checkpoint(comm, folder, info, {{"first", first}, {"second", second}});
}

Sample read_sample(const Comm& comm, Checkpoint& checkpoint) {
  std::int64_t count = 0;
  double value = 0.0;
  std::string text, empty = "full";
  std::vector<double> list, none{1.0};
  std::vector<std::int64_t> numbers;
  const auto first = checkpoint.section("first"), second = checkpoint.section("second");
  first->get("count", count);
  first->get("value", value);
  first->get("text", text);
  first->get("empty", empty);
  first->get("list", list);
  first->get("none", none);
  first->get("numbers", numbers);
  Sample sample(comm, 0, static_cast<int>(checkpoint.info().step - 1000));
  first->get_particles("particles", sample.particles);
  second->get_rows("reals", sample.reals, 3);
  second->get_rows("numbers", sample.numbers, 1);
  agree(comm, [&] {
    if (count != -7 || value != 0.1 + sample.version || text != long_text() || !empty.empty() ||
        list != std::vector<double>{1.5, -0.0} || !none.empty() ||
        numbers != std::vector<std::int64_t>{1, 2, sample.version})
      throw Error::internal("values differ from those written");
  });
  return sample;
}

std::string warnings_of(const Comm& comm) {
  std::string text;
  for (const auto& warning : log::collect_warnings(comm)) text += warning.text + "\n";
  return text;
}

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

void write_all(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace tessera::test
