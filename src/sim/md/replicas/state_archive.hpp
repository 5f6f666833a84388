// The state of something that a group of ranks has, on its way to and from a checkpoint that all ranks write together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"
#include "data/io/state.hpp"

namespace tessera::sim::md {

/// What was saved, in order, in memory: this rank's part of what is split over the group.
struct StateArchive {
  enum class Kind : std::int64_t { integer, real, text, integers, reals, integer_rows, real_rows };
  struct Entry {
    Kind kind = Kind::integer;
    std::string name;
    int components = 1;  ///< of rows, which are component-major
    std::vector<std::int64_t> integers = {};
    std::vector<double> reals = {};
    std::string text = {};
  };
  std::vector<Entry> entries;
};

/// Fills an archive.
class ArchiveWriter final : public data::StateWriter {
 public:
  explicit ArchiveWriter(StateArchive& archive) : archive_(archive) {}

  void put(std::string_view name, std::int64_t value) override;
  void put(std::string_view name, double value) override;
  void put(std::string_view name, const std::string& value) override;
  void put(std::string_view name, const std::vector<double>& values) override;
  void put(std::string_view name, const std::vector<std::int64_t>& values) override;
  void put_rows(std::string_view name, const std::vector<double>& values, int components) override;
  void put_rows(std::string_view name, const std::vector<std::int64_t>& values, int components) override;
  void put_particles(std::string_view name, const data::Particles& particles) override;
  /// Throws Error (internal): nothing that lives in groups has one.
  void put_field(std::string_view name, const data::Field& field) override;

 private:
  StateArchive& archive_;
};

/// Reads it. Throws Error (input) for what is not there.
class ArchiveReader final : public data::StateReader {
 public:
  /// `same_ranks`: rows are where they were when they were saved.
  ArchiveReader(const StateArchive& archive, bool same_ranks) : archive_(archive), same_ranks_(same_ranks) {}

  bool has(std::string_view name) const override;
  void get(std::string_view name, std::int64_t& value) override;
  void get(std::string_view name, double& value) override;
  void get(std::string_view name, std::string& value) override;
  void get(std::string_view name, std::vector<double>& values) override;
  void get(std::string_view name, std::vector<std::int64_t>& values) override;
  void get_rows(std::string_view name, std::vector<double>& values, int components) override;
  void get_rows(std::string_view name, std::vector<std::int64_t>& values, int components) override;
  void get_particles(std::string_view name, data::Particles& particles) override;
  void get_field(std::string_view name, data::Field& field) override;
  bool same_ranks() const override { return same_ranks_; }

 private:
  const StateArchive::Entry& find(std::string_view name, StateArchive::Kind kind) const;

  const StateArchive& archive_;
  bool same_ranks_;
};

/// Collective over `comm`, whose ranks [first, end) have the archive (others: an empty one). Writes "<part>.<name>"s.
void put_archive(data::StateWriter& writer, const std::string& part, const StateArchive& archive, const Comm& comm,
                 int first);
/// Collective over `comm`. On ranks [first, end), what was written: on as many ranks as then each its own rows,
/// otherwise nearly equal shares in the same order. Named values on all ranks, and no rows on the others.
StateArchive get_archive(data::StateReader& reader, const std::string& part, const Comm& comm, int first, int end);

}  // namespace tessera::sim::md
