#include "learn/trajcast/pair_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <utility>

#include "base/agree.hpp"

namespace tessera::learn::trajcast {

namespace {

constexpr std::size_t box_numbers = 15;

void check_pair(const Pair& pair, std::size_t num_species) {
  const std::size_t count = 3 * pair.type.size();
  for (const auto* values : {&pair.position, &pair.velocity, &pair.displacement, &pair.new_velocity}) {
    if (values->size() != count)
      throw Error::input(fmt::format("pair {}: {} numbers for {} atoms", pair.number, values->size(), count / 3));
    const auto wrong = std::find_if(values->begin(), values->end(), [](double x) { return !std::isfinite(x); });
    if (wrong != values->end())
      throw Error::input(fmt::format("pair {}: a position or velocity of atom {} is {}", pair.number,
                                     (wrong - values->begin()) / 3, *wrong));
  }
  for (const int type : pair.type)
    if (type < 0 || type >= static_cast<int>(num_species))
      throw Error::input(fmt::format("pair {}: species {} of {}", pair.number, type, num_species));
}

template <class T>
std::vector<std::byte> message_of(const std::vector<T>& values) {
  const auto* begin = reinterpret_cast<const std::byte*>(values.data());
  return {begin, begin + values.size() * sizeof(T)};
}

template <class T>
std::vector<T> numbers_in(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

Pair reversed(Pair pair) {
  for (std::size_t k = 0; k < pair.position.size(); ++k) {
    pair.position[k] += pair.displacement[k];
    pair.displacement[k] = -pair.displacement[k];
    const double before = pair.velocity[k];
    pair.velocity[k] = -pair.new_velocity[k];
    pair.new_velocity[k] = -before;
  }
  return pair;
}

void pack(const Pair& pair, std::vector<double>& numbers) {
  numbers.push_back(static_cast<double>(pair.number));
  numbers.push_back(static_cast<double>(pair.type.size()));
  for (int c = 0; c < 3; ++c) numbers.push_back(pair.box.origin[c]);
  for (const auto& vector : pair.box.cell) numbers.insert(numbers.end(), vector, vector + 3);
  for (const bool periodic : pair.box.is_periodic) numbers.push_back(periodic ? 1.0 : 0.0);
  numbers.insert(numbers.end(), pair.type.begin(), pair.type.end());
  for (const auto* values : {&pair.position, &pair.velocity, &pair.displacement, &pair.new_velocity})
    numbers.insert(numbers.end(), values->begin(), values->end());
}

Pair unpack(const double*& numbers) {
  Pair pair;
  pair.number = static_cast<std::int64_t>(numbers[0]);
  const auto atoms = static_cast<std::size_t>(numbers[1]);
  const double* box = numbers + 2;
  double cell[3][3];
  for (int n = 0; n < 9; ++n) cell[n / 3][n % 3] = box[3 + n];
  pair.box = data::Box::triclinic({box[0], box[1], box[2]}, cell, {box[12] != 0.0, box[13] != 0.0, box[14] != 0.0});
  numbers = box + box_numbers;
  for (std::size_t i = 0; i < atoms; ++i) pair.type.push_back(static_cast<int>(*numbers++));
  for (auto* values : {&pair.position, &pair.velocity, &pair.displacement, &pair.new_velocity}) {
    values->assign(numbers, numbers + 3 * atoms);
    numbers += 3 * atoms;
  }
  return pair;
}

PairSet::PairSet(const Comm& comm, std::vector<data::Species> species, double interval, std::vector<Pair> here)
    : comm_(comm), species_(std::move(species)), interval_(interval), here_(std::move(here)) {
  first_ = comm.all_gather(static_cast<std::int64_t>(here_.size()));
  first_.insert(first_.begin(), 0);
  for (std::size_t r = 1; r < first_.size(); ++r) first_[r] += first_[r - 1];
  agree(comm, [&] {
    std::int64_t number = first_[static_cast<std::size_t>(comm.rank())];
    for (auto& pair : here_) {
      pair.number = number++;
      check_pair(pair, species_.size());
    }
  });
}

int PairSet::owner(std::int64_t number) const {
  const std::int64_t count = size();
  if (number < 0 || number >= 2 * count) throw Error::internal(fmt::format("pair {} of {}", number, count));
  return static_cast<int>(std::upper_bound(first_.begin(), first_.end(), number % count) - first_.begin() - 1);
}

Pair PairSet::get(std::int64_t number) const {
  if (owner(number) != comm_.rank()) throw Error::internal(fmt::format("pair {} is on another rank", number));
  const std::int64_t place = number % size() - first_[static_cast<std::size_t>(comm_.rank())];
  Pair pair = here_[static_cast<std::size_t>(place)];
  if (number >= size()) pair = reversed(std::move(pair));
  pair.number = number;
  return pair;
}

std::vector<Pair> PairSet::gather(const std::vector<std::int64_t>& numbers) const {
  const std::int64_t count = size();
  std::map<int, std::vector<std::int64_t>> wanted;  // by owner
  agree(comm_, [&] {
    for (const std::int64_t number : numbers) wanted[owner(number)].push_back(number % count);
  });
  std::vector<Comm::Message> requests, answers;
  for (const auto& [rank, list] : wanted) requests.emplace_back(rank, message_of(list));
  for (const auto& [rank, bytes] : comm_.sparse_exchange(requests)) {
    std::vector<double> packed;
    for (const std::int64_t number : numbers_in<std::int64_t>(bytes))
      pack(here_[static_cast<std::size_t>(number - first_[static_cast<std::size_t>(comm_.rank())])], packed);
    answers.emplace_back(rank, message_of(packed));
  }
  std::map<std::int64_t, Pair> found;
  for (const auto& [rank, bytes] : comm_.sparse_exchange(answers)) {
    const auto packed = numbers_in<double>(bytes);
    for (const double *place = packed.data(), *end = place + packed.size(); place < end;) {
      Pair pair = unpack(place);
      found.emplace(pair.number, std::move(pair));
    }
  }
  std::vector<Pair> result;
  for (const std::int64_t number : numbers) {
    Pair pair = found.at(number % count);
    if (number >= count) pair = reversed(std::move(pair));
    pair.number = number;
    result.push_back(std::move(pair));
  }
  return result;
}

}  // namespace tessera::learn::trajcast
